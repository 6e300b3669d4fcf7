from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.anchor import AnchorSource, book_mid, choose_anchor
from neo.domain.market.suspension import Suspension
from neo.domain.messages.venue import PoolView
from tests.domain.samples import D, book, pool, strategy


def test_a_pool_that_agrees_with_the_book_is_the_anchor() -> None:
    anchor = choose_anchor(book(beside=pool("0.52005")), strategy())

    assert (anchor.price, anchor.source, anchor.suspension) == (D("0.52005"), AnchorSource.AMM, None)
    assert anchor.pool_mid == D("0.52005")
    assert anchor.book_mid == D("0.5200")


def test_a_divergence_of_exactly_the_switch_threshold_keeps_the_pool() -> None:
    anchor = choose_anchor(book("0.9999", "1.0001", pool("1.0003")), strategy())

    assert anchor.divergence_bps == 3
    assert anchor.source is AnchorSource.AMM


def test_a_divergence_above_the_switch_threshold_makes_the_book_the_anchor() -> None:
    anchor = choose_anchor(book("0.9999", "1.0001", pool("0.99969")), strategy())

    assert anchor.divergence_bps == D("-3.1")
    assert (anchor.price, anchor.source, anchor.suspension) == (D(1), AnchorSource.CLOB, None)


def test_the_switch_threshold_is_the_configured_one() -> None:
    beside = book("0.9999", "1.0001", pool("1.0005"))

    assert choose_anchor(beside, strategy(clob_switch_threshold_bps=D(6))).source is AnchorSource.AMM
    assert choose_anchor(beside, strategy(clob_switch_threshold_bps=D(4))).source is AnchorSource.CLOB


def test_a_divergence_of_exactly_the_limit_still_trades() -> None:
    assert choose_anchor(book("0.9999", "1.0001", pool("1.001")), strategy()).suspension is None


def test_a_divergence_above_the_limit_suspends_the_tick_and_is_still_recorded() -> None:
    anchor = choose_anchor(book("0.9999", "1.0001", pool("1.00101")), strategy())

    assert anchor.suspension is Suspension.DIVERGENCE
    assert (anchor.source, anchor.divergence_bps) == (AnchorSource.CLOB, D("10.1"))


@pytest.mark.parametrize("missing", [None, PoolView(D(0), D(0), 0)])
def test_without_a_pool_that_holds_anything_the_book_is_the_anchor(missing: PoolView | None) -> None:
    anchor = choose_anchor(book(beside=missing), strategy())

    assert (anchor.price, anchor.source, anchor.divergence_bps) == (D("0.52"), AnchorSource.CLOB, None)


@pytest.mark.parametrize(
    ("bid", "ask", "reason"),
    [
        (None, None, Suspension.EMPTY_BOOK),
        ("0.52", None, Suspension.ONE_SIDED_BOOK),
        (None, "0.52", Suspension.ONE_SIDED_BOOK),
        ("0.53", "0.52", Suspension.CROSSED_BOOK),
        ("0.52", "0.52", Suspension.CROSSED_BOOK),
    ],
)
def test_a_book_without_two_sides_that_do_not_cross_suspends(
    bid: str | None, ask: str | None, reason: Suspension
) -> None:
    observed = book(bid, ask, pool())

    assert choose_anchor(observed, strategy()).suspension is reason
    assert book_mid(observed) is None


@given(st.decimals("0.40", "0.70", places=5))
def test_the_anchor_is_always_one_of_the_two_mids(pool_mid: Decimal) -> None:
    anchor = choose_anchor(book(beside=pool(str(pool_mid))), strategy())

    assert anchor.price in (anchor.pool_mid, anchor.book_mid)
    if anchor.source is AnchorSource.AMM:
        assert anchor.divergence_bps is not None
        assert abs(anchor.divergence_bps) <= 3
