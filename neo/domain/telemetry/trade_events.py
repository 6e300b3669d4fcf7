"""What is said about the trades of an exchange, once they are durable."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import attrs

from neo.domain.messages.dropping import TradeEnded
from neo.domain.telemetry.event import Severity, TelemetryEvent


@attrs.frozen
class TradeNotTakenOn(TelemetryEvent):
    """When the exchange router did not act on an approved trade, and why."""

    NAME: ClassVar[str] = "TRADE_NOT_TAKEN_ON"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    intent_id: str
    symbol: str
    purpose: str
    reason: str


@attrs.frozen
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
