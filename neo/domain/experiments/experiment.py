"""One line of the experiment log: what was different in a session, and what came of it. JSON texts as the database keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from neo.domain.session.summary import SessionSummary
from neo.records import frozen

#: Metrics in the order in which they are shown, with their units; {quote} is the market maker's quote currency.
METRICS: Mapping[str, str] = {
    "hours": "h",
    "profit_after_fees": "quote",
    "spread_captured": "quote",
    "inventory_carry": "quote",
    "volume": "quote",
    "fills": "",
    "uptime_percent": "%",
    "within_2bps_bid_percent": "%",
    "within_2bps_ask_percent": "%",
    "markout_30s_bps": "bps",
    "drop_result": "quote",
    "drops": "",
    "drop_entries": "",
    "drop_gains": "",
    "drop_losses": "",
    "entry_slippage_bps": "bps",
}


@frozen(kw_only=True)
class Experiment:
    """`difference` is (before, after) by key, against `compared_with`; `hourly` are profits by currency. `results` by name."""

    session_id: str
    run_id: str
    mode: str
    started_at_ns: int
    ended_at_ns: int | None
    halt_reason: str | None
    code_version: str
    config_hash: str
    seed: int
    compared_with: str | None
    difference: Mapping[str, tuple[Any, Any]]
    config: Mapping[str, Any]
    results: Mapping[str, Decimal]
    hourly: Mapping[str, tuple[Decimal, ...]]
    note: str


def results_of(summary: SessionSummary, duration_s: int) -> dict[str, Decimal]:
    """What is known of METRICS; a strategy that did not run has none of its own."""
    results: dict[str, Decimal | None] = {"hours": round(Decimal(duration_s) / 3600, 4)}
    if summary.makes_markets:
        profit, distance = summary.profit, summary.distance
        markouts = {markout.horizon_s: markout.bps for markout in profit.markouts}
        results |= {
            "profit_after_fees": profit.net,
            "spread_captured": profit.spread_captured,
            "inventory_carry": profit.inventory_carry,
            "volume": profit.volume,
            "fills": Decimal(profit.fills_bought + profit.fills_sold),
            "uptime_percent": summary.ticks.uptime_percent,
            "within_2bps_bid_percent": distance.bid.within_2bps_percent,
            "within_2bps_ask_percent": distance.ask.within_2bps_percent,
            "markout_30s_bps": markouts.get(30),
        }
    for report in summary.drops:
        results |= {
            "drop_result": report.result_quote,
            "drops": Decimal(report.drops),
            "drop_entries": Decimal(sum(1 for t in report.trades if t.result_quote is None and t.filled)),
            "drop_gains": Decimal(report.gains),
            "drop_losses": Decimal(report.losses),
            "entry_slippage_bps": report.entry_slippage.bps,
        }
    return {name: value for name, value in results.items() if value is not None}


def config_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Keys whose values differ, with both; None where a key is not there."""
    keys = sorted({*before, *after})
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def results_text(results: Mapping[str, Decimal], hourly: Mapping[str, tuple[Decimal, ...]]) -> str:
    """For the column `results`."""
    values = {name: f"{value:f}" for name, value in results.items()}
    by_currency = {currency: [f"{profit:f}" for profit in profits] for currency, profits in hourly.items()}
    return json.dumps({"results": values, "hourly": by_currency}, separators=(",", ":"))


def results_from(text: str) -> tuple[dict[str, Decimal], dict[str, tuple[Decimal, ...]]]:
    """What `results_text` wrote; nothing of an empty text."""
    values = json.loads(text or "{}")
    results = {str(name): Decimal(value) for name, value in values.get("results", {}).items()}
    hourly = {str(c): tuple(map(Decimal, profits)) for c, profits in values.get("hourly", {}).items()}
    return results, hourly


def difference_text(difference: Mapping[str, tuple[Any, Any]]) -> str:
    """For the column `config_difference`."""
    return json.dumps({key: list(both) for key, both in difference.items()}, separators=(",", ":"), sort_keys=True)
