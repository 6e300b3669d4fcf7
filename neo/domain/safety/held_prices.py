"""Whether what is held still has a price: a symbol can vanish from an exchange, or its quotes stop, while all others go on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from neo.domain.changed import changed
from neo.domain.messages.dropping import ExchangePosition
from neo.domain.messages.journal import EngineStateSet
from neo.domain.money.exact import difference, total
from neo.domain.safety.breakers import NS_PER_DAY
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.trade_events import PositionPriced, PositionPriceStale
from neo.domain.units import NS_PER_S, ZERO
from neo.records import frozen

if TYPE_CHECKING:
    from neo.domain.messages.exchange import ExchangeQuote

QUOTED_AGAIN = "quoted again"
NOT_HELD = "not held any more"


@frozen
class HeldPrice:
    """A position and its newest bid, None before there was one; `heard_ns` is when that came, or since when it is missed."""

    position: ExchangePosition
    heard_ns: int
    bid: Decimal | None = None


@frozen
class StalePrice:
    """A position without a price that can be trusted. `since_ns`: of its last quote; it counts for the day of `noticed_ns`."""

    symbol: str
    since_ns: int
    noticed_ns: int
    cost_quote: Decimal
    last_bid: Decimal | None


@frozen
class HeldPrices:
    """`feed_ns`: when the exchange last quoted anything, `flowing_since_ns`: since when it does so without a long pause."""

    held: Mapping[str, HeldPrice] = attrs.field(factory=dict)
    stale: tuple[StalePrice, ...] = ()
    feed_ns: int | None = None
    flowing_since_ns: int = 0


def quoted(prices: HeldPrices, quotes: Iterable[ExchangeQuote], now_ns: int, age_max_ns: int) -> HeldPrices:
    """After new quotes. After a pause of the whole feed every symbol is given time to come back."""
    paused = prices.feed_ns is None or now_ns - prices.feed_ns > age_max_ns // 2
    fresh = {
        quote.symbol: attrs.evolve(prices.held[quote.symbol], heard_ns=quote.at_ns, bid=quote.bid)
        for quote in quotes
        if quote.symbol in prices.held and quote.at_ns >= prices.held[quote.symbol].heard_ns
    }
    return changed(
        prices,
        held={**prices.held, **fresh} if fresh else prices.held,
        feed_ns=now_ns,
        flowing_since_ns=now_ns if paused else prices.flowing_since_ns,
    )


def holding(prices: HeldPrices, positions: Iterable[ExchangePosition], now_ns: int) -> HeldPrices:
    """With the positions of the newest books. A new one is missed from now on, one that was stale before since then."""
    stale, held = {each.symbol: each.since_ns for each in prices.stale}, {}
    for position in positions:
        symbol = position.symbol
        known = prices.held.get(symbol) or HeldPrice(position, stale.get(symbol, now_ns))
        held[symbol] = attrs.evolve(known, position=position)
    return attrs.evolve(prices, held=held)


def looked_at(
    prices: HeldPrices, now_ns: int, age_max_ns: int, venue: str
) -> tuple[HeldPrices, tuple[TelemetryEvent, ...]]:
    """Who is without a price now, and one event for each that was not before or is not any more.

    Measured against the newest quote of the exchange: when nothing at all is quoted, that is another cause with its own halt.
    """
    before = {each.symbol: each for each in prices.stale}
    after, told = [], list[TelemetryEvent]()
    for symbol, held in prices.held.items():
        known = before.get(symbol)
        if not _is_stale(prices, held, age_max_ns, known):
            continue
        stale = known or StalePrice(symbol, held.heard_ns, now_ns, held.position.cost_quote, held.bid)
        after.append(attrs.evolve(stale, cost_quote=held.position.cost_quote))
        if known is None:
            told.append(_found(stale, held, now_ns, venue))
    still = {each.symbol for each in after}
    for each in prices.stale:
        if each.symbol not in still:
            why = QUOTED_AGAIN if each.symbol in prices.held else NOT_HELD
            told.append(PositionPriced(venue, each.symbol, (now_ns - each.since_ns) // NS_PER_S, why))
    return attrs.evolve(prices, stale=tuple(after)), tuple(told)


def too_much_lost(prices: HeldPrices, result_today: Decimal, loss_max: Decimal, now_ns: int) -> str | None:
    """Why nothing may be bought, when everything whose price went missing on this UTC day counts as lost; else None.

    Nothing halts by that: the price may come back, and what has one is sold as ever.
    """
    today, lost = now_ns // NS_PER_DAY, ZERO
    for each in prices.stale:
        if each.noticed_ns // NS_PER_DAY == today:
            lost = total(lost, each.cost_quote)
    result = difference(result_today, lost)
    if not lost or -result < loss_max:
        return None
    symbols = ", ".join(sorted(each.symbol for each in prices.stale))
    return f"the day's loss is {-result}, {symbols} without a price counted as lost, allowed {loss_max}"


def _is_stale(prices: HeldPrices, held: HeldPrice, age_max_ns: int, known: StalePrice | None) -> bool:
    """Who was found stale stays so until a newer quote of it has come."""
    if known is not None:
        return held.heard_ns <= known.since_ns
    if prices.feed_ns is None:
        return False
    return prices.feed_ns - max(held.heard_ns, prices.flowing_since_ns) > age_max_ns


def _found(stale: StalePrice, held: HeldPrice, now_ns: int, venue: str) -> PositionPriceStale:
    age_s = (now_ns - stale.since_ns) // NS_PER_S
    return PositionPriceStale(venue, stale.symbol, age_s, held.position.quantity, held.bid, stale.cost_quote)


# ---------------------------------------------------------------------------------------------------- for the summary


def stale_prices_key(session_id: str, venue: str) -> str:
    """engine_state key of a session's positions without a price, as they stood last."""
    return f"stale_prices.{venue}.{session_id}"


def stale_prices_row(prices: HeldPrices, session_id: str, venue: str) -> EngineStateSet:
    """JSON: {symbol: time of its last quote in ns}; no row when every position has a price."""
    since = {each.symbol: each.since_ns for each in prices.stale}
    return EngineStateSet(stale_prices_key(session_id, venue), json.dumps(since, sort_keys=True) if since else None)


def remembering(prices: HeldPrices, text: str | None, now_ns: int) -> HeldPrices:
    """A rebuilt Risk knows what had no price, so that its end is told and its beginning is not told again."""
    rows = stale_prices_from(text).items()
    return attrs.evolve(prices, stale=tuple(StalePrice(symbol, since, now_ns, ZERO, None) for symbol, since in rows))


def stale_prices_from(text: str | None) -> Mapping[str, int]:
    """Symbol -> since when it has no price; none when there is no row or it cannot be read."""
    try:
        return {str(symbol): int(since) for symbol, since in json.loads(text or "{}").items()}
    except (TypeError, ValueError, AttributeError):
        return {}
