"""Experiments for the terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neo.domain.experiments.comparison import METHOD, metrics_table, profits_table, settings_table
from neo.domain.experiments.experiment import Experiment
from neo.domain.experiments.interval import LEVEL_PERCENT, mean_interval
from neo.domain.experiments.selection import setting_text
from neo.domain.report.json_values import table_rows
from neo.domain.report.table import Table, cell_text
from neo.domain.report.times import utc

_CHANGES_SHOWN_MAX = 4
_VALUE_SHOWN_MAX = 24


def list_lines(experiments: Sequence[Experiment], note_max: int) -> Iterator[str]:
    """Three lines for each: who, what came of it, what was different."""
    if not experiments:
        yield "no session was found"
    for each in experiments:
        ended = each.halt_reason or ("running, or crashed" if each.ended_at_ns is None else "crashed")
        note = (
            f'  "{each.note if len(each.note) <= note_max else each.note[: note_max - 1] + "…"}"' if each.note else ""
        )
        yield f"{each.session_id}  {each.mode}  {utc(each.started_at_ns)}  {ended}  code {each.code_version}{note}"
        yield f"    {_results(each)}"
        yield f"    {_changes(each)}"


def _results(each: Experiment) -> str:
    results = each.results
    parts = [f"{results['hours']:.1f} h"] if "hours" in results else []
    for name, label in (("profit_after_fees", "profit"), ("drop_result", "drops")):
        if name in results:
            parts.append(f"{label} {results[name]:+.4f}")
    for currency, profits in each.hourly.items():
        interval = mean_interval(profits)
        if interval is not None and interval.low is not None and interval.high is not None:
            parts.append(
                f"{interval.mean:+.4f} {currency}/h ({LEVEL_PERCENT} %: {interval.low:+.4f} to {interval.high:+.4f})"
            )
    parts += [f"{int(results['fills'])} fills"] if "fills" in results else []
    parts += [f"uptime {results['uptime_percent']:.1f} %"] if "uptime_percent" in results else []
    return ", ".join(parts)


def _changes(each: Experiment) -> str:
    if each.compared_with is None:
        return "the first session here"
    if not each.difference:
        return f"configuration as in {each.compared_with}"
    changes = [f"{key} {_short(a)} -> {_short(b)}" for key, (a, b) in each.difference.items()]
    more = f", and {len(changes) - _CHANGES_SHOWN_MAX} more" if len(changes) > _CHANGES_SHOWN_MAX else ""
    return f"against {each.compared_with}: {', '.join(changes[:_CHANGES_SHOWN_MAX])}{more}"


def _short(value: Any) -> str:
    text = "(none)" if value is None else setting_text(value)
    return text if len(text) <= _VALUE_SHOWN_MAX else f"{text[: _VALUE_SHOWN_MAX - 1]}…"


def comparison_text(experiments: Sequence[Experiment]) -> str:
    """The three tables, aligned; ends with a line end."""
    tables = (settings_table(experiments), metrics_table(experiments), profits_table(experiments))
    return "\n\n".join(f"{table.title}\n{_aligned(table)}" for table in tables) + f"\n\n{METHOD}\n"


def _aligned(table: Table) -> str:
    if not table.rows:
        return table.empty
    lines = [[column.heading for column in table.columns]]
    lines += [[cell_text(c, cell) for c, cell in zip(table.columns, row, strict=True)] for row in table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(line, widths, table.columns, strict=True)
        ).rstrip()
        for line in lines
    )


def comparison_values(experiments: Sequence[Experiment]) -> dict[str, Any]:
    """For `--json`."""
    return {
        "format": 1,
        "method": METHOD,
        "sessions": [each.session_id for each in experiments],
        "settings": table_rows(settings_table(experiments)),
        "metrics": table_rows(metrics_table(experiments)),
        "profits": table_rows(profits_table(experiments)),
    }


def experiment_values(each: Experiment) -> dict[str, Any]:
    """One session for `--json`: Decimals are strings, times integers in ns."""
    return {
        "session": each.session_id,
        "run_id": each.run_id,
        "mode": each.mode,
        "started_at_ns": each.started_at_ns,
        "ended_at_ns": each.ended_at_ns,
        "halt_reason": each.halt_reason,
        "code_version": each.code_version,
        "config_hash": each.config_hash,
        "seed": each.seed,
        "compared_with": each.compared_with,
        "config_difference": {key: list(both) for key, both in each.difference.items()},
        "results": {name: f"{value:f}" for name, value in each.results.items()},
        "hourly": {currency: [f"{profit:f}" for profit in profits] for currency, profits in each.hourly.items()},
        "note": each.note,
    }
