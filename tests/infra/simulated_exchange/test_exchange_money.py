"""Money is conserved, whatever is ordered, cancelled, filled, delisted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.units import ZERO
from neo.infra.simulated_exchange.exact import fee_of, product
from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.listing import Terms, seeded_markets
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket, SelfTrade, Side
from tests.infra.simulated_exchange.exchanges import IN_COIN, IN_QUOTE, ME, OTHER, RECEIVED, D, Stage

START_MS = 1_700_000_000_000
TERMS = Terms(D("0.0007"), D("0.0013"), D(5), "MX", "3.2")
HABITS = (
    ExchangeHabits(fees=FeeSchedule(), open_orders_max=10),
    ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.QUOTE), post_only_expires=True, client_ids_for_ever=True),
    ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.QUOTE, coin="MX", coin_discount=D("0.2"))),
)
SYMBOLS = ("MXUSDT", "BTCUSDT", "XRPUSDT")

steps = st.one_of(
    st.tuples(
        st.just("order"),
        st.sampled_from(SYMBOLS),
        st.sampled_from(Side),
        st.sampled_from(OrderKind),
        st.integers(5, 3_000),
        st.integers(-30, 30),
        st.sampled_from(SelfTrade),
        st.booleans(),
    ),
    st.tuples(st.just("cancel"), st.integers(1, 40)),
    st.tuples(st.just("wait"), st.integers(1, 90_000)),
    st.tuples(st.just("halt"), st.sampled_from(SYMBOLS)),
    st.tuples(st.just("delist"), st.sampled_from(SYMBOLS)),
    st.tuples(st.just("relist"), st.sampled_from(SYMBOLS)),
)


@settings(max_examples=120)
@given(st.sampled_from(HABITS), st.integers(0, 1_000), st.lists(steps, max_size=40))
def test_money_is_conserved_and_every_lock_belongs_to_an_open_order(
    habits: ExchangeHabits, seed: int, plan: list[tuple[object, ...]]
) -> None:
    exchange = SimulatedExchange(seeded_markets(4, seed, START_MS, TERMS), habits)
    for account in (ME, OTHER):
        for asset, amount in (("USDT", 5_000), ("BTC", 1), ("XRP", 5_000), ("MX", 50)):
            exchange.deposit(account, asset, D(amount))
    now_ms = START_MS
    for place, step in enumerate(plan):
        now_ms = perform(exchange, step, now_ms, (ME, OTHER)[place % 2])
        check_the_books(exchange)


def perform(exchange: SimulatedExchange, step: tuple[object, ...], now_ms: int, account: str) -> int:
    """One step; the time afterwards."""
    name, *details = step
    if name == "wait":
        (wait_ms,) = details
        assert isinstance(wait_ms, int)
        exchange.advance(now_ms + wait_ms)
        return now_ms + wait_ms
    if name == "cancel":
        (number,) = details
        orders = {order.order_id: order for order in exchange.register.orders()}
        if number in orders:
            assert isinstance(number, int)
            exchange.cancel(orders[number].account, orders[number].symbol, number, "", now_ms)
    elif name == "order":
        exchange.submit(account, ticket(exchange, details, now_ms), now_ms)
    else:
        change: Callable[[str], None] = getattr(exchange, str(name))
        change(str(details[0]))
    return now_ms


def ticket(exchange: SimulatedExchange, details: list[object], now_ms: int) -> OrderTicket:
    """About `value` USDT, `bps` away from the present mid, on tick and step."""
    symbol, side, kind, value, bps, self_trade, by_quote = details
    assert isinstance(symbol, str) and isinstance(side, Side) and isinstance(kind, OrderKind)
    assert isinstance(value, int) and isinstance(bps, int) and isinstance(self_trade, SelfTrade)
    market = exchange.markets[symbol]
    mid = market.mid(now_ms)
    price = (mid * (10_000 + bps) / 10_000 // market.rules.tick) * market.rules.tick
    quantity = market.rules.whole_steps(D(value) / mid)
    if kind is OrderKind.MARKET:
        amounts = (ZERO, D(value)) if by_quote else (quantity, ZERO)
        return OrderTicket(
            symbol=symbol, side=side, kind=kind, quantity=amounts[0], quote_quantity=amounts[1], self_trade=self_trade
        )
    return OrderTicket(symbol=symbol, side=side, kind=kind, quantity=quantity, price=price, self_trade=self_trade)


def check_the_books(exchange: SimulatedExchange) -> None:
    register = exchange.register
    assert exchange.money_out_of_place() == {}
    for account in (ME, OTHER):
        locks: dict[str, Decimal] = {}
        for order in register.open_orders(account):
            asset = "USDT" if order.side is Side.BUY else order.symbol.removesuffix("USDT")
            locks[asset] = locks.get(asset, ZERO) + order.locked
        for balance in exchange.wallet(account).balances():
            assert balance.locked == locks.get(balance.asset, ZERO)
            assert balance.free >= 0
    for order in register.orders():
        check_order(exchange, order)


def check_order(exchange: SimulatedExchange, order: Order) -> None:
    trades = [
        trade for trade in exchange.register.trades(order.account, order.symbol) if trade.order_id == order.order_id
    ]
    assert sum((trade.quantity for trade in trades), ZERO) == order.executed
    assert sum((trade.quote_quantity for trade in trades), ZERO) == order.executed_quote
    assert order.executed <= order.quantity or order.ticket.quote_quantity
    assert order.status.is_open or order.locked == 0
    assert (order.status is not OrderStatus.FILLED) or order.executed == order.quantity
    if order.ticket.price:
        worse = [
            trade for trade in trades if (trade.price - order.ticket.price) * (1 if order.side is Side.BUY else -1) > 0
        ]
        assert not worse


@pytest.mark.parametrize(
    ("habits", "fees"),
    [
        (RECEIVED, [("XRP", D("0.02")), ("USDT", D("0.0204"))]),
        (IN_QUOTE, [("USDT", D("0.0204")), ("USDT", D("0.0204"))]),
    ],
)
def test_the_fee_is_taken_in_what_the_exchange_takes_it_in(
    habits: ExchangeHabits, fees: list[tuple[str, Decimal]]
) -> None:
    stage = Stage(habits)

    stage.accepted(Side.BUY, "10", "1.02")
    stage.accepted(Side.SELL, "10.2", "1.00")

    found = [(trade.fee_asset, trade.fee) for trade in stage.exchange.register.trades()]
    assert found == fees


@given(st.decimals(0, 10**9, places=8), st.decimals(0, 1, places=6))
def test_a_fee_is_never_more_than_its_share_and_as_fine_as_an_exchange_shows_it(traded: Decimal, rate: Decimal) -> None:
    fee = fee_of(traded, rate)

    assert product(traded, rate) - D("1e-8") < fee <= product(traded, rate)


def test_a_maker_pays_the_makers_fee() -> None:
    stage = Stage()
    stage.accepted(Side.SELL, "10", "1.01")
    stage.next_book(stage.liquidity.sides(0), bought="10")

    (trade,) = stage.exchange.register.trades()

    assert (trade.is_maker, trade.fee, trade.fee_asset) == (True, D("0.0101"), "USDT")


def test_the_exchanges_own_coin_pays_with_a_discount_while_there_is_enough_of_it() -> None:
    stage = Stage(IN_COIN)
    stage.exchange.deposit(ME, "BNB", D("0.00005"))

    stage.accepted(Side.BUY, "10", "1.02")
    stage.accepted(Side.BUY, "10", "1.02")

    # 10.2 USDT * 0.002 * 0.75 / 500 USDT each, rounded up to eight digits; the second no longer has that much.
    assert [(trade.fee_asset, trade.fee) for trade in stage.exchange.register.trades()] == [
        ("BNB", D("0.00003060")),
        ("XRP", D("0.02")),
    ]
    assert stage.exchange.money_out_of_place() == {}


def test_money_out_of_place_is_noticed() -> None:
    stage = Stage()
    stage.exchange.wallet(ME).credit("USDT", D(1))

    assert stage.exchange.money_out_of_place() == {"USDT": D(1)}
