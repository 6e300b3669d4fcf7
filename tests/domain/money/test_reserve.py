from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.money.reserve import offerable_xrp, reserve_drops
from tests.domain.samples import D, account


def test_the_reserve_is_the_base_and_a_part_for_each_owned_object() -> None:
    assert reserve_drops(account(owner_count=3), new_objects=2) == 2_000_000


def test_what_may_be_offered_leaves_reserve_and_fees_aside() -> None:
    assert offerable_xrp(D(10), account(owner_count=1), new_objects=2, fee_headroom_drops=500_000) == D("7.9")


@given(st.decimals("0", "100", places=6), st.integers(0, 50), st.integers(0, 10))
def test_what_may_be_offered_is_never_negative_and_never_touches_the_reserve(
    balance: Decimal, owned: int, new: int
) -> None:
    offerable = offerable_xrp(balance, account(owner_count=owned), new, 1000)

    assert offerable >= 0
    assert offerable == 0 or (balance - offerable) * 1_000_000 >= reserve_drops(account(owner_count=owned), new)
