from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.pool import (
    effective_buy_price,
    effective_sell_price,
    quote_from_sale,
    quote_to_buy,
    spot_prices,
)
from neo.domain.messages.venue import PoolView
from tests.domain.samples import D, pool


@given(st.decimals("0.000001", "1000", places=6), st.integers(0, 1000))
def test_the_effective_price_is_never_better_than_the_spot_price_with_fee(quantity: Decimal, fee: int) -> None:
    view = pool(base="10000", fee=fee)

    # 28 digits of working precision leave the last few to rounding.
    buy, sell = spot_prices(view)
    assert effective_buy_price(view, quantity) >= buy * (1 - D("1e-20"))
    assert effective_sell_price(view, quantity) <= sell * (1 + D("1e-20"))


@given(st.decimals("0.000001", "1000", places=6), st.integers(0, 1000))
def test_a_purchase_never_shrinks_the_product_of_the_pool(quantity: Decimal, fee: int) -> None:
    view = pool(base="10000", fee=fee)
    paid = quote_to_buy(view, quantity)

    assert (view.base - quantity) * (view.quote + paid) >= view.base * view.quote * (1 - D("1e-20"))


def test_selling_and_buying_are_worked_examples_of_the_constant_product() -> None:
    view = PoolView(D(1000), D(500), 1000)

    assert quote_to_buy(view, D(100)) == D(500) * 100 / 900 / D("0.99")
    assert quote_from_sale(view, D(100)) == D(500) * 99 / 1099


def test_the_pool_cannot_sell_what_it_does_not_hold() -> None:
    with pytest.raises(ValueError, match="holds 1000 base"):
        quote_to_buy(PoolView(D(1000), D(500), 0), D(1000))
    with pytest.raises(ValueError, match="cannot sell 0"):
        quote_from_sale(PoolView(D(1000), D(500), 0), D(0))


def test_the_fee_is_taken_from_what_goes_in_so_buying_costs_mid_over_one_minus_fee() -> None:
    view = PoolView(D(1000), D(990), 1000)

    assert spot_prices(view) == (D(1), D("0.99") * D("0.99"))
