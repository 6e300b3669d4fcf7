"""KuCoin, Gate and Bybit as far as they are recorded, each with a gateway that trades on it.

What is not recorded is written here from the exchange's documentation, and named `written`: it shows that the request is made
and read, not that the exchange answers so.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from neo.infra.ccxt.gateway import ExchangeGateway
from tests.contract.recorded_exchange import Asked, Bodies, RecordedExchange, body_of, trading_on

Stage = tuple[RecordedExchange, ExchangeGateway]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def unzipped(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


@contextlib.contextmanager
def stage(exchange: str, bodies: Bodies) -> Iterator[Stage]:
    with RecordedExchange(bodies) as recorded, trading_on(exchange, recorded) as gateway:
        yield recorded, gateway


@contextlib.contextmanager
def on_kucoin(shared_recordings: Path) -> Iterator[Stage]:
    folder, static = (
        shared_recordings / "ccxt/docs_shaped/kucoin",
        shared_recordings / "ccxt/kucoin_static_response.json",
    )
    methods = body_of(static)["methods"]
    listed = unzipped(shared_recordings / "market/exchange_info/kucoin_api_kucoin_com_api_v1_symbols.json.gz")

    def candles(_: Asked) -> object:
        """The recorded rows, their hours moved to the minutes before this one: old ones are passed over."""
        rows = methods["fetchOHLCV"]["httpResponse"]["data"]
        minute = now_ms() // 60_000
        return {"code": "200000", "data": [[str((minute - 1 - n) * 60), *row[1:]] for n, row in enumerate(rows)]}

    recorded: Bodies = {
        "GET /api/v2/symbols": listed,
        "GET /api/v1/market/allTickers": body_of(folder / "GetTickers.txt"),
        "GET /api/v1/market/candles": candles,
        "POST /api/v1/orders": body_of(folder / "PlaceOrder.txt"),
        "DELETE /api/v1/order/client-order/6d539dc614db312": body_of(folder / "CancelOrderByClientOrderId.txt"),
        "GET /api/v1/order/client-order/6d539dc614db312": body_of(folder / "GetOrderByClientOrderId.txt"),
        "DELETE /api/v1/orders/5c35c02703aa673ceec2a168": body_of(folder / "CancelOrder.txt"),
        "GET /api/v1/orders/5c35c02703aa673ceec2a168": body_of(folder / "GetOrder.txt"),
        "GET /api/v1/orders": methods["fetchOpenOrders"]["httpResponse"],
        "GET /api/v1/fills": body_of(folder / "GetUserTrades.txt"),
    }
    written: Bodies = {
        "GET /api/v3/margin/symbols": {"code": "200000", "data": {"items": []}},
        "GET /api/v1/isolated/symbols": {"code": "200000", "data": []},
        "GET /api/v1/hf/accounts/opened": {"code": "200000", "data": False},
        "GET /api/ua/v1/account/mode": {"code": "200000", "data": {"selfAccountMode": "CLASSIC"}},
        "GET /api/v1/timestamp": lambda _: {"code": "200000", "data": now_ms()},
        "GET /api/v1/accounts": {
            "code": "200000",
            "data": [
                {"id": "1", "currency": "USDT", "type": "trade", "balance": "30", "available": "20", "holds": "10"},
                {"id": "2", "currency": "XRP", "type": "trade", "balance": "0", "available": "0", "holds": "0"},
            ],
        },
    }
    with stage("kucoin", recorded | written) as made:
        yield made


@contextlib.contextmanager
def on_gate(shared_recordings: Path) -> Iterator[Stage]:
    """Of Gate only the list of markets is recorded."""
    listed = shared_recordings / "market/exchange_info/gateio_api_gateio_ws_api_v4_spot_currency_pairs.json.gz"
    order = {
        "id": "77", "text": "t-ours-1", "currency_pair": "BTC_USDT", "status": "open", "type": "limit", "side": "buy",
        "account": "spot", "amount": "2", "price": "0.1", "time_in_force": "gtc", "left": "1.5", "filled_total": "0.05",
        "fee": "0.001", "fee_currency": "BTC", "create_time_ms": 1700000000000, "update_time_ms": 1700000000000,
    }  # fmt: skip
    ticker = {
        "currency_pair": "BTC_USDT", "last": "10", "lowest_ask": "10.1", "highest_bid": "9.9", "change_percentage": "-2",
        "base_volume": "3", "quote_volume": "30", "high_24h": "11", "low_24h": "9",
    }  # fmt: skip
    trade = {
        "id": "5", "create_time_ms": "1700000000000.5", "currency_pair": "BTC_USDT", "side": "buy", "role": "taker",
        "amount": "0.5", "price": "0.1", "order_id": "77", "fee": "0.001", "fee_currency": "BTC", "text": "t-ours-1",
        "point_fee": "0", "gt_fee": "0.02",
    }  # fmt: skip
    written: Bodies = {
        "GET /api/v4/margin/currency_pairs": [],
        "GET /api/v4/account/detail": {"user_id": 1, "key": {"mode": 1}},
        "GET /api/v4/spot/time": lambda _: {"server_time": now_ms()},
        "GET /api/v4/spot/tickers": [ticker],
        "POST /api/v4/spot/orders": {**order, "left": "2", "filled_total": "0"},
        "GET /api/v4/spot/orders/t-ours-1": order,
        "GET /api/v4/spot/orders/77": order,
        "DELETE /api/v4/spot/orders/77": {**order, "status": "cancelled", "finish_as": "cancelled"},
        "GET /api/v4/spot/open_orders": [{"currency_pair": "BTC_USDT", "total": 1, "orders": [order]}],
        "GET /api/v4/spot/my_trades": [trade],
        "GET /api/v4/spot/accounts": [{"currency": "USDT", "available": "20", "locked": "10"}],
    }
    with stage("gate", {"GET /api/v4/spot/currency_pairs": unzipped(listed)} | written) as made:
        yield made


def instrument(base: str) -> dict[str, object]:
    """Of Bybit only orders and executions are recorded."""
    return {
        "symbol": f"{base}USDT", "baseCoin": base, "quoteCoin": "USDT", "innovation": "0", "status": "Trading",
        "marginTrading": "both", "priceFilter": {"tickSize": "0.01"},
        "lotSizeFilter": {
            "basePrecision": "0.00001", "quotePrecision": "0.0000001", "minOrderQty": "0.0001", "maxOrderQty": "1000",
            "minOrderAmt": "1", "maxOrderAmt": "400000",
        },
    }  # fmt: skip


def well(result: object) -> dict[str, object]:
    return {"retCode": 0, "retMsg": "OK", "result": result, "time": now_ms()}


@contextlib.contextmanager
def on_bybit(shared_recordings: Path) -> Iterator[Stage]:
    folder = shared_recordings / "ccxt/docs_shaped/other"
    recorded: Bodies = {
        "GET /v5/order/realtime": body_of(folder / "bybit_http_get_orders_realtime.json"),
        "GET /v5/order/history": body_of(folder / "bybit_http_get_orders_history_with_duplicate.json"),
        "GET /v5/execution/list": body_of(folder / "bybit_http_get_executions.json"),
    }
    coin = {"coin": "USDT", "walletBalance": "30", "locked": "10", "equity": "30"}
    ticker = {"symbol": "ETHUSDT", "bid1Price": "9", "ask1Price": "11", "lastPrice": "10", "prevPrice24h": "10"}
    ticker |= {"price24hPcnt": "-0.01", "turnover24h": "500", "volume24h": "50"}
    written: Bodies = {
        "GET /v5/market/time": lambda _: well({"timeSecond": str(now_ms() // 1000), "timeNano": str(time.time_ns())}),
        "GET /v5/market/instruments-info": well({"category": "spot", "list": [instrument("ETH"), instrument("BTC")]}),
        "GET /v5/market/tickers": well({"category": "spot", "list": [ticker]}),
        "GET /v5/user/query-api": well({"unified": 0, "uta": 1}),
        "GET /v5/account/info": well({"unifiedMarginStatus": 6}),
        "GET /v5/account/wallet-balance": well({"list": [{"accountType": "UNIFIED", "coin": [coin]}]}),
        "POST /v5/order/create": lambda sent: well({"orderId": "v-1", "orderLinkId": sent["orderLinkId"]}),
        "POST /v5/order/cancel": lambda sent: well({"orderId": "v-1", "orderLinkId": sent["orderLinkId"]}),
    }
    with stage("bybit", recorded | written) as made:
        yield made
