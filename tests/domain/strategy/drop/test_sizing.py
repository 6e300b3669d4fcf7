"""An order is on the market's grid, within its minimums and maximums, and never much more than the position size."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.exchange import MarketRule
from neo.domain.strategy.drop.sizing import SizeRules, entry_limits, entry_quantity, exit_limits
from tests.domain.strategy.drop.buyer_desk import RULES, market

SIZE = RULES.size
D = Decimal
STEPS = st.sampled_from([D("0.00000001"), D("0.0001"), D("0.01"), D("0.5"), D(1), D(10)])
PRICES = st.decimals(D("0.0001"), D(70_000), places=4)


@st.composite
def markets(draw: st.DrawFn) -> MarketRule:
    return market(
        "AAA/USDT",
        price_step=draw(st.sampled_from([D("0.00000001"), D("0.0001"), D("0.01"), D("0.5")])),
        quantity_step=draw(STEPS),
        quantity_min=draw(st.one_of(st.just(D(0)), STEPS)),
        quantity_max=draw(st.one_of(st.none(), st.decimals(D("0.001"), D(1000), places=3))),
        notional_min=draw(st.sampled_from([D(0), D(1), D(5), D(28), D(31)])),
    )


def is_on(value: Decimal, step: Decimal) -> bool:
    return value % step == 0


@given(markets(), PRICES)
def test_a_quantity_is_one_that_the_market_takes_and_costs_no_more_than_the_stretched_size(
    rule: MarketRule, ask: Decimal
) -> None:
    quantity = entry_quantity(SIZE, rule, ask)
    if quantity is None:
        return
    assert quantity > 0
    assert is_on(quantity, rule.quantity_step)
    assert quantity >= rule.quantity_min
    assert quantity * ask >= rule.notional_min
    assert rule.quantity_max is None or quantity <= rule.quantity_max
    assert quantity * ask <= SIZE.position_size * (1 + SIZE.size_up_max_share)


@pytest.mark.parametrize(
    ("changes", "ask", "quantity"),
    [
        ({}, "98", "0.25"),
        ({"quantity_step": D(1), "quantity_min": D(1)}, "26", "1"),  # 4 % more than the size
        ({"quantity_step": D(1), "quantity_min": D(1)}, "31", None),
        ({"notional_min": D(30)}, "100", "0.30"),
        ({"notional_min": D("30.01")}, "100", None),
        ({"quantity_max": D("0.1")}, "98", "0.1"),
        ({"quantity_max": D("0.05")}, "98", None),  # 4.90 at most, 5 at least
    ],
)
def test_a_size_that_does_not_fit_is_made_larger_a_little_or_given_up(
    changes: dict[str, Decimal], ask: str, quantity: str | None
) -> None:
    assert entry_quantity(SIZE, market("AAA/USDT", **changes), D(ask)) == (None if quantity is None else D(quantity))


@given(markets(), PRICES, st.integers(1, 5))
def test_limits_of_a_purchase_rise_from_the_ask_and_those_of_a_sale_fall_from_the_bid(
    rule: MarketRule, price: Decimal, tries: int
) -> None:
    rules: SizeRules = attrs.evolve(SIZE, tries_max=tries)
    buying = entry_limits(rules, rule, price)
    selling = exit_limits(tuple(D(10) * n for n in range(tries)), rule, price)
    assert len(buying) == len(selling) == tries
    assert list(buying) == sorted(buying)
    assert list(selling) == sorted(selling, reverse=True)
    assert buying[0] >= price
    assert selling[0] <= max(price, rule.price_step)
    assert selling[-1] > 0
    assert all(is_on(limit, rule.price_step) for limit in (*buying, *selling))


def test_a_limit_is_no_further_from_its_premium_than_one_step() -> None:
    assert entry_limits(SIZE, market("AAA/USDT"), D("98.01")) == (D("98.06"), D("98.16"))
    assert exit_limits((D(0), D(10)), market("AAA/USDT"), D("98.01")) == (D("98.01"), D("97.91"))
