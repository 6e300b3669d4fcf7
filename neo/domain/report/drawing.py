"""Pictures in the form that neo's own drawing script takes (neo/infra/web/static/README.md): numbers, times in ms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo.domain.report.chart import Chart, Look, Series, TimeLine
from neo.domain.units import NS_PER_MS


def chart_drawing(chart: Chart, from_ns: int, until_ns: int) -> dict[str, Any]:
    """A chart that shows from `from_ns` to `until_ns`, with data or without."""
    return {
        "title": chart.title,
        "unit": chart.unit,
        "digits": chart.places,
        "from": from_ns // NS_PER_MS,
        "until": until_ns // NS_PER_MS,
        "series": [_series(series, chart.places) for series in chart.series if series.points],
        "limits": [
            {
                "name": limit.name,
                "v": _number(limit.value, chart.places),
                "colour": "limit",
                "inside": limit.always,
            }
            for limit in chart.limits
        ],
    }


def time_line_drawing(line: TimeLine, from_ns: int, until_ns: int) -> dict[str, Any]:
    """A time line: one lane for each row."""
    return {
        "title": line.title,
        "from": from_ns // NS_PER_MS,
        "until": until_ns // NS_PER_MS,
        "lanes": [
            {
                "name": name,
                "colour": "halt",
                "spans": [
                    {"from": s.from_ns // NS_PER_MS, "to": s.to_ns // NS_PER_MS, "name": name, "detail": s.text, "colour": s.kind}
                    for s in spans
                ],
            }
            for name, spans in line.rows
        ],
    }  # fmt: skip


def _series(series: Series, places: int) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "name": series.name,
        "kind": series.look.value,
        "colour": series.colour,
        "t": [at_ns // NS_PER_MS for at_ns, _ in series.points],
        "v": [None if value is None else _number(value, places) for _, value in series.points],
    }
    if series.look is Look.MARKS:
        drawn["shape"] = series.shape
    if series.dashed:
        drawn["dash"] = True
    return drawn


def _number(value: Decimal, places: int) -> float:
    """For a picture only: two digits more than are shown are more than can be seen."""
    return float(round(value, places + 2))
