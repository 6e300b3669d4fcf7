from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.session import Phase
from neo.domain.session.course import LIVE, Course, session_phase
from neo.domain.session.lifecycle import TABLE, NoSuchPhaseChange, PhaseEvent, next_phase

VENUES = ("xrpl", "mexc", "binance")
courses = st.tuples(*(st.sampled_from(list(Phase)) for _ in VENUES)).map(
    lambda phases: Course(tuple(zip(VENUES, phases, strict=True)))
)


@given(st.sampled_from(list(Phase)))
def test_a_session_with_one_venue_is_where_that_venue_is(phase: Phase) -> None:
    assert Course((("xrpl", phase),)).phase is phase


@given(courses)
def test_a_session_trades_as_long_as_one_of_its_venues_does(course: Course) -> None:
    assert (course.phase is Phase.TRADING) == bool(course.venues_in(Phase.TRADING))


@given(courses)
def test_a_session_is_on_its_way_out_only_when_every_venue_is(course: Course) -> None:
    assert (course.phase in (Phase.HALTING, Phase.HELD, Phase.STOPPING)) == (not course.venues_in(*LIVE))
    assert (course.phase is Phase.STOPPING) == (course.venues_in(Phase.STOPPING) == VENUES)


@given(courses, st.sampled_from(list(PhaseEvent)), st.sets(st.sampled_from(VENUES)))
def test_a_step_moves_the_venues_that_take_it_and_no_other(course: Course, event: PhaseEvent, taking: set[str]) -> None:
    if any((course.of(venue), event) not in TABLE for venue in taking):
        with pytest.raises(NoSuchPhaseChange):
            course.after(event, taking)
        return

    after = course.after(event, taking)

    for venue in VENUES:
        expected = next_phase(course.of(venue), event) if venue in taking else course.of(venue)
        assert after.of(venue) is expected


def test_a_session_begins_with_every_venue_starting() -> None:
    course = Course.starting(VENUES)

    assert course.venues_in(Phase.STARTING) == VENUES
    assert course.phase is session_phase(()) is Phase.STARTING


def test_a_venue_that_is_not_traded_on_has_no_phase() -> None:
    with pytest.raises(KeyError):
        Course.starting(["xrpl"]).of("mexc")
