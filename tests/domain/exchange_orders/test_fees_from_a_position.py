"""A coin that fees are taken from, while it is held because it was bought as a drop."""

from __future__ import annotations

from decimal import Decimal

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.exchange_orders.holdings import after_trades, paid_by_positions
from neo.domain.exchange_orders.work import OrderInWork, Position, RouterState, TradeInWork
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradePurpose
from neo.domain.messages.exchange import ExchangeTrade, TradeFee
from neo.domain.money.budget import Budget
from neo.domain.orders.lifecycle import OrderState
from tests.domain.exchange_orders.exchange_stand import D
from tests.domain.exchange_orders.router_world import SETUP

XRP, BNB = "XRP/USDT", "BNB/USDT"


def bought_with_a_fee_in_bnb(fee: str) -> TradeInWork:
    trade = ExchangeTrade("1", XRP, Side.BUY, D(10), D(10), (TradeFee("BNB", D(fee)),), False, 0)
    order = OrderInWork("neo-1", OrderState.FILLED, D(1), D(10), 0, trades=(trade,))
    return TradeInWork("i", TradePurpose.ENTRY, XRP, Side.BUY, D(10), (D(1),), 0, order)


def holding(position: str, held: str) -> RouterState:
    """A position in BNB at 500 each, and what the books say we have of it."""
    quantity = D(position)
    bnb = Position(BNB, "b", quantity, 500 * quantity, D(0), quantity, 500 * quantity, 0)
    return RouterState(
        positions={BNB: bnb},
        holdings={"BNB": D(held), "USDT": D(100)},
        budget=Budget(D(100), committed=500 * quantity),
    )


def test_a_fee_that_the_position_paid_makes_it_smaller_and_takes_its_cost_along() -> None:
    work = bought_with_a_fee_in_bnb("0.01")
    state = after_trades(SETUP, holding("0.05", "0.05"), work)

    state, payers = paid_by_positions(SETUP, state, work)

    assert state.holdings == {"BNB": D("0.04"), "USDT": D(90), "XRP": D(10)}
    assert [(each.quantity, each.spent) for each in payers] == [(D("0.04"), D(20))]
    assert state.budget.committed == D(20)


def test_a_fee_that_was_booked_before_the_purchase_that_it_was_taken_from_makes_the_position_smaller_too() -> None:
    """Both orders were under way: the exchange took the fee from the coin before we knew that we have it."""
    trade = ExchangeTrade("2", BNB, Side.BUY, D("0.05"), D(25), (), False, 0)
    order = OrderInWork("neo-2", OrderState.FILLED, D(500), D("0.05"), 0, trades=(trade,))
    purchase = TradeInWork("b", TradePurpose.ENTRY, BNB, Side.BUY, D("0.05"), (D(500),), 0, order)
    state = after_trades(SETUP, holding("0.05", "-0.01"), purchase)

    state, payers = paid_by_positions(SETUP, state, purchase)

    assert [(each.quantity, each.spent) for each in payers] == [(D("0.04"), D(20))]


def test_a_fee_that_other_holdings_of_the_coin_paid_leaves_the_position_alone() -> None:
    work = bought_with_a_fee_in_bnb("0.01")
    state = after_trades(SETUP, holding("0.05", "0.06"), work)

    assert paid_by_positions(SETUP, state, work) == (state, [])


@given(position=st.integers(1, 1_000), more=st.integers(0, 1_000), fee=st.integers(1, 1_000))
def test_no_position_is_larger_than_what_is_held_and_the_cost_of_all_is_what_is_committed(
    position: int, more: int, fee: int
) -> None:
    unit = Decimal("0.001")
    work = bought_with_a_fee_in_bnb(str(fee * unit))
    state = after_trades(SETUP, holding(str(position * unit), str((position + more) * unit)), work)

    state, _ = paid_by_positions(SETUP, state, work)

    left = state.positions[BNB]
    assert left.quantity <= max(D(0), state.holdings["BNB"])
    assert state.budget.committed == left.spent
    assert attrs.evolve(left, quantity=D(0), spent=D(0)).bought == position * unit
