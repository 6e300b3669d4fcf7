"""Telemetry: the only place where events leave the engine. A broken sink is reported and never felt by anybody else."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime import Actor, MailboxSpec, Overflow, Tick, handles
from neo.domain.ports import TelemetrySink
from neo.domain.telemetry.event import Emit, EmitAll
from neo.domain.telemetry.events import TelemetryProblem
from neo.domain.units import NS_PER_S

FLUSH_EVERY_NS = 5 * NS_PER_S

#: Turns an event into the line that is stored.
Serialise = Callable[[Emit], str]


class Telemetry(Actor):
    """Oldest events give way when the disk cannot follow; what gave way is counted by the mailbox."""

    mailbox = MailboxSpec(capacity=50_000, overflow=Overflow.DROP_OLD)

    def __init__(self, sink: TelemetrySink, serialise: Serialise) -> None:
        super().__init__()
        self._sink = sink
        self._serialise = serialise
        self._problem: str | None = None

    def started(self) -> None:
        self.every("flush", FLUSH_EVERY_NS)

    def stopping(self) -> None:
        self._sink.flush()
        self._sink.close()

    @handles(Emit)
    def on_emit(self, message: Emit) -> None:
        self._note(self._sink.write(self._serialise(message)))

    @handles(EmitAll)
    def on_emit_all(self, message: EmitAll) -> None:
        write, serialise = self._sink.write, self._serialise
        for emit in message.emits:
            problem = write(serialise(emit))
            if problem != self._problem:
                self._note(problem)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self._note(self._sink.flush())

    def _note(self, problem: str | None) -> None:
        """Report a sink's trouble once per cause, in the same stream: another sink, or this one later, may keep it."""
        if problem is None or problem == self._problem:
            self._problem = problem
            return
        self._problem = problem
        report = Emit(TelemetryProblem(problem), self.name, self.now_ns)
        self._sink.write(self._serialise(report))
