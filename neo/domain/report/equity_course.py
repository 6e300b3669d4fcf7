"""The course of a drop buyer's money: what was realised, what the rest is worth at its quotes, and how deep it fell."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from neo.domain.money.exact import difference, total
from neo.domain.report.chart import Chart, Look, Series
from neo.domain.report.decimation import Thinned
from neo.domain.units import ZERO
from neo.records import frozen


class MarkLike(Protocol):
    """What was noted of a desk's money at a moment, in quote currency (DeskSnapshot in neo/domain/messages/storage.py)."""

    @property
    def at_ns(self) -> int: ...
    @property
    def unpriced(self) -> int: ...
    @property
    def cost_quote(self) -> Decimal: ...
    @property
    def value_quote(self) -> Decimal: ...
    @property
    def realised_quote(self) -> Decimal: ...
    @property
    def free(self) -> Decimal: ...
    @property
    def reserved(self) -> Decimal: ...
    @property
    def committed(self) -> Decimal: ...


@frozen
class Drawdown:
    """The deepest fall below the highest profit before it, in quote; `at_ns` is when it was deepest."""

    depth_quote: Decimal
    at_ns: int


_PROFITS = (("net", "profit at quotes", "mid", Look.LINE), ("realised", "realised", "a", Look.STEP),
            ("unrealised", "unrealised", "c", Look.LINE))  # fmt: skip
_BUDGET = (("committed", "committed", "a", Look.STEP), ("reserved", "reserved", "b", Look.STEP),
           ("free", "free", "d", Look.STEP))  # fmt: skip
_BELOW = (("below", "below its highest", "halt", Look.LINE),)


class EquityCourse:
    """Watches the marks of one venue go by, in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self, starts_ns: int, ends_ns: int) -> None:
        self._lines = {key: Thinned(starts_ns, ends_ns) for key, *_ in (*_PROFITS, *_BUDGET, *_BELOW)}
        self._highest: Decimal | None = None
        self.last: MarkLike | None = None
        self.drawdown: Drawdown | None = None

    def see(self, mark: MarkLike) -> None:
        """One more mark."""
        unrealised = unrealised_of(mark)
        net = total(mark.realised_quote, unrealised)
        self._highest = net if self._highest is None else max(net, self._highest)
        below = difference(net, self._highest)
        if self.drawdown is None or -below > self.drawdown.depth_quote:
            self.drawdown = Drawdown(-below, mark.at_ns)
        self._add(mark.at_ns, net=net, realised=mark.realised_quote, unrealised=unrealised, below=below)
        self._add(mark.at_ns, free=mark.free, reserved=mark.reserved, committed=mark.committed)
        self.last = mark

    def charts(self, quote: str, trades: tuple[Series, ...]) -> tuple[Chart, ...]:
        """`trades` are drawn into the first one."""
        return (
            Chart(
                key="equity",
                title="Equity, marked at quotes",
                unit=quote,
                about="Profit at quotes = realised + unrealised. Realised are the sales of this session after fees, "
                "unrealised is what open positions would bring at their bid, less what they cost. Deposits never count.",
                series=(*self._series(_PROFITS), *trades),
                places=4,
            ),
            Chart(
                key="drawdown",
                title="Drawdown",
                unit=quote,
                about="How far the profit at quotes was below its highest before.",
                series=self._series(_BELOW),
                places=4,
            ),
            Chart(
                key="budget",
                title="Budget",
                unit=quote,
                about="Committed sits in positions, reserved is promised to orders, free is the rest.",
                series=self._series(_BUDGET),
                places=2,
            ),
        )

    def _add(self, at_ns: int, **values: Decimal) -> None:
        for key, value in values.items():
            self._lines[key].add(at_ns, value)

    def _series(self, named: tuple[tuple[str, str, str, Look], ...]) -> tuple[Series, ...]:
        return tuple(Series(name, colour, look, self._lines[key].points()) for key, name, colour, look in named)


def unrealised_of(mark: MarkLike | None) -> Decimal:
    """What the positions are worth more than they cost."""
    return ZERO if mark is None else difference(mark.value_quote, mark.cost_quote)
