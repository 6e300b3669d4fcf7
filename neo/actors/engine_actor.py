"""What every actor of the engine can do beside talking: report an event, and write to the journal."""

from __future__ import annotations

from neo.actors.names import STATE_WRITER, TELEMETRY
from neo.actors.runtime import Actor
from neo.domain.messages.journal import JournalEvent
from neo.domain.messages.storage import Persist
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.units import NS_PER_S

#: A write that was not confirmed in this time is unknown: whoever needed it rebuilds itself from the books.
PERSIST_TIMEOUT_NS = 20 * NS_PER_S


class EngineActor(Actor):
    """Base of all actors that know about trading."""

    def __init__(self) -> None:
        super().__init__()
        self._writes = 0

    def emit(self, event: TelemetryEvent) -> None:
        """The one way to report something. Never fails, never waits."""
        life = self._life
        self.tell(TELEMETRY, Emit(event, life.name, life.system.now_ns()))

    def persist(self, *events: JournalEvent) -> int:
        """Ask for `events` to become durable together; the answer is Persisted or PersistRefused under this correlation."""
        self._writes += 1
        return self.request(STATE_WRITER, Persist(self._writes, events), PERSIST_TIMEOUT_NS)

    def note_down(self, *events: JournalEvent) -> None:
        """Write something that nobody waits for and whose loss is no harm."""
        self._writes += 1
        self.tell(STATE_WRITER, Persist(self._writes, events))
