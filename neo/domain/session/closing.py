"""The last thing that a session writes: how it ended, and what the engine believed it owned."""

from __future__ import annotations

from neo.domain.messages.journal import EngineStateSet, JournalEvent, SessionClosed
from neo.domain.safety.halt_latch import HaltLatch, state_of
from neo.domain.safety.halt_reasons import Halt
from neo.domain.session.drift import ENGINE_STATE_KEY, Drift
from neo.domain.session.engine_balances import BALANCES_KEY, Totals, balances_text


def closing_written(
    session_id: str, now_ns: int, halt: Halt, latch: HaltLatch, drift: Drift | None, engine: Totals
) -> tuple[JournalEvent, ...]:
    """The session's end with the reason that was chosen for it, whatever stood there before."""
    return (
        SessionClosed(session_id, now_ns, halt.reason.value, halt.detail),
        *state_of(latch),
        EngineStateSet(ENGINE_STATE_KEY, drift.text if drift is not None else None),
        EngineStateSet(BALANCES_KEY, balances_text(engine)),
    )
