from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import Quote, WorkingOrder
from neo.domain.orders.lifecycle import OrderState
from neo.domain.strategy.requote import RESTING_STATES, plan, rests_already
from neo.domain.units import ripple_time_s
from tests.domain.samples import START_NS, D, order, quote, strategy

CONFIG = strategy(requote_threshold_bps=D(2), min_remaining_fraction=D("0.5"))


def test_an_empty_book_of_ours_receives_every_approved_quote() -> None:
    wanted = (quote(Side.BUY), quote(Side.SELL, "0.5210"))

    nothing: tuple[WorkingOrder, ...] = ()
    decided = plan(nothing, wanted, CONFIG)

    assert decided.place == wanted
    assert not decided.is_idle


def test_an_order_that_moved_no_more_than_the_threshold_stays() -> None:
    resting = order(price="1.0000")

    decided = plan((resting,), (quote(price="1.0002"),), CONFIG)

    assert decided.keep == (resting,)
    assert decided.is_idle


def test_an_order_that_moved_more_than_the_threshold_is_replaced_in_one_transaction() -> None:
    resting, wanted = order(price="1.0000"), quote(price="1.00021")

    decided = plan((resting,), (wanted,), CONFIG)

    assert [(r.order, r.quote) for r in decided.replace] == [(resting, wanted)]
    assert (decided.place, decided.cancel) == ((), ())


@pytest.mark.parametrize(("remaining", "replaced"), [("14", False), ("13.999999", True)])
def test_an_order_is_replaced_when_too_little_of_it_remains(remaining: str, replaced: bool) -> None:
    decided = plan((order(remaining=remaining),), (quote(quantity="28"),), CONFIG)

    assert bool(decided.replace) is replaced


def test_an_order_that_is_no_longer_wanted_is_cancelled() -> None:
    unwanted = order(Side.SELL, level=1, order_id="o9")

    assert plan((unwanted,), (quote(),), CONFIG).cancel == (unwanted,)


@pytest.mark.parametrize("state", [s for s in OrderState if not s.is_final and s not in RESTING_STATES])
def test_an_order_in_doubt_is_left_alone_and_blocks_its_place(state: OrderState) -> None:
    doubtful = order(price="0.4", state=state)
    wanted = quote()

    decided = plan((doubtful,), (wanted,), CONFIG)

    assert decided.is_idle
    assert (decided.keep, decided.waiting) == ((doubtful,), (wanted,))


def test_a_second_order_in_the_same_place_is_cancelled() -> None:
    first, second = order(order_id="o1"), order(order_id="o2")

    decided = plan((first, second), (quote(),), CONFIG)

    assert (decided.keep, decided.cancel) == ((first,), (second,))


def test_a_resting_order_beside_a_doubtful_one_is_not_replaced() -> None:
    doubtful, resting = order(state=OrderState.UNKNOWN), order(order_id="o2", price="0.4")

    decided = plan((doubtful, resting), (quote(),), CONFIG)

    assert decided.is_idle


sides = st.sampled_from(list(Side))
small = st.decimals("0.4", "0.6", places=4)
orders = st.builds(
    WorkingOrder,
    st.uuids().map(str),
    sides,
    st.integers(0, 2),
    small,
    small,
    st.sampled_from([s for s in OrderState if not s.is_final]),
    st.none(),
)
quotes = st.builds(Quote, sides, st.integers(0, 2), small, small)


@given(st.lists(orders, max_size=8), st.lists(quotes, max_size=6, unique_by=lambda q: (q.side, q.level)))
def test_every_order_and_every_quote_is_accounted_for_once(working: list[WorkingOrder], wanted: list[Quote]) -> None:
    decided = plan(working, wanted, CONFIG)

    handled = [*decided.keep, *decided.cancel, *(r.order for r in decided.replace)]
    assert sorted(o.order_id for o in handled) == sorted(o.order_id for o in working)
    kept = {(o.side, o.level) for o in decided.keep}
    for wish in wanted:
        places = [wish in decided.place, any(r.quote == wish for r in decided.replace), wish in decided.waiting]
        assert sum(places) == 1 or (sum(places) == 0 and (wish.side, wish.level) in kept)


@given(st.lists(orders, max_size=8), st.lists(quotes, max_size=6, unique_by=lambda q: (q.side, q.level)))
def test_nothing_is_sent_for_an_order_in_doubt_or_beside_it(working: list[WorkingOrder], wanted: list[Quote]) -> None:
    decided = plan(working, wanted, CONFIG)

    touched = [*decided.cancel, *(r.order for r in decided.replace)]
    assert all(o.state in RESTING_STATES for o in touched)
    doubtful = {(o.side, o.level) for o in working if o.state not in RESTING_STATES}
    sent = [*decided.place, *(r.quote for r in decided.replace)]
    assert not any((q.side, q.level) in doubtful for q in sent)


@given(st.lists(orders, max_size=3), st.lists(quotes, max_size=3, unique_by=lambda q: (q.side, q.level)))
def test_the_plan_of_what_rests_already_is_idle(working: list[WorkingOrder], wanted: list[Quote]) -> None:
    fitting = [
        WorkingOrder(str(n), q.side, q.level, q.price, q.quantity, OrderState.OPEN, n) for n, q in enumerate(wanted)
    ]

    assert rests_already(fitting, wanted, START_NS, CONFIG)
    if rests_already(working, wanted, START_NS, CONFIG):
        decided = plan(working, wanted, CONFIG)
        assert decided.is_idle and not decided.waiting


@pytest.mark.parametrize("state", [s for s in OrderState if not s.is_final and s not in RESTING_STATES])
def test_an_order_in_doubt_does_not_rest_already(state: OrderState) -> None:
    assert not rests_already((order(state=state),), (quote(),), START_NS, CONFIG)


@pytest.mark.parametrize(("seconds_left", "rests"), [(41, True), (40, False)])
def test_an_order_in_the_last_third_of_its_life_does_not_rest_already(seconds_left: int, rests: bool) -> None:
    config = attrs.evolve(CONFIG, expiration_s=120)
    ending = attrs.evolve(order(), expiration_s=ripple_time_s(START_NS) + seconds_left)

    assert rests_already((ending,), (quote(),), START_NS, config) is rests


def test_the_plan_of_its_own_outcome_is_idle() -> None:
    wanted = (quote(Side.BUY), quote(Side.SELL, "0.5210"))
    resting = tuple(
        WorkingOrder(str(n), q.side, q.level, Decimal(q.price), q.quantity, OrderState.OPEN, n)
        for n, q in enumerate(wanted)
    )

    assert plan(resting, wanted, CONFIG).is_idle
