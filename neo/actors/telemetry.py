"""Telemetry: the only place where events leave the engine. A broken sink is reported and never felt by anybody else."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime import Actor, MailboxSpec, Overflow, Tick, handles
from neo.domain.ports import TelemetrySink
from neo.domain.telemetry.event import Emit, EmitAll, TelemetryEvent
from neo.domain.telemetry.events import TelemetryProblem
from neo.domain.units import NS_PER_S

#: The longest that a line waits for its flush.
FLUSH_EVERY_NS = 5 * NS_PER_S

#: Turns an event into the line that is stored: event, actor, time (ns since the epoch), journal number, as in Emit.
Serialise = Callable[[TelemetryEvent, str, int, int], str]


class Telemetry(Actor):
    """Oldest events give way when the disk cannot follow; what gave way is counted by the mailbox."""

    mailbox = MailboxSpec(capacity=50_000, overflow=Overflow.DROP_OLD)

    def __init__(self, sink: TelemetrySink, serialise: Serialise) -> None:
        super().__init__()
        self._sink = sink
        self._serialise = serialise
        self._problem: str | None = None
        self._flush_is_due = False

    def started(self) -> None:
        # The sink is older than an actor that was rebuilt: lines may wait in it.
        self._expect_flush()

    def stopping(self) -> None:
        self._sink.flush()
        self._sink.close()

    @handles(Emit)
    def on_emit(self, message: Emit) -> None:
        problem = self._sink.write(self._serialise(message.event, message.actor, message.at_ns, message.db_seq))
        if problem != self._problem:
            self._note(problem)
        if not self._flush_is_due:
            self._expect_flush()

    @handles(EmitAll)
    def on_emit_all(self, message: EmitAll) -> None:
        write, serialise = self._sink.write, self._serialise
        actor, at_ns = message.actor, message.at_ns
        for db_seq, event in message.told:
            problem = write(serialise(event, actor, at_ns, db_seq))
            if problem != self._problem:
                self._note(problem)
        if not self._flush_is_due:
            self._expect_flush()

    def _expect_flush(self) -> None:
        """The first line since the last flush sets the time of the next: a quiet engine has nothing to flush."""
        self._flush_is_due = True
        self.once("flush", FLUSH_EVERY_NS)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self._flush_is_due = False
        problem = self._sink.flush()
        self._note(problem)
        if problem is not None:
            self._expect_flush()

    def _note(self, problem: str | None) -> None:
        """Report a sink's trouble once per cause, in the same stream: another sink, or this one later, may keep it."""
        if problem is None or problem == self._problem:
            self._problem = problem
            return
        self._problem = problem
        self._sink.write(self._serialise(TelemetryProblem(problem), self.name, self.now_ns, 0))
