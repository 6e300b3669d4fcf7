"""The real ccxt clients trade on the sandbox exchange; only their addresses differ from live ones."""

from __future__ import annotations

import asyncio
import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest

from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, SYMBOL, client, error_of, plan, stand_still
from tests.patience import PATIENCE_S


@pytest.fixture(scope="module", params=[MEXC, BINANCE], ids=lambda dialect: dialect.value)
def shared(request: pytest.FixtureRequest) -> Iterator[tuple[SandboxExchange, Any]]:
    with SandboxExchange(plan(request.param)) as sandbox, client(sandbox) as exchange:
        yield sandbox, exchange


@pytest.fixture
def sandbox(shared: tuple[SandboxExchange, Any]) -> SandboxExchange:
    stand_still(shared[0])
    return shared[0]


@pytest.fixture
def exchange(shared: tuple[SandboxExchange, Any], sandbox: SandboxExchange) -> Iterator[Any]:
    yield shared[1]
    for order in shared[1].fetch_open_orders(SYMBOL):
        shared[1].cancel_order(order["id"], SYMBOL)


def test_markets_have_units_limits_and_fees(exchange: Any) -> None:
    market = exchange.market(SYMBOL)

    assert market["spot"] and market["active"]
    assert (market["precision"]["price"], market["precision"]["amount"]) == (0.00001, 0.01)
    assert market["limits"]["cost"]["min"] in (1, 5)
    assert len(exchange.markets) == 12


def test_tickers_of_all_of_one_and_of_several_markets(exchange: Any) -> None:
    everything = exchange.fetch_tickers()
    several = exchange.fetch_tickers([SYMBOL, "BTC/USDT"])
    one = exchange.fetch_ticker(SYMBOL)

    assert len(everything) == 12 and set(several) == {SYMBOL, "BTC/USDT"}
    assert (one["bid"], one["ask"]) == (0.62, 0.621)
    assert one["low"] <= one["last"] <= one["high"]


def test_best_offers_of_every_market_in_one_call(exchange: Any) -> None:
    offers = exchange.fetch_bids_asks()

    assert len(offers) == 12
    assert all(0 < each["bid"] < each["ask"] for each in offers.values())
    assert offers[SYMBOL]["bidVolume"] == 1000


def test_the_order_book_is_sorted_and_as_deep_as_asked(exchange: Any) -> None:
    book = exchange.fetch_order_book(SYMBOL, 5)

    assert book["bids"] == [[0.62, 1000], [0.619, 1000]]
    assert book["asks"] == [[0.621, 1000], [0.622, 1000]]
    assert len(exchange.fetch_order_book("BTC/USDT", 5)["bids"]) == 5


def test_candles_follow_each_other_and_hold_their_closes(exchange: Any) -> None:
    candles = exchange.fetch_ohlcv("BTC/USDT", "1m", limit=30)
    hours = exchange.fetch_ohlcv("BTC/USDT", "1h", limit=3)

    times = [each[0] for each in candles]
    assert len(candles) == 30 and {b - a for a, b in pairwise(times)} == {60_000}
    assert all(low <= min(o, c) <= max(o, c) <= high for _, o, high, low, c, _ in candles)
    assert [b[0] - a[0] for a, b in pairwise(hours)] == [3_600_000] * 2


def test_candles_since_a_time_begin_there(exchange: Any) -> None:
    since = exchange.milliseconds() // 300_000 * 300_000 - 3_600_000

    candles = exchange.fetch_ohlcv("BTC/USDT", "5m", since, 4)

    assert [each[0] - since for each in candles] == [0, 300_000, 600_000, 900_000]


def test_trades_of_everybody_come_with_a_side(exchange: Any) -> None:
    trades = exchange.fetch_trades("BTC/USDT", limit=5)

    assert len(trades) == 5
    assert {each["side"] for each in trades} <= {"buy", "sell"}


def test_a_limit_order_fills_and_shows_in_order_trades_and_balance(exchange: Any) -> None:
    before = exchange.fetch_balance()["total"]

    placed = exchange.create_order(SYMBOL, "limit", "buy", 100, 0.621)
    order = exchange.fetch_order(placed["id"], SYMBOL)
    trades = [each for each in exchange.fetch_my_trades(SYMBOL) if each["order"] == placed["id"]]
    after = exchange.fetch_balance()["total"]

    assert (order["status"], order["filled"], order["remaining"], order["cost"]) == ("closed", 100, 0, 62.1)
    assert [(each["price"], each["amount"], each["takerOrMaker"]) for each in trades] == [(0.621, 100, "taker")]
    fee = trades[0]["fee"]
    spent, got = Decimal(str(before["USDT"])) - Decimal(str(after["USDT"])), after["XRP"] - before["XRP"]
    in_quote = fee["currency"] == "USDT"
    assert float(spent) == pytest.approx(62.1 + (fee["cost"] if in_quote else 0))
    assert got == pytest.approx(100 - (0 if in_quote else fee["cost"]))


def test_a_resting_order_locks_funds_is_listed_and_can_be_cancelled(exchange: Any) -> None:
    free = exchange.fetch_balance()["free"]["USDT"]

    placed = exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61)
    listed = [each["id"] for each in exchange.fetch_open_orders(SYMBOL)]
    locked = free - exchange.fetch_balance()["free"]["USDT"]
    cancelled = exchange.cancel_order(placed["id"], SYMBOL)

    assert listed == [placed["id"]]
    assert 61 <= locked < 61.1
    assert cancelled["status"] == "canceled"
    assert exchange.fetch_order(placed["id"], SYMBOL)["status"] == "canceled"
    assert exchange.fetch_balance()["free"]["USDT"] == free


def test_a_new_orders_answer_has_a_status_on_binance_and_none_on_mexc(exchange: Any) -> None:
    placed = exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61)

    assert placed["status"] == ("open" if exchange.id == "binance" else None)


@pytest.mark.parametrize("kind", ["IOC", "FOK"])
def test_an_order_that_may_not_rest_ends_without_a_fill(exchange: Any, kind: str) -> None:
    placed = exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61, {"timeInForce": kind})

    order = exchange.fetch_order(placed["id"], SYMBOL)

    assert (order["status"], order["filled"]) == ("expired" if exchange.id == "binance" else "canceled", 0)
    assert order["timeInForce"] == kind


def test_an_ioc_order_fills_in_part(exchange: Any) -> None:
    placed = exchange.create_order(SYMBOL, "limit", "buy", 1500, 0.621, {"timeInForce": "IOC"})

    order = exchange.fetch_order(placed["id"], SYMBOL)

    assert (order["filled"], order["remaining"]) == (1000, 500)
    raw = order["info"]["status"]
    assert raw == ("EXPIRED" if exchange.id == "binance" else "PARTIALLY_CANCELED")


def test_market_orders_by_quantity_and_by_cost(exchange: Any) -> None:
    sold = exchange.create_order(SYMBOL, "market", "sell", 50)
    bought = exchange.create_market_buy_order_with_cost(SYMBOL, 31.05)

    first, second = (exchange.fetch_order(each["id"], SYMBOL) for each in (sold, bought))

    assert (first["status"], first["filled"], first["cost"]) == ("closed", 50, 31)
    assert second["status"] == "closed"
    assert 31.0 < second["cost"] <= 31.05


def test_a_post_only_order_never_takes(exchange: Any) -> None:
    def place(price: float) -> Any:
        return exchange.create_order(SYMBOL, "limit", "buy", 100, price, {"postOnly": True})

    assert exchange.fetch_order(place(0.61)["id"], SYMBOL)["status"] == "open"
    if exchange.id == "binance":
        assert error_of(lambda: place(0.63)) is ccxt.OrderImmediatelyFillable
    else:
        assert exchange.fetch_order(place(0.63)["id"], SYMBOL)["status"] == "canceled"


def test_an_order_is_found_by_its_client_id(exchange: Any) -> None:
    placed = exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61, {"clientOrderId": "found-by-this"})

    order = exchange.fetch_order("", SYMBOL, {"clientOrderId": "found-by-this"})

    assert (order["id"], order["clientOrderId"]) == (placed["id"], "found-by-this")
    assert exchange.cancel_order("", SYMBOL, {"clientOrderId": "found-by-this"})["status"] == "canceled"


def test_a_client_id_in_use_is_refused(exchange: Any) -> None:
    def place() -> Any:
        return exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61, {"clientOrderId": "twice"})

    place()

    assert issubclass(error_of(place), ccxt.InvalidOrder if exchange.id == "binance" else ccxt.BadRequest)


REFUSED = [
    ("unknown order", lambda x: x.fetch_order("999999", SYMBOL), ccxt.ExchangeError, ccxt.OrderNotFound),
    ("cancel unknown", lambda x: x.cancel_order("999999", SYMBOL), ccxt.BadRequest, ccxt.OrderNotFound),
    (
        "too little money",
        lambda x: x.create_order(SYMBOL, "limit", "buy", 100_000, 0.6),
        ccxt.InsufficientFunds,
        ccxt.InsufficientFunds,
    ),
    (
        "too little to sell",
        lambda x: x.create_order(SYMBOL, "limit", "sell", 100_000, 0.7),
        ccxt.InsufficientFunds,
        ccxt.InsufficientFunds,
    ),
    ("too small", lambda x: x.create_order(SYMBOL, "limit", "buy", 1, 0.6), ccxt.InvalidOrder, ccxt.BadRequest),
    ("too far away", lambda x: x.create_order(SYMBOL, "limit", "buy", 100, 9), ccxt.InvalidOrder, ccxt.InvalidOrder),
]


@pytest.mark.parametrize(("what", "act", "on_mexc", "on_binance"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_refusal_is_the_exception_that_ccxt_has_for_it(
    exchange: Any, what: str, act: Any, on_mexc: type, on_binance: type
) -> None:
    assert error_of(lambda: act(exchange)) is (on_mexc if exchange.id == "mexc" else on_binance), what


def test_cancelling_a_filled_order_is_a_bad_request_on_mexc_and_not_found_on_binance(exchange: Any) -> None:
    filled = exchange.create_order(SYMBOL, "limit", "buy", 10, 0.621)

    error = error_of(lambda: exchange.cancel_order(filled["id"], SYMBOL))

    assert error is (ccxt.BadRequest if exchange.id == "mexc" else ccxt.OrderNotFound)


def test_amounts_off_the_markets_units_are_refused(exchange: Any) -> None:
    # ccxt rounds to the units itself: the raw call is what a client without markets would send.
    fields = {"symbol": "XRPUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "newOrderRespType": "FULL"}
    raw = exchange.privatePostOrder if exchange.id == "binance" else exchange.spotPrivatePostOrder

    for quantity, price in (("100.001", "0.61"), ("100", "0.610001")):
        error = error_of(lambda q=quantity, p=price: raw({**fields, "quantity": q, "price": p}))  # type: ignore[misc]
        assert error is (ccxt.InvalidOrder if exchange.id == "binance" else ccxt.BadRequest)


def test_the_exchanges_clock_can_be_read(exchange: Any) -> None:
    assert abs(exchange.fetch_time() - exchange.milliseconds()) < PATIENCE_S * 1_000


def test_money_is_where_it_should_be(sandbox: SandboxExchange, exchange: Any) -> None:
    truth = sandbox.truth()

    assert truth.money_out_of_place == {}
    seen = exchange.fetch_balance()
    for balance in truth.balances:
        assert seen["free"].get(balance.asset, 0) == pytest.approx(float(balance.free))


def test_recorded_bars_are_the_candles_that_a_client_sees(shared_recordings: Path) -> None:
    path = shared_recordings / "market" / "ohlcv_1m_2021-04-20_2021-05-20" / "XRP_USDT.csv.gz"
    with gzip.open(path, "rt") as file:
        recorded = [tuple(float(cell) for cell in row[1:5]) for row in csv.reader(file) if row[0] != "ts_ms"]

    with SandboxExchange(attrs.evolve(plan(BINANCE), bars=(path,))) as sandbox, client(sandbox) as exchange:
        candles = exchange.fetch_ohlcv(SYMBOL, "1m", limit=100)[:-1]

    # The recording starts on its second day: what a chart shows before that is its first.
    served = [tuple(each[1:5]) for each in candles]
    places = [place for place in range(len(recorded)) if tuple(recorded[place : place + len(served)]) == tuple(served)]
    # A minute may have passed since the start.
    assert len(served) == 99 and places in ([1440 - 99], [1441 - 99])


@pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)
def test_the_asynchronous_client_trades_just_as_well(dialect: Any) -> None:
    async def trade(sandbox: SandboxExchange) -> tuple[Any, ...]:
        exchange = getattr(ccxt.async_support, dialect.value)({**sandbox.ccxt_config(), "enableRateLimit": False})
        try:
            await exchange.load_markets()
            offers, book = await asyncio.gather(exchange.fetch_bids_asks(), exchange.fetch_order_book(SYMBOL, 5))
            placed = await asyncio.gather(
                *(exchange.create_order(SYMBOL, "limit", "buy", 10, 0.61) for _ in range(5)),
            )
            orders = await asyncio.gather(*(exchange.fetch_order(each["id"], SYMBOL) for each in placed))
            cancelled = await exchange.cancel_order(placed[0]["id"], SYMBOL)
            return offers, book, orders, cancelled, await exchange.fetch_balance()
        finally:
            await exchange.close()

    with SandboxExchange(plan(dialect)) as sandbox:
        stand_still(sandbox)
        offers, book, orders, cancelled, balance = asyncio.run(trade(sandbox))

    assert len(offers) == 12 and book["bids"][0] == [0.62, 1000]
    assert [each["status"] for each in orders] == ["open"] * 5
    assert cancelled["status"] == "canceled"
    assert balance["used"]["USDT"] == pytest.approx(4 * 6.1, rel=0.01)
