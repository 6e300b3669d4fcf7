"""Recorded data as a fair price: asked with rising times, answered in constant time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.units import NS_PER_S
from neo.infra.replay.bars import Bar

_MINUTE_NS = 60 * NS_PER_S
_THIRD_NS = _MINUTE_NS // 3
_PLACES = Decimal("0.00000001")


class StepPath:
    """The last price that was recorded at or before the time asked for (trades, mid prices)."""

    def __init__(self, points: Sequence[tuple[int, Decimal]]) -> None:
        if not points:
            raise ValueError("a price path needs at least one point")
        self._points = points
        self._next = 0
        self._price = points[0][1]

    @property
    def start_ns(self) -> int:
        return self._points[0][0]

    @property
    def end_ns(self) -> int:
        return self._points[-1][0]

    def price_at(self, at_ns: int) -> Decimal:
        points = self._points
        while self._next < len(points) and points[self._next][0] <= at_ns:
            self._price = points[self._next][1]
            self._next += 1
        return self._price


class BarPath:
    """Bars, walked inside the minute in straight lines: open, low, high, close when it closed up, else high first.

    In a gap the last close stands.
    """

    def __init__(self, bars: Sequence[Bar]) -> None:
        if not bars:
            raise ValueError("a price path needs at least one bar")
        self._bars = bars
        self._at = 0

    @property
    def start_ns(self) -> int:
        return self._bars[0].at_ns

    @property
    def end_ns(self) -> int:
        return self._bars[-1].at_ns + _MINUTE_NS

    def price_at(self, at_ns: int) -> Decimal:
        bars = self._bars
        while self._at + 1 < len(bars) and bars[self._at + 1].at_ns <= at_ns:
            self._at += 1
        bar = bars[self._at]
        elapsed_ns = at_ns - bar.at_ns
        if elapsed_ns <= 0:
            return bar.open
        if elapsed_ns >= _MINUTE_NS:
            return bar.close
        corners = _corners(bar)
        third, into_ns = divmod(elapsed_ns, _THIRD_NS)
        start, end = corners[third], corners[third + 1]
        return (start + (end - start) * into_ns / _THIRD_NS).quantize(_PLACES)


def _corners(bar: Bar) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    if bar.close >= bar.open:
        return bar.open, bar.low, bar.high, bar.close
    return bar.open, bar.high, bar.low, bar.close
