"""Every request of the exchange port on recorded answers of KuCoin, Gate and Bybit: ccxt's own client, over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

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
    TradeFee,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_S
from tests.contract.recorded_exchange import Asked
from tests.contract.recorded_stages import Stage, on_bybit, on_gate, on_kucoin, well
from tests.infra.ccxt.exchange_stage import ask

BTC = "BTC/USDT"


def buy(symbol: str, name: str = "ours-1") -> PlaceExchangeOrder:
    return PlaceExchangeOrder(name, symbol, Side.BUY, Decimal("0.1"), Decimal(2))


@pytest.fixture
def kucoin(shared_recordings: Path) -> Iterator[Stage]:
    with on_kucoin(shared_recordings) as made:
        yield made


@pytest.fixture
def gate(shared_recordings: Path) -> Iterator[Stage]:
    with on_gate(shared_recordings) as made:
        yield made


@pytest.fixture
def bybit(shared_recordings: Path) -> Iterator[Stage]:
    with on_bybit(shared_recordings) as made:
        yield made


# --------------------------------------------------------------------------------------------------------------- KuCoin


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
    assert (trade.fees, trade.is_maker) == ((), False)
    assert wallet == (AssetHolding("USDT", Decimal(20), Decimal(10)),)


# ----------------------------------------------------------------------------------------------------------------- Gate


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

    assert trade.quantity == Decimal("0.5")
    assert trade.fees == (TradeFee("BTC", Decimal("0.001")), TradeFee("GT", Decimal("0.02")))
    assert wallet == (AssetHolding("USDT", Decimal(20), Decimal(10)),)


# ---------------------------------------------------------------------------------------------------------------- Bybit


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
