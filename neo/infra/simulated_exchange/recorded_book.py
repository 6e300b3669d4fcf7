"""A market that relives a recorded order book second by second, with what was really taken from it, again and again."""

from __future__ import annotations

from collections.abc import Sequence

from neo.infra.simulated_exchange.liquidity import EPOCH_MS, BookSides, Flow
from neo.infra.simulated_exchange.price_path import DAY_MS, MINUTE_MS, DayRange, TickBar
from neo.records import frozen

_SECONDS = 60


@frozen
class RecordedSecond:
    """The book at the beginning of a second, what was taken during it, and the mid in ticks (the lower, when between)."""

    sides: BookSides
    flow: Flow
    mid_ticks: int


@frozen
class RecordedBook:
    """Both a price path and others' liquidity. The first second is lived through at `start_ms`; `seconds` is not empty."""

    seconds: Sequence[RecordedSecond]
    start_ms: int

    @property
    def born_ms(self) -> int:
        """The recording runs in circles backwards, too: a chart has a past."""
        return self.start_ms - self.start_ms % MINUTE_MS - 2 * DAY_MS

    def epoch(self, at_ms: int) -> int:
        return at_ms // EPOCH_MS

    def moment_ms(self, epoch: int, now_ms: int) -> int:
        return min(epoch * EPOCH_MS, now_ms)

    def touch(self, epoch: int) -> BookSides:
        sides = self._second(epoch).sides
        return BookSides(sides.bids[:1], sides.asks[:1])

    def sides(self, epoch: int) -> BookSides:
        return self._second(epoch).sides

    def flow(self, epoch: int) -> Flow:
        return self._second(epoch).flow

    def ticks_at(self, at_ms: int) -> int:
        return self._second(self.epoch(at_ms)).mid_ticks

    def minute(self, open_ms: int) -> TickBar | None:
        """The bar of sixty seconds; None before the first."""
        if open_ms < self.born_ms:
            return None
        first = self.epoch(open_ms)
        prices = [self._second(epoch).mid_ticks for epoch in range(first, first + _SECONDS)]
        return TickBar(open_ms, prices[0], max(prices), min(prices), prices[-1])

    def day(self, at_ms: int) -> DayRange:
        """A day holds the recording many times."""
        prices = [second.mid_ticks for second in self.seconds]
        return DayRange(self.ticks_at(at_ms - DAY_MS), max(prices), min(prices), self.ticks_at(at_ms))

    def _second(self, epoch: int) -> RecordedSecond:
        return self.seconds[(epoch - self.epoch(self.start_ms)) % len(self.seconds)]
