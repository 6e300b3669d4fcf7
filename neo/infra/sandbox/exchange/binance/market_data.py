"""Binance spot: markets, prices, books, candles, trades.

Shapes: recordings/ccxt/docs_shaped/binance_spot; prices and quantities are text with eight digits after the point.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.endpoint import Call
from neo.infra.sandbox.exchange.numbers import fixed
from neo.infra.sandbox.exchange.queries import at_call, candles, day_volume, market_named, markets_named, one_or_all
from neo.infra.simulated_exchange.liquidity import Level
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketStatus
from neo.infra.simulated_exchange.order_checks import PRICE_TIMES_MAX
from neo.infra.simulated_exchange.price_path import DAY_MS

_LENGTHS_MS = {
    "1m": 60_000, "3m": 180_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000, "1h": 3_600_000, "2h": 7_200_000,
    "4h": 14_400_000, "6h": 21_600_000, "8h": 28_800_000, "12h": 43_200_000, "1d": DAY_MS,
}  # fmt: skip
Interval = Enum("Interval", {f"I{name}": name for name in _LENGTHS_MS})  # type: ignore[misc]
_RATE_LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
    {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200000},
]


def price_text(number: Decimal) -> str:
    return fixed(number, 8)


def ping(call: Call) -> Json:
    del call
    return {}


def server_time(call: Call) -> Json:
    return {"serverTime": call.now_ms}


def exchange_info(call: Call) -> Json:
    """Every listed market, or those that were named."""
    named = (market_named(call),) if "symbol" in call.params else markets_named(call)
    rows = [_market_row(each) for each in named or call.site.exchange.listed()]
    return {
        "timezone": "UTC",
        "serverTime": call.now_ms,
        "rateLimits": _RATE_LIMITS,
        "exchangeFilters": [],
        "symbols": rows,
    }


def no_derivatives(call: Call) -> Json:
    """The derivatives exchanges beside the spot one have no markets here."""
    return {"timezone": "UTC", "serverTime": call.now_ms, "rateLimits": [], "exchangeFilters": [], "symbols": []}


def no_margin_pairs(call: Call) -> Json:
    """Nothing is traded on margin here."""
    del call
    return []


def book_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_book_ticker_row, call))


def price_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_price_row, call))


def day_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_day_row, call))


def depth(call: Call) -> Json:
    sides = market_named(call).depth(call.now_ms, call.params.limit(100, 5_000))
    return {"lastUpdateId": call.now_ms, "bids": _levels(sides.bids), "asks": _levels(sides.asks)}


def klines(call: Call) -> Json:
    """Twelve columns; those about takers are half of the whole."""
    market, interval = market_named(call), call.params.choice("interval", Interval)
    limit = call.params.limit(500, 1_000)
    return [
        [each.open_ms, *map(price_text, (each.open, each.high, each.low, each.close, each.volume)), each.close_ms - 1,
         price_text(each.quote_volume), 100, price_text(each.volume / 2), price_text(each.quote_volume / 2), "0"]
        for each in candles(call, market, _LENGTHS_MS[interval.value], limit)
    ]  # fmt: skip


def recent_trades(call: Call) -> Json:
    """The newest last; ids grow with time."""
    trades = market_named(call).trades(call.now_ms, call.params.limit(500, 1_000))
    return [
        {
            "id": _trade_number(each.at_ms, place),
            "price": price_text(each.price),
            "qty": price_text(each.quantity),
            "quoteQty": price_text(each.price * each.quantity),
            "time": each.at_ms,
            "isBuyerMaker": each.buyer_is_maker,
            "isBestMatch": True,
        }
        for place, each in enumerate(trades)
    ]


def aggregated_trades(call: Call) -> Json:
    trades = market_named(call).trades(call.now_ms, call.params.limit(500, 1_000))
    return [
        {
            "a": _trade_number(each.at_ms, place),
            "p": price_text(each.price),
            "q": price_text(each.quantity),
            "f": _trade_number(each.at_ms, place),
            "l": _trade_number(each.at_ms, place),
            "T": each.at_ms,
            "m": each.buyer_is_maker,
            "M": True,
        }
        for place, each in enumerate(trades)
    ]


def average_price(call: Call) -> Json:
    price = price_text(market_named(call).mid(call.now_ms))
    return {"mins": 5, "price": price, "closeTime": call.now_ms}


def _trade_number(at_ms: int, place: int) -> int:
    return at_ms * 1_000 + place % 1_000


def _market_row(market: ExchangeMarket) -> Json:
    rules = market.rules
    return {
        "symbol": rules.symbol,
        "status": "TRADING" if market.status is MarketStatus.TRADING else "BREAK",
        "baseAsset": rules.base,
        "baseAssetPrecision": 8,
        "quoteAsset": rules.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": False,
        "amendAllowed": False,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(market),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "NONE",
        "allowedSelfTradePreventionModes": ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def _filters(market: ExchangeMarket) -> Json:
    rules = market.rules
    smallest, largest, step = price_text(rules.min_quantity), price_text(rules.max_quantity), price_text(rules.step)
    up, down = str(PRICE_TIMES_MAX), str(Decimal(1) / PRICE_TIMES_MAX)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": price_text(rules.tick), "maxPrice": "1000000.00000000",
         "tickSize": price_text(rules.tick)},
        {"filterType": "LOT_SIZE", "minQty": smallest, "maxQty": largest, "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": largest, "stepSize": "0.00000000"},
        {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": up, "bidMultiplierDown": down,
         "askMultiplierUp": up, "askMultiplierDown": down, "avgPriceMins": 5},
        {"filterType": "NOTIONAL", "minNotional": price_text(rules.min_notional), "applyMinToMarket": True,
         "maxNotional": price_text(rules.max_notional), "applyMaxToMarket": True, "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    ]  # fmt: skip


def _book_ticker_row(now_ms: int, market: ExchangeMarket) -> Json:
    sides = market.touch(now_ms)
    bid, ask = _best(sides.bids), _best(sides.asks)
    return {
        "symbol": market.rules.symbol,
        "bidPrice": price_text(bid.price),
        "bidQty": price_text(bid.quantity),
        "askPrice": price_text(ask.price),
        "askQty": price_text(ask.quantity),
    }


def _price_row(now_ms: int, market: ExchangeMarket) -> Json:
    return {"symbol": market.rules.symbol, "price": price_text(market.mid(now_ms))}


def _day_row(now_ms: int, market: ExchangeMarket) -> Json:
    day, rules, volume = market.path.day(now_ms), market.rules, day_volume(market)
    opened, last = rules.price(day.open), rules.price(day.last)
    average = (opened + last) / 2
    ticker = _book_ticker_row(now_ms, market)
    return {
        "symbol": rules.symbol,
        "priceChange": price_text(last - opened),
        "priceChangePercent": fixed((last - opened) / opened * 100, 3),
        "weightedAvgPrice": price_text(average),
        "prevClosePrice": price_text(opened),
        "lastPrice": price_text(last),
        "lastQty": price_text(rules.min_quantity),
        **{name: ticker[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
        "openPrice": price_text(opened),
        "highPrice": price_text(rules.price(day.high)),
        "lowPrice": price_text(rules.price(day.low)),
        "volume": price_text(volume),
        "quoteVolume": price_text(volume * average),
        "openTime": now_ms - DAY_MS,
        "closeTime": now_ms,
        "firstId": _trade_number(now_ms - DAY_MS, 0),
        "lastId": _trade_number(now_ms, 0),
        "count": 86_400,
    }


def _best(levels: tuple[Level, ...]) -> Level:
    return levels[0] if levels else Level(Decimal(0), Decimal(0))


def _levels(levels: tuple[Level, ...]) -> Json:
    return [[price_text(each.price), price_text(each.quantity)] for each in levels]
