"""The journal told as telemetry: which event, if any, follows from a durable fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

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
    story = _STORIES.get(type(event))
    return None if story is None else story(event)


def _step(step: OrderTransitioned) -> TelemetryEvent:
    return ORDER_STORIES[step.event](step.order_id, step.reason)


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


#: By class, because every durable fact comes through here: asking for one kind after the other costs as much as the story.
_STORIES: Mapping[type[JournalEvent], Callable[[Any], TelemetryEvent]] = MappingProxyType(
    {
        OrderTransitioned: _step,
        FillRecorded: _fill,
        OrderIntended: _intent,
        SubmissionPrepared: _prepared,
        SubmissionResolved: lambda it: orders.TransactionResolved(it.hash, it.result, it.ledger_index),
        FeeCharged: lambda it: orders.FeePaid(it.fee_id, it.asset, it.amount),
        OrderAdopted: _adopted,
        CapitalRecorded: lambda it: sessions.CapitalMoved(it.venue, it.asset, it.amount, it.kind.value, it.note),
        SessionOpened: _started,
        SessionClosed: lambda it: sessions.SessionFinished(it.session_id, it.halt_reason, it.halt_detail),
        SessionCrashed: lambda it: sessions.SessionFoundCrashed(it.session_id, it.noticed_by),
        HaltRecorded: lambda it: sessions.HaltRaised(it.reason, it.detail, it.first, it.venue),
        HaltCleared: lambda it: sessions.HaltEnded(it.reason, it.cleared_by, it.venue),
    }
)
