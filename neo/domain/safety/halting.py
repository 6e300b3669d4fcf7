"""What a halt does to the venues of a session, and what follows once their orders are gone."""

from __future__ import annotations

import enum

from neo.domain.messages.session import Phase
from neo.domain.safety.halt_latch import HaltLatch
from neo.domain.safety.halt_reasons import Halt
from neo.domain.session.course import LIVE, Course


def put_out_of_trade(course: Course, halt: Halt) -> tuple[str, ...]:
    """The venues whose trade `halt` ends: its own, or every one when it concerns the engine.

    A venue that has halted already is not among them. Nor does a halt of a venue that the session does not trade on (one
    that a crashed session left, whose configuration had another venue) end anything.
    """
    return tuple(venue for venue in course.venues_in(*LIVE) if halt.venue in ("", venue))


class Onward(enum.Enum):
    """Where a session goes when the orders of a halted venue are gone, or as gone as can be proved."""

    WAIT = "wait"  # other venues that halted are still being asked
    HOLD = "hold"  # those that halted stay as they are until somebody resumes or stops
    END = "end"  # the session is over


def onward(course: Course, latch: HaltLatch, *, hold_on_halt: bool, asking: bool) -> Onward:
    """`asking`: some router has not said yet that its orders are gone.

    As long as a venue trades the session goes on, so one that halted waits there, whatever `session.on_halt` says.
    """
    if course.venues_in(*LIVE):
        return Onward.HOLD
    if asking:
        return Onward.WAIT
    return Onward.HOLD if hold_on_halt and not latch.ends_session else Onward.END


def resumable(course: Course, latch: HaltLatch, venue: str = "") -> tuple[str, ...]:
    """The venues that a resume brings back; none while orders are still being cancelled somewhere.

    One that is named comes back alone, whatever the others do, unless the engine's own halt keeps it out of trade.
    """
    if venue:
        alone = venue in course.venues_in(Phase.HELD) and not any(halt.venue == "" for halt in latch.all_in_force)
        return (venue,) if alone else ()
    return () if course.venues_in(Phase.HALTING) else course.venues_in(Phase.HELD)
