"""A recorded book is relived second by second, with what was taken from it."""

from __future__ import annotations

from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.liquidity import Flow
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket, Side
from neo.infra.simulated_exchange.price_path import DAY_MS, MINUTE_MS
from neo.infra.simulated_exchange.recorded_book import RecordedBook, RecordedSecond
from tests.infra.simulated_exchange.exchanges import ME, RULES, D, book

START_MS = 1_700_000_040_000
SECONDS = (
    RecordedSecond(book({"1.00": "10"}, {"1.02": "10"}), Flow(D(0), D(0)), 101),
    RecordedSecond(book({"1.00": "10"}, {"1.02": "10"}), Flow(D(14), D(0)), 101),
    RecordedSecond(book({"0.97": "10"}, {"0.99": "3"}), Flow(D(0), D(2)), 98),
)
PATH = RecordedBook(SECONDS, START_MS)


def test_each_second_shows_the_book_that_was_recorded_and_then_begins_again() -> None:
    shown = [PATH.sides(PATH.epoch(START_MS + second * 1_000)) for second in range(4)]

    assert shown == [SECONDS[0].sides, SECONDS[1].sides, SECONDS[2].sides, SECONDS[0].sides]
    assert PATH.touch(PATH.epoch(START_MS)).asks[0].price == D("1.02")
    assert [PATH.ticks_at(START_MS + second * 1_000) for second in (-1, 0, 1, 2)] == [98, 101, 101, 98]


def test_bars_and_the_day_come_from_the_seconds() -> None:
    bar = PATH.minute(START_MS)

    assert bar is not None and (bar.open, bar.high, bar.low, bar.close) == (101, 101, 98, 98)
    assert PATH.minute(PATH.born_ms - MINUTE_MS) is None and PATH.minute(START_MS - DAY_MS) is not None
    assert (PATH.day(START_MS).high, PATH.day(START_MS).low, PATH.day(START_MS).last) == (101, 98, 101)


def test_an_order_waits_its_turn_in_the_recorded_queue() -> None:
    exchange = SimulatedExchange([ExchangeMarket(RULES, PATH, PATH)], ExchangeHabits())
    exchange.deposit(ME, "USDT", D(100))
    ticket = OrderTicket(symbol="XRPUSDT", side=Side.BUY, kind=OrderKind.LIMIT, quantity=D(8), price=D("1.00"))
    order = exchange.submit(ME, ticket, START_MS)
    assert isinstance(order, Order) and order.status is OrderStatus.NEW

    exchange.advance(START_MS + 1_000)
    after_flow = exchange.register.order(order.order_id).executed
    exchange.advance(START_MS + 2_000)

    # 14 were sold: 10 to those ahead, 4 to us; then the market ran through with 3 offered below.
    assert after_flow == 4
    assert exchange.register.order(order.order_id).executed == 7
