"""At shutdown: do the books and the engine agree on what we own?"""

from __future__ import annotations

import json
from decimal import Decimal

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.storage import Recovery
from neo.domain.session.engine_balances import Totals
from neo.domain.telemetry.session_events import InventoryDrift
from neo.domain.units import ZERO
from neo.records import frozen

ENGINE_STATE_KEY = "inventory_drift_at_shutdown"
TOLERATED_SHARE = Decimal("0.01")


@frozen
class Drift:
    """Assets whose two balances are too far apart: (venue, asset, books, engine) in units of the asset."""

    rows: tuple[tuple[str, str, Decimal, Decimal], ...]

    @property
    def text(self) -> str:
        """What engine_state keeps: {"venue": {"asset": {"books": "...", "engine": "..."}}}."""
        by_venue: dict[str, dict[str, dict[str, str]]] = {}
        for venue, asset, books, engine in self.rows:
            by_venue.setdefault(venue, {})[asset] = {"books": f"{books:f}", "engine": f"{engine:f}"}
        return json.dumps(by_venue)

    @property
    def event(self) -> InventoryDrift:
        venues, assets, books, engine = zip(*self.rows, strict=True)
        return InventoryDrift(assets, books, engine, venues)


def inventory_drift(recovery: Recovery, engine: Totals) -> Drift | None:
    """Assets where |books - engine| is 1 % of the books' balance or more; None when there are none.

    That is 1 % of the value, too, whatever the price: it is the same on both sides. An engine that never learned its
    inventory claims nothing, so there is nothing to compare.
    """
    if not engine:
        return None
    books = {(row.venue, row.asset): row.total for row in recovery.balances}
    compared = [(*place, books.get(place, ZERO), engine.get(place, ZERO)) for place in sorted({*books, *engine})]
    rows = tuple(row for row in compared if is_drift(row[2], row[3]))
    return Drift(rows) if rows else None


def engine_side(text: str | None) -> Totals:
    """What the engine believed of the assets that drifted, from a stored text, of today's shape or of before."""
    found: dict[tuple[str, str], Decimal] = {}
    for name, row in json.loads(text or "{}").items():
        if "engine" in row:
            found[LEDGER_VENUE, name] = Decimal(row["engine"])
        else:
            found.update({(name, asset): Decimal(each["engine"]) for asset, each in row.items()})
    return found


def is_drift(books: Decimal, engine: Decimal) -> bool:
    """Whether two statements of one amount differ by 1 % of the first or more. Equal amounts never do, zero included."""
    difference = abs(books - engine)
    return difference > 0 and difference >= abs(books) * TOLERATED_SHARE
