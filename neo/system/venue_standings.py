"""Where a running engine stands on each of its venues, read off the messages that pass."""

from __future__ import annotations

from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.session.course import session_phase
from neo.domain.telemetry.events import HaltEnded, HaltRaised
from neo.infra.control.status import EngineStatus, HaltStatus, VenueStatus


class VenueStandings:
    """Phases by venue, and the halts in force. Every write replaces one value: a reader on another thread sees a whole one."""

    def __init__(self, venues: tuple[str, ...]) -> None:
        self._phases = dict.fromkeys(venues, Phase.STARTING)
        self.halts: tuple[HaltStatus, ...] = ()

    def entered(self, change: PhaseChanged) -> None:
        if change.venue in self._phases:
            self._phases = {**self._phases, change.venue: change.phase}

    def raised(self, halt: HaltRaised, at_ns: int) -> None:
        self.halts = (*self.halts, HaltStatus(halt.reason, halt.detail, at_ns, halt.first, halt.venue))

    def ended(self, halt: HaltEnded) -> None:
        """That of the engine covers whatever came after it."""
        self.halts = tuple(each for each in self.halts if halt.venue and each.venue != halt.venue)

    @property
    def phase(self) -> str:
        """Of the session."""
        return session_phase(self._phases.values()).value

    def status(self) -> tuple[VenueStatus, ...]:
        return tuple(self._of(venue, phase) for venue, phase in self._phases.items())

    def _of(self, venue: str, phase: Phase) -> VenueStatus:
        halt = next((halt for halt in self.halts if halt.venue in ("", venue)), None)
        if halt is None:
            return VenueStatus(venue, phase.value)
        return VenueStatus(venue, phase.value, halt.reason, halt.detail)


def resume_refusal(status: EngineStatus, venue: str) -> str | None:
    """Why `venue`, or with "" every venue that is held, cannot be resumed now; None when it can."""
    phases = {each.venue: each.phase for each in status.venues}
    if not venue:
        if "halting" in phases.values() or "held" not in phases.values():
            return f"the session is {status.phase}: there is no halt to resume from"
        return None
    if venue not in phases:
        return f"the session does not trade on {venue}, only on {', '.join(phases)}"
    if phases[venue] != "held":
        return f"{venue} is {phases[venue]}: there is no halt to resume from"
    of_all = next((halt.reason for halt in status.halts if not halt.venue), None)
    return of_all and f"{of_all} concerns the engine, not {venue} alone: resume without naming a venue"
