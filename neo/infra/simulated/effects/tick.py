"""Prices of a token whose issuer set a tick size: cut to that many digits. Source: rippled `OfferCreate.cpp`, `Quality.cpp`."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import attrs

from neo.infra.simulated.amounts import NEAREST, as_number, like
from neo.infra.simulated.quality import quality_of, rate_of, rounded_up
from neo.infra.simulated.records import NO_TICK_SIZE
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import SELL, OfferCreate


def on_tick(state: LedgerState, offer: OfferCreate) -> OfferCreate:
    """The offer with its price rounded to the tick, in its owner's favour; itself when the issuer set no tick size."""
    digits = state.settings_of(state.issue.issuer).tick_size or NO_TICK_SIZE
    if digits >= NO_TICK_SIZE:
        return offer
    rate = rate_of(rounded_up(quality_of(offer.taker_pays, offer.taker_gets), digits))
    if offer.flags & SELL:
        value = NEAREST.multiply(as_number(offer.taker_gets), rate)
        return attrs.evolve(offer, taker_pays=like(offer.taker_pays, value, ROUND_HALF_EVEN))
    value = _quotient(as_number(offer.taker_pays), rate)
    return attrs.evolve(offer, taker_gets=like(offer.taker_gets, value, ROUND_HALF_EVEN))


def _quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The server's division of amounts is the one that makes qualities."""
    return rate_of(quality_of(numerator, denominator)) if numerator else numerator
