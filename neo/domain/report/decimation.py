"""Fewer points of the same picture: what a chart as wide as a screen can show of millions of ticks.

Time is cut into equal slots. Of each slot stay its first, lowest, highest and last point, in the order of time, so that neither
a spike nor a gap is lost. A slot without any value is one point without a value: the line is broken there.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from neo.domain.units import NS_PER_S

#: (time in ns, value). None: there was none at this time.
Point = tuple[int, Decimal | None]

POINTS_MAX = 2_000
#: What stays of a slot at most.
_KEPT = 4


class _Slot:
    """What stays of one slot: all its points while they are few, then those of its values that matter."""

    def __init__(self) -> None:
        self._few: list[Point] = []
        self._is_crowded = False
        self._first: Point | None = None
        self._low: tuple[int, Decimal] | None = None
        self._high: tuple[int, Decimal] | None = None
        self._last: Point | None = None

    def add(self, at_ns: int, value: Decimal | None) -> None:
        if len(self._few) < _KEPT:
            self._few.append((at_ns, value))
        elif value is not None:
            self._is_crowded = True
        if value is None:
            return
        self._last = point = (at_ns, value)
        self._first = self._first or point
        self._low = point if self._low is None or value < self._low[1] else self._low
        self._high = point if self._high is None or value > self._high[1] else self._high

    def kept(self) -> list[Point]:
        if not self._is_crowded:
            return self._few
        by_time = {point[0]: point for point in (self._first, self._low, self._high, self._last) if point is not None}
        return [by_time[at_ns] for at_ns in sorted(by_time)]


class Thinned:
    """Takes points in the order of time and keeps at most `points_max` of them, whatever comes. Owned by whoever adds.

    `starts_ns` and `ends_ns` say what will come; what lies outside belongs to the first or the last slot.
    """

    def __init__(self, starts_ns: int, ends_ns: int, points_max: int = POINTS_MAX) -> None:
        if points_max < _KEPT:
            raise ValueError(f"{points_max} points cannot show a lowest and a highest: at least {_KEPT}")
        self._starts_ns = starts_ns
        self._count = points_max // _KEPT
        self._span_ns = max(ends_ns - starts_ns, NS_PER_S)
        self._slots: dict[int, _Slot] = {}

    def add(self, at_ns: int, value: Decimal | None) -> None:
        """One more point; None: there is no value now."""
        index = min(max(0, (at_ns - self._starts_ns) * self._count // self._span_ns), self._count - 1)
        slot = self._slots.get(index)
        if slot is None:
            slot = self._slots[index] = _Slot()
        slot.add(at_ns, value)

    def points(self) -> tuple[Point, ...]:
        """What is kept, in the order of time; a run of points without a value is one."""
        kept = [point for index in sorted(self._slots) for point in self._slots[index].kept()]
        return tuple(
            point for i, point in enumerate(kept) if point[1] is not None or i == 0 or kept[i - 1][1] is not None
        )


def thinned(points: Iterable[Point], points_max: int = POINTS_MAX) -> tuple[Point, ...]:
    """The same for points that are all there."""
    held = tuple(points)
    if not held:
        return ()
    sieve = Thinned(held[0][0], held[-1][0], points_max)
    for at_ns, value in held:
        sieve.add(at_ns, value)
    return sieve.points()
