"""A market that relives recorded one-minute bars, again and again."""

from __future__ import annotations

import attrs

from neo.infra.simulated_exchange.price_path import DAY_MS, MINUTE_MS, DayRange, TickBar
from neo.infra.simulated_exchange.tick_bars import TickBars
from neo.records import frozen

#: Where within a minute open, the first extreme, the second extreme and close are.
_TURNS_MS = (0, 20_000, 40_000, 59_000)


def _full_minute(at_ms: int) -> int:
    return at_ms - at_ms % MINUTE_MS


@frozen
class RecordedPrice:
    """`bars` by time, prices in ticks, gaps allowed (the last close stands meanwhile). The bar that opened at
    `from_ms` is lived through in the minute of `start_ms`; after the last bar it begins again with the first.

    Within a bar the price goes to the extreme on the other side of its close first, as bars of falling and rising minutes
    mostly do, then to the other extreme.
    """

    bars: TickBars
    from_ms: int
    start_ms: int = attrs.field(converter=_full_minute)

    @property
    def born_ms(self) -> int:
        return self.start_ms - (self.from_ms - self.bars.first_ms)

    def ticks_at(self, at_ms: int) -> int:
        recorded_ms = self._recorded(at_ms)
        bar = self._bar_at(recorded_ms)
        within_ms = recorded_ms - bar.open_ms
        return bar.close if within_ms >= MINUTE_MS else _within(bar, within_ms)

    def minute(self, open_ms: int) -> TickBar | None:
        """The bar lived through at `open_ms`, None in a gap."""
        recorded_ms = self._recorded(open_ms)
        bar = self._bar_at(recorded_ms)
        if open_ms < self.born_ms or recorded_ms - bar.open_ms >= MINUTE_MS:
            return None
        return attrs.evolve(bar, open_ms=open_ms)

    def day(self, at_ms: int) -> DayRange:
        """From the bars of the 24 h before, as far as they were recorded."""
        recorded_ms = self._recorded(at_ms)
        current = self.bars.place_at(recorded_ms)
        first = min(self.bars.first_after(recorded_ms - DAY_MS), current)
        # The bar that is being lived through shows nothing of its future; in a gap the last one is over.
        is_over = recorded_ms - self.bars[current].open_ms >= MINUTE_MS
        last = self.ticks_at(at_ms)
        end = max(current + is_over, first + 1)
        highest, lowest = self.bars.extremes(first, end)
        return DayRange(self.bars[first].open, max(highest, last), min(lowest, last), last)

    def _recorded(self, at_ms: int) -> int:
        first = self.bars.first_ms
        length_ms = self.bars.last_ms + MINUTE_MS - first
        return first + (at_ms - self.start_ms + self.from_ms - first) % length_ms

    def _bar_at(self, recorded_ms: int) -> TickBar:
        return self.bars[self.bars.place_at(recorded_ms)]


def _within(bar: TickBar, within_ms: int) -> int:
    extremes = (bar.low, bar.high) if bar.close >= bar.open else (bar.high, bar.low)
    turns = (bar.open, *extremes, bar.close)
    for place in range(1, len(turns)):
        begin_ms, end_ms = _TURNS_MS[place - 1], _TURNS_MS[place]
        if within_ms <= end_ms:
            moved = (turns[place] - turns[place - 1]) * (within_ms - begin_ms)
            return turns[place - 1] + moved // (end_ms - begin_ms)
    return bar.close
