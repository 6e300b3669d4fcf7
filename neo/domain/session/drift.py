"""At shutdown: do the books and the engine agree on what we own?"""

from __future__ import annotations

import json
from decimal import Decimal

import attrs

from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.storage import Recovery
from neo.domain.telemetry.session_events import InventoryDrift
from neo.domain.units import ZERO

ENGINE_STATE_KEY = "inventory_drift_at_shutdown"
TOLERATED_SHARE = Decimal("0.01")


@attrs.frozen
class Drift:
    """Assets whose two balances are too far apart: (asset, books, engine) in units of the asset."""

    rows: tuple[tuple[str, Decimal, Decimal], ...]

    @property
    def text(self) -> str:
        """What engine_state keeps: {"asset": {"books": "...", "engine": "..."}}."""
        return json.dumps(
            {asset: {"books": f"{books:f}", "engine": f"{engine:f}"} for asset, books, engine in self.rows}
        )

    @property
    def event(self) -> InventoryDrift:
        assets, books, engine = zip(*self.rows, strict=True)
        return InventoryDrift(assets, books, engine)


def inventory_drift(
    recovery: Recovery, engine: InventoryChanged | None, base: str = "XRP", quote: str = "RLUSD"
) -> Drift | None:
    """Assets where |books - engine| is 1 % of the books' balance or more; None when there are none.

    An engine that never learned its inventory claims nothing, so there is nothing to compare.
    """
    if engine is None:
        return None
    books = {row.asset: row.fills_only + row.capital for row in recovery.balances if row.venue == engine.venue}
    compared = ((base, books.get(base, ZERO), engine.base), (quote, books.get(quote, ZERO), engine.quote))
    rows = tuple(row for row in compared if is_drift(row[1], row[2]))
    return Drift(rows) if rows else None


def is_drift(books: Decimal, engine: Decimal) -> bool:
    """Whether two statements of one amount differ by 1 % of the first or more. Equal amounts never do, zero included."""
    difference = abs(books - engine)
    return difference > 0 and difference >= abs(books) * TOLERATED_SHARE
