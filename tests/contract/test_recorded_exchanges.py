"""Every request of the exchange port on recorded answers of KuCoin, Gate and Bybit: ccxt's own client, over a socket.

What no recording has is `written` after the exchange's documentation: it shows that the request is made and read, no more.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    AssetHolding,
    CancelExchangeOrder,
    ExchangeOrderStatus,
    FetchBars,
    FetchMarkets,
    FetchOpenOrders,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    FetchStatistics,
    FetchWallet,
    OrderNotFound,
    PlaceExchangeOrder,
    StreamQuotes,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_S
from neo.infra.ccxt.gateway import ExchangeGateway
from tests.contract.recorded_exchange import Asked, Bodies, RecordedExchange, Refusal, body_of, trading_on
from tests.infra.ccxt.exchange_stage import ask

BTC = "BTC/USDT"
Stage = tuple[RecordedExchange, ExchangeGateway]


def buy(symbol: str, name: str = "ours-1") -> PlaceExchangeOrder:
    return PlaceExchangeOrder(name, symbol, Side.BUY, Decimal("0.1"), Decimal(2))


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def unzipped(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


@contextlib.contextmanager
def stage(exchange: str, bodies: Bodies) -> Iterator[Stage]:
    with RecordedExchange(bodies) as recorded, trading_on(exchange, recorded) as gateway:
        yield recorded, gateway


# --------------------------------------------------------------------------------------------------------------- KuCoin


@pytest.fixture
def kucoin(shared_recordings: Path) -> Iterator[Stage]:
    folder = shared_recordings / "ccxt/docs_shaped/kucoin"
    methods = body_of(shared_recordings / "ccxt/kucoin_static_response.json")["methods"]
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


def test_kucoin_lists_its_markets_with_quotes_statistics_and_bars(kucoin: Stage) -> None:
    rules = {rule.symbol: rule for rule in ask(kucoin[1], FetchMarkets()).rules}
    quotes = ask(kucoin[1], FetchQuotes((BTC, "ETH/USDT", "NOSUCH/USDT")))
    statistics = ask(kucoin[1], FetchStatistics((BTC, "ETH/USDT"))).statistics
    bars = ask(kucoin[1], FetchBars(BTC, 2)).bars

    assert (rules[BTC].price_step, rules[BTC].quantity_step) == (Decimal("0.1"), Decimal("0.00000001"))
    assert len(rules) > 150 and all(rule.quote == "USDT" for rule in rules.values())
    assert [(each.bid, each.ask) for each in quotes.quotes] == [(Decimal("11328.9"), Decimal(11329))]
    assert (quotes.missing, quotes.unknown) == (("ETH/USDT",), ("NOSUCH/USDT",))
    assert [(each.volume_quote, each.change_bps) for each in statistics] == [(Decimal("25984946.157790431"), -55)]
    assert [(bar.open, bar.high, bar.low, bar.close) for bar in bars] == [
        (Decimal("43501.1"), Decimal("43598.9"), Decimal("43305.2"), Decimal("43396.4")),
        (Decimal("43396.4"), Decimal("43491.9"), Decimal("43285.2"), Decimal("43369.4")),
    ]
    assert bars[1].at_ns - bars[0].at_ns == 60 * NS_PER_S


def test_kucoin_names_a_new_order_and_says_nothing_of_it(kucoin: Stage) -> None:
    placed = ask(kucoin[1], buy(BTC))

    assert (placed.venue_order_id, placed.client_order_id) == ("5bd6e9286d99522a52e458de", "ours-1")
    assert (placed.status, placed.filled_quantity) == (ExchangeOrderStatus.UNSAID, None)
    assert kucoin[0].asked.count("POST /api/v1/orders") == 1


def test_kucoins_orders_are_looked_up_by_either_name(kucoin: Stage) -> None:
    ours = ask(kucoin[1], FetchOrder("KCS/BTC", "6d539dc614db312"))
    theirs = ask(kucoin[1], FetchOrder(BTC, "ours-1", "5c35c02703aa673ceec2a168"))

    assert (ours.status, ours.quantity, ours.filled_quantity) == (ExchangeOrderStatus.OPEN, 1, 0)
    assert (theirs.status, theirs.filled_quantity, theirs.filled_quote) == (
        ExchangeOrderStatus.FILLED, 2, Decimal("0.166"),
    )  # fmt: skip


def test_kucoins_answer_to_a_cancel_is_followed_by_a_look_at_the_order(kucoin: Stage) -> None:
    ours = ask(kucoin[1], CancelExchangeOrder("KCS/BTC", "6d539dc614db312"))
    filled = ask(kucoin[1], CancelExchangeOrder(BTC, "ours-1", "5c35c02703aa673ceec2a168"))

    assert (ours.status, ours.side, ours.quantity) == (ExchangeOrderStatus.OPEN, Side.BUY, 1)  # as on record
    assert (filled.status, filled.filled_quantity) == (ExchangeOrderStatus.FILLED, 2)


def test_kucoins_open_orders_trades_and_wallet_are_read(kucoin: Stage) -> None:
    (rests,) = ask(kucoin[1], FetchOpenOrders()).orders
    (trade,) = ask(kucoin[1], FetchOrderTrades(BTC, "ours-1", "5c35c02703aa673ceec2a168")).trades
    wallet = ask(kucoin[1], FetchWallet()).holdings

    assert (rests.client_order_id, rests.symbol) == ("168ea0a0-0cf2-493d-be18-b606be913ce6", "LTC/USDT")
    assert (trade.quantity, trade.quote_quantity) == (Decimal("0.8424304"), Decimal("0.0699217232"))
    assert (trade.fee_asset, trade.fee_amount, trade.is_maker) == ("USDT", 0, False)
    assert wallet == (AssetHolding("USDT", Decimal(20), Decimal(10)),)


# ----------------------------------------------------------------------------------------------------------------- Gate


@pytest.fixture
def gate(shared_recordings: Path) -> Iterator[Stage]:
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


def test_gate_lists_its_markets_and_quotes(gate: Stage) -> None:
    rules = {rule.symbol: rule for rule in ask(gate[1], FetchMarkets()).rules}
    quotes = ask(gate[1], FetchQuotes((BTC,))).quotes
    statistics = ask(gate[1], FetchStatistics((BTC,))).statistics

    assert (rules[BTC].price_step, rules[BTC].quantity_step) == (Decimal("0.01"), Decimal("0.0001"))
    assert (rules[BTC].notional_min, rules[BTC].taker_fee) == (1, Decimal("0.002"))
    assert [(each.bid, each.ask) for each in quotes] == [(Decimal("9.9"), Decimal("10.1"))]
    assert [(each.volume_quote, each.change_bps) for each in statistics] == [(30, -200)]


def test_gates_prefix_of_our_names_is_not_part_of_them(gate: Stage) -> None:
    placed, found = ask(gate[1], buy(BTC)), ask(gate[1], FetchOrder(BTC, "ours-1"))
    (rests,) = ask(gate[1], FetchOpenOrders()).orders
    ended = ask(gate[1], CancelExchangeOrder(BTC, "ours-1"))

    assert {each.client_order_id for each in (placed, found, rests, ended)} == {"ours-1"}
    assert (found.status, found.filled_quantity, found.filled_quote) == (
        ExchangeOrderStatus.OPEN, Decimal("0.5"), Decimal("0.05"),
    )  # fmt: skip
    assert ended.status is ExchangeOrderStatus.CANCELED


def test_a_cancel_by_our_name_names_one_order_to_gate_and_never_all_of_them(gate: Stage) -> None:
    """Without a number ccxt's client would send a DELETE that means every order."""
    ask(gate[1], CancelExchangeOrder(BTC, "ours-1"))

    assert [each for each in gate[0].asked if each.startswith("DELETE")] == ["DELETE /api/v4/spot/orders/77"]


def test_gates_trades_and_wallet_are_read(gate: Stage) -> None:
    (trade,) = ask(gate[1], FetchOrderTrades(BTC, "ours-1")).trades
    wallet = ask(gate[1], FetchWallet()).holdings

    assert (trade.quantity, trade.fee_asset, trade.fee_amount) == (Decimal("0.5"), "BTC", Decimal("0.001"))
    assert wallet == (AssetHolding("USDT", Decimal(20), Decimal(10)),)


# ---------------------------------------------------------------------------------------------------------------- Bybit


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


@pytest.fixture
def bybit(shared_recordings: Path) -> Iterator[Stage]:
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


ETH = "ETH/USDT"


def test_bybit_lists_its_markets_quotes_and_wallet(bybit: Stage) -> None:
    rules = {rule.symbol: rule for rule in ask(bybit[1], FetchMarkets()).rules}
    quotes = ask(bybit[1], FetchQuotes((ETH, BTC)))
    statistics = ask(bybit[1], FetchStatistics((ETH,))).statistics
    wallet = ask(bybit[1], FetchWallet()).holdings

    assert (rules[ETH].price_step, rules[ETH].notional_min) == (Decimal("0.01"), 1)
    assert [(each.bid, each.ask) for each in quotes.quotes] == [(9, 11)] and quotes.missing == (BTC,)
    assert [(each.volume_quote, each.change_bps) for each in statistics] == [(500, -100)]
    assert wallet == (AssetHolding("USDT", Decimal(20), Decimal(10)),)


def test_an_order_of_bybit_is_found_by_our_name_among_others_open_or_over(bybit: Stage) -> None:
    second = ask(bybit[1], FetchOrder(ETH, "client-open-2"))
    over = ask(bybit[1], FetchOrder(BTC, "client-closed-1"))
    theirs = ask(bybit[1], FetchOrder(ETH, "client-open-1", "open-order-1"))

    assert (second.venue_order_id, second.side, second.status) == ("open-order-2", Side.SELL, ExchangeOrderStatus.OPEN)
    assert (over.venue_order_id, over.status) == ("closed-order-1", ExchangeOrderStatus.CANCELED)
    assert (theirs.venue_order_id, theirs.quantity) == ("open-order-1", Decimal("0.010"))


def test_somebody_elses_order_of_bybit_is_never_taken_for_ours(bybit: Stage) -> None:
    """The exchange answers with every open order when it does not know a word of the question."""
    assert ask(bybit[1], FetchOrder(ETH, "never-sent")) == OrderNotFound(ETH, "never-sent")

    other = ask(bybit[1], FetchOrder(ETH, "never-sent", "no-such-number"))
    assert isinstance(other, PortFailed) and other.error is PortError.UNAVAILABLE and "another order" in other.detail


def test_bybit_is_told_our_name_in_its_own_word(bybit: Stage) -> None:
    sent: list[Asked] = []

    def hears(asked: Asked) -> object:
        sent.append(asked)
        return well({"orderId": "open-order-1", "orderLinkId": asked["orderLinkId"]})

    bybit[0].bodies.update({"POST /v5/order/create": hears, "POST /v5/order/cancel": hears})
    placed = ask(bybit[1], buy(ETH))
    cancelled = ask(bybit[1], CancelExchangeOrder(ETH, "client-open-1"))

    assert (placed.venue_order_id, placed.status) == ("open-order-1", ExchangeOrderStatus.UNSAID)
    assert [(each["orderLinkId"], "orderId" in each) for each in sent] == [("ours-1", False), ("client-open-1", False)]
    assert (cancelled.status, cancelled.side) == (ExchangeOrderStatus.OPEN, Side.BUY)  # accepted, and as on record


def test_bybits_open_orders_and_trades_are_read(bybit: Stage) -> None:
    rest = ask(bybit[1], FetchOpenOrders()).orders
    trades = ask(bybit[1], FetchOrderTrades(BTC, "test-order-001", "8c065341-7b52-4ca9-ac2c-37e31ac55c94")).trades

    assert [each.client_order_id for each in rest] == ["client-open-1", "client-open-2"]
    assert [(each.quantity, each.quote_quantity, each.is_maker) for each in trades] == [(Decimal("0.100"), 5000, True)]


# --------------------------------------------------------------------------------------------------------------- errors

SAID: dict[str, dict[str, object]] = {
    "kucoin": {
        "no money": {"code": "200004", "msg": "Balance insufficient!"},
        "name used": {"code": "126044", "msg": "clientOid duplicate"},
        "too many": {"code": "429000", "msg": "Too many requests"},
        "clock": {"code": "400002", "msg": "KC-API-TIMESTAMP Invalid"},
        "keys": {"code": "400003", "msg": "KC-API-KEY not exists"},
        "unheard of": {"code": "999999", "msg": "something new"},
    },
    "gate": {
        "no money": Refusal(400, {"label": "BALANCE_NOT_ENOUGH", "message": "Not enough balance"}),
        "too many": Refusal(429, {"label": "TOO_MANY_REQUESTS", "message": "Request Rate limit Exceeded"}),
        "keys": Refusal(401, {"label": "INVALID_KEY", "message": "Invalid key provided"}),
        "unheard of": Refusal(400, {"label": "SOMETHING_NEW", "message": "?"}),
    },
    "bybit": {
        "no money": {"retCode": 170131, "retMsg": "Balance insufficient."},
        "name used": {"retCode": 170141, "retMsg": "Duplicate clientOrderId"},
        "too many": {"retCode": 10006, "retMsg": "Too many visits!"},
        "clock": {"retCode": 10002, "retMsg": "invalid request, please check your server timestamp"},
        "keys": {"retCode": 10003, "retMsg": "API key is invalid."},
        "unheard of": {"retCode": 999999, "retMsg": "something new"},
    },
}
MEANS = {
    "no money": PortError.REJECTED,
    "name used": PortError.OUTCOME_UNKNOWN,
    "too many": PortError.UNAVAILABLE,
    "clock": PortError.UNAVAILABLE,
    "keys": PortError.REJECTED,
    "unheard of": PortError.OUTCOME_UNKNOWN,
}
PLACES = {"kucoin": "POST /api/v1/orders", "gate": "POST /api/v4/spot/orders", "bybit": "POST /v5/order/create"}


@pytest.mark.parametrize(("exchange", "what"), [(name, what) for name, every in SAID.items() for what in every])
def test_an_order_that_an_exchange_refuses_means_what_its_words_mean(
    exchange: str, what: str, request: pytest.FixtureRequest
) -> None:
    recorded, gateway = request.getfixturevalue(exchange)
    recorded.bodies[PLACES[exchange]] = SAID[exchange][what]  # written from the documentation of each

    answer = ask(gateway, buy(ETH if exchange == "bybit" else BTC))

    assert isinstance(answer, PortFailed) and answer.error is MEANS[what]
    assert recorded.asked.count(PLACES[exchange]) == 1


@pytest.mark.parametrize("exchange", ["kucoin", "gate", "bybit"])
def test_a_symbol_that_is_not_listed_is_unknown_before_anything_is_sent(
    exchange: str, request: pytest.FixtureRequest
) -> None:
    recorded, gateway = request.getfixturevalue(exchange)

    assert isinstance(ask(gateway, buy("NOSUCH/USDT")), UnknownSymbol)
    assert isinstance(ask(gateway, FetchBars("NOSUCH/USDT", 3)), UnknownSymbol)
    assert PLACES[exchange] not in recorded.asked
    assert isinstance(ask(gateway, StreamQuotes((BTC,))), PortFailed)
