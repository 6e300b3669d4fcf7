"""What is said about each tick of the market maker, and about what Risk refuses or reports."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.market.instrument import BUY
from neo.domain.messages.quoting import QuoteRefused
from neo.domain.messages.session import RiskBreached
from neo.domain.session.distance import is_within_2bps
from neo.domain.strategy.tick import TickDecision
from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.quickly_built import building, quickly_built
from neo.records import frozen

#: Logged prices and distances; the decision itself keeps every digit.
_BPS_STEP = Decimal("0.001")
_PRICE_STEP = Decimal("0.00000001")


@quickly_built
@frozen
class QuoteTick(TelemetryEvent):
    """For each tick that quotes. Prices in quote per base; `bid`/`ask` are level 0 of what is proposed."""

    NAME: ClassVar[str] = "QUOTE_TICK"
    tick: int
    ledger_index: int
    anchor: Decimal | None
    source: str | None
    divergence_bps: Decimal | None
    bid: Decimal | None
    ask: Decimal | None
    quotes: int
    dropped: int
    distance_to_clob_bid_bps: Decimal | None
    distance_to_clob_ask_bps: Decimal | None
    within_2bps_bid: bool | None
    within_2bps_ask: bool | None


_quote_tick = building(QuoteTick)


@frozen
class TickSuspended(TelemetryEvent):
    """For each tick that quotes nothing, with the reason and its numbers."""

    NAME: ClassVar[str] = "TICK_SUSPENDED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    tick: int
    reason: str
    detail: str
    ledger_index: int
    source: str | None
    divergence_bps: Decimal | None


@frozen
class QuoteRefusedEvent(TelemetryEvent):
    """For each quote that Risk took out of a proposal."""

    NAME: ClassVar[str] = "QUOTE_REFUSED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    tick: int
    side: str
    level: int
    price: Decimal
    quantity: Decimal
    reason: str
    detail: str

    @classmethod
    def of(cls, refused: QuoteRefused) -> QuoteRefusedEvent:
        quote = refused.quote
        return cls(
            refused.tick,
            quote.side.value,
            quote.level,
            quote.price,
            quote.quantity,
            refused.reason.value,
            refused.detail,
        )


@frozen
class RiskBreachedEvent(TelemetryEvent):
    """When a limit does not hold, once until it holds again."""

    NAME: ClassVar[str] = "RISK_BREACHED"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    breach: str
    detail: str

    @classmethod
    def of(cls, breached: RiskBreached) -> RiskBreachedEvent:
        return cls(breached.breach.value, breached.detail)


def quote_tick(decision: TickDecision) -> QuoteTick | TickSuspended:
    """The event of one tick."""
    proposal, anchor = decision.proposal, decision.anchor
    source = anchor.source._value_ if anchor.source is not None else None  # `value` without two calls
    divergence_bps = _rounded(anchor.divergence_bps, _BPS_STEP)
    if decision.suspension is not None:
        return TickSuspended(
            proposal.tick,
            decision.suspension.value,
            decision.suspension_detail,
            decision.ledger_index,
            source,
            divergence_bps,
        )
    bid_bps, ask_bps = decision.distance.distance_to_clob_bid_bps, decision.distance.distance_to_clob_ask_bps
    bid, ask = _best(decision)
    return _quote_tick(
        proposal.tick,
        decision.ledger_index,
        _rounded(anchor.price, _PRICE_STEP),
        source,
        divergence_bps,
        bid,
        ask,
        len(proposal.quotes),
        len(decision.dropped),
        _rounded(bid_bps, _BPS_STEP),
        _rounded(ask_bps, _BPS_STEP),
        is_within_2bps(bid_bps),
        is_within_2bps(ask_bps),
    )


def _best(decision: TickDecision) -> tuple[Decimal | None, Decimal | None]:
    """Of either side the first, which is the best."""
    bid: Decimal | None = None
    ask: Decimal | None = None
    for quote in decision.proposal.quotes:
        if quote.side is BUY:
            if bid is None:
                bid = quote.price
        elif ask is None:
            ask = quote.price
    return bid, ask


def _rounded(value: Decimal | None, step: Decimal) -> Decimal | None:
    return None if value is None else value.quantize(step)
