"""What the engine believed it owned when its session ended, as engine_state keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from neo.domain.market.instrument import LEDGER_VENUE

#: engine_state key. JSON: {"venue": {"asset": "total"}}, totals in units of the asset. Until schema 6 it was {"asset":
#: "total"} of the ledger's pair.
BALANCES_KEY = "engine_balances_at_shutdown"

#: (venue, asset) -> total.
Totals = Mapping[tuple[str, str], Decimal]


def balances_text(totals: Totals) -> str | None:
    """None for an engine that never learned what it owns: it claims nothing."""
    if not totals:
        return None
    by_venue: dict[str, dict[str, str]] = {}
    for (venue, asset), amount in sorted(totals.items()):
        by_venue.setdefault(venue, {})[asset] = _text(amount)
    return json.dumps(by_venue)


def _text(amount: Decimal) -> str:
    """Every digit that says something, however many there are."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def balances_from(text: str | None) -> Totals:
    """The stored totals, in the shape of today or of before; empty when there are none."""
    found: dict[tuple[str, str], Decimal] = {}
    for name, value in json.loads(text or "{}").items():
        if isinstance(value, dict):
            found.update({(name, asset): Decimal(amount) for asset, amount in value.items()})
        else:
            found[LEDGER_VENUE, name] = Decimal(value)
    return found
