"""A summary as plain lines for a terminal or a log: every number with its unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from neo.domain.session.distance_statistics import HISTOGRAM_LABELS, SideStatistics
from neo.domain.session.drop_report_text import drop_report_lines
from neo.domain.session.summary import SessionSummary
from neo.domain.session.summary_rows import HaltEntry
from neo.domain.units import NS_PER_S

_WIDTH = 22


def summary_lines(summary: SessionSummary) -> tuple[str, ...]:
    """The whole summary, one statement a line."""
    blocks = [_session(summary), _trading(summary)]
    if summary.makes_markets:
        blocks.append(_profit(summary))
    blocks += [list(drop_report_lines(report)) for report in summary.drops]
    blocks.append(_inventory(summary))
    if summary.makes_markets:
        blocks.append(_quoting(summary))
    blocks.append([*_halts(summary), *_troubles(summary)])
    first, *others = blocks
    return (*first, *(line for block in others for line in ("", *block)))


def _session(summary: SessionSummary) -> list[str]:
    ended = "still running" if summary.ended_at_ns is None else _time(summary.ended_at_ns)
    lines = [
        f"Session {summary.session_id} (run {summary.run_id}), mode {summary.mode}, {_markets(summary)}",
        _line("from", f"{_time(summary.started_at_ns)} to {ended}{_duration(summary)}"),
        _line("code, config, seed", f"{summary.code_version}, {summary.config_hash[:12]}, {summary.seed}"),
        _line("directory", summary.directory),
    ]
    if summary.parent_session is not None:
        lines.append(_line("recovered", f"session {summary.parent_session}, which had crashed"))
    if summary.fill_model:
        lines.append(_line("fill model", summary.fill_model))
    return lines


def _markets(summary: SessionSummary) -> str:
    return " and ".join(each.text for each in summary.trading)


def _trading(summary: SessionSummary) -> list[str]:
    profit = summary.profit
    states = ", ".join(f"{count} {state.lower()}" for state, count in summary.orders_by_state)
    lines = [_line("orders", f"{summary.orders_total}" + (f": {states}" if states else ""))]
    made = profit.fills_bought + profit.fills_sold
    if summary.makes_markets:
        text = f"{made} ({profit.fills_bought} bought, {profit.fills_sold} sold, {summary.maker_fills} as maker), "
        lines.append(_line("fills", f"{text}volume {profit.volume:.2f} {summary.quote}"))
    if summary.drops:
        lines.append(_line("fills of drops", f"{summary.fills - made}"))
    if summary.orders_unproved:
        lines.append(_line("NOT PROVED ENDED", ", ".join(summary.orders_unproved)))
    return lines


def _profit(summary: SessionSummary) -> list[str]:
    profit, unit = summary.profit, summary.quote
    price = "unknown" if profit.price is None else f"{profit.price:.6f} {unit}/{summary.base}"
    lines = [
        _line("profit after fees", f"{profit.net:+.6f} {unit} (price {price}; deposits never count)"),
        _line("  realised", f"{profit.realised:+.6f} {unit}"),
        _line("  unrealised", f"{profit.unrealised:+.6f} {unit} on {profit.traded_base:+f} {summary.base} traded"),
        _line("  fees", f"{-profit.fees:+.6f} {unit}"),
        _line("  spread captured", f"{profit.spread_captured:+.6f} {unit}"),
        _line("  inventory carry", f"{profit.inventory_carry:+.6f} {unit}"),
        _line(
            "price of capital", f"{profit.capital_carry:+.6f} {unit} (what holding the deposited {summary.base} made)"
        ),
    ]
    for markout in profit.markouts:
        bps = "no fill measured" if markout.bps is None else f"{markout.bps:+.2f} bps, {markout.gain:+.6f} {unit}"
        count = f" ({markout.fills} fills, {markout.missed} without a price in time)"
        lines.append(_line(f"  markout {markout.horizon_s} s", bps + count))
    return lines


def _inventory(summary: SessionSummary) -> list[str]:
    lines = [f"{line.text} ({line.asset}{_on(line.venue)})" for line in summary.inventory]
    for move in summary.capital:
        lines.append(_line("capital", f"{_time(move.at_ns)} {move.amount:+f} {move.asset}{_on(move.venue)}"))
    for explained in summary.wallet:
        lines.append(_line("  wallet", explained.text))
    if summary.equity is not None:
        lines.append(_line("equity", f"{summary.equity:.6f} {summary.quote}"))
    if summary.has_drift:
        lines.append(
            _line("ERROR", f"books and engine differ by 1 % or more: {summary.drift or 'see the lines above'}")
        )
    else:
        lines.append(_line("drift check", "books and engine agree within 1 %"))
    return lines


def _on(venue: str) -> str:
    return f" on {venue}" if venue else ""


def _quoting(summary: SessionSummary) -> list[str]:
    ticks = summary.ticks
    uptime = "" if ticks.uptime_percent is None else f", quoting {ticks.quoting} of them ({ticks.uptime_percent:.1f} %)"
    lines = [_line("ticks", f"{ticks.ticks}{uptime}")]
    if ticks.suspended:
        lines.append(_line("  suspended", ", ".join(f"{count} {reason}" for reason, count in ticks.suspended)))
    if ticks.anchor_sources:
        lines.append(_line("  anchor", ", ".join(f"{count} {source}" for source, count in ticks.anchor_sources)))
    lines.append(_line("distance to bid", _side(summary.distance.bid)))
    lines.append(_line("distance to ask", _side(summary.distance.ask)))
    return lines


def _side(side: SideStatistics) -> str:
    if side.mean_bps is None or side.median_bps is None or side.within_2bps_percent is None:
        return "never on the book"
    histogram = ", ".join(
        f"{label} bps: {count}" for label, count in zip(HISTOGRAM_LABELS, side.histogram, strict=True)
    )
    return (
        f"{side.within_2bps_percent:.1f} % of {side.ticks} ticks within 2 bps, mean {side.mean_bps:+.2f} bps, "
        f"median {side.median_bps:+.2f} bps; |d| {histogram}"
    )


def _halts(summary: SessionSummary) -> list[str]:
    reason = summary.halt_reason or "none"
    detail = f": {summary.halt_detail}" if summary.halt_detail else ""
    first = next((halt for halt in summary.halts if halt.first and halt.reason == summary.halt_reason), None)
    lines = [_line("halt", f"{reason}{_at(first)}{detail}")]
    lines += [
        _line("  later halt", f"{_time(halt.at_ns)} {halt.reason}{_at(halt)}: {halt.detail}")
        for halt in summary.halts
        if not halt.first
    ]
    return lines


def _at(halt: HaltEntry | None) -> str:
    return f" at {halt.venue}" if halt is not None and halt.venue else ""


def _troubles(summary: SessionSummary) -> list[str]:
    lines = []
    if summary.telemetry_problems:
        lines.append(
            _line("telemetry problems", f"{summary.telemetry_problems}, the last: {summary.telemetry_problem_last}")
        )
    if summary.dead_letters:
        lines.append(_line("dead letters", f"{summary.dead_letters}"))
    return lines


def _line(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{text}"


def _time(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _duration(summary: SessionSummary) -> str:
    if summary.ended_at_ns is None:
        return ""
    return f" ({timedelta(seconds=(summary.ended_at_ns - summary.started_at_ns) // NS_PER_S)})"
