"""What a market's price does: a function of time, so that any instant can be asked in any order."""

from __future__ import annotations

from typing import Protocol

from neo.records import frozen

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


@frozen
class TickBar:
    """One minute. Prices in ticks of the market."""

    open_ms: int
    open: int
    high: int
    low: int
    close: int


@frozen
class DayRange:
    """The last 24 hours, prices in ticks."""

    open: int
    high: int
    low: int
    last: int


class PricePath(Protocol):
    """The fair price of one market in whole ticks, at least 1. `born_ms` is the first instant that it knows."""

    @property
    def born_ms(self) -> int: ...

    def ticks_at(self, at_ms: int) -> int: ...

    def minute(self, open_ms: int) -> TickBar | None:
        """The bar that opens at `open_ms`, None where there is none."""
        ...

    def day(self, at_ms: int) -> DayRange: ...


@frozen
class SteadyPrice:
    """A market in which nothing happens; for tests and for currencies that hold their value."""

    ticks: int
    born_ms: int = 0

    def ticks_at(self, at_ms: int) -> int:
        del at_ms
        return self.ticks

    def minute(self, open_ms: int) -> TickBar | None:
        return TickBar(open_ms, self.ticks, self.ticks, self.ticks, self.ticks) if open_ms >= self.born_ms else None

    def day(self, at_ms: int) -> DayRange:
        del at_ms
        return DayRange(self.ticks, self.ticks, self.ticks, self.ticks)
