"""The last door before money is promised: limits to the last digit, fees included, whatever Risk and the buyer knew."""

from __future__ import annotations

from decimal import Decimal

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.exchange_orders import routing
from neo.domain.exchange_orders.approving import approved
from neo.domain.exchange_orders.work import Journal, PurchaseLimits, RouterState
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeApproved, TradeEnded, TradeOutcome, TradeProposed, TradePurpose
from neo.domain.money.budget import Budget
from neo.domain.units import NS_PER_S
from tests.domain.exchange_orders.exchange_stand import D, rule
from tests.domain.exchange_orders.router_world import SETUP

NOW_NS = 1_700_000_000 * NS_PER_S
SYMBOLS = ("XRP/USDT", "ADA/USDT", "LTC/USDT", "SOL/USDT", "TRX/USDT")


def limited(limits: PurchaseLimits, purchases: list[tuple[str, int]], free: int = 100) -> tuple[RouterState, list[str]]:
    """Approvals of purchases, (symbol, quantity at 1.00), one after another; the state, and how those ended that did."""
    setup = attrs.evolve(SETUP, limits=limits)
    state = RouterState(budget=Budget(D(free)), trading=True)
    state = routing.rules_known(state, tuple(rule(symbol) for symbol in SYMBOLS))
    ends: list[str] = []
    for number, (symbol, quantity) in enumerate(purchases):
        trade = TradeProposed(
            f"i{number}", TradePurpose.ENTRY, symbol, Side.BUY, D(quantity), (D(1),), "drop", NOW_NS, NOW_NS
        )
        state, outputs = approved(setup, state, TradeApproved(trade, NOW_NS), NOW_NS)
        for output in outputs:
            assert isinstance(output, Journal)
            ends += [each.outcome.value for each in output.then if isinstance(each, TradeEnded)]
    return state, ends


@given(
    reserve=st.integers(0, 120),
    exposure=st.integers(1, 120),
    positions=st.integers(1, 4),
    purchases=st.lists(st.tuples(st.sampled_from(SYMBOLS), st.integers(1, 60)), max_size=12),
)
def test_what_is_promised_never_breaks_a_limit(
    reserve: int, exposure: int, positions: int, purchases: list[tuple[str, int]]
) -> None:
    limits = PurchaseLimits(D(reserve), D(exposure), positions)

    state, _ = limited(limits, purchases)

    assert state.budget.reserved <= exposure
    assert state.budget.reserved == 0 or state.budget.free >= reserve
    assert len({trade.symbol for trade in state.trades.values()}) <= positions


def test_the_fee_of_a_purchase_is_not_taken_from_the_cash_reserve() -> None:
    quantity = 50
    exact = PurchaseLimits(cash_reserve=D(50))

    _, ends = limited(exact, [("XRP/USDT", quantity)])

    assert rule("XRP/USDT").taker_fee > 0, "otherwise this would show nothing"
    assert ends == [TradeOutcome.NOT_FILLED.value]


def test_a_purchase_for_which_every_limit_has_room_is_taken_on() -> None:
    state, ends = limited(PurchaseLimits(D(50), D(60), 1), [("XRP/USDT", 40)])

    assert ends == []
    assert state.budget.reserved >= Decimal(40)
