"""What we own, from facts only: trades and fees (fills-only) plus deposits and withdrawals (capital overlay).

Every asset of every venue is counted. A balance is never taken from anywhere else; what a venue reports is compared with it,
not copied into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from neo.domain.changed import changed, changing
from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged
from neo.domain.messages.storage import AssetBalance, Journaled, Recovery
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO
from neo.quickly_built import quickly_built
from neo.records import frozen

#: (venue, asset).
Place = tuple[str, str]
_counted: Callable[[AssetBalance, Decimal], AssetBalance] = changing(AssetBalance, "fills_only")


@quickly_built
@frozen
class InventoryState:
    """Balances in whole units, as of journal number `lsn`."""

    lsn: int = 0
    balances: Mapping[Place, AssetBalance] = MappingProxyType({})

    def of(self, venue: str, asset: str) -> AssetBalance:
        return self.balances.get((venue, asset)) or AssetBalance(venue, asset, ZERO, ZERO)


def decide(state: InventoryState, message: Journaled) -> tuple[InventoryState, BalancesChanged | None]:
    """Count one durable fact, exactly once: a journal number that was seen already changes nothing."""
    if message.lsn <= state.lsn:
        return state, None
    moved = _moved(state, message)
    if not moved:
        return InventoryState(message.lsn, state.balances), None
    balances = {**state.balances, **{(each.venue, each.asset): each for each in moved}}
    return InventoryState(message.lsn, balances), BalancesChanged(message.lsn, moved)


def rebuild(recovery: Recovery) -> InventoryState:
    """The state as the journal left it."""
    return InventoryState(recovery.lsn, {(row.venue, row.asset): row for row in recovery.balances})


def everything(state: InventoryState) -> BalancesChanged:
    """All of it, for somebody who knows nothing yet."""
    return BalancesChanged(state.lsn, tuple(state.balances.values()))


def concerns(instrument: Instrument, change: BalancesChanged) -> bool:
    """Whether a change is one of what is traded there."""
    pair = (instrument.base, instrument.quote)
    return any(each.venue == instrument.venue and each.asset in pair for each in change.balances)


def announcement(state: InventoryState, instrument: Instrument) -> InventoryChanged:
    """What is owned of the two assets of an instrument."""
    base, quote = (state.of(instrument.venue, asset) for asset in (instrument.base, instrument.quote))
    return InventoryChanged(
        instrument.venue,
        state.lsn,
        base.total,
        quote.total,
        base.fills_only,
        quote.fills_only,
        base.capital,
        quote.capital,
    )


def equity(base: Decimal, quote: Decimal, price: Decimal) -> Decimal:
    """Value of both balances in units of quote."""
    return base * price + quote


def _moved(state: InventoryState, message: Journaled) -> tuple[AssetBalance, ...]:
    match message.event:
        case FillRecorded() as fill:
            return _trade(state, fill)
        case FeeCharged(venue=venue, asset=asset, amount=amount):
            before = state.of(venue, asset)
            return (_counted(before, difference(before.fills_only, amount)),)
        case CapitalRecorded(venue=venue, asset=asset, amount=amount):
            before = state.of(venue, asset)
            return (changed(before, capital=total(before.capital, amount)),)
    return ()


def _trade(state: InventoryState, fill: FillRecorded) -> tuple[AssetBalance, ...]:
    base, quote = (state.of(fill.venue, asset) for asset in fill.symbol.split("/", 1))
    gains, pays = (total, difference) if fill.side is Side.BUY else (difference, total)
    return (
        _counted(base, gains(base.fills_only, fill.base_quantity)),
        _counted(quote, pays(quote.fills_only, fill.quote_quantity)),
    )
