"""A month of one-minute bars in a few megabytes: columns of integers that look like a sequence of bars."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable

from neo.infra.simulated_exchange.price_path import TickBar


class TickBars:
    """Bars by time, at least one. Reading makes them anew."""

    def __init__(self, bars: Iterable[TickBar]) -> None:
        self._columns = tuple(array("q") for _ in range(5))
        for bar in bars:
            for column, value in zip(self._columns, (bar.open_ms, bar.open, bar.high, bar.low, bar.close), strict=True):
                column.append(value)
        if not self._columns[0]:
            raise ValueError("there are no bars")
        #: When the first bar opened, and the last.
        self.first_ms, self.last_ms = self._columns[0][0], self._columns[0][-1]
        self._newest: tuple[int, TickBar] | None = None

    def __len__(self) -> int:
        return len(self._columns[0])

    def __getitem__(self, place: int) -> TickBar:
        newest = self._newest
        if newest is not None and newest[0] == place:  # a bar is looked at many times in its minute
            return newest[1]
        bar = TickBar(*(column[place] for column in self._columns))
        self._newest = (place, bar)
        return bar

    def place_at(self, at_ms: int) -> int:
        """Of the last bar that opened at or before `at_ms`, or of the first of all."""
        return max(0, bisect_right(self._columns[0], at_ms) - 1)

    def first_after(self, at_ms: int) -> int:
        """Of the first bar that opened after `at_ms`."""
        return bisect_right(self._columns[0], at_ms)

    def extremes(self, first: int, end: int) -> tuple[int, int]:
        """(highest, lowest) of the bars from `first` to before `end`, of which there is at least one."""
        return max(self._columns[2][first:end]), min(self._columns[3][first:end])
