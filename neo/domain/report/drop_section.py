"""What a drop buyer wants to see first: triggers, refusals by guard, entries, exits by reason, slippage, equity."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

from neo.domain.money.exact import total
from neo.domain.report.drop_course import DropCourse
from neo.domain.report.equity_course import unrealised_of
from neo.domain.report.report import Section
from neo.domain.report.table import Cell, Column, Figure, Table, text_column
from neo.domain.report.times import utc
from neo.domain.session.drop_reasons import GUARD_WORDS, OUTCOME_WORDS, REFUSAL_WORDS
from neo.domain.session.drop_report import DropReport, ReportedTrade
from neo.domain.units import ZERO

#: Newest so many trades stand in the page; all of them are in `neo summary --json`.
TRADES_MAX = 500


def drop_section(report: DropReport, course: DropCourse) -> Section:
    """Call it after the course has seen every event."""
    result, *others = _figures(report)
    return Section(
        key=f"drop_buyer_{report.venue}",
        title=f"Drop buyer on {report.venue}",
        notes=(report.why_nothing,) if report.why_nothing else (),
        figures=(result, *_equity(report, course), *others),
        charts=tuple(chart for chart in course.charts(report) if not chart.is_empty),
        tables=(_guards(report), _entries(report), _exits(report), _positions(report), _fees(report), _trades(report)),
    )


def _figures(report: DropReport) -> tuple[Figure, ...]:
    unit, result = report.quote, report.result_quote
    entries = sum(1 for trade in report.trades if trade.result_quote is None and trade.filled)
    held = reduce(total, (position.cost_quote for position in report.positions), ZERO)
    tone = "good" if result > ZERO else "bad" if result < ZERO else ""
    return (
        Figure("result", "Result after fees", result, unit, 4, True, tone, f"{report.gains} gains, {report.losses} losses"),
        Figure("drops", "Drops", report.drops, note=f"in {report.quotes} quotes"),
        Figure("blocked", "Stopped by guards", report.blocked),
        Figure("proposed", "Proposed to Risk", report.proposed),
        Figure("entries", "Entries filled", entries),
        Figure("bought", "Bought", report.bought_quote, unit, 2),
        Figure("sold", "Sold", report.sold_quote, unit, 2),
        Figure("entry_slippage", "Slippage of entries", report.entry_slippage.bps, "bps", 2, True, note="+ is worse"),
        Figure("exit_slippage", "Slippage of exits", report.exit_slippage.bps, "bps", 2, True, note="+ is worse"),
        Figure("held", "Still held, at cost", held, unit, 2, note=f"{len(report.positions)} positions"),
    )  # fmt: skip


def _equity(report: DropReport, course: DropCourse) -> tuple[Figure, ...]:
    """Nothing for a session of before marks were noted."""
    equity = course.equity(report.venue)
    if equity is None or equity.last is None or equity.drawdown is None:
        return ()
    unit, last, deepest = report.quote, equity.last, equity.drawdown
    unrealised = unrealised_of(last)
    net = total(last.realised_quote, unrealised)
    tone = "good" if net > ZERO else "bad" if net < ZERO else ""
    unpriced = f", {last.unpriced} without a quote of now stand at their cost" if last.unpriced else ""
    lost = sum(position.stale_since_ns is not None for position in report.positions)
    stale = f", {lost} not quoted any more stand at their last bid where that is a loss" if lost else ""
    marked_at = "at the bid, before fees of selling"
    when = utc(deepest.at_ns) if deepest.depth_quote else "never below its highest"
    return (
        Figure("net", "Profit at quotes", net, unit, 4, True, tone, "realised + unrealised, deposits never count"),
        Figure("unrealised", "Unrealised", unrealised, unit, 4, True, note=f"{marked_at}{unpriced}{stale}"),
        Figure("drawdown", "Deepest drawdown", deepest.depth_quote, unit, 4, note=when),
    )


def _guards(report: DropReport) -> Table:
    alone = dict(report.blocked_only_by)
    return Table(
        key="guards",
        title="Refusals by guard",
        about="One drop may be refused by several guards; the last column counts those that nothing else was against.",
        columns=(
            text_column("guard", "Guard"),
            text_column("meaning", "Meaning"),
            Column("drops", "Drops"),
            Column("only_by", "By it alone"),
        ),
        rows=tuple((name, GUARD_WORDS.get(name, ""), count, alone.get(name, 0)) for name, count in report.blocked_by),
        empty="No guard refused anything.",
    )


def _entries(report: DropReport) -> Table:
    refused = tuple(
        ("refused by Risk", name, REFUSAL_WORDS.get(name, ""), count) for name, count in report.refused_by_risk
    )
    ended = tuple(("ended", name, OUTCOME_WORDS.get(name, ""), count) for name, count in report.entries_ended)
    return Table(
        key="entries",
        title="What became of the entries",
        about="Every drop that no guard refused is proposed to Risk once.",
        columns=(
            text_column("what", "What"),
            text_column("reason", "Reason"),
            text_column("meaning", "Meaning"),
            Column("entries", "Entries"),
        ),
        rows=(*refused, *ended),
        empty="No entry was proposed.",
    )  # fmt: skip


def _exits(report: DropReport) -> Table:
    return Table(
        key="exits",
        title="Exits by reason",
        about="Sales that were carried out, and what they brought after fees.",
        columns=(
            text_column("reason", "Reason"),
            Column("trades", "Trades"),
            Column("result", "Result", report.quote, 4, sign=True),
        ),
        rows=tuple((group.reason or "unknown", group.trades, group.result_quote) for group in report.exits_by_reason),
        empty="Nothing was sold.",
    )


def _positions(report: DropReport) -> Table:
    return Table(
        key="positions",
        title="Positions that were open at the end",
        about="Bought and not sold.",
        columns=(
            text_column("symbol", "Symbol"),
            Column("quantity", "Quantity"),
            Column("entry_price", "Bought at", report.quote),
            Column("cost", "Cost with fees", report.quote, 4),
            text_column("opened", "Since"),
            text_column("stale", "Not quoted since"),
        ),
        rows=tuple(
            (
                p.symbol,
                p.quantity,
                _short(p.entry_price),
                p.cost_quote,
                utc(p.opened_at_ns),
                "" if p.stale_since_ns is None else utc(p.stale_since_ns),
            )
            for p in report.positions
        ),
        empty="None.",
    )


def _trades(report: DropReport) -> Table:
    shown = report.trades[-TRADES_MAX:]
    return Table(
        key="trades",
        title="Trades",
        about=f"The newest {len(shown)} of {len(report.trades)}."
        if len(shown) < len(report.trades)
        else "Every intent.",
        columns=(
            text_column("at", "Proposed"),
            text_column("symbol", "Symbol"),
            text_column("purpose", "Purpose"),
            text_column("reason", "Reason"),
            Column("filled", "Filled", "base"),
            Column("price", "Price", report.quote),
            Column("slippage", "Slippage", "bps", 2, sign=True),
            Column("result", "Result", report.quote, 4, sign=True),
            Column("tries", "Tries"),
            text_column("outcome", "Outcome"),
        ),
        rows=tuple(map(_trade, shown)),
        empty="No intent was taken on.",
    )


def _trade(trade: ReportedTrade) -> tuple[Cell, ...]:
    return (
        utc(trade.proposed_at_ns),
        trade.symbol,
        trade.purpose,
        trade.reason,
        trade.filled,
        None if trade.price is None else _short(trade.price),
        trade.slippage_bps,
        trade.result_quote,
        trade.tries,
        "under way" if trade.outcome is None else OUTCOME_WORDS.get(trade.outcome, trade.outcome),
    )


def _short(price: Decimal) -> Decimal:
    """Eight digits that count; no exchange has more."""
    return Decimal(f"{price:.8g}")


def _fees(report: DropReport) -> Table:
    return Table(
        key="fees",
        title="Fees",
        about="What the exchange took, by currency.",
        columns=(text_column("asset", "Asset"), Column("amount", "Amount")),
        rows=report.fees,
        empty="None.",
    )
