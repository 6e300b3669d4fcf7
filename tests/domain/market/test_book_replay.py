"""A maker on a recorded book: when it quotes, where, and what trades."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.book import OrderBook
from neo.domain.market.book_replay import MidMaker, MidQuoting, replay
from neo.domain.market.book_tape import Action, BookTape
from neo.domain.units import NS_PER_S

RULE = MidQuoting(interval_ns=4 * NS_PER_S, offset_ticks=2, size_lots=100, cap_lots=200)


def tape(*rows: tuple[int, Action, int, int]) -> BookTape:
    """Rows of (seconds, action, price, quantity)."""
    return BookTape(
        [seconds * NS_PER_S for seconds, *_ in rows],
        [int(action) for _, action, *_ in rows],
        [price for *_, price, _ in rows],
        [quantity for *_, quantity in rows],
    )


OPENING = ((0, Action.BID, 100, 10), (0, Action.ASK, 104, 10))


def test_quotes_are_placed_beside_the_mid_once_the_interval_has_passed() -> None:
    count = replay(tape(*OPENING, (3, Action.BID, 99, 1), (4, Action.BID, 98, 1)), RULE)
    assert (count.submits, count.cancels, count.events) == (2, 0, 4)


def test_a_requote_sees_the_book_before_the_row_that_made_time_pass() -> None:
    maker, book = MidMaker(RULE), OrderBook()
    book.set_bid(100, 10)
    book.set_ask(104, 10)
    maker.requote(book)
    assert (maker.bid, maker.ask) == (100, 104)

    # Had the requote seen the removal of the bid, there would have been no mid and no quote.
    count = replay(tape(*OPENING, (4, Action.BID, 100, 0)), RULE)
    assert count.submits == 2


def test_a_quote_never_crosses_the_touch() -> None:
    maker, book = MidMaker(MidQuoting(offset_ticks=-50)), OrderBook()
    book.set_bid(100, 10)
    book.set_ask(104, 10)
    maker.requote(book)
    assert maker.bid is not None and maker.bid < book.best_ask
    assert maker.ask is not None and maker.ask > book.best_bid


@pytest.mark.parametrize(
    ("trade", "fills", "position"),
    [
        ((Action.SOLD, 100), 1, 100),
        ((Action.SOLD, 99), 1, 100),
        ((Action.SOLD, 101), 0, 0),
        ((Action.BOUGHT, 104), 1, -100),
        ((Action.BOUGHT, 105), 1, -100),
        ((Action.BOUGHT, 103), 0, 0),
    ],
)
def test_a_trade_at_or_through_a_quote_takes_it(trade: tuple[Action, int], fills: int, position: int) -> None:
    action, price = trade
    count = replay(tape(*OPENING, (4, Action.BID, 90, 1), (5, action, price, 1)), RULE)
    assert (count.fills, count.position_lots) == (fills, position)


@pytest.mark.parametrize(("taken", "price"), [(Action.SOLD, 100), (Action.BOUGHT, 104)])
def test_a_quote_that_traded_is_gone_until_the_next_requote(taken: Action, price: int) -> None:
    taken_twice = ((4, Action.BID, 90, 1), (5, taken, price, 1), (5, taken, price, 1))
    count = replay(tape(*OPENING, *taken_twice, (8, Action.BID, 90, 2)), RULE)
    assert (count.fills, count.submits, count.cancels) == (1, 4, 1)


@pytest.mark.parametrize(("taken", "price", "position"), [(Action.SOLD, 1, 200), (Action.BOUGHT, 999, -200)])
def test_nothing_is_quoted_that_would_take_the_position_over_the_cap(taken: Action, price: int, position: int) -> None:
    course = [row for second in range(4, 40, 4) for row in ((second, Action.BID, 90, 1), (second, taken, price, 1))]
    count = replay(tape(*OPENING, *course), RULE)
    assert (count.position_lots, count.fills) == (position, 2)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(Action), st.integers(95, 109), st.integers(0, 5)), max_size=60
    )
)
def test_the_position_stays_within_the_cap_and_every_quote_has_one_end(
    rows: list[tuple[int, Action, int, int]],
) -> None:
    seconds, course = 0, list(OPENING)
    for gap, action, price, quantity in rows:
        seconds += gap
        course.append((seconds, action, price, quantity))
    count = replay(tape(*course), RULE)
    assert abs(count.position_lots) <= RULE.cap_lots
    assert 0 <= count.submits - count.cancels - count.fills <= 2


def test_an_empty_tape_is_no_event() -> None:
    assert replay(tape(), RULE).events == 0


def test_columns_of_a_tape_have_one_length_and_time_goes_forwards() -> None:
    with pytest.raises(ValueError, match="one length"):
        BookTape([1], [0], [1, 2], [1])
    with pytest.raises(ValueError, match="backwards"):
        BookTape([2, 1], [0, 0], [1, 1], [1, 1])
