"""MEXC spot v3 as a whole: addresses with their weights, habits, fees, limits.

Weights and limits: MEXC spot v3 documentation (500 per 10 s and endpoint, by address or by account), as ccxt 4.5.90 has
them. Fees as on the public list: maker free, taker 0.05 %; the fee is taken in the quote asset.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.sandbox.exchange import listen_keys
from neo.infra.sandbox.exchange.dialect import Dialect, Toll
from neo.infra.sandbox.exchange.endpoint import Endpoint, Security, weighing
from neo.infra.sandbox.exchange.limits import Budget
from neo.infra.sandbox.exchange.mexc import market_data, trading
from neo.infra.sandbox.exchange.mexc.streams import MexcStreams
from neo.infra.sandbox.exchange.mexc.wording import MexcWording
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.exchange import ExchangeHabits
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.listing import Terms

_BUDGET = Budget(weight=500, window_ms=10_000)
_V3 = "/api/v3/"
_SIGNED = Security.SIGNED


def _toll(site: ExchangeSite, endpoint: Endpoint, weight: int, sender: str, account: str, now_ms: int) -> Toll:
    """Each address of the interface has a budget of its own, for the account when there is one."""
    key = f"{endpoint.method} {endpoint.path} {account or sender}"
    return Toll(site.limits.charge(key, _BUDGET, weight, now_ms), {})


def _ccxt_urls(root: str, stream_root: str) -> dict[str, object]:
    return {
        "spot": {"public": root, "private": root},
        "spot2": {"public": f"{root}/open/api/v2", "private": f"{root}/open/api/v2"},
        "contract": {"public": f"{root}/api/v1/contract", "private": f"{root}/api/v1/private"},
        "broker": {"private": f"{root}/api/v3/broker"},
        "ws": {"spot": f"{stream_root}/ws", "swap": f"{stream_root}/edge"},
    }


_ENDPOINTS = (
    Endpoint("GET", _V3 + "ping", market_data.ping, weighing(1)),
    Endpoint("GET", _V3 + "time", market_data.server_time, weighing(1)),
    Endpoint("GET", _V3 + "exchangeInfo", market_data.exchange_info, weighing(25)),
    Endpoint("GET", _V3 + "defaultSymbols", market_data.default_symbols, weighing(1)),
    Endpoint("GET", _V3 + "depth", market_data.depth, weighing(3)),
    Endpoint("GET", _V3 + "trades", market_data.recent_trades, weighing(5)),
    Endpoint("GET", _V3 + "aggTrades", market_data.aggregated_trades, weighing(1)),
    Endpoint("GET", _V3 + "klines", market_data.klines, weighing(1)),
    Endpoint("GET", _V3 + "avgPrice", market_data.average_price, weighing(1)),
    Endpoint("GET", _V3 + "ticker/24hr", market_data.day_ticker, weighing(25)),
    Endpoint("GET", _V3 + "ticker/price", market_data.price_ticker, weighing(10)),
    Endpoint("GET", _V3 + "ticker/bookTicker", market_data.book_ticker, weighing(10)),
    Endpoint("GET", _V3 + "account", trading.account, weighing(10), _SIGNED),
    Endpoint("POST", _V3 + "order", trading.place_order, weighing(1), _SIGNED, is_order=True),
    Endpoint("POST", _V3 + "order/test", trading.place_test_order, weighing(1), _SIGNED),
    Endpoint("GET", _V3 + "order", trading.get_order, weighing(2), _SIGNED),
    Endpoint("DELETE", _V3 + "order", trading.cancel_order, weighing(1), _SIGNED, is_order=True),
    Endpoint("GET", _V3 + "openOrders", trading.open_orders, weighing(3), _SIGNED),
    Endpoint("DELETE", _V3 + "openOrders", trading.cancel_all, weighing(1), _SIGNED, is_order=True),
    Endpoint("GET", _V3 + "allOrders", trading.all_orders, weighing(10), _SIGNED),
    Endpoint("GET", _V3 + "myTrades", trading.my_trades, weighing(10), _SIGNED),
    Endpoint("GET", _V3 + "tradeFee", trading.trade_fee, weighing(20), _SIGNED),
    Endpoint("GET", _V3 + "capital/config/getall", trading.currencies, weighing(10), _SIGNED),
    Endpoint("POST", _V3 + "userDataStream", listen_keys.start, weighing(1), _SIGNED),
    Endpoint("PUT", _V3 + "userDataStream", listen_keys.keep_alive, weighing(1), _SIGNED),
    Endpoint("DELETE", _V3 + "userDataStream", listen_keys.close, weighing(1), _SIGNED),
    Endpoint("GET", "/api/v1/contract/detail", market_data.contract_details, weighing(1)),
)

MEXC = Dialect(
    endpoints=_ENDPOINTS,
    wording=MexcWording(),
    habits=ExchangeHabits(
        fees=FeeSchedule(charged_in=FeeAsset.QUOTE, coin="MX", coin_discount=Decimal("0.2")),
        client_ids_for_ever=True,
        post_only_expires=True,
        open_orders_max=500,
    ),
    terms=Terms(Decimal(0), Decimal("0.0005"), Decimal(1), "MX", "3.2"),
    key_header="X-MEXC-APIKEY",
    toll=_toll,
    streams=MexcStreams(),
    stream_paths=("/ws",),
    ccxt_urls=_ccxt_urls,
)
