"""Which venues a halt puts out of trade, and where the session goes from there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.session import Phase
from neo.domain.safety.halt_latch import HaltLatch
from neo.domain.safety.halting import Onward, onward, put_out_of_trade, resumable
from neo.domain.safety.halts import Halt, HaltReason
from neo.domain.session.course import LIVE, Course

VENUES = ("xrpl", "mexc")
STALE = Halt(HaltReason.RISK_STALE_MARKET_DATA, "no quote for 31 s", "mexc")
STOP = Halt(HaltReason.INTERRUPTED_SIGTERM, "the process was asked to stop")
halts = st.builds(Halt, st.sampled_from(list(HaltReason)), st.just("x"), st.sampled_from(["", *VENUES, "binance"]))
courses = st.tuples(*(st.sampled_from(list(Phase)) for _ in VENUES)).map(
    lambda phases: Course(tuple(zip(VENUES, phases, strict=True)))
)


def at(xrpl: Phase, mexc: Phase) -> Course:
    return Course((("xrpl", xrpl), ("mexc", mexc)))


@given(courses, halts)
def test_a_halt_ends_the_trade_of_whom_it_concerns_and_of_nobody_else(course: Course, halt: Halt) -> None:
    hit = put_out_of_trade(course, halt)

    for venue in VENUES:
        concerned = halt.venue in ("", venue) and course.of(venue) in LIVE
        assert (venue in hit) == concerned


@given(courses, st.lists(halts, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_a_session_ends_only_when_nothing_trades_and_nobody_is_still_asked(
    course: Course, raised: list[Halt], hold: bool, asking: bool
) -> None:
    way = onward(course, HaltLatch(tuple(raised)), hold_on_halt=hold, asking=asking)

    if way is Onward.END:
        assert not course.venues_in(*LIVE)
        assert not asking
    if not course.venues_in(*LIVE) and not asking:
        ends = not hold or any(halt.reason.ends_session for halt in raised)
        assert way is (Onward.END if ends else Onward.HOLD)


@pytest.mark.parametrize(
    ("course", "latch", "hold", "asking", "way"),
    [
        (at(Phase.TRADING, Phase.HALTING), HaltLatch((STALE,)), False, False, Onward.HOLD),
        (at(Phase.PAUSED, Phase.HALTING), HaltLatch((STALE,)), True, True, Onward.HOLD),
        (at(Phase.HALTING, Phase.HALTING), HaltLatch((STALE, STOP)), True, True, Onward.WAIT),
        (at(Phase.HALTING, Phase.HELD), HaltLatch((STALE, STOP)), True, False, Onward.END),
        (at(Phase.HALTING, Phase.HELD), HaltLatch((STALE,)), True, False, Onward.HOLD),
        (at(Phase.HALTING, Phase.HELD), HaltLatch((STALE,)), False, False, Onward.END),
    ],
)
def test_where_a_session_goes_once_the_orders_of_a_venue_are_gone(
    course: Course, latch: HaltLatch, hold: bool, asking: bool, way: Onward
) -> None:
    assert onward(course, latch, hold_on_halt=hold, asking=asking) is way


@given(courses)
def test_a_resume_brings_back_what_is_held_once_no_order_is_being_cancelled(course: Course) -> None:
    back = resumable(course, HaltLatch((STALE,)))

    assert back == (() if course.venues_in(Phase.HALTING) else course.venues_in(Phase.HELD))


@given(courses, st.sampled_from(VENUES))
def test_a_venue_that_is_named_comes_back_alone_when_it_is_held_and_no_halt_is_the_engines(
    course: Course, venue: str
) -> None:
    is_held = venue in course.venues_in(Phase.HELD)

    assert resumable(course, HaltLatch((STALE,)), venue) == ((venue,) if is_held else ())
    assert resumable(course, HaltLatch((STALE, STOP)), venue) == ()
    assert resumable(course, HaltLatch(inherited=(STOP,)), venue) == ()
