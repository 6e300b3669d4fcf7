"""What a new imagined order takes from the real book and pool before the rest of it rests.

Cheapest first, pool and book interleaved, as the ledger crosses them (https://xrpl.org/docs/concepts/tokens/decentralized-exchange/offers).
The real book does not notice: what was taken here is there again in the next ledger.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.market.pool import quote_from_sale, quote_to_buy
from neo.domain.messages.venue import BookObserved, Level, PoolView
from neo.domain.paper.fill_model import QUOTE_STEP
from neo.domain.paper.flow import BASE_STEP, pool_through
from neo.domain.paper.offer import same_price
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
class Taken:
    """Base and quote that changed hands at once."""

    base: Decimal = ZERO
    quote: Decimal = ZERO


@frozen
class Order:
    """What is wanted: `base` for `quote` in all, giving away at most `funds` (quote of a buy, base of a sell)."""

    side: Side
    base: Decimal
    quote: Decimal
    funds: Decimal
    passive: bool = True

    @property
    def limit(self) -> Decimal:
        return self.quote / self.base


class _Taking:
    """One order on its way through the book; ends when it has what it wanted or nothing is left inside its limit."""

    def __init__(self, order: Order, pool: PoolView | None) -> None:
        self.order = order
        self.pool = pool
        self.base = ZERO
        self.quote = ZERO

    def wanted(self, price: Decimal) -> Decimal:
        """Base that may still be taken at `price`: a buy ends with its base, a sell with the quote it asked for."""
        order = self.order
        if order.side is Side.BUY:
            affordable = (order.funds - self.quote) / price
            return min(order.base - self.base, affordable).quantize(BASE_STEP, ROUND_DOWN)
        for_quote = ((order.quote - self.quote) / price).quantize(BASE_STEP, ROUND_UP)
        return min(order.base - self.base, order.funds - self.base, for_quote)

    def from_level(self, level: Level) -> None:
        base = min(self.wanted(level.price), level.quantity.quantize(BASE_STEP, ROUND_DOWN))
        if base > ZERO:
            self._add(base, base * level.price)

    def from_pool(self, until: Decimal) -> None:
        """Swap with the pool as far as its own price stays inside `until`."""
        pool = self.pool
        if pool is None:
            return
        base = min(pool_through(self.order.side, pool, until), self.wanted(until))
        if base <= ZERO:
            return
        if self.order.side is Side.BUY:
            quote = quote_to_buy(pool, base)
            self.pool = attrs.evolve(pool, base=pool.base - base, quote=pool.quote + quote)
        else:
            quote = quote_from_sale(pool, base)
            self.pool = attrs.evolve(pool, base=pool.base + base, quote=pool.quote - quote)
        self._add(base, quote)

    def _add(self, base: Decimal, quote: Decimal) -> None:
        # Whoever takes bears the rounding.
        rounding = ROUND_UP if self.order.side is Side.BUY else ROUND_DOWN
        self.base += base
        self.quote += quote.quantize(QUOTE_STEP, rounding)


def take(order: Order, book: BookObserved) -> Taken:
    """What `order` gets at once. A passive one leaves what rests at exactly its own price, and takes everything better."""
    taking = _Taking(order, book.pool)
    limit = order.limit
    for level in book.asks if order.side is Side.BUY else book.bids:
        if not _crosses(order, level.price, limit):
            break
        taking.from_pool(level.price)
        taking.from_level(level)
    taking.from_pool(limit)
    if order.side is Side.BUY:
        return Taken(taking.base, min(taking.quote, order.funds))
    return Taken(taking.base, taking.quote)


def _crosses(order: Order, price: Decimal, limit: Decimal) -> bool:
    if same_price(price, limit):
        return not order.passive
    return price < limit if order.side is Side.BUY else price > limit
