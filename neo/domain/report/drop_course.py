"""The course of a drop buyer's session as pictures: equity, drops, tiers and cycles, from trades, marks and telemetry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from neo.domain.market.tiers import Tier
from neo.domain.money.exact import total
from neo.domain.report.chart import Chart, Look, Series
from neo.domain.report.decimation import Point, Thinned, thinned
from neo.domain.report.equity_course import EquityCourse, MarkLike
from neo.domain.session.drop_report import DropReport, ReportedTrade
from neo.domain.telemetry.drop_events import DropTriggered
from neo.domain.telemetry.polling_events import MdHealth, MdPollOverrun
from neo.domain.units import ZERO

WANTED = frozenset({DropTriggered.NAME, MdHealth.NAME, MdPollOverrun.NAME})
_COLOURS = {Tier.HOT.value: "halt", Tier.WARM.value: "b", Tier.COLD.value: "a"}


class DropCourse:
    """Fed with the events in WANTED, in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self, starts_ns: int, ends_ns: int) -> None:
        self._starts_ns, self._ends_ns = starts_ns, ends_ns
        self._bought, self._blocked = self._sieve(), self._sieve()
        self._symbols: dict[str, Thinned] = {}
        self._p95: dict[str, Thinned] = {}
        self._late = self._sieve()
        self._equity: dict[str, EquityCourse] = {}

    def mark(self, venue: str, mark: MarkLike) -> None:
        """What the desk's money was worth at a moment."""
        self._equity.setdefault(venue, EquityCourse(self._starts_ns, self._ends_ns)).see(mark)

    def equity(self, venue: str) -> EquityCourse | None:
        """The course of the money on a venue; None when nothing was noted of it."""
        return self._equity.get(venue)

    def see(self, at_ns: int, name: str, fields: Mapping[str, Any]) -> None:
        """One event."""
        if name == DropTriggered.NAME:
            (self._blocked if fields.get("blocked_by") else self._bought).add(at_ns, Decimal(str(fields["depth_bps"])))
        elif name == MdHealth.NAME:
            tier = str(fields["tier"])
            self._symbols.setdefault(tier, self._sieve()).add(at_ns, Decimal(fields["symbols"]))
            p95_ms = fields.get("p95_ms")
            seconds = Decimal(p95_ms) / 1000 if p95_ms is not None and fields["symbols"] else None
            self._p95.setdefault(tier, self._sieve()).add(at_ns, seconds)
        elif name == MdPollOverrun.NAME:
            self._late.add(at_ns, Decimal(fields["duration_ms"]) / 1000)

    def charts(self, report: DropReport) -> tuple[Chart, ...]:
        """Those with nothing in them included."""
        return (
            *self._money(report),
            Chart(
                key="triggers",
                title="Drops",
                unit="bps",
                about="How far each drop was below its anchor; a guard kept the blocked ones from being bought.",
                series=(
                    Series("proposed", "good", Look.MARKS, self._bought.points(), "down"),
                    Series("blocked", "halt", Look.MARKS, self._blocked.points(), "dot"),
                ),
                places=1,
            ),
            Chart(
                key="tiers",
                title="Symbols by tier",
                unit="symbols",
                about="Hot symbols are looked at most often: near their trigger, or dropped lately.",
                series=_by_tier(self._symbols, Look.STEP),
                places=0,
            ),
            Chart(
                key="cycles",
                title="Poll cycles",
                unit="s",
                about="95 of 100 cycles of a tier were shorter than its line (once a minute); marks are cycles that were late.",
                series=(*_by_tier(self._p95, Look.LINE), Series("late", "warn", Look.MARKS, self._late.points(), "up")),
                places=2,
            ),
        )

    def _money(self, report: DropReport) -> tuple[Chart, ...]:
        """A session of before marks were noted shows what was realised."""
        equity, sales = self._equity.get(report.venue), _sales(report)
        if equity is None:
            return (_results(report, sales, self._starts_ns, self._ends_ns),)
        return equity.charts(report.quote, _gains_and_losses(sales))

    def _sieve(self) -> Thinned:
        return Thinned(self._starts_ns, self._ends_ns)


def _sales(report: DropReport) -> list[ReportedTrade]:
    return [trade for trade in report.trades if trade.result_quote is not None and trade.ended_at_ns is not None]


def _results(report: DropReport, sales: list[ReportedTrade], starts_ns: int, ends_ns: int) -> Chart:
    """Added up at the time at which each sale ended."""
    return Chart(
        key="equity",
        title="Result of what was sold",
        unit=report.quote,
        about="Profit and loss after fees, added up; what is still held counts nothing.",
        series=(
            Series("result", "mid", Look.STEP, thinned(_added_up(sales, starts_ns, ends_ns))),
            *_gains_and_losses(sales),
        )
        if sales
        else (),
        places=4,
    )


def _added_up(sales: Iterable[Any], starts_ns: int, ends_ns: int) -> Iterable[Point]:
    result = ZERO
    yield starts_ns, result
    for sale in sorted(sales, key=lambda sale: int(sale.ended_at_ns)):
        result = total(result, sale.result_quote)
        yield sale.ended_at_ns, result
    yield ends_ns, result


def _gains_and_losses(sales: list[ReportedTrade]) -> tuple[Series, ...]:
    return (
        Series("gain", "good", Look.MARKS, _marks(sales, gains=True), "up"),
        Series("loss", "halt", Look.MARKS, _marks(sales, gains=False), "down"),
    )


def _marks(sales: Iterable[Any], *, gains: bool) -> tuple[Point, ...]:
    ended = sorted(sales, key=lambda sale: int(sale.ended_at_ns))
    return thinned((s.ended_at_ns, s.result_quote) for s in ended if s.result_quote and (s.result_quote > 0) is gains)


def _by_tier(lines: Mapping[str, Thinned], look: Look) -> tuple[Series, ...]:
    order = [tier.value for tier in Tier]
    known = sorted(lines, key=lambda name: (order.index(name) if name in order else len(order), name))
    return tuple(Series(name, _COLOURS.get(name, "c"), look, lines[name].points()) for name in known)
