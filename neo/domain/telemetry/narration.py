"""The journal told as telemetry: which event, if any, follows from a durable fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from neo.domain.messages.journal import (
    CapitalRecorded,
    FeeCharged,
    FillRecorded,
    HaltCleared,
    HaltRecorded,
    JournalEvent,
    OrderAdopted,
    OrderIntended,
    OrderTransitioned,
    SessionClosed,
    SessionCrashed,
    SessionOpened,
    SubmissionPrepared,
    SubmissionResolved,
)
from neo.domain.orders.lifecycle import OrderEvent
from neo.domain.telemetry import order_events as orders
from neo.domain.telemetry import session_events as sessions
from neo.domain.telemetry.event import TelemetryEvent

#: What each step of an order's life is called.
ORDER_STORIES: Mapping[OrderEvent, Callable[[str, str], TelemetryEvent]] = MappingProxyType(
    {
        OrderEvent.HANDED_OVER: orders.OrderSubmitted,
        OrderEvent.WITHHELD: orders.OrderFailed,
        OrderEvent.OUTCOME_LOST: orders.OrderUnknown,
        OrderEvent.PROVED_RESTING: orders.OrderAccepted,
        OrderEvent.PROVED_PARTIAL: orders.OrderPartiallyFilled,
        OrderEvent.PROVED_FILLED: orders.OrderFilled,
        OrderEvent.PROVED_FAILED: orders.OrderFailed,
        OrderEvent.PROVED_CANCELED: orders.OrderCanceled,
        OrderEvent.PROVED_EXPIRED: orders.OrderExpired,
        OrderEvent.CANCEL_HANDED_OVER: orders.OrderCanceling,
        OrderEvent.CANCEL_PROVED_FAILED: orders.OrderCancelFailed,
    }
)


def narrate(event: JournalEvent) -> TelemetryEvent | None:
    """The telemetry event for a fact that has just become durable; None for bookkeeping that nobody reads as news."""
    match event:
        case OrderTransitioned(order_id=order_id, event=step, reason=reason):
            return ORDER_STORIES[step](order_id, reason)
        case FillRecorded():
            return _fill(event)
        case OrderIntended():
            return _intent(event)
        case SubmissionPrepared():
            return _prepared(event)
        case SubmissionResolved(hash=hash_, result=result, ledger_index=ledger_index):
            return orders.TransactionResolved(hash_, result, ledger_index)
        case FeeCharged(fee_id=fee_id, asset=asset, amount=amount):
            return orders.FeePaid(fee_id, asset, amount)
        case OrderAdopted():
            return _adopted(event)
    return _session_story(event)


def _session_story(event: JournalEvent) -> TelemetryEvent | None:
    match event:
        case CapitalRecorded(venue=venue, asset=asset, amount=amount, kind=kind, note=note):
            return sessions.CapitalMoved(venue, asset, amount, kind.value, note)
        case SessionOpened():
            return _started(event)
        case SessionClosed(session_id=session_id, halt_reason=reason, halt_detail=detail):
            return sessions.SessionFinished(session_id, reason, detail)
        case SessionCrashed(session_id=session_id, noticed_by=noticed_by):
            return sessions.SessionFoundCrashed(session_id, noticed_by)
        case HaltRecorded(reason=reason, detail=detail, first=first, venue=venue):
            return sessions.HaltRaised(reason, detail, first, venue)
        case HaltCleared(reason=reason, cleared_by=cleared_by, venue=venue):
            return sessions.HaltEnded(reason, cleared_by, venue)
    return None


def _fill(fill: FillRecorded) -> TelemetryEvent:
    return orders.FillCounted(
        fill.fill_id,
        fill.order_id,
        fill.symbol,
        fill.side.value,
        fill.price,
        fill.base_quantity,
        fill.quote_quantity,
        fill.ledger_index,
        fill.is_maker,
    )


def _intent(intent: OrderIntended) -> TelemetryEvent:
    return orders.OrderWanted(
        intent.order_id,
        intent.symbol,
        intent.side.value,
        intent.level,
        intent.price,
        intent.quantity,
        intent.offer_sequence,
        intent.replaces_order_id,
    )


def _prepared(submission: SubmissionPrepared) -> TelemetryEvent:
    return orders.TransactionPrepared(
        submission.hash,
        submission.order_id or "",
        submission.purpose.value,
        submission.sequence,
        submission.last_ledger_sequence,
        submission.fee_drops,
    )


def _adopted(order: OrderAdopted) -> TelemetryEvent:
    return orders.OrderTakenOver(
        order.order_id, order.symbol, order.side.value, order.price, order.quantity, order.offer_sequence
    )


def _started(session: SessionOpened) -> TelemetryEvent:
    return sessions.SessionStarted(
        session.session_id,
        session.run_id,
        session.mode,
        session.config_hash,
        session.code_version,
        session.seed,
        session.parent_session,
    )
