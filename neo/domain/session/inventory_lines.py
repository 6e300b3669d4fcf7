"""The inventory of a session, asset by asset: what trading made of it, what capital did, and what the engine believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from neo.domain.market.instrument import Instrument
from neo.domain.messages.storage import AssetBalance
from neo.domain.money.exact import total
from neo.domain.session.drift import is_drift
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
class InventoryLine:
    """One asset: what trading and fees made of it, what capital did, and their sum. `engine_total` is what the engine says.

    Without a word from the engine its total is the books' own sum. `venue` is empty for the market maker's pair.
    """

    asset: str
    fills_only: Decimal
    capital_overlay: Decimal
    engine_total: Decimal
    venue: str = ""

    @property
    def text(self) -> str:
        return (
            f"Inventory reconciliation: fills-only={self.fills_only:f}, capital_overlay={self.capital_overlay:f}, "
            f"engine_total={self.engine_total:f}"
        )

    @property
    def drifted(self) -> bool:
        """Whether books and engine differ by 1 % or more."""
        return is_drift(total(self.fills_only, self.capital_overlay), self.engine_total)


def pair_balances(balances: Sequence[AssetBalance], instrument: Instrument) -> tuple[AssetBalance, ...]:
    """The traded pair's balances, base first; an asset without a row has nothing."""
    known = {row.asset: row for row in balances if row.venue == instrument.venue}
    return tuple(
        known.get(asset, AssetBalance(instrument.venue, asset, ZERO, ZERO))
        for asset in (instrument.base, instrument.quote)
    )


def pair_lines(
    balances: Sequence[AssetBalance], instrument: Instrument, engine: Iterable[tuple[str, Decimal]]
) -> tuple[InventoryLine, ...]:
    """Both assets of the market maker's pair."""
    return tuple(_line(row, dict(engine), "") for row in pair_balances(balances, instrument))


def exchange_lines(
    balances: Sequence[AssetBalance], venue: str, quote: str, engine: Iterable[tuple[str, Decimal]]
) -> tuple[InventoryLine, ...]:
    """The quote currency first, then every asset that the books or the engine have any of, by name."""
    believed = dict(engine)
    known = {row.asset: row for row in balances if row.venue == venue}
    touched = [asset for asset, row in known.items() if row.fills_only or row.capital]
    touched += [asset for asset, amount in believed.items() if amount]
    others = sorted(frozenset(touched) - {quote})
    rows = (known.get(asset, AssetBalance(venue, asset, ZERO, ZERO)) for asset in (quote, *others))
    return tuple(_line(row, believed, venue) for row in rows)


def _line(row: AssetBalance, engine: Mapping[str, Decimal], venue: str) -> InventoryLine:
    believed = engine.get(row.asset, total(row.fills_only, row.capital))
    return InventoryLine(row.asset, row.fills_only, row.capital, believed, venue)
