"""Profit by the hour of a session: what tells two configurations apart, and by how much chance alone could have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from neo.domain.money.exact import total
from neo.domain.report.money_course import MoneyCourse, mid_of
from neo.domain.session.drop_report import DropReport
from neo.domain.session.summary_rows import SnapshotLike
from neo.domain.units import NS_PER_S, ZERO

HOUR_NS = 3600 * NS_PER_S
#: A last hour that is shorter than this tells nothing about an hour; a longer one counts as one.
LAST_HOUR_MIN_NS = HOUR_NS // 2

_Tick = TypeVar("_Tick", bound=SnapshotLike)


def hour_ends(starts_ns: int, ends_ns: int) -> tuple[int, ...]:
    """Ends of the hours that count, in ns."""
    full, rest = divmod(max(0, ends_ns - starts_ns), HOUR_NS)
    ends = [starts_ns + HOUR_NS * (i + 1) for i in range(full)]
    return (*ends, ends_ns) if rest >= LAST_HOUR_MIN_NS else tuple(ends)


class HourlyProfit:
    """Watches the ticks of a market maker go by. Mutable and owned by whoever made it."""

    def __init__(self, money: MoneyCourse, ends_ns: Sequence[int]) -> None:
        self._money = money
        self._ends_ns = ends_ns
        self._net: list[Decimal] = []

    def watched(self, ticks: Iterable[_Tick]) -> Iterator[_Tick]:
        """Passes the ticks on, each after it was seen."""
        for tick in ticks:
            self._until(tick.at_ns - 1)
            self._money.until(tick.at_ns)
            self._money.mid(tick.at_ns, mid_of(tick))
            yield tick
        if self._ends_ns:
            self._until(self._ends_ns[-1])

    def profits(self) -> tuple[Decimal, ...]:
        """After fees, one for each hour, at the prices of its end."""
        before = (ZERO, *self._net[:-1])
        return tuple(now - then for now, then in zip(self._net, before, strict=True))

    def _until(self, at_ns: int) -> None:
        while len(self._net) < len(self._ends_ns) and self._ends_ns[len(self._net)] <= at_ns:
            self._money.until(self._ends_ns[len(self._net)])
            self._net.append(self._money.profit().net)


def hourly_results(report: DropReport, starts_ns: int, ends_ns: Sequence[int]) -> tuple[Decimal, ...]:
    """What the sales of each hour brought, by the time at which they ended."""
    sums = [ZERO] * len(ends_ns)
    for trade in report.trades:
        if trade.result_quote is None or trade.ended_at_ns is None:
            continue
        index = next((i for i, end_ns in enumerate(ends_ns) if trade.ended_at_ns <= end_ns), None)
        if index is not None and trade.ended_at_ns >= starts_ns:
            sums[index] = total(sums[index], trade.result_quote)
    return tuple(sums)


def with_profits(
    hourly: Mapping[str, tuple[Decimal, ...]], currency: str, profits: tuple[Decimal, ...]
) -> dict[str, tuple[Decimal, ...]]:
    """`profits` of the same hours added to what others made in that currency."""
    made = hourly.get(currency, (ZERO,) * len(profits))
    return {**hourly, currency: tuple(one + other for one, other in zip(made, profits, strict=True))}
