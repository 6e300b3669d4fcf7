"""What is said about an exchange that tells nonsense, and about clocks that do not agree."""

from __future__ import annotations

from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class ExchangeQuoteRefused(TelemetryEvent):
    """When a quote is none: a side is missing, not a number, not positive, or crossed; once until it is proper again."""

    NAME: ClassVar[str] = "EXCHANGE_QUOTE_REFUSED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    symbol: str
    bid: str
    ask: str
    why: str


@frozen
class ExchangeClockOff(TelemetryEvent):
    """When the exchange's clock is further from ours than exchange.clock_offset_max_ms: nothing is bought until it is back."""

    NAME: ClassVar[str] = "EXCHANGE_CLOCK_OFF"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    venue: str
    ahead_ms: int
    limit_ms: int


@frozen
class ExchangeClockBack(TelemetryEvent):
    """When the exchange's clock agrees with ours again."""

    NAME: ClassVar[str] = "EXCHANGE_CLOCK_BACK"
    venue: str
    ahead_ms: int
