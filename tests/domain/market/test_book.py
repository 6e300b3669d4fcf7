"""The order book in ticks, against a book that is too simple to be wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.book import NEARBY_TICKS, NO_ASK, NO_BID, OrderBook

prices = st.one_of(st.integers(1, 6), st.integers(1, 10 * NEARBY_TICKS))
changes = st.lists(st.tuples(st.booleans(), prices, st.integers(0, 3)), max_size=80)


class PlainBook:
    """Remembers every level and searches all of them for the touch."""

    def __init__(self) -> None:
        self.levels: dict[tuple[bool, int], int] = {}

    def set(self, is_bid: bool, price: int, quantity: int) -> None:
        self.levels[is_bid, price] = quantity

    def side(self, is_bid: bool) -> dict[int, int]:
        return {price: quantity for (side, price), quantity in self.levels.items() if side is is_bid and quantity}


@given(changes)
def test_levels_and_touch_are_those_of_a_plain_book_after_every_change(told: list[tuple[bool, int, int]]) -> None:
    book, plain = OrderBook(), PlainBook()
    for is_bid, price, quantity in told:
        (book.set_bid if is_bid else book.set_ask)(price, quantity)
        plain.set(is_bid, price, quantity)
        assert (book.bids, book.asks) == (plain.side(True), plain.side(False))
        assert book.best_bid == max(plain.side(True), default=NO_BID)
        assert book.best_ask == min(plain.side(False), default=NO_ASK)


def test_the_touch_is_found_again_across_a_wide_gap() -> None:
    book = OrderBook()
    far = 3 * NEARBY_TICKS
    for price in (1_000, 1_000 - far):
        book.set_bid(price, 5)
    for price in (1_001, 1_001 + far):
        book.set_ask(price, 5)

    book.set_bid(1_000, 0)
    book.set_ask(1_001, 0)

    assert (book.best_bid, book.best_ask) == (1_000 - far, 1_001 + far)


def test_the_next_level_becomes_the_touch_when_the_best_one_goes() -> None:
    book = OrderBook()
    for distance in (0, 1, 3):
        book.set_bid(100 - distance, 5)
        book.set_ask(101 + distance, 5)

    book.set_bid(100, 0)
    book.set_ask(101, 0)

    assert (book.best_bid, book.best_ask) == (99, 102)


def test_removing_what_is_not_there_changes_nothing() -> None:
    book = OrderBook()
    book.set_bid(10, 1)
    book.set_bid(11, 0)
    book.set_ask(10, 0)
    assert (book.bids, book.asks, book.best_bid) == ({10: 1}, {}, 10)


def test_a_book_with_an_empty_side_has_no_mid() -> None:
    book = OrderBook()
    book.set_bid(10, 1)
    assert not book.two_sided
    with pytest.raises(ValueError, match="empty side"):
        _ = book.mid_twice_ticks
    book.set_ask(13, 1)
    assert book.mid_twice_ticks == 23
