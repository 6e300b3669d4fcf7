"""What is said about the trades of an exchange, once they are durable."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.messages.dropping import TradeEnded
from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class TradeNotTakenOn(TelemetryEvent):
    """When the exchange router did not act on an approved trade, and why."""

    NAME: ClassVar[str] = "TRADE_NOT_TAKEN_ON"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    intent_id: str
    symbol: str
    purpose: str
    reason: str


@frozen
class TradeFinished(TelemetryEvent):
    """When nothing of an intent can trade any more. Quantities in base and quote; `result` of a sale in quote, fees
    included."""

    NAME: ClassVar[str] = "TRADE_ENDED"
    intent_id: str
    symbol: str
    purpose: str
    outcome: str
    quantity: Decimal
    quote_quantity: Decimal
    result: Decimal | None

    @classmethod
    def of(cls, end: TradeEnded) -> TradeFinished:
        """The event for an end."""
        return cls(
            end.intent_id,
            end.symbol,
            end.purpose.value,
            end.outcome.value,
            end.quantity,
            end.quote_quantity,
            end.result_quote,
        )


@frozen
class PositionPriceStale(TelemetryEvent):
    """When a held symbol is not quoted any more while others are: once, until it is again. It cannot be sold meanwhile.

    `last_bid` is the price it is still shown at, null when there was none; `cost_quote` what it cost.
    """

    NAME: ClassVar[str] = "POSITION_PRICE_STALE"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    venue: str
    symbol: str
    age_s: int
    quantity: Decimal
    last_bid: Decimal | None
    cost_quote: Decimal


@frozen
class PositionPriced(TelemetryEvent):
    """When a POSITION_PRICE_STALE is over: `why` is "quoted again" or "not held any more"."""

    NAME: ClassVar[str] = "POSITION_PRICED"
    venue: str
    symbol: str
    stale_s: int
    why: str
