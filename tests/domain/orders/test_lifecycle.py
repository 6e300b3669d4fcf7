"""The order table: what it has, what it has not, and that nothing ends without proof."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.orders.lifecycle import FINAL_STATES, TABLE, NoSuchTransition, OrderEvent, OrderState, transition

S, E = OrderState, OrderEvent

#: Written out, not computed: what an order can live through. Everything else is an error.
LIVES: dict[OrderState, dict[OrderEvent, OrderState]] = {
    S.INTENDED: {
        E.HANDED_OVER: S.SUBMITTED,
        E.WITHHELD: S.FAILED,
        E.OUTCOME_LOST: S.UNKNOWN,
        E.PROVED_RESTING: S.OPEN,
        E.PROVED_PARTIAL: S.PARTIALLY_FILLED,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_FAILED: S.FAILED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
    },
    S.SUBMITTED: {
        E.OUTCOME_LOST: S.UNKNOWN,
        E.CANCEL_HANDED_OVER: S.SUBMITTED,
        E.PROVED_RESTING: S.OPEN,
        E.PROVED_PARTIAL: S.PARTIALLY_FILLED,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_FAILED: S.FAILED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
    },
    S.UNKNOWN: {
        E.CANCEL_HANDED_OVER: S.UNKNOWN,
        E.PROVED_RESTING: S.OPEN,
        E.PROVED_PARTIAL: S.PARTIALLY_FILLED,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_FAILED: S.FAILED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
    },
    S.OPEN: {
        E.PROVED_PARTIAL: S.PARTIALLY_FILLED,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
        E.CANCEL_HANDED_OVER: S.CANCELING,
    },
    S.PARTIALLY_FILLED: {
        E.PROVED_PARTIAL: S.PARTIALLY_FILLED,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
        E.CANCEL_HANDED_OVER: S.CANCELING,
    },
    S.CANCELING: {
        E.PROVED_PARTIAL: S.CANCELING,
        E.PROVED_FILLED: S.FILLED,
        E.PROVED_CANCELED: S.CANCELED,
        E.PROVED_EXPIRED: S.EXPIRED,
        E.CANCEL_HANDED_OVER: S.CANCELING,
        E.CANCEL_PROVED_FAILED: S.OPEN,
    },
}
EVERY_PAIR = tuple(itertools.product(OrderState, OrderEvent))
PROOFS = {
    E.PROVED_FILLED,
    E.PROVED_FAILED,
    E.PROVED_CANCELED,
    E.PROVED_EXPIRED,
    E.WITHHELD,
}


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR, ids=lambda value: value.value)
def test_each_state_takes_exactly_the_events_of_its_row(state: OrderState, event: OrderEvent) -> None:
    expected = LIVES.get(state, {}).get(event)

    if expected is None:
        with pytest.raises(NoSuchTransition, match=f"{state.value} cannot take {event.value}"):
            transition(state, event)
    else:
        assert transition(state, event) is expected


def test_a_final_state_takes_nothing_at_all() -> None:
    assert {state for state, _ in TABLE}.isdisjoint(FINAL_STATES)


def test_a_final_state_is_reached_only_by_a_proof() -> None:
    reached_by = {event for (_, event), target in TABLE.items() if target.is_final}

    assert reached_by <= PROOFS


def test_an_order_in_doubt_leaves_doubt_only_by_a_proof() -> None:
    ways_out = {event for (state, event), target in TABLE.items() if state is S.UNKNOWN and target is not S.UNKNOWN}

    assert all(event.name.startswith("PROVED_") for event in ways_out)


@given(st.lists(st.sampled_from(OrderEvent), max_size=30))
def test_whatever_happens_a_refused_event_changes_nothing_and_an_end_is_an_end(events: list[OrderEvent]) -> None:
    state = S.INTENDED
    for event in events:
        before = state
        try:
            state = transition(state, event)
        except NoSuchTransition as refusal:
            assert (refusal.state, refusal.event) == (before, event)
            assert state is before
        else:
            assert not before.is_final
