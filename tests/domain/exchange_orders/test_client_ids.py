"""Names of orders: what exchanges take, and what is recognised as ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.exchange_orders.client_ids import client_order_id, is_ours

#: Of Gate, behind its prefix "t-"; MEXC takes 32, Binance and Bybit 36, KuCoin 40.
LETTERS_MAX = 28


@given(st.text(max_size=60), st.integers(1, 99))
def test_every_name_is_short_enough_for_every_exchange_and_recognised(intent: str, attempt: int) -> None:
    name = client_order_id(intent, attempt)

    assert len(name) <= LETTERS_MAX
    assert is_ours(name)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_an_order_of_an_earlier_version_is_still_ours() -> None:
    assert is_ours("neo-0123456789abcdef01234567-1")


def test_the_order_of_somebody_else_is_not_ours() -> None:
    for name in ("", "neo-1", "x-R4BD3S82", "neo-0123456789abcdef012-1", "t-neo-0123456789abcdef0123-1"):
        assert not is_ours(name)
