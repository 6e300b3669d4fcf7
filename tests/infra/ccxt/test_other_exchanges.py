"""Payloads of KuCoin, Gate and Bybit through ccxt's own parsers, and quotes that no order may be made on."""

from __future__ import annotations

import asyncio
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neo.domain.messages.exchange import ExchangeOrderStatus, TradeFee
from neo.infra.ccxt.access import ExchangeAccess
from neo.infra.ccxt.bulk_quotes import BULK_CALLS, bulk_call, bulk_rows, quotes_of
from neo.infra.ccxt.client import open_client
from neo.infra.ccxt.library import exchange_class
from neo.infra.ccxt.market_reading import market_rules
from neo.infra.ccxt.order_reading import exchange_trade, order_reported


def client(exchange: str) -> Any:
    """Never connected: what it would fetch is given to it."""
    return open_client(exchange_class(exchange), ExchangeAccess(exchange=exchange), 1_000)


def with_market(made: Any, *names: tuple[str, str]) -> Any:
    made.markets = {symbol: {"id": market_id, "symbol": symbol, "spot": True} for symbol, market_id in names}
    return made


def answering(made: Any, answer: object) -> Any:
    async def fetch(*_: object) -> object:
        return answer

    made.fetch = fetch
    return made


def recorded(path: Path) -> Any:
    """The body of a Kucoin.Net fixture: verb, address and signature come first."""
    return json.loads(path.read_text().split("\n", 3)[3])


def test_every_bulk_call_is_one_that_the_library_has() -> None:
    for exchange, call in BULK_CALLS.items():
        assert callable(getattr(client(exchange), call.method)), exchange


def test_any_other_exchange_is_asked_through_the_unified_call() -> None:
    assert bulk_call(client("kraken")).method in ("fetch_bids_asks", "fetch_tickers")


def test_quotes_of_kucoin_are_read_from_its_own_answer(shared_recordings: Path) -> None:
    answer = recorded(shared_recordings / "ccxt/docs_shaped/kucoin/GetTickers.txt")
    made = answering(with_market(client("kucoin"), ("BTC/USDT", "BTC-USDT")), answer)

    rows = asyncio.run(bulk_rows(made, bulk_call(made)))
    quote = quotes_of(made, bulk_call(made), rows, ["BTC/USDT"], 7)["BTC/USDT"]

    assert (quote.bid, quote.ask, quote.at_ns) == (Decimal("11328.9"), Decimal("11329"), 7)


def test_an_order_and_a_trade_of_kucoin_are_read(shared_recordings: Path) -> None:
    folder = shared_recordings / "ccxt/docs_shaped/kucoin"
    made = client("kucoin")
    order = made.parse_order(recorded(folder / "GetOrderByClientOrderId.txt")["data"])
    trade = made.parse_trade(recorded(folder / "GetUserTrades.txt")["data"]["items"][0])

    report = order_reported(order, "KCS/BTC", "", None, None, 1)
    fill = exchange_trade(trade, "BTC/USDT", "USDT")

    assert (report.client_order_id, report.status) == ("6d539dc614db312", ExchangeOrderStatus.OPEN)
    assert (report.venue_order_id, report.quantity) == ("5f3113a1c9b6d539dc614dc6", Decimal(1))
    assert report.filled_quantity == 0
    assert (fill.trade_id, fill.quantity) == ("5c35c02709e4f67d5266954e", Decimal("0.8424304"))
    assert (fill.quote_quantity, fill.fees) == (Decimal("0.0699217232"), ())


def test_orders_and_executions_of_bybit_are_read(shared_recordings: Path) -> None:
    folder = shared_recordings / "ccxt/docs_shaped/other"
    made = client("bybit")
    orders = json.loads((folder / "bybit_http_get_orders_realtime.json").read_text())["result"]["list"]
    trades = json.loads((folder / "bybit_http_get_executions.json").read_text())["result"]["list"]

    report = order_reported(made.parse_order(orders[0]), "ETH/USDT", "", None, None, 1)
    fill = exchange_trade(made.parse_trade(trades[0]), "BTC/USDT", "USDT")

    assert (report.client_order_id, report.venue_order_id) == ("client-open-1", "open-order-1")
    assert (report.status, report.quantity) == (ExchangeOrderStatus.OPEN, Decimal("0.010"))
    assert (fill.quantity, fill.quote_quantity) == (Decimal("0.1"), Decimal(5000))
    assert (fill.fees, fill.is_maker) == ((TradeFee("USDT", Decimal("0.015")),), True)


REAL_LISTS = [
    ("kucoin", "kucoin_api_kucoin_com_api_v1_symbols.json.gz"),
    ("gate", "gateio_api_gateio_ws_api_v4_spot_currency_pairs.json.gz"),
    ("binance", "binance_api_binance_com_api_v3_exchangeinfo.json.gz"),
]


@pytest.mark.parametrize(("exchange", "file"), REAL_LISTS, ids=[each[0] for each in REAL_LISTS])
def test_every_real_market_has_steps_that_are_positive(shared_recordings: Path, exchange: str, file: str) -> None:
    body = json.loads(gzip.decompress((shared_recordings / "market/exchange_info" / file).read_bytes()))
    made = answering(client(exchange), body)
    asyncio.run(made.load_markets(True))

    rules, _ = market_rules(made, "USDT")

    assert len(rules) > 150
    assert all(each.price_step > 0 and each.quantity_min >= each.quantity_step > 0 for each in rules)


ABSURD = [("0", "1"), ("-1", "1"), ("NaN", "1"), ("2", "1"), ("1", "Infinity"), (None, "1"), ("one", "two"), ("", "")]


@pytest.mark.parametrize(("bid", "ask"), ABSURD)
def test_an_absurd_quote_is_none(bid: str | None, ask: str) -> None:
    made = with_market(client("mexc"), ("A/USDT", "AUSDT"), ("B/USDT", "BUSDT"))
    rows: list[dict[str, Any]] = [
        {"symbol": "AUSDT", "bidPrice": bid, "askPrice": ask},
        {"symbol": "BUSDT", "bidPrice": "1", "askPrice": "2"},
    ]

    found = quotes_of(made, bulk_call(made), rows, ["A/USDT", "B/USDT"], 1)

    assert set(found) == {"B/USDT"}


def test_half_an_answer_is_an_error_and_no_empty_market() -> None:
    made = answering(client("bybit"), {"result": {}})

    with pytest.raises(ValueError, match="something else"):
        asyncio.run(bulk_rows(made, bulk_call(made)))


def test_text_that_is_no_number_is_not_taken_for_an_order() -> None:
    with pytest.raises(ValueError, match="without its number"):
        order_reported({"id": '{"symbol":"XRPUSDT","orderId":"C02__38'}, "XRP/USDT", "n", None, None, 1)


def test_an_order_that_is_called_closed_before_it_filled_was_cancelled() -> None:
    order = {"id": "1", "status": "closed", "amount": "10", "filled": "4", "side": "buy"}

    assert order_reported(order, "A/USDT", "n", None, None, 1).status is ExchangeOrderStatus.CANCELED


def test_fees_in_several_currencies_are_all_read_one_for_each() -> None:
    fees = [
        {"currency": "BNB", "cost": "1"},
        {"currency": "A", "cost": "0.5"},
        {"currency": "BNB", "cost": "0.25"},
        {"currency": "C", "cost": "0"},
        {"currency": None, "cost": "3"},
        {"currency": "D", "cost": None},
        {"currency": "E", "cost": "-0.1"},
    ]
    trade = {"id": "1", "amount": "1", "cost": "1", "side": "buy", "fees": fees}

    charged = exchange_trade(trade, "A/USDT", "USDT").fees

    assert [(fee.asset, str(fee.amount)) for fee in charged] == [
        ("A", "0.5"), ("BNB", "1.25"), ("E", "-0.1"), ("USDT", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize("fees", [[], None, [{}]])
def test_a_trade_that_was_not_charged_has_no_fee(fees: object) -> None:
    trade = {"id": "1", "amount": "1", "cost": "1", "side": "buy", "fees": fees, "fee": None}

    assert exchange_trade(trade, "A/USDT", "USDT").fees == ()


def test_a_fee_in_a_third_currency_stays_in_it() -> None:
    trade = {"id": "1", "amount": "2", "cost": "6", "side": "sell", "fee": {"currency": "BNB", "cost": "0.0001"}}

    fill = exchange_trade(trade, "A/USDT", "USDT")

    assert (fill.fees, fill.quote_quantity) == ((TradeFee("BNB", Decimal("0.0001")),), Decimal(6))
