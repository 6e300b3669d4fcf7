"""Which quotes should rest around an anchor: offsets, inventory skew, levels, limits, and never across the market.

Every distance is in bps of the anchor. A quote that would take from the book or from the AMM pool is pulled back to the
nearest price outside: tfPassive alone does not prevent taking better offers or the pool.
"""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.config.order_size import OrderSizeConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.grid import (
    price_above,
    price_at_or_above,
    price_at_or_below,
    price_below,
    quantity_at_or_below,
)
from neo.domain.market.instrument import BUY, SELL, Side
from neo.domain.market.pool import is_usable, spot_prices
from neo.domain.market.suspension import Suspension
from neo.domain.messages.quoting import Quote
from neo.domain.messages.venue import BookObserved
from neo.domain.units import BPS, DROPS_PER_XRP, ONE, TWO, ZERO
from neo.quickly_built import building, quickly_built
from neo.records import frozen

#: A round trip needs one transaction on each side.
TRANSACTIONS_PER_ROUND_TRIP = 2
#: One basis point as a fraction: multiplying by it is exact as well, and takes a third of dividing by BPS.
ONE_BPS = Decimal("0.0001")
_quote = building(Quote)


@quickly_built
@frozen
class Holdings:
    """What we own on the venue, capital included, in whole units."""

    base: Decimal
    quote: Decimal


class QuoteDrop(enum.Enum):
    """Why one level of one side is not quoted although the tick quotes."""

    BELOW_FLOOR = "below_floor"
    ABOVE_CEILING = "above_ceiling"
    TOO_SMALL = "too_small"  # less than one drop


@frozen
class DroppedQuote:
    side: Side
    level: int
    reason: QuoteDrop


@quickly_built
@frozen
class QuoteDecision:
    """The quotes of a tick, bids first, best first; `suspension` and its numbers say why there are none."""

    quotes: tuple[Quote, ...]
    dropped: tuple[DroppedQuote, ...] = ()
    suspension: Suspension | None = None
    detail: str = ""


_decided = building(QuoteDecision)


def propose_quotes(
    anchor: Decimal,
    book: BookObserved,
    holdings: Holdings,
    strategy: StrategyConfig,
    order_size: OrderSizeConfig,
    fee_drops: int,
    pool_mid: Decimal | None = None,
) -> QuoteDecision:
    """Quotes around `anchor` for a usable book (two sides that do not cross).

    `fee_drops` is the most that one transaction may cost; it enters the spread floor. `pool_mid` is that of the book's pool,
    for those who know it already.
    """
    floor_bps = spread_floor_bps(anchor, strategy, order_size, fee_drops)
    ceiling_bps = strategy.viability.max_spread_bps
    if floor_bps >= ceiling_bps:
        detail = f"spread floor {floor_bps:.2f} bps is not below the spread ceiling {ceiling_bps} bps"
        return QuoteDecision((), suspension=Suspension.NOT_VIABLE, detail=detail)
    shift_bps = skew_bps(holdings, anchor, strategy)
    least_bps = floor_bps if floor_bps > strategy.min_spread_bps else strategy.min_spread_bps
    missing_bps = least_bps - strategy.bid_offset_bps - strategy.ask_offset_bps
    widen_bps = missing_bps / TWO if missing_bps > ZERO else ZERO
    bid_limit, lowest_ask = taking_prices(book, pool_mid)
    bids = _ladder(BUY, anchor, strategy.bid_offset_bps + widen_bps - shift_bps, bid_limit, strategy, order_size)
    if bids and bids[0].price > lowest_ask:
        lowest_ask = bids[0].price
    asks = _ladder(SELL, anchor, strategy.ask_offset_bps + widen_bps + shift_bps, lowest_ask, strategy, order_size)
    return _within_limits(bids + asks, strategy)


def spread_floor_bps(anchor: Decimal, strategy: StrategyConfig, order_size: OrderSizeConfig, fee_drops: int) -> Decimal:
    """What a round trip costs before it earns: the adverse move of one requote window plus both transactions' fees."""
    fees_quote = TRANSACTIONS_PER_ROUND_TRIP * fee_drops * anchor / DROPS_PER_XRP
    return strategy.viability.adverse_move_bps + fees_quote * BPS / order_size.base_size_rlusd


def skew_bps(holdings: Holdings, anchor: Decimal, strategy: StrategyConfig) -> Decimal:
    """Shift of both prices (+ up, - down) that brings the base share of our value towards `target_base_share`.

    `skew_strength_bps` is reached when the wallet holds one asset only, the one farther from the target; it never grows
    beyond. Zero when we own nothing.
    """
    base, quote = holdings.base, holdings.quote
    base_value = base * anchor if base > ZERO else ZERO
    value = base_value + quote if quote > ZERO else base_value
    if not strategy.skew_strength_bps or value <= ZERO:
        return ZERO
    target = strategy.target_base_share
    rest = ONE - target
    return strategy.skew_strength_bps * (target - base_value / value) / (target if target > rest else rest)


def taking_prices(book: BookObserved, pool_mid: Decimal | None = None) -> tuple[Decimal, Decimal]:
    """From where a quote would take: a bid at or above the first price, an ask at or below the second.

    The best offers of the book, or the pool's prices for buying and for selling where those are nearer.
    """
    lowest_ask, highest_bid = book.asks[0].price, book.bids[0].price
    pool = book.pool
    if pool is None or (pool_mid is None and not is_usable(pool)):
        return lowest_ask, highest_bid
    buy, sell = spot_prices(pool, pool_mid)
    return buy if buy < lowest_ask else lowest_ask, sell if sell > highest_bid else highest_bid


def _ladder(
    side: Side,
    anchor: Decimal,
    offset_bps: Decimal,
    limit: Decimal,
    strategy: StrategyConfig,
    order_size: OrderSizeConfig,
) -> tuple[Quote, ...]:
    """Levels of one side, each strictly behind the one before and strictly outside `limit`."""
    quotes = []
    for level in range(strategy.levels):
        distance_bps, value = offset_bps, order_size.base_size_rlusd
        if level:
            distance_bps += level * strategy.level_offset_step_bps
            value *= ONE + level * strategy.level_size_step
        if side is BUY:
            price = price_at_or_below(anchor - anchor * distance_bps * ONE_BPS)
            if price >= limit:
                price = price_below(limit)
        else:
            price = price_at_or_above(anchor + anchor * distance_bps * ONE_BPS)
            if price <= limit:
                price = price_above(limit)
        limit = price
        quantity = quantity_at_or_below(value / price) if price > ZERO else ZERO
        quotes.append(_quote(side, level, price, quantity))
    return tuple(quotes)


def _within_limits(quotes: tuple[Quote, ...], strategy: StrategyConfig) -> QuoteDecision:
    floor, ceiling = strategy.price_floor, strategy.price_ceiling
    for quote in quotes:
        if not (floor <= quote.price <= ceiling and quote.quantity > ZERO):
            return _without_what_is_outside(quotes, strategy)
    return _decided(quotes)


def _without_what_is_outside(quotes: tuple[Quote, ...], strategy: StrategyConfig) -> QuoteDecision:
    kept, dropped = [], []
    for quote in quotes:
        reason = _drop_reason(quote, strategy)
        if reason is None:
            kept.append(quote)
        else:
            dropped.append(DroppedQuote(quote.side, quote.level, reason))
    if kept:
        return QuoteDecision(tuple(kept), tuple(dropped))
    detail = f"no quote lies between the price floor {strategy.price_floor} and ceiling {strategy.price_ceiling}"
    return QuoteDecision((), tuple(dropped), Suspension.OUTSIDE_PRICE_LIMITS, detail)


def _drop_reason(quote: Quote, strategy: StrategyConfig) -> QuoteDrop | None:
    if quote.price < strategy.price_floor:
        return QuoteDrop.BELOW_FLOOR
    if quote.price > strategy.price_ceiling:
        return QuoteDrop.ABOVE_CEILING
    return QuoteDrop.TOO_SMALL if quote.quantity <= 0 else None
