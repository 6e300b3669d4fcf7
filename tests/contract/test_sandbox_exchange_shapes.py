"""The sandbox's payloads have the keys and the types of recorded ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.sandbox.exchange.clients import BINANCE, MEXC
from tests.infra.sandbox.exchange.offline import Offline

NUMBER = re.compile(r"-?\d+(\.\d+)?")
V3 = "/api/v3/"
SYMBOL = {"symbol": "XRPUSDT"}
SIGNED = True

#: Recording → how we ask for the same.
MEXC_CALLS: dict[str, tuple[str, str, dict[str, str], bool]] = {
    "rest_Account_GetAccountInfo": ("GET", "account", {}, SIGNED),
    "rest_Account_GetTradeFeeAsync": ("GET", "tradeFee", SYMBOL, SIGNED),
    "rest_Account_StartUserStream": ("POST", "userDataStream", {}, SIGNED),
    "rest_ExchangeData_GetAggregatedTradeHistory": ("GET", "aggTrades", SYMBOL, False),
    "rest_ExchangeData_GetApiSymbols": ("GET", "defaultSymbols", {}, False),
    "rest_ExchangeData_GetAveragePrice": ("GET", "avgPrice", SYMBOL, False),
    "rest_ExchangeData_GetBookPrices": ("GET", "ticker/bookTicker", {}, False),
    "rest_ExchangeData_GetExchangeInfo": ("GET", "exchangeInfo", {}, False),
    "rest_ExchangeData_GetKlines": ("GET", "klines", {**SYMBOL, "interval": "1m"}, False),
    "rest_ExchangeData_GetOrderBook": ("GET", "depth", SYMBOL, False),
    "rest_ExchangeData_GetPrices": ("GET", "ticker/price", {}, False),
    "rest_ExchangeData_GetRecentTrades": ("GET", "trades", SYMBOL, False),
    "rest_ExchangeData_GetServerTime": ("GET", "time", {}, False),
    "rest_ExchangeData_GetTicker": ("GET", "ticker/24hr", SYMBOL, False),
    "rest_ExchangeData_GetTickers": ("GET", "ticker/24hr", {}, False),
    "rest_Trading_CancelAllOrders": ("DELETE", "openOrders", SYMBOL, SIGNED),
    "rest_Trading_CancelOrder": ("DELETE", "order", {**SYMBOL, "origClientOrderId": "resting"}, SIGNED),
    "rest_Trading_GetOpenOrders": ("GET", "openOrders", SYMBOL, SIGNED),
    "rest_Trading_GetOrder": ("GET", "order", {**SYMBOL, "origClientOrderId": "resting"}, SIGNED),
    "rest_Trading_GetOrders": ("GET", "allOrders", SYMBOL, SIGNED),
    "rest_Trading_GetUserTrades": ("GET", "myTrades", SYMBOL, SIGNED),
    "rest_Trading_PlaceOrder": (
        "POST", "order", {**SYMBOL, "side": "BUY", "type": "LIMIT", "quantity": "50", "price": "0.5"}, SIGNED,
    ),
    "rest_Trading_PlaceTestOrder": (
        "POST", "order/test", {**SYMBOL, "side": "BUY", "type": "LIMIT", "quantity": "50", "price": "0.5"}, SIGNED,
    ),
}  # fmt: skip
MEXC_STATIC = {
    "fetchOrderBook": ("GET", "depth", SYMBOL, False),
    "fetchMyTrades": ("GET", "myTrades", SYMBOL, SIGNED),
    "fetchOrders": ("GET", "allOrders", SYMBOL, SIGNED),
    "fetchTrades": ("GET", "aggTrades", SYMBOL, False),
    "fetchTicker": ("GET", "ticker/24hr", SYMBOL, False),
    "fetchOHLCV": ("GET", "klines", {**SYMBOL, "interval": "60m"}, False),
}
BINANCE_ORDER = {**SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "50", "price": "0.5"}
BINANCE_CALLS: dict[str, tuple[str, str, dict[str, str], bool]] = {
    "account_response": ("GET", "account", {}, SIGNED),
    "account_trades_response": ("GET", "myTrades", SYMBOL, SIGNED),
    "all_orders_response": ("GET", "allOrders", SYMBOL, SIGNED),
    "avg_price_response": ("GET", "avgPrice", SYMBOL, False),
    "book_ticker_response": ("GET", "ticker/bookTicker", SYMBOL, False),
    "cancel_order_response": ("DELETE", "order", {**SYMBOL, "origClientOrderId": "resting"}, SIGNED),
    "depth_response": ("GET", "depth", SYMBOL, False),
    "exchange_info_response": ("GET", "exchangeInfo", {}, False),
    "klines_response": ("GET", "klines", {**SYMBOL, "interval": "1m"}, False),
    "new_order_full_response": (
        "POST",
        "order",
        {**SYMBOL, "side": "SELL", "type": "MARKET", "quantity": "50"},
        SIGNED,
    ),
    "open_orders_response": ("GET", "openOrders", SYMBOL, SIGNED),
    "order_response": ("GET", "order", {**SYMBOL, "origClientOrderId": "resting"}, SIGNED),
    "ping_response": ("GET", "ping", {}, False),
    "server_time_response": ("GET", "time", {}, False),
    "ticker_24hr_response": ("GET", "ticker/24hr", SYMBOL, False),
    "ticker_price_response": ("GET", "ticker/price", SYMBOL, False),
    "trades_response": ("GET", "trades", SYMBOL, False),
}
_NULL = "null in the recorded answer of the real server"
_EMPTY = "empty, or for other accounts, in the documented example"
_UNLIKE = "ids are numbers in documented answers and text in recorded ones"
#: Keys whose types are not compared, each with its reason.
LOOSE = {
    "orderId": _UNLIKE, "id": _UNLIKE, "clientOrderId": _NULL, "origClientOrderId": "text that may look like a number",
    "icebergQty": _NULL, "stopPrice": _NULL, "timeInForce": _NULL, "filters": _EMPTY, "permissions": _EMPTY,
    "permissionSets": _EMPTY, "rateLimits": _EMPTY, "listenKey": "text that may look like a number",
    "bidQty": "empty text in the documented 24 h ticker, a number in the recorded one",
    "askQty": "empty text in the documented 24 h ticker, a number in the recorded one",
    "quoteVolume": "null in the documented 24 h ticker, a number in the recorded one",
}  # fmt: skip
#: Real answers have these where documented ones do not: mexc_static_response.json.
_MAY_BE_MORE = {"timestamp", "clientOrderId", "icebergQty", "orderListId"}
#: No smart order routing here.
_MAY_LACK = {"sors"}


def site_with_orders(dialect: Any) -> Offline:
    """A resting order named "resting", another, and a fill."""
    site = Offline(dialect)
    order = {**SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "100", "price": "0.5"}
    for name in ("resting", "another"):
        site.json("POST", V3 + "order", {**order, "newClientOrderId": name}, signed=True)
    site.json("POST", V3 + "order", {**SYMBOL, "side": "SELL", "type": "MARKET", "quantity": "50"}, signed=True)
    return site


def kind(value: Any) -> str:
    if isinstance(value, str):
        return "number as text" if NUMBER.fullmatch(value) else "text"
    return type(value).__name__


def differences(ours: Any, recorded: Any, where: str = "") -> list[str]:
    """How the shape of ours differs; of lists the first elements are compared."""
    name = where.rpartition(".")[2]
    if isinstance(recorded, dict) and isinstance(ours, dict):
        more, lack = set(ours) - set(recorded) - _MAY_BE_MORE, set(recorded) - set(ours) - _MAY_LACK
        found = [f"{where}.{each} is more" for each in sorted(more)] + [
            f"{where}.{each} lacks" for each in sorted(lack)
        ]
        for key in recorded.keys() & ours.keys():
            found += differences(ours[key], recorded[key], f"{where}.{key}")
        return found
    if name in LOOSE:
        return []
    if isinstance(recorded, list) and isinstance(ours, list):
        if recorded and isinstance(recorded[0], list | dict):
            return differences(ours[0], recorded[0], where) if ours else [f"{where} is empty"]
        pairs = zip(ours, recorded, strict=False)
        lengths = [] if not recorded or len(ours) == len(recorded) or name else [f"{where} is as long as {len(ours)}"]
        return lengths + [each for place, pair in enumerate(pairs) for each in differences(*pair, f"{where}[{place}]")]
    same = {kind(ours), kind(recorded)}
    return [] if len(same) == 1 else [f"{where}: {kind(ours)} instead of {kind(recorded)}"]


def test_a_planted_difference_is_found() -> None:
    assert differences({"a": 1}, {"a": "1"}) == [".a: int instead of number as text"]
    assert differences({"a": 1}, {"b": 1}) == [".a is more", ".b lacks"]
    assert differences([["1"]], [["1", "2"]]) == [" is as long as 1"]


@pytest.mark.parametrize("name", MEXC_CALLS)
def test_mexc_payloads_are_shaped_as_documented(shared_recordings: Path, name: str) -> None:
    lines = (shared_recordings / "ccxt" / "docs_shaped" / "mexc" / f"{name}.txt").read_text().split("\n", 3)
    method, path, params, signed = MEXC_CALLS[name]
    assert (lines[0].strip(), lines[1].strip()) == (method, V3 + path)

    ours = site_with_orders(MEXC).json(method, V3 + path, params, signed=signed)

    assert differences(ours, json.loads(lines[3])) == []


@pytest.mark.parametrize("name", MEXC_STATIC)
def test_mexc_payloads_have_the_keys_of_recorded_ones(shared_recordings: Path, name: str) -> None:
    """Only keys: this recording holds every number as text."""
    recorded = json.loads((shared_recordings / "ccxt" / "mexc_static_response.json").read_text())
    answer = recorded["methods"][name]["httpResponse"]

    ours = site_with_orders(MEXC).json(
        MEXC_STATIC[name][0], V3 + MEXC_STATIC[name][1], MEXC_STATIC[name][2], signed=MEXC_STATIC[name][3]
    )

    assert [each for each in differences(ours, answer) if "instead" not in each] == []


def test_a_mexc_market_has_the_keys_of_a_recorded_one(shared_recordings: Path) -> None:
    recorded = json.loads((shared_recordings / "ccxt" / "mexc_static_markets.json").read_text())["markets"]

    ours = Offline(MEXC).json("GET", V3 + "exchangeInfo")["symbols"][0]

    assert set(ours) == set(recorded["XRP/USDT"]["info"])


@pytest.mark.parametrize("name", BINANCE_CALLS)
def test_binance_payloads_are_shaped_as_documented(shared_recordings: Path, name: str) -> None:
    recorded = json.loads((shared_recordings / "ccxt" / "docs_shaped" / "binance_spot" / f"{name}.json").read_text())
    method, path, params, signed = BINANCE_CALLS[name]

    ours = site_with_orders(BINANCE).json(method, V3 + path, params, signed=signed)

    assert differences(ours, recorded) == []


def test_a_new_binance_order_has_the_keys_of_a_recorded_one(shared_recordings: Path) -> None:
    recorded = json.loads((shared_recordings / "ccxt" / "binance_static_response.json").read_text())
    answer = recorded["methods"]["createOrder"]["httpResponse"]
    # The recorded order was an iceberg, which the sandbox does not offer.
    del answer["icebergQty"]

    ours = Offline(BINANCE).json("POST", V3 + "order", BINANCE_ORDER, signed=True)

    assert set(ours) == set(answer)


def test_the_requests_that_ccxt_signs_are_understood(shared_recordings: Path) -> None:
    recorded = json.loads((shared_recordings / "ccxt" / "mexc_static_request_spot.json").read_text())
    site = site_with_orders(MEXC)
    for each in recorded["requests"]:
        path, _, query = each["url"].removeprefix("https://api.mexc.com").partition("?")
        fields = dict(part.split("=") for part in query.split("&"))
        fields |= {"symbol": "XRPUSDT", "timestamp": str(site.clock.now_ms())}
        method = "POST" if each["method"].startswith("create") else "GET"

        reply = site.ask(method, path, fields, signed=True)

        # Prices and quantities are of other markets: they may be refused, but for no other reason.
        assert reply.status == 200 or json.loads(reply.body)["code"] in {-2013, 30002, 30004, 30005, 30087, 400}, (
            reply.body
        )
