from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.grid import (
    price_above,
    price_at_or_above,
    price_at_or_below,
    price_below,
    quantity_at_or_below,
)
from neo.domain.units import xrp_to_drops

prices = st.decimals(min_value="0.01", max_value="1000", places=12)
quantities = st.decimals(min_value="0.000001", max_value="1000000", places=9)


@given(prices)
def test_rounded_prices_enclose_the_price_and_strict_ones_exclude_it(price: Decimal) -> None:
    assert price_below(price) < price < price_above(price)
    assert price_at_or_below(price) <= price <= price_at_or_above(price)


@given(prices)
def test_nothing_on_the_grid_lies_between_a_price_and_its_neighbour_below(price: Decimal) -> None:
    below = price_below(price)

    assert price_above(below) >= price


@given(prices, quantities)
def test_the_product_of_a_grid_price_and_quantity_is_exact_in_fifteen_digits(price: Decimal, quantity: Decimal) -> None:
    amount = price_at_or_below(price) * quantity_at_or_below(quantity)

    assert len(amount.as_tuple().digits) <= 15


@given(quantities)
def test_a_quantity_is_whole_drops_and_never_more_than_asked(quantity: Decimal) -> None:
    tradable = quantity_at_or_below(quantity)

    assert xrp_to_drops(tradable) >= 0
    assert tradable <= quantity
    assert quantity - tradable <= max(Decimal("0.000001"), quantity * Decimal("1e-7"))
