"""MEXC spot v3: markets, prices, books, candles, trades.

Shapes: ccxt's static recordings and the Mexc.Net fixtures (recordings/ccxt); numbers are text, times are numbers.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.endpoint import Call
from neo.infra.sandbox.exchange.numbers import fixed, plain
from neo.infra.sandbox.exchange.queries import at_call, candles, day_volume, market_named, markets_named, one_or_all
from neo.infra.simulated_exchange.liquidity import Level
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketStatus
from neo.infra.simulated_exchange.price_path import DAY_MS

_DEPTH_DEFAULT, _DEPTH_MAX = 100, 5_000
_CANDLES_MAX = 500
_LENGTHS_MS = {
    "1m": 60_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000, "60m": 3_600_000, "4h": 14_400_000, "1d": DAY_MS,
    "1W": 7 * DAY_MS, "1M": 30 * DAY_MS,
}  # fmt: skip
Interval = Enum("Interval", {f"I{name}": name for name in _LENGTHS_MS})  # type: ignore[misc]


def ping(call: Call) -> Json:
    del call
    return {}


def server_time(call: Call) -> Json:
    return {"serverTime": call.now_ms}


def exchange_info(call: Call) -> Json:
    """Every listed market, or those that were named."""
    site = call.site
    named = (market_named(call),) if "symbol" in call.params else markets_named(call)
    rows = [_market_row(each, each.rules.symbol in site.never_active) for each in named or site.exchange.listed()]
    return {"timezone": "CST", "serverTime": call.now_ms, "rateLimits": [], "exchangeFilters": [], "symbols": rows}


def default_symbols(call: Call) -> Json:
    """What may be traded through the interface."""
    symbols = [each.rules.symbol for each in call.site.exchange.listed() if each.status is MarketStatus.TRADING]
    return {"data": symbols, "code": 0, "msg": "success", "timestamp": call.now_ms}


def contract_details(call: Call) -> Json:
    """The derivatives exchange beside the spot one has no markets here."""
    del call
    return {"success": True, "code": 0, "data": []}


def book_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_book_ticker_row, call))


def price_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_price_row, call))


def day_ticker(call: Call) -> Json:
    return one_or_all(call, at_call(_day_row, call))


def depth(call: Call) -> Json:
    market = market_named(call)
    sides = market.depth(call.now_ms, call.params.limit(_DEPTH_DEFAULT, _DEPTH_MAX))
    return {
        "lastUpdateId": call.now_ms,
        "bids": _levels(market, sides.bids),
        "asks": _levels(market, sides.asks),
        "timestamp": call.now_ms,
    }


def klines(call: Call) -> Json:
    """Open time, open, high, low, close, volume, close time, quote volume."""
    market, interval = market_named(call), call.params.choice("interval", Interval)
    limit = call.params.limit(_CANDLES_MAX, _CANDLES_MAX)
    return [
        [each.open_ms, *map(plain, (each.open, each.high, each.low, each.close, each.volume)), each.close_ms,
         plain(each.quote_volume)]
        for each in candles(call, market, _LENGTHS_MS[interval.value], limit)
    ]  # fmt: skip


def recent_trades(call: Call) -> Json:
    """The newest first, without ids."""
    trades = market_named(call).trades(call.now_ms, call.params.limit(500, 1_000))
    return [
        {
            "id": None,
            "price": plain(each.price),
            "qty": plain(each.quantity),
            "quoteQty": plain(each.price * each.quantity),
            "time": each.at_ms,
            "isBuyerMaker": each.buyer_is_maker,
            "isBestMatch": True,
            "tradeType": "ASK" if each.buyer_is_maker else "BID",
        }
        for each in reversed(trades)
    ]


def aggregated_trades(call: Call) -> Json:
    trades = market_named(call).trades(call.now_ms, call.params.limit(500, 1_000))
    return [
        {
            "a": None,
            "f": None,
            "l": None,
            "p": plain(each.price),
            "q": plain(each.quantity),
            "T": each.at_ms,
            "m": each.buyer_is_maker,
            "M": True,
        }
        for each in reversed(trades)
    ]


def average_price(call: Call) -> Json:
    return {"mins": 5, "price": plain(market_named(call).mid(call.now_ms))}


def _market_row(market: ExchangeMarket, looks_inactive: bool) -> Json:
    rules = market.rules
    trading = market.status is MarketStatus.TRADING
    return {
        "symbol": rules.symbol,
        "status": "1" if trading else "2",
        "baseAsset": rules.base,
        "baseAssetPrecision": rules.quantity_decimals,
        "quoteAsset": rules.quote,
        "quotePrecision": rules.price_decimals,
        "quoteAssetPrecision": rules.price_decimals,
        "baseCommissionPrecision": rules.quantity_decimals,
        "quoteCommissionPrecision": rules.price_decimals,
        "orderTypes": ["LIMIT", "MARKET", "LIMIT_MAKER"],
        "isSpotTradingAllowed": trading and not looks_inactive,
        "isMarginTradingAllowed": False,
        "quoteAmountPrecision": plain(rules.min_notional),
        "baseSizePrecision": plain(rules.min_quantity),
        "permissions": ["SPOT"],
        "filters": [],
        "maxQuoteAmount": plain(rules.max_notional),
        "makerCommission": plain(rules.maker_fee),
        "takerCommission": plain(rules.taker_fee),
        "quoteAmountPrecisionMarket": plain(rules.min_notional),
        "maxQuoteAmountMarket": plain(rules.max_notional),
        "fullName": rules.base,
        "tradeSideType": 1,
    }


def _book_ticker_row(now_ms: int, market: ExchangeMarket) -> Json:
    sides, rules = market.touch(now_ms), market.rules
    bid, ask = _best(sides.bids), _best(sides.asks)
    return {
        "symbol": rules.symbol,
        "bidPrice": fixed(bid.price, rules.price_decimals),
        "bidQty": plain(bid.quantity),
        "askPrice": fixed(ask.price, rules.price_decimals),
        "askQty": plain(ask.quantity),
    }


def _price_row(now_ms: int, market: ExchangeMarket) -> Json:
    return {"symbol": market.rules.symbol, "price": fixed(market.mid(now_ms), market.rules.price_decimals)}


def _day_row(now_ms: int, market: ExchangeMarket) -> Json:
    day, rules, volume = market.path.day(now_ms), market.rules, day_volume(market)
    opened, last = rules.price(day.open), rules.price(day.last)
    ticker = _book_ticker_row(now_ms, market)
    return {
        "symbol": rules.symbol,
        "priceChange": plain(last - opened),
        "priceChangePercent": plain(((last - opened) / opened).quantize(Decimal("1e-8"))),
        "prevClosePrice": plain(opened),
        "lastPrice": fixed(last, rules.price_decimals),
        "bidPrice": ticker["bidPrice"],
        "bidQty": ticker["bidQty"],
        "askPrice": ticker["askPrice"],
        "askQty": ticker["askQty"],
        "openPrice": plain(opened),
        "highPrice": plain(rules.price(day.high)),
        "lowPrice": plain(rules.price(day.low)),
        "volume": plain(volume),
        "quoteVolume": plain((volume * (opened + last) / 2).quantize(Decimal("1e-8"))),
        "openTime": now_ms - DAY_MS,
        "closeTime": now_ms,
        "count": None,
    }


def _best(levels: tuple[Level, ...]) -> Level:
    return levels[0] if levels else Level(Decimal(0), Decimal(0))


def _levels(market: ExchangeMarket, levels: tuple[Level, ...]) -> Json:
    return [[fixed(each.price, market.rules.price_decimals), plain(each.quantity)] for each in levels]
