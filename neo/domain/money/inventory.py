"""What we own, from facts only: trades and fees (fills-only) plus deposits and withdrawals (capital overlay).

A balance is never taken from anywhere else; what the venue reports is compared with it, not copied into it.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.changed import changed
from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded
from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.storage import Journaled, Recovery
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO
from neo.quickly_built import quickly_built


@quickly_built
@attrs.frozen
class InventoryState:
    """Balances of one venue in whole units, as of journal number `lsn`."""

    instrument: Instrument
    lsn: int = 0
    base_fills_only: Decimal = ZERO
    quote_fills_only: Decimal = ZERO
    base_capital: Decimal = ZERO
    quote_capital: Decimal = ZERO

    @property
    def base(self) -> Decimal:
        return total(self.base_fills_only, self.base_capital)

    @property
    def quote(self) -> Decimal:
        return total(self.quote_fills_only, self.quote_capital)


def decide(state: InventoryState, message: Journaled) -> tuple[InventoryState, tuple[InventoryChanged, ...]]:
    """Count one durable fact, exactly once: a journal number that was seen already changes nothing."""
    if message.lsn <= state.lsn:
        return state, ()
    counted = _count(state, message)
    if counted is None:
        return changed(state, lsn=message.lsn), ()
    return counted, (announcement(counted),)


def rebuild(instrument: Instrument, recovery: Recovery) -> InventoryState:
    """The state as the journal left it."""
    state = InventoryState(instrument, recovery.lsn)
    for row in recovery.balances:
        if row.venue != instrument.venue:
            continue
        if row.asset == instrument.base:
            state = changed(state, base_fills_only=row.fills_only, base_capital=row.capital)
        elif row.asset == instrument.quote:
            state = changed(state, quote_fills_only=row.fills_only, quote_capital=row.capital)
    return state


def announcement(state: InventoryState) -> InventoryChanged:
    return InventoryChanged(
        state.instrument.venue,
        state.lsn,
        state.base,
        state.quote,
        state.base_fills_only,
        state.quote_fills_only,
        state.base_capital,
        state.quote_capital,
    )


def equity(base: Decimal, quote: Decimal, price: Decimal) -> Decimal:
    """Value of both balances in units of quote."""
    return base * price + quote


def _count(state: InventoryState, message: Journaled) -> InventoryState | None:
    match message.event:
        case FillRecorded(venue=state.instrument.venue, symbol=state.instrument.symbol) as fill:
            return _trade(state, message.lsn, fill)
        case FeeCharged(venue=state.instrument.venue, asset=asset, amount=amount):
            return _shift(state, message.lsn, asset, fills_only=-amount)
        case CapitalRecorded(venue=state.instrument.venue, asset=asset, amount=amount):
            return _shift(state, message.lsn, asset, capital=amount)
    return None


def _trade(state: InventoryState, lsn: int, fill: FillRecorded) -> InventoryState:
    gains, pays = (total, difference) if fill.side is Side.BUY else (difference, total)
    return changed(
        state,
        lsn=lsn,
        base_fills_only=gains(state.base_fills_only, fill.base_quantity),
        quote_fills_only=pays(state.quote_fills_only, fill.quote_quantity),
    )


def _shift(
    state: InventoryState, lsn: int, asset: str, fills_only: Decimal = ZERO, capital: Decimal = ZERO
) -> InventoryState | None:
    """None for an asset that is not traded here: it is no part of this inventory."""
    if asset == state.instrument.base:
        return changed(
            state,
            lsn=lsn,
            base_fills_only=total(state.base_fills_only, fills_only),
            base_capital=total(state.base_capital, capital),
        )
    if asset == state.instrument.quote:
        return changed(
            state,
            lsn=lsn,
            quote_fills_only=total(state.quote_fills_only, fills_only),
            quote_capital=total(state.quote_capital, capital),
        )
    return None
