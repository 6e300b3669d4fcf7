"""Orders meet the book by price and then by time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.listing import Terms, seeded_markets
from neo.infra.simulated_exchange.order import Order, OrderStatus, OrderTicket
from neo.infra.simulated_exchange.refusal import RefusalReason
from tests.infra.simulated_exchange.exchanges import (
    BOOK,
    IN_QUOTE,
    ME,
    OTHER,
    D,
    OrderKind,
    SelfTrade,
    Side,
    Stage,
    book,
)

SEEDED_MS = 1_700_000_000_250
TERMS = Terms(D("0.0007"), D("0.0013"), D(5), "MX", "3.2")


def test_a_limit_order_takes_the_best_prices_first_and_rests_with_what_is_left() -> None:
    stage = Stage()

    order = stage.accepted(Side.BUY, "150", "1.02")

    assert (order.status, order.executed, order.executed_quote) == (OrderStatus.PARTIALLY_FILLED, D(100), D("102"))
    assert stage.exchange.markets["XRPUSDT"].depth(stage.at_ms, 1) == book({"1.02": "50"}, {"1.03": "200"})


def test_a_taker_pays_the_resting_price_and_not_its_own() -> None:
    stage = Stage()

    stage.accepted(Side.BUY, "10", "1.03")

    assert stage.free("USDT") == D(1_000) - D("10.2")
    assert stage.locked("USDT") == 0


def test_ioc_never_rests() -> None:
    stage = Stage()

    order = stage.accepted(Side.BUY, "150", "1.02", kind=OrderKind.IOC)

    assert (order.status, order.executed) == (OrderStatus.EXPIRED, D(100))
    assert not stage.exchange.register.open_orders()
    assert stage.locked("USDT") == 0


@pytest.mark.parametrize(("quantity", "status", "executed"), [("300", "FILLED", 300), ("301", "EXPIRED", 0)])
def test_fok_fills_wholly_or_not_at_all(quantity: str, status: str, executed: int) -> None:
    order = Stage().accepted(Side.BUY, quantity, "1.03", kind=OrderKind.FOK)

    assert order.status.value == status and order.executed == executed


def test_a_post_only_order_that_would_take_is_refused_or_ends_at_once_as_the_exchange_has_it() -> None:
    assert Stage().refused(Side.SELL, "10", "1.00", kind=OrderKind.POST_ONLY) is RefusalReason.WOULD_TAKE

    ended = Stage(IN_QUOTE).accepted(Side.SELL, "10", "1.00", kind=OrderKind.POST_ONLY)

    assert ended.status is OrderStatus.EXPIRED and not ended.executed


def test_a_post_only_order_that_takes_nothing_rests() -> None:
    assert Stage().accepted(Side.SELL, "10", "1.01", kind=OrderKind.POST_ONLY).status is OrderStatus.NEW


def test_a_market_order_takes_what_there_is_and_expires_with_the_rest() -> None:
    order = Stage().accepted(Side.SELL, "350", kind=OrderKind.MARKET)

    assert (order.status, order.executed, order.executed_quote) == (OrderStatus.EXPIRED, D(300), D("298"))


def test_a_market_order_by_quote_spends_no_more_than_it_says() -> None:
    stage = Stage()

    order = stage.accepted(Side.BUY, "0", kind=OrderKind.MARKET, quote_quantity=D("103.50"))

    assert (order.status, order.executed, order.executed_quote) == (OrderStatus.FILLED, D("101.4"), D("103.442"))
    assert order.quantity == order.executed


def test_a_market_order_by_quote_pays_a_fee_in_quote_out_of_what_it_spends() -> None:
    stage = Stage(IN_QUOTE)

    stage.accepted(Side.BUY, "0", kind=OrderKind.MARKET, quote_quantity=D(1_000))

    spent = D(1_000) - stage.free("USDT")
    assert D(300) < spent <= D(1_000)
    assert stage.locked("USDT") == 0


def test_a_market_order_without_anybody_to_trade_with_expires() -> None:
    order = Stage(sides=book({}, {})).accepted(Side.BUY, "10", kind=OrderKind.MARKET)

    assert order.status is OrderStatus.EXPIRED and not order.executed


def test_who_came_first_at_a_price_is_served_first() -> None:
    stage = Stage()
    first = stage.accepted(Side.BUY, "10", "1.01")
    second = stage.accepted(Side.BUY, "10", "1.01")

    stage.next_book(BOOK, sold="15")

    assert stage.now(first).status is OrderStatus.FILLED
    assert stage.now(second).executed == 5


def test_the_better_price_is_served_before_the_older_order() -> None:
    stage = Stage(sides=book({}, {"1.05": "1"}))
    older = stage.accepted(Side.BUY, "10", "1.00")
    better = stage.accepted(Side.BUY, "10", "1.01")

    stage.next_book(book({}, {"1.05": "1"}), sold="10")

    assert stage.now(better).status is OrderStatus.FILLED
    assert stage.now(older).executed == 0


def test_others_who_were_at_the_price_before_are_served_before() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00")

    stage.next_book(BOOK, sold="100")
    assert stage.now(order).executed == 0

    stage.next_book(BOOK, sold="4")
    assert stage.now(order).executed == 4


def test_others_who_came_later_stand_behind() -> None:
    stage = Stage(sides=book({"1.00": "20"}, {"1.05": "1"}))
    order = stage.accepted(Side.BUY, "10", "1.00")

    stage.next_book(book({"1.00": "500"}, {"1.05": "1"}), sold="25")

    assert stage.now(order).executed == 5


def test_who_left_makes_room() -> None:
    stage = Stage(sides=book({"1.00": "100"}, {"1.05": "1"}))
    order = stage.accepted(Side.BUY, "10", "1.00")

    stage.next_book(book({"1.00": "3"}, {"1.05": "1"}), sold="8")

    assert stage.now(order).executed == 5


def test_who_left_does_not_come_back_in_front() -> None:
    stage = Stage(sides=book({"1.00": "100"}, {"1.05": "1"}))
    order = stage.accepted(Side.BUY, "10", "1.00")
    stage.next_book(book({"1.00": "3"}, {"1.05": "1"}))

    stage.next_book(book({"1.00": "100"}, {"1.05": "1"}), sold="8")

    assert stage.now(order).executed == 5


def test_a_resting_order_that_the_market_runs_through_fills_at_its_own_price() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00")

    stage.next_book(book({"0.95": "100"}, {"0.97": "4", "0.98": "100"}))

    filled = stage.now(order)
    assert (filled.status, filled.executed_quote) == (OrderStatus.FILLED, D("10"))
    assert all(trade.is_maker for trade in stage.exchange.register.trades())


def test_a_market_that_runs_through_fills_no_more_than_it_offers() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "50", "1.00")

    stage.next_book(book({"0.95": "100"}, {"0.97": "4"}))

    assert stage.now(order).executed == 4
    assert stage.accepted(Side.BUY, "10", "0.97", kind=OrderKind.IOC).executed == 0


def test_what_was_taken_is_gone_until_others_offer_anew() -> None:
    stage = Stage()
    stage.accepted(Side.BUY, "100", "1.02")
    assert stage.accepted(Side.BUY, "10", "1.02", kind=OrderKind.IOC).executed == 0

    stage.next_book(BOOK)

    assert stage.accepted(Side.BUY, "10", "1.02", kind=OrderKind.IOC).executed == 10


def test_two_accounts_trade_with_each_other() -> None:
    stage = Stage(sides=book({}, {}))
    resting = stage.accepted(Side.SELL, "10", "1.01", account=OTHER)

    stage.accepted(Side.BUY, "6", "1.01")

    assert stage.now(resting).executed == 6
    assert (stage.free("USDT"), stage.free("USDT", OTHER)) == (D("993.94"), D("1006.05394"))
    assert {trade.is_self_trade for trade in stage.exchange.register.trades()} == {False}


@pytest.mark.parametrize(
    ("rule", "maker", "taker"),
    [
        (SelfTrade.ALLOW, "FILLED", "FILLED"),
        (SelfTrade.EXPIRE_TAKER, "NEW", "EXPIRED"),
        (SelfTrade.EXPIRE_MAKER, "EXPIRED", "NEW"),
        (SelfTrade.EXPIRE_BOTH, "EXPIRED", "EXPIRED"),
    ],
)
def test_an_order_that_meets_its_own_account_does_what_the_rule_says(rule: SelfTrade, maker: str, taker: str) -> None:
    stage = Stage(sides=book({}, {}))
    resting = stage.accepted(Side.SELL, "10", "1.01")

    incoming = stage.accepted(Side.BUY, "10", "1.01", self_trade=rule)

    assert (stage.now(resting).status.value, incoming.status.value) == (maker, taker)
    assert all(trade.is_self_trade for trade in stage.exchange.register.trades(ME))


def test_with_the_makers_expired_the_taker_goes_on_to_others() -> None:
    stage = Stage()
    stage.accepted(Side.SELL, "10", "1.01")

    incoming = stage.accepted(Side.BUY, "20", "1.02", self_trade=SelfTrade.EXPIRE_MAKER)

    assert (incoming.status, incoming.executed_quote) == (OrderStatus.FILLED, D("20.4"))


def test_every_trade_can_be_seen_by_everybody() -> None:
    stage = Stage()
    stage.accepted(Side.SELL, "10", "1.00")

    trades = stage.exchange.markets["XRPUSDT"].trades(stage.at_ms, 10)

    assert [(trade.price, trade.quantity, trade.buyer_is_maker) for trade in trades] == [(D("1.00"), D(10), True)]


@settings(max_examples=25)
@given(st.integers(0, 500), st.sampled_from(Side), st.integers(1_000, 180_000))
def test_time_lived_through_at_once_is_the_same_as_second_by_second(seed: int, side: Side, wait_ms: int) -> None:
    lazy, eager = (seeded_with_a_resting_order(seed, side) for _ in range(2))

    lazy.advance(SEEDED_MS + wait_ms)
    for later_ms in range(0, wait_ms, 700):
        eager.advance(SEEDED_MS + later_ms)
    eager.advance(SEEDED_MS + wait_ms)

    assert lazy.register.orders() == eager.register.orders()
    assert lazy.register.trades() == eager.register.trades()
    assert all(trade.at_ms <= SEEDED_MS + wait_ms and trade.at_ms % 1_000 == 0 for trade in lazy.register.trades())


def seeded_with_a_resting_order(seed: int, side: Side) -> SimulatedExchange:
    """An order at the touch of the first market."""
    exchange = SimulatedExchange(seeded_markets(2, seed, SEEDED_MS, TERMS), ExchangeHabits())
    for asset in ("USDT", "MX"):
        exchange.deposit(ME, asset, D(5_000))
    market = exchange.markets["MXUSDT"]
    sides = market.touch(SEEDED_MS)
    price = (sides.bids if side is Side.BUY else sides.asks)[0].price
    quantity = market.rules.whole_steps(D(1_000) / price)
    ticket = OrderTicket(symbol="MXUSDT", side=side, kind=OrderKind.POST_ONLY, quantity=quantity, price=price)
    assert isinstance(exchange.submit(ME, ticket, SEEDED_MS), Order)
    return exchange
