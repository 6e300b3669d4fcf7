"""Where a session stands on each of its venues. Every venue takes the steps of the same table (lifecycle.py) on its own."""

from __future__ import annotations

from collections.abc import Iterable

from neo.domain.messages.session import Phase
from neo.domain.session.lifecycle import PhaseEvent, next_phase
from neo.records import frozen

#: What is said of a session as a whole is what is said of the venue that comes first here.
_LIVELIEST = (
    Phase.TRADING,
    Phase.RECONCILING,
    Phase.PAUSED,
    Phase.STARTING,
    Phase.HALTING,
    Phase.HELD,
    Phase.STOPPING,
)
#: Phases of a venue that no halt has put out of trade.
LIVE = (Phase.STARTING, Phase.RECONCILING, Phase.TRADING, Phase.PAUSED)


def session_phase(phases: Iterable[Phase]) -> Phase:
    """The phase of a session whose venues are in `phases`: it trades as long as one of them does."""
    return min(phases, key=_LIVELIEST.index, default=Phase.STARTING)


@frozen
class Course:
    """`phases`: each venue with its phase, in the order of the session plan."""

    phases: tuple[tuple[str, Phase], ...]

    @classmethod
    def starting(cls, venues: Iterable[str]) -> Course:
        return cls(tuple((venue, Phase.STARTING) for venue in venues))

    @property
    def phase(self) -> Phase:
        return session_phase(phase for _, phase in self.phases)

    def of(self, venue: str) -> Phase:
        """KeyError for a venue that the session does not trade on."""
        return dict(self.phases)[venue]

    def venues_in(self, *phases: Phase) -> tuple[str, ...]:
        return tuple(venue for venue, phase in self.phases if phase in phases)

    def after(self, event: PhaseEvent, venues: Iterable[str]) -> Course:
        """The course after `event` on `venues`; NoSuchPhaseChange, and nothing changed, when one of them cannot take it."""
        taking = frozenset(venues)
        return Course(tuple((venue, next_phase(at, event) if venue in taking else at) for venue, at in self.phases))
