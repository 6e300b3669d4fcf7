"""What came the way of our imagined offers in one ledger: others' trades, and quotes that stand across our price.

Each parcel of it can fill one offer once, however many of our offers it could have met.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from neo.domain.market.instrument import Side
from neo.domain.market.pool import fee_fraction, is_usable
from neo.domain.messages.venue import BookObserved, Level, MarketTrade, PoolView
from neo.domain.paper.offer import is_through, same_price
from neo.domain.units import ONE, ZERO
from neo.records import define

#: One drop.
BASE_STEP = Decimal("0.000001")


@define
class Parcel:
    """Base that others traded or offer at one price; `taken` of it went to offers of ours already."""

    price: Decimal
    quantity: Decimal
    traded: bool
    taken: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.quantity - self.taken


class Flow:
    """Everything that could have met our offers of one side in one ledger. Lives for one ledger and is used up in it."""

    def __init__(self, side: Side, book: BookObserved) -> None:
        self._side = side
        against = side.opposite
        trades = [trade for trade in book.trades if trade.taker_side is against]
        quotes = book.asks if side is Side.BUY else book.bids
        # Nearest to us first: what lies deeper is left for offers of ours that lie deeper.
        self._parcels = sorted(
            _parcels(trades, quotes), key=lambda p: (-p.price if side is Side.BUY else p.price, not p.traded)
        )
        self._pool = book.pool
        self._pool_trades = [trade for trade in trades if trade.from_pool]
        self._pool_taken = ZERO

    def traded_at(self, price: Decimal) -> Decimal:
        """Traded at exactly our price, whoever got it."""
        return sum((p.quantity for p in self._parcels if p.traded and same_price(p.price, price)), ZERO)

    def traded_through(self, price: Decimal) -> bool:
        """Whether somebody traded at a price that our offer's level had to be empty for."""
        return any(p.traded and is_through(self._side, p.price, price) for p in self._parcels)

    def take(self, price: Decimal, wanted: Decimal, at_price_after: Decimal | None, quotes_at_price: bool) -> Decimal:
        """Base, up to `wanted`, that an offer of ours at `price` would have got; it is used up.

        Everything through our price counts. Of what traded at our price only what came after the first `at_price_after`
        units (None: nothing of it); `quotes_at_price`: others' quotes at exactly our price count as well.
        """
        got = ZERO
        for parcel in self._parcels:
            if got >= wanted:
                return wanted
            share = self._share(parcel, price, at_price_after, quotes_at_price)
            if share > ZERO:
                share = min(share, wanted - got)
                parcel.taken += share
                got += share
        if got < wanted:
            from_pool = min(wanted - got, self._pool_extra(price))
            self._pool_taken += from_pool
            got += from_pool
        return got

    def _share(self, parcel: Parcel, price: Decimal, at_price_after: Decimal | None, quotes_at_price: bool) -> Decimal:
        if is_through(self._side, parcel.price, price):
            return parcel.left
        if not same_price(parcel.price, price):
            return ZERO
        if not parcel.traded:
            return parcel.left if quotes_at_price else ZERO
        return ZERO if at_price_after is None else parcel.left - at_price_after

    def _pool_extra(self, price: Decimal) -> Decimal:
        """What the pool itself would still trade through our price, beyond what it was seen to trade there."""
        seen = sum((t.quantity for t in self._pool_trades if is_through(self._side, t.price, price)), ZERO)
        return max(ZERO, pool_through(self._side, self._pool, price) - seen - self._pool_taken)


def pool_through(side: Side, pool: PoolView | None, price: Decimal) -> Decimal:
    """Base that can be swapped with the pool until its own price with fee is `price`: for whoever arbitrages it with us.

    BUY: the pool sells below our bid. SELL: the pool buys above our ask. Zero when it is not across our price.
    """
    if pool is None or not is_usable(pool) or price <= 0:
        return ZERO
    keep = ONE - fee_fraction(pool)
    if side is Side.BUY:
        moved = pool.base - (pool.base * pool.quote / (price * keep)).sqrt()
    else:
        moved = ((pool.base * pool.quote * keep / price).sqrt() - pool.base) / keep
    return max(ZERO, moved.quantize(BASE_STEP, ROUND_DOWN))


def _parcels(trades: list[MarketTrade], quotes: tuple[Level, ...]) -> list[Parcel]:
    found: list[Parcel] = []
    for trade in trades:
        known = next((p for p in found if p.traded and same_price(p.price, trade.price)), None)
        if known is None:
            found.append(Parcel(trade.price, trade.quantity, traded=True))
        else:
            known.quantity += trade.quantity
    found.extend(Parcel(level.price, level.quantity, traded=False) for level in quotes)
    return found
