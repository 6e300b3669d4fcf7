"""A report as plain JSON values, for `--json`: numbers are strings (exact), times integers in ns, keys as documented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo.domain.report.chart import Chart, TimeLine
from neo.domain.report.report import REPORT_FORMAT, Section, SessionReport
from neo.domain.report.table import Cell, Table


def report_values(report: SessionReport) -> dict[str, Any]:
    """Everything that the page shows, the points of the pictures included."""
    return {
        "format": REPORT_FORMAT,
        "session_id": report.session_id,
        "mode": report.mode,
        "fill_model": report.filled_by,
        "starts_ns": report.starts_ns,
        "ends_ns": report.ends_ns,
        "is_running": report.is_running,
        "about": dict(report.about),
        "sections": {section.key: _section(section) for section in report.sections},
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "notes": list(section.notes),
        "figures": {f.key: {"title": f.title, "value": plain(f.value), "unit": f.unit} for f in section.figures},
        "charts": {chart.key: chart_values(chart) for chart in section.charts},
        "time_lines": {line.key: time_line_values(line) for line in section.time_lines},
        "tables": {table.key: table_rows(table) for table in section.tables},
    }


def table_rows(table: Table) -> list[dict[str, Any]]:
    """One object a row, by the keys of the columns."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(plain, row), strict=True)) for row in table.rows]


def chart_values(chart: Chart) -> dict[str, Any]:
    """Points are [time in ns, value]."""
    return {
        "title": chart.title,
        "unit": chart.unit,
        "series": [
            {"name": s.name, "look": s.look.value, "points": [[at_ns, plain(value)] for at_ns, value in s.points]}
            for s in chart.series
        ],
        "limits": [{"name": limit.name, "value": plain(limit.value)} for limit in chart.limits],
    }


def time_line_values(line: TimeLine) -> dict[str, Any]:
    """Rows of spans with their ends in ns."""
    return {
        "title": line.title,
        "rows": [
            {
                "name": name,
                "spans": [{"from_ns": s.from_ns, "to_ns": s.to_ns, "kind": s.kind, "text": s.text} for s in spans],
            }
            for name, spans in line.rows
        ],
    }


def plain(value: Cell) -> str | int | None:
    """Decimals as text without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else value
