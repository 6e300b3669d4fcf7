"""A drop report as plain lines for a terminal, and as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

import attrs

from neo.domain.money.exact import total
from neo.domain.session.drop_reasons import GUARD_WORDS, OUTCOME_WORDS, REFUSAL_WORDS
from neo.domain.session.drop_report import DropReport, HeldPosition, ReportedTrade, Tally
from neo.domain.units import NS_PER_S, ZERO

#: Raised whenever a key changes its meaning or goes away; a new key does not change it.
DROP_REPORT_FORMAT = 1
_WIDTH = 22
_TALLIES = ("blocked_by", "blocked_only_by", "refused_by_risk", "exits_refused_by_risk", "entries_ended", "exits")


def drop_report_lines(report: DropReport) -> tuple[str, ...]:
    """The whole report, one statement a line."""
    return (
        f"Drop buyer on {report.venue}",
        *(
            _trade(trade, report.quote) for trade in report.trades
        ),  # first: a busy day has a thousand, and the figures end the page
        _line(
            "drops",
            f"{report.drops} in {report.quotes} quotes: {report.blocked} stopped by guards, "
            f"{report.proposed} proposed to Risk",
        ),
        *_tally("  stopped", report.blocked_by, GUARD_WORDS, dict(report.blocked_only_by)),
        *_tally("  refused by Risk", report.refused_by_risk, REFUSAL_WORDS),
        *_tally("  entries", report.entries_ended, OUTCOME_WORDS),
        *([_line("  no end known", f"{report.unanswered} entries: under way, or lost")] if report.unanswered else []),
        *_tally("sales proposed", report.exits, {}),
        *_tally("  refused by Risk", report.exits_refused_by_risk, REFUSAL_WORDS),
        *_sold(report),
        *_money(report),
        *(_held(position, report.quote) for position in report.positions),
        *([report.why_nothing] if report.why_nothing else []),
    )


def drop_report_values(report: DropReport) -> dict[str, Any]:
    """The report for `--json`: Decimals are strings (exact), tallies are objects."""
    values: dict[str, Any] = attrs.asdict(report, value_serializer=_plain)
    for name in _TALLIES:
        values[name] = dict(values[name])
    values["fees"] = {asset: f"{amount:f}" for asset, amount in report.fees}
    values["format"] = DROP_REPORT_FORMAT
    return values


def _plain(_instance: object, _attribute: object, value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _tally(label: str, tally: Tally, words: Mapping[str, str], alone: Mapping[str, int] | None = None) -> list[str]:
    lines = []
    for name, count in tally:
        meaning = f": {words[name]}" if words.get(name, name) != name else ""
        only = f" (nothing else was against {alone[name]} of them)" if alone and name in alone else ""
        lines.append(_line(label, f"{count} {name}{meaning}{only}"))
    return lines


def _sold(report: DropReport) -> list[str]:
    return [
        _line("  sold", f"{group.trades} {group.reason or 'unknown reason'}, {group.result_quote:+.6f} {report.quote}")
        for group in report.exits_by_reason
    ]


def _money(report: DropReport) -> list[str]:
    unit = report.quote
    lines = [
        _line("bought, sold", f"{report.bought_quote:.6f} {unit}, {report.sold_quote:.6f} {unit}"),
        _line("result after fees", f"{report.result_quote:+.6f} {unit}: {report.gains} gains, {report.losses} losses"),
    ]
    if report.fees:
        lines.append(_line("  fees", ", ".join(f"{amount:f} {asset}" for asset, amount in report.fees)))
    for label, slippage in (("entries", report.entry_slippage), ("exits", report.exit_slippage)):
        if slippage.bps is not None:
            text = f"{slippage.bps:+.2f} bps, {slippage.cost_quote:+.6f} {unit} (+ is worse than the touch)"
            lines.append(_line(f"  slippage of {label}", text))
    held = reduce(total, (position.cost_quote for position in report.positions), ZERO)
    lines.append(_line("positions open", f"{len(report.positions)}" + (f", cost {held:.6f} {unit}" if held else "")))
    return lines


def _held(position: HeldPosition, unit: str) -> str:
    text = (
        f"{position.symbol} {position.quantity:f} at {position.entry_price:.8g}, cost {position.cost_quote:.6f} {unit}, "
        f"since {_time(position.opened_at_ns)}"
    )
    if position.stale_since_ns is not None:
        text += f", NOT QUOTED since {_time(position.stale_since_ns)}"
    return _line("  held", text)


def _trade(trade: ReportedTrade, unit: str) -> str:
    price = "" if trade.price is None else f" at {trade.price:.8g}"
    result = "" if trade.result_quote is None else f", {trade.result_quote:+.6f} {unit}"
    outcome = "under way" if trade.outcome is None else OUTCOME_WORDS.get(trade.outcome, trade.outcome)
    tries = "1 try" if trade.tries == 1 else f"{trade.tries} tries"
    why = f", {trade.reason}" if trade.reason and trade.result_quote is not None else ""
    text = f"{trade.symbol} {trade.filled:f} of {trade.quantity:f}{price}{result}{why}, {tries}, {outcome}, {trade.intent_id}"
    return _line(f"  {trade.purpose}", f"{_time(trade.proposed_at_ns)} {text}")


def _line(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{text}"


def _time(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
