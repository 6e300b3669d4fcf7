"""Binance spot as a whole: addresses with their weights, habits, fees, limits.

Weights, limits and headers: Binance spot documentation (6,000 weight a minute by address; 100 orders in 10 s and 200,000
a day by account).
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.sandbox.exchange import listen_keys
from neo.infra.sandbox.exchange.binance import account, market_data, trading
from neo.infra.sandbox.exchange.binance.streams import BinanceStreams
from neo.infra.sandbox.exchange.binance.wording import BinanceWording
from neo.infra.sandbox.exchange.dialect import Dialect, Toll
from neo.infra.sandbox.exchange.endpoint import Endpoint, Security, weighing
from neo.infra.sandbox.exchange.limits import Budget
from neo.infra.sandbox.exchange.params import Params
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.exchange import ExchangeHabits
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.listing import Terms

_WEIGHT = Budget(weight=6_000, window_ms=60_000)
_ORDERS_SOON, _ORDERS_DAY = Budget(weight=100, window_ms=10_000), Budget(weight=200_000, window_ms=86_400_000)
_V3 = "/api/v3/"
_SIGNED = Security.SIGNED


def _toll(site: ExchangeSite, endpoint: Endpoint, weight: int, sender: str, account: str, now_ms: int) -> Toll:
    """Weight by address; new orders by account as well. The headers say what was used until now."""
    waits = [site.limits.charge(sender, _WEIGHT, weight, now_ms)]
    headers = {"X-MBX-USED-WEIGHT": "", "X-MBX-USED-WEIGHT-1M": ""}
    headers = dict.fromkeys(headers, str(site.limits.used(sender, _WEIGHT, now_ms)))
    if endpoint.is_order and endpoint.method == "POST" and account:
        for name, budget in (("10S", _ORDERS_SOON), ("1D", _ORDERS_DAY)):
            waits.append(site.limits.charge(f"orders {account}", budget, 1, now_ms))
            headers[f"X-MBX-ORDER-COUNT-{name}"] = str(site.limits.used(f"orders {account}", budget, now_ms))
    return Toll(max(waits), headers)


def _depth_weight(params: Params) -> int:
    limit = params.integer("limit", 100)
    return next((weight for most, weight in ((100, 5), (500, 25), (1_000, 50)) if limit <= most), 250)


def _ticker_weight(params: Params) -> int:
    """24 h statistics cost by the number of markets."""
    if "symbol" in params:
        return 2
    count = len(params.symbols() or ()) or 1_000
    return 2 if count <= 20 else 40 if count <= 100 else 80


def _ccxt_urls(root: str, stream_root: str) -> dict[str, object]:
    http = {
        "public": "api/v3", "private": "api/v3", "v1": "api/v1", "sapi": "sapi/v1", "sapiV2": "sapi/v2",
        "sapiV3": "sapi/v3", "sapiV4": "sapi/v4", "fapiPublic": "fapi/v1", "fapiPublicV2": "fapi/v2",
        "fapiPublicV3": "fapi/v3", "fapiPrivate": "fapi/v1", "fapiPrivateV2": "fapi/v2", "fapiPrivateV3": "fapi/v3",
        "fapiData": "futures/data", "dapiPublic": "dapi/v1", "dapiPrivate": "dapi/v1", "dapiPrivateV2": "dapi/v2",
        "dapiData": "futures/data", "eapiPublic": "eapi/v1", "eapiPrivate": "eapi/v1", "papi": "papi/v1",
        "papiV2": "papi/v2",
    }  # fmt: skip
    urls: dict[str, object] = {name: f"{root}/{path}" for name, path in http.items()}
    return {**urls, "ws": {"spot": f"{stream_root}/ws", "margin": f"{stream_root}/ws", "future": f"{stream_root}/ws"}}


_ENDPOINTS = (
    Endpoint("GET", _V3 + "ping", market_data.ping, weighing(1)),
    Endpoint("GET", _V3 + "time", market_data.server_time, weighing(1)),
    Endpoint("GET", _V3 + "exchangeInfo", market_data.exchange_info, weighing(20)),
    Endpoint("GET", _V3 + "depth", market_data.depth, _depth_weight),
    Endpoint("GET", _V3 + "trades", market_data.recent_trades, weighing(25)),
    Endpoint("GET", _V3 + "aggTrades", market_data.aggregated_trades, weighing(4)),
    Endpoint("GET", _V3 + "klines", market_data.klines, weighing(2)),
    Endpoint("GET", _V3 + "avgPrice", market_data.average_price, weighing(2)),
    Endpoint("GET", _V3 + "ticker/24hr", market_data.day_ticker, _ticker_weight),
    Endpoint("GET", _V3 + "ticker/price", market_data.price_ticker, weighing(2, 4)),
    Endpoint("GET", _V3 + "ticker/bookTicker", market_data.book_ticker, weighing(2, 4)),
    Endpoint("GET", _V3 + "account", account.account, weighing(20), _SIGNED),
    Endpoint("POST", _V3 + "order", trading.place_order, weighing(1), _SIGNED, is_order=True),
    Endpoint("POST", _V3 + "order/test", trading.place_test_order, weighing(1), _SIGNED),
    Endpoint("GET", _V3 + "order", trading.get_order, weighing(4), _SIGNED),
    Endpoint("DELETE", _V3 + "order", trading.cancel_order, weighing(1), _SIGNED, is_order=True),
    Endpoint("GET", _V3 + "openOrders", trading.open_orders, weighing(6, 80), _SIGNED),
    Endpoint("DELETE", _V3 + "openOrders", trading.cancel_all, weighing(1), _SIGNED, is_order=True),
    Endpoint("GET", _V3 + "allOrders", trading.all_orders, weighing(20), _SIGNED),
    Endpoint("GET", _V3 + "myTrades", trading.my_trades, weighing(20), _SIGNED),
    Endpoint("POST", _V3 + "userDataStream", listen_keys.start, weighing(2), Security.KEYED),
    Endpoint("PUT", _V3 + "userDataStream", listen_keys.keep_alive_silently, weighing(2), Security.KEYED),
    Endpoint("DELETE", _V3 + "userDataStream", listen_keys.close_silently, weighing(2), Security.KEYED),
    Endpoint("GET", "/sapi/v1/capital/config/getall", account.currencies, weighing(10), _SIGNED),
    Endpoint("GET", "/sapi/v1/margin/allPairs", market_data.no_margin_pairs, weighing(1), Security.KEYED),
    Endpoint("GET", "/sapi/v1/margin/isolated/allPairs", market_data.no_margin_pairs, weighing(10), Security.KEYED),
    Endpoint("GET", "/fapi/v1/exchangeInfo", market_data.no_derivatives, weighing(1)),
    Endpoint("GET", "/dapi/v1/exchangeInfo", market_data.no_derivatives, weighing(1)),
)

BINANCE = Dialect(
    endpoints=_ENDPOINTS,
    wording=BinanceWording(),
    habits=ExchangeHabits(
        fees=FeeSchedule(charged_in=FeeAsset.RECEIVED, coin="BNB", coin_discount=Decimal("0.25")),
        client_ids_for_ever=False,
        post_only_expires=False,
        open_orders_max=200,
    ),
    terms=Terms(Decimal("0.001"), Decimal("0.001"), Decimal(5), "BNB", "580"),
    key_header="X-MBX-APIKEY",
    toll=_toll,
    streams=BinanceStreams(),
    stream_paths=("/ws", "/ws/{channels:.*}", "/stream"),
    ccxt_urls=_ccxt_urls,
)
