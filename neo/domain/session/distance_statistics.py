"""Statistics of the distance to the touch over a whole session, in memory that does not grow with its length."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from neo.domain.session.distance import TouchDistance, is_within_2bps
from neo.domain.units import ZERO
from neo.records import frozen

#: Upper ends of the histogram of |distance|; the last bin is open.
HISTOGRAM_EDGES_BPS = (Decimal(2), Decimal(5), Decimal(10))
HISTOGRAM_LABELS = ("0-2", "2-5", "5-10", "10+")
#: The median is exact to this step; farther away than MEDIAN_RANGE_BPS it is clamped. Together they bound the memory.
MEDIAN_STEP_BPS = Decimal("0.01")
MEDIAN_RANGE_BPS = Decimal(1000)


@frozen
class SideStatistics:
    """One side of the book. `median_bps` to 0.01 bps, `mean_bps` exact; shares are fractions of `ticks`."""

    ticks: int
    within_2bps: int
    mean_bps: Decimal | None
    median_bps: Decimal | None
    histogram: tuple[int, ...]

    @property
    def within_2bps_percent(self) -> Decimal | None:
        return Decimal(100 * self.within_2bps) / self.ticks if self.ticks else None


@frozen
class DistanceStatistics:
    bid: SideStatistics
    ask: SideStatistics


class SideTally:
    """Running counts of one side. Mutable and owned by whoever adds to it; at most 200,001 bins, in practice hundreds."""

    def __init__(self) -> None:
        self._ticks = 0
        self._within = 0
        self._sum = ZERO
        self._histogram = [0] * len(HISTOGRAM_LABELS)
        self._steps: dict[int, int] = {}

    def add(self, distance_bps: Decimal | None) -> None:
        if distance_bps is None:
            return
        self._ticks += 1
        self._within += bool(is_within_2bps(distance_bps))
        self._sum += distance_bps
        self._histogram[_bin(abs(distance_bps))] += 1
        clamped = min(max(distance_bps, -MEDIAN_RANGE_BPS), MEDIAN_RANGE_BPS)
        step = int((clamped / MEDIAN_STEP_BPS).to_integral_value(ROUND_FLOOR))
        self._steps[step] = self._steps.get(step, 0) + 1

    def statistics(self) -> SideStatistics:
        mean = self._sum / self._ticks if self._ticks else None
        return SideStatistics(self._ticks, self._within, mean, self._median(), tuple(self._histogram))

    def _median(self) -> Decimal | None:
        if not self._ticks:
            return None
        ordered = sorted(self._steps.items())
        lower = _nth(ordered, (self._ticks - 1) // 2)
        upper = _nth(ordered, self._ticks // 2)
        return (lower + upper) * MEDIAN_STEP_BPS / 2


class DistanceTally:
    """Both sides together: add each tick, ask for the statistics at any time."""

    def __init__(self) -> None:
        self._bid = SideTally()
        self._ask = SideTally()

    def add(self, distance: TouchDistance) -> None:
        self._bid.add(distance.distance_to_clob_bid_bps)
        self._ask.add(distance.distance_to_clob_ask_bps)

    def statistics(self) -> DistanceStatistics:
        return DistanceStatistics(self._bid.statistics(), self._ask.statistics())


def _bin(distance_bps: Decimal) -> int:
    for index, edge in enumerate(HISTOGRAM_EDGES_BPS):
        if distance_bps <= edge:
            return index
    return len(HISTOGRAM_EDGES_BPS)


def _nth(ordered: list[tuple[int, int]], rank: int) -> int:
    seen = 0
    for step, count in ordered:
        seen += count
        if seen > rank:
            return step
    raise ValueError(f"fewer than {rank + 1} values")
