"""The halt that is in force: the first one wins and stays to the end of the session, later ones are kept in its history."""

from __future__ import annotations

import attrs

from neo.domain.messages.journal import EngineStateSet, HaltCleared, HaltRecorded, JournalEvent
from neo.domain.safety.halt_reasons import Halt, HaltReason

#: Rows of engine_state that say what is in force.
REASON_KEY = "halt.reason"
DETAIL_KEY = "halt.detail"


@attrs.frozen
class HaltLatch:
    """Halts of this session, oldest first, and what a crashed parent session had in force (until it is cleared)."""

    history: tuple[Halt, ...] = ()
    inherited: Halt | None = None

    @property
    def first(self) -> Halt | None:
        """The halt that classifies this session."""
        return self.history[0] if self.history else None

    @property
    def in_force(self) -> Halt | None:
        """What users see as halt.reason now."""
        return self.first or self.inherited

    @property
    def ends_session(self) -> bool:
        """Whether any halt of this session rules out a hold: a stop that comes during a risk halt is still a stop."""
        return any(halt.reason.ends_session for halt in self.history)

    def with_halt(self, halt: Halt) -> HaltLatch:
        """The same halt again changes nothing; a halt of this session covers what was inherited."""
        return self if halt in self.history else attrs.evolve(self, history=(*self.history, halt))

    def cleared(self) -> HaltLatch:
        """Nothing in force: the next halt is the first again. What was cleared stays in the halts table."""
        return HaltLatch()

    def reconciled(self) -> HaltLatch:
        """Books and venue agree: an inherited halt ends here, unless its rule wants a person to clear it."""
        if self.inherited is None or self.inherited.reason.rule.latches:
            return self
        return attrs.evolve(self, inherited=None)


def recovered(reason: str | None, detail: str | None) -> HaltLatch:
    """The latch of a session that recovers a crashed one, from the stored texts of its parent.

    A stored reason that is not in the enum was written by no version of this engine: it becomes `unexpected_halt` with the
    text in the detail, so that nothing is forgotten. (A session that recovers nobody starts with HaltLatch().)
    """
    if reason is None:
        return HaltLatch()
    known = {member.value: member for member in HaltReason}
    if reason not in known:
        return HaltLatch(inherited=Halt(HaltReason.UNEXPECTED_HALT, f"stored reason {reason!r}: {detail or ''}"))
    return HaltLatch(inherited=Halt(known[reason], detail or ""))


def state_of(halt: Halt | None) -> tuple[JournalEvent, ...]:
    """engine_state as it must stand for the halt in force; None removes both rows.

    Written at the start of a session, with the first halt, when one is cleared, and again at shutdown whatever stands there.
    """
    reason, detail = (halt.reason.value, halt.detail) if halt is not None else (None, None)
    return EngineStateSet(REASON_KEY, reason), EngineStateSet(DETAIL_KEY, detail)


def halt_written(before: HaltLatch, halt: Halt, session_id: str) -> tuple[JournalEvent, ...]:
    """What becomes durable when `halt` reaches the latch `before`: its place in the history, and, if first, the state."""
    if halt in before.history:
        return ()
    first = before.first is None
    record = HaltRecorded(session_id, halt.reason.value, halt.detail, first)
    return (record, *state_of(halt)) if first else (record,)


def clearing_written(before: HaltLatch, after: HaltLatch, session_id: str, cleared_by: str) -> tuple[JournalEvent, ...]:
    """What becomes durable when `before` was cleared to `after`; nothing when both have the same in force."""
    if before.in_force is None or before.in_force == after.in_force:
        return ()
    cleared = HaltCleared(session_id, before.in_force.reason.value, cleared_by)
    return (cleared, *state_of(after.in_force))
