"""What both dialects ask of the exchange: markets by symbol, orders by id, candles, statistics of a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal

from neo.infra.sandbox.exchange.api_error import Encoded, Json
from neo.infra.sandbox.exchange.endpoint import Call
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.order import Order, OrderTicket
from neo.infra.simulated_exchange.price_path import MINUTE_MS
from neo.infra.simulated_exchange.refusal import Refusal
from neo.records import frozen


@frozen
class Candle:
    """Prices and volumes of one stretch of time; `volume` in base, `quote_volume` in quote."""

    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal


def market_named(call: Call) -> ExchangeMarket:
    """The market of `symbol`, or the dialect's error."""
    return _known(call, call.params.symbol())


def markets_named(call: Call) -> tuple[ExchangeMarket, ...] | None:
    """Those of `symbols`; None when the call names none. One unknown symbol fails the whole call, as on real exchanges."""
    symbols = call.params.symbols()
    return tuple(_known(call, symbol) for symbol in symbols) if symbols is not None else None


def one_or_all(call: Call, render: Callable[[ExchangeMarket], Json]) -> Json:
    """A single object for `symbol`, a list for `symbols`, and for neither a list of every market."""
    if "symbol" in call.params:
        return render(market_named(call))
    named = markets_named(call)
    if named is not None:
        return [render(market) for market in named]
    return Encoded(_bulk(call, render))


def at_call(render: Callable[[int, ExchangeMarket], Json], call: Call) -> Callable[[ExchangeMarket], Json]:
    """`render` for the instant of the call; named after it, so that bulk answers are told apart."""

    def rendered(market: ExchangeMarket) -> Json:
        return render(call.now_ms, market)

    rendered.__qualname__ = f"{render.__module__}.{render.__qualname__}"
    return rendered


def order_named(call: Call, read_number: Callable[[str], int]) -> Order | None:
    """The caller's order of `orderId` or `origClientOrderId`; None when it is not there, or cannot be found yet.
    `read_number` turns the exchange's order id into ours, 0 when it cannot be one.
    """
    order_id, client_id = order_reference(call, read_number)
    site = call.site
    order = site.exchange.register.find(call.account, call.params.symbol(), order_id, client_id)
    return order if order is not None and site.is_visible(order) else None


def order_reference(call: Call, read_number: Callable[[str], int]) -> tuple[int | None, str]:
    """(number, client id); the dialect's error when there is neither."""
    if "orderId" in call.params:
        return read_number(call.params.text("orderId")), ""
    if "origClientOrderId" in call.params:
        return None, call.params.client_id("origClientOrderId")
    raise call.params.wording.missing("orderId")


def cancelled(call: Call, read_number: Callable[[str], int]) -> Order:
    """The order that the call names, cancelled; the dialect's error when there is nothing to cancel."""
    market_named(call)
    order = order_named(call, read_number)
    if order is None:
        raise call.params.wording.not_cancelable()
    answer = call.site.exchange.cancel(call.account, order.symbol, order.order_id, "", call.now_ms)
    if isinstance(answer, Refusal):
        raise call.params.wording.not_cancelable()
    return answer


def placed(call: Call, ticket: OrderTicket) -> Order:
    """The accepted order; the dialect's error when it was refused."""
    answer = call.site.exchange.submit(call.account, ticket, call.now_ms)
    if isinstance(answer, Refusal):
        market = call.site.exchange.market(ticket.symbol)
        raise call.params.wording.refused(answer, market.rules if market is not None else None, ticket.side.value)
    return answer


def within_times(call: Call, moments: Iterable[tuple[int, Json]], limit: int) -> list[Json]:
    """Records whose time lies within `startTime` and `endTime`: the oldest from a start on, else the newest."""
    first = call.params.integer("startTime", 0)
    last = call.params.integer("endTime", 1 << 62)
    found = [record for at_ms, record in moments if first <= at_ms <= last]
    return found[:limit] if "startTime" in call.params else found[-limit:]


def candles(call: Call, market: ExchangeMarket, length_ms: int, limit: int) -> list[Candle]:
    """Up to `limit` candles, oldest first; the last may still be running."""
    last_ms = min(call.params.integer("endTime", call.now_ms), call.now_ms)
    newest_ms = last_ms - last_ms % length_ms
    first_ms = max(call.params.integer("startTime", newest_ms - (limit - 1) * length_ms), market.path.born_ms)
    # The first candle that opens at the start or after it.
    open_ms = first_ms + -first_ms % length_ms
    found: list[Candle] = []
    while open_ms <= last_ms and len(found) < limit:
        candle = _candle(market, open_ms, length_ms, call.now_ms)
        if candle is not None:
            found.append(candle)
        open_ms += length_ms
    return found


def day_volume(market: ExchangeMarket) -> Decimal:
    """What a day trades in base: about 2,000 times the usual second's flow, the same all day."""
    return market.rules.whole_steps(Decimal(20_000_000) / market.rules.price(market.path.ticks_at(market.path.born_ms)))


def _known(call: Call, symbol: str) -> ExchangeMarket:
    market = call.site.exchange.market(symbol)
    if market is None:
        raise call.params.wording.bad_symbol()
    return market


def _bulk(call: Call, render: Callable[[ExchangeMarket], Json]) -> bytes:
    """Every market, written once for a second and a state of the orders."""
    site = call.site
    state = (call.now_ms // 1_000, site.exchange.revision)
    known = site.bulk_answers.get(render.__qualname__)
    if known is not None and known[0] == state:
        return known[1]
    rows = [render(market) for market in site.exchange.listed()]
    text = json.dumps(rows, separators=(",", ":")).encode()
    site.bulk_answers[render.__qualname__] = (state, text)
    return text


def _candle(market: ExchangeMarket, open_ms: int, length_ms: int, now_ms: int) -> Candle | None:
    end_ms = min(open_ms + length_ms, now_ms + 1)
    minutes = [market.path.minute(at_ms) for at_ms in range(open_ms, end_ms, MINUTE_MS)]
    bars = [bar for bar in minutes if bar is not None]
    if not bars:
        return None
    price = market.rules.price
    volume = market.rules.whole_steps(day_volume(market) * len(bars) / 1440)
    low, high, close = price(min(bar.low for bar in bars)), price(max(bar.high for bar in bars)), price(bars[-1].close)
    quote_volume = (volume * (low + high) / 2).quantize(Decimal("1e-8"))
    return Candle(open_ms, open_ms + length_ms, price(bars[0].open), high, low, close, volume, quote_volume)
