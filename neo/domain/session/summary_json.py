"""A summary as plain JSON values, for `--json`: Decimals are strings (exact), keys are the names of the fields."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.session.distance_statistics import HISTOGRAM_LABELS
from neo.domain.session.drop_report_text import drop_report_values
from neo.domain.session.summary import SessionSummary

#: Raised whenever a key changes its meaning or goes away; a new key does not change it.
SUMMARY_FORMAT = 1
#: Keys that are null when the market maker did not run.
_MARKET_MAKERS = ("symbol", "base", "quote", "profit", "equity", "distance", "ticks")


def summary_values(summary: SessionSummary) -> dict[str, Any]:
    """Everything in the summary, and what is derived from it."""
    values: dict[str, Any] = attrs.asdict(summary, value_serializer=_plain)
    values["format"] = SUMMARY_FORMAT
    values["profit"]["net"] = _plain(None, None, summary.profit.net)
    for markout, described in zip(summary.profit.markouts, values["profit"]["markouts"], strict=True):
        described["bps"] = _plain(None, None, markout.bps)
    for name, side in (("bid", summary.distance.bid), ("ask", summary.distance.ask)):
        values["distance"][name]["within_2bps_percent"] = _plain(None, None, side.within_2bps_percent)
        values["distance"][name]["histogram"] = dict(zip(HISTOGRAM_LABELS, side.histogram, strict=True))
    for line, described in zip(summary.inventory, values["inventory"], strict=True):
        described["text"] = line.text
    for key in ("orders_by_state",):
        values[key] = dict(values[key])
    for key in ("suspended", "anchor_sources"):
        values["ticks"][key] = dict(values["ticks"][key])
    values["ticks"]["uptime_percent"] = _plain(None, None, summary.ticks.uptime_percent)
    values["has_drift"] = summary.has_drift
    values["drops"] = [drop_report_values(report) for report in summary.drops]
    if not summary.makes_markets:
        values.update(dict.fromkeys(_MARKET_MAKERS))
    return values


def _plain(_instance: object, _attribute: object, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.value if isinstance(value, enum.Enum) else value
