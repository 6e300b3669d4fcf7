"""What halts are in force: the first one wins and stays to the end of the session, later ones are kept in its history.

A halt concerns one venue, or the engine and with it every venue. What a session is called by is its first halt, whomever it
concerned; what may trade is decided venue by venue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import attrs

from neo.domain.messages.journal import EngineStateSet, HaltCleared, HaltRecorded, JournalEvent
from neo.domain.safety.halt_reasons import Halt, HaltReason
from neo.records import frozen

#: Rows of engine_state that say what is in force: the halt that classifies the session, and once a venue halted alone all
#: of them, oldest first, as JSON {"venue": {"reason": "...", "detail": "..."}}; the engine's own is that of venue "".
REASON_KEY = "halt.reason"
DETAIL_KEY = "halt.detail"
VENUES_KEY = "halt.venues"


@frozen
class HaltLatch:
    """Halts of this session, oldest first, and what a crashed parent session had in force (until it is cleared)."""

    history: tuple[Halt, ...] = ()
    inherited: tuple[Halt, ...] = ()

    @property
    def first(self) -> Halt | None:
        """The halt that classifies this session."""
        return self.history[0] if self.history else None

    @property
    def in_force(self) -> Halt | None:
        """What users see as halt.reason now."""
        return next(iter(self.all_in_force), None)

    @property
    def all_in_force(self) -> tuple[Halt, ...]:
        """The first halt of the engine and of each venue; a venue's that came after the engine's adds nothing."""
        found: dict[str, Halt] = {}
        for halt in (*self.history, *self.inherited):
            if "" not in found:
                found.setdefault(halt.venue, halt)
        return tuple(found.values())

    def halt_of(self, venue: str) -> Halt:
        """The first halt that put a venue out of trade; StopIteration when it trades."""
        return next(halt for halt in self.history if halt.venue in ("", venue))

    @property
    def ends_session(self) -> bool:
        """Whether any halt of this session rules out a hold: a stop that comes during a risk halt is still a stop."""
        return any(halt.reason.ends_session for halt in self.history)

    def with_halt(self, halt: Halt) -> HaltLatch:
        """The same halt again changes nothing; a halt of this session covers what was inherited."""
        return self if halt in self.history else attrs.evolve(self, history=(*self.history, halt))

    def cleared(self, venue: str = "") -> HaltLatch:
        """Nothing in force: the next halt is the first again. What was cleared stays in the halts table.

        With `venue` only its own halts end.
        """
        if not venue:
            return HaltLatch()
        history, inherited = (
            tuple(halt for halt in halts if halt.venue != venue) for halts in (self.history, self.inherited)
        )
        return HaltLatch(history, inherited)

    def reconciled(self, venues: Iterable[str]) -> HaltLatch:
        """Books and these venues agree: what they inherited ends here, unless its rule wants a person to clear it."""
        agreed = frozenset(venues) | {""}
        kept = tuple(halt for halt in self.inherited if halt.venue not in agreed or halt.reason.rule.latches)
        return self if kept == self.inherited else attrs.evolve(self, inherited=kept)


def recovered(reason: str | None, detail: str | None, venues: str | None = None) -> HaltLatch:
    """The latch of a session that recovers a crashed one, from the stored texts of its parent.

    A stored reason that is not in the enum was written by no version of this engine: it becomes `unexpected_halt` with the
    text in the detail, so that nothing is forgotten. (A session that recovers nobody starts with HaltLatch().)
    """
    if reason is None:
        return HaltLatch()
    if venues is None:
        return HaltLatch(inherited=(_stored(reason, detail or "", ""),))
    by_venue = json.loads(venues)
    return HaltLatch(inherited=tuple(_stored(each["reason"], each["detail"], name) for name, each in by_venue.items()))


def _stored(reason: str, detail: str, venue: str) -> Halt:
    known = {member.value: member for member in HaltReason}
    if reason not in known:
        return Halt(HaltReason.UNEXPECTED_HALT, f"stored reason {reason!r}: {detail}", venue)
    return Halt(known[reason], detail, venue)


def state_of(latch: HaltLatch) -> tuple[EngineStateSet, ...]:
    """engine_state as it must stand for the halts in force; without any it removes the rows.

    Written at the start of a session, with each halt that puts something out of trade, when one is cleared, and again at
    shutdown whatever stands there.
    """
    halts = latch.all_in_force
    reason, detail = (halts[0].reason.value, halts[0].detail) if halts else (None, None)
    by_venue = None
    if any(halt.venue for halt in halts):
        by_venue = json.dumps({halt.venue: {"reason": halt.reason.value, "detail": halt.detail} for halt in halts})
    return EngineStateSet(REASON_KEY, reason), EngineStateSet(DETAIL_KEY, detail), EngineStateSet(VENUES_KEY, by_venue)


def halt_written(before: HaltLatch, halt: Halt, session_id: str) -> tuple[JournalEvent, ...]:
    """What becomes durable when `halt` reaches the latch `before`: its place in the history, and the state if it changes."""
    if halt in before.history:
        return ()
    after = before.with_halt(halt)
    record = HaltRecorded(session_id, halt.reason.value, halt.detail, before.first is None, halt.venue)
    return (record, *state_of(after)) if after.first is halt or state_of(after) != state_of(before) else (record,)


def clearing_written(before: HaltLatch, after: HaltLatch, session_id: str, cleared_by: str) -> tuple[JournalEvent, ...]:
    """What becomes durable when `before` was cleared to `after`; nothing when both have the same in force.

    Halts of this session that another one covered end as well: the history says of each when.
    """
    left = after.all_in_force
    gone = [halt for halt in before.all_in_force if halt not in left]
    if not gone:
        return ()
    covered = [halt for halt in before.history if halt not in after.history]
    ended = dict.fromkeys((halt.reason.value, halt.venue) for halt in (*gone, *covered))
    return (*(HaltCleared(session_id, reason, cleared_by, venue) for reason, venue in ended), *state_of(after))
