"""What a market maker wants to see first: spread captured, markouts, fill rate, inventory, uptime, halts by reason."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.report.course import MarketCourse
from neo.domain.report.report import Section
from neo.domain.report.table import Cell, Column, Figure, Table, text_column
from neo.domain.session.distance_statistics import HISTOGRAM_LABELS, SideStatistics
from neo.domain.session.summary import SessionSummary
from neo.domain.session.summary_rows import HaltLike
from neo.domain.units import BPS, ZERO


def market_section(summary: SessionSummary, course: MarketCourse, halts: Sequence[HaltLike]) -> Section:
    """Call it after the course has seen every tick."""
    return Section(
        key="market_maker",
        title=f"Market maker, {summary.symbol}",
        notes=_notes(summary),
        figures=_figures(summary),
        charts=tuple(chart for chart in course.charts() if not chart.is_empty),
        time_lines=(course.uptime.time_line(halts),),
        tables=(
            _markouts(summary),
            course.fill_rate.table(summary.base),
            _distances(summary),
            _ticks(summary),
        ),
    )


def _notes(summary: SessionSummary) -> tuple[str, ...]:
    notes = []
    if not summary.ticks.ticks:
        notes.append("Not one tick was recorded: there is nothing to draw.")
    elif not _fills(summary):
        notes.append("Nothing was traded: no quote of ours was met.")
    return tuple(notes)


def _fills(summary: SessionSummary) -> int:
    """The market maker's own."""
    return summary.profit.fills_bought + summary.profit.fills_sold


def _figures(summary: SessionSummary) -> tuple[Figure, ...]:
    profit, unit = summary.profit, summary.quote
    spread_bps = profit.spread_captured * BPS / profit.volume if profit.volume else None
    tone = "good" if profit.net > ZERO else "bad" if profit.net < ZERO else ""
    return (
        Figure("net", "Profit after fees", profit.net, unit, 4, True, tone, "deposits never count"),
        Figure("spread_captured", "Spread captured", profit.spread_captured, unit, 4, True),
        Figure("spread_captured_bps", "Spread captured per volume", spread_bps, "bps", 2, True),
        Figure("inventory_carry", "Inventory carry", profit.inventory_carry, unit, 4, True),
        Figure("volume", "Volume", profit.volume, unit, 2),
        Figure("fills", "Fills", _fills(summary), note=f"{summary.maker_fills} as maker"),
        Figure("uptime", "Uptime", summary.ticks.uptime_percent, "%", 2, note="ticks that quoted, of all ticks"),
        Figure("within_2bps_bid", "Bid within 2 bps", summary.distance.bid.within_2bps_percent, "%", 1),
        Figure("within_2bps_ask", "Ask within 2 bps", summary.distance.ask.within_2bps_percent, "%", 1),
        Figure("equity", "Equity at the end", summary.equity, unit, 2),
    )


def _markouts(summary: SessionSummary) -> Table:
    return Table(
        key="markouts",
        title="Markouts",
        about="What the mid did after our fills: positive was good for us. A fill is missed where no price came in time.",
        columns=(
            Column("horizon_s", "After", "s"),
            Column("bps", "Markout", "bps", 2, sign=True),
            Column("gain", "Gain", summary.quote, 4, sign=True),
            Column("fills", "Fills"),
            Column("missed", "Missed"),
        ),
        rows=tuple((m.horizon_s, m.bps, m.gain, m.fills, m.missed) for m in summary.profit.markouts),
    )


def _distances(summary: SessionSummary) -> Table:
    sides = (("bid", summary.distance.bid), ("ask", summary.distance.ask))
    return Table(
        key="distance",
        title="Distance to the touch",
        about="Ticks by the distance of our best quote; the classes are by its size, on either side of the touch.",
        columns=(
            text_column("side", "Side"),
            Column("ticks", "Ticks"),
            Column("within_2bps_percent", "Within 2 bps", "%", 1),
            Column("mean_bps", "Mean", "bps", 2, sign=True),
            Column("median_bps", "Median", "bps", 2, sign=True),
            *(Column(f"bps_{label}", f"|d| {label} bps", "ticks") for label in HISTOGRAM_LABELS),
        ),
        rows=tuple((name, *_side(side)) for name, side in sides if side.ticks),
        empty="No tick had a quote of ours beside a book with two sides.",
    )


def _side(side: SideStatistics) -> tuple[Cell, ...]:
    return (side.ticks, side.within_2bps_percent, side.mean_bps, side.median_bps, *side.histogram)


def _ticks(summary: SessionSummary) -> Table:
    ticks = summary.ticks
    rows = (("quoting", "", ticks.quoting), *(("suspended", reason, count) for reason, count in ticks.suspended))
    return Table(
        key="ticks",
        title="Uptime",
        about="Every tick either quotes or says why not.",
        columns=(
            text_column("state", "State"),
            text_column("reason", "Reason"),
            Column("ticks", "Ticks"),
            Column("percent", "Of all", "%", 2),
        ),
        rows=tuple((*row, 100 * row[2] / (ZERO + ticks.ticks)) for row in rows) if ticks.ticks else (),
        empty="No tick.",
    )
