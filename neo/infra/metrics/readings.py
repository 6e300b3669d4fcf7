"""Where the figures come from: the session of this process, or the files of an engine elsewhere on this machine."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from neo.infra.control.status import EngineStatus
from neo.infra.control.status_board import EngineState, Sighting, status_from
from neo.infra.metrics.event_counts import EventCounts
from neo.infra.metrics.metric import Reading


def own_reading(status: Callable[[], EngineStatus], counts: EventCounts) -> Callable[[], Reading]:
    """Reads the session of this process."""
    return lambda: Reading(EngineState.RUNNING, status(), Decimal(0), counts)


def sighted_reading(sighting: Callable[[], Sighting]) -> Callable[[], Reading]:
    """Reads what another process posted. The figures of an engine that has ended are not exported: they are no longer true."""

    def read() -> Reading:
        seen = sighting()
        posted = status_from(seen.record) if seen.alive and seen.record is not None else None
        return Reading(seen.state, posted, seen.age_s or Decimal(0))

    return read
