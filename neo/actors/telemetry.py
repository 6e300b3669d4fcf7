"""Telemetry: the only place where events leave the engine. A broken sink is reported and never felt by anybody else."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime import Actor, MailboxSpec, Overflow, Tick, handles
from neo.domain.ports import TelemetrySink
from neo.domain.telemetry.event import Emit, EmitAll, Severity, TelemetryEvent
from neo.domain.telemetry.events import TelemetryProblem
from neo.domain.units import NS_PER_S

#: Lines that have waited so long are flushed with the next one: an engine that trades says something with each ledger.
FLUSH_EVERY_NS = 5 * NS_PER_S
#: The longest that a line waits for its flush, when nobody says anything more. A timer for each flush would cost a tenth
#: of what telemetry does, and nothing but time is won by an early one: warnings and errors do not wait at all.
QUIET_NS = 20 * NS_PER_S

#: What does not wait. Asked for by identity with each line: a set would call the enum.
WARNING, ERROR = Severity.WARNING, Severity.ERROR

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
        #: Time of the oldest line that waits; None when none does.
        self._waiting_since_ns: int | None = None
        self._flush_is_due = False

    def started(self) -> None:
        # The sink is older than an actor that was rebuilt: lines may wait in it.
        self._expect_flush(FLUSH_EVERY_NS)

    def stopping(self) -> None:
        self._sink.flush()
        self._sink.close()

    @handles(Emit)
    def on_emit(self, message: Emit) -> None:
        problem = self._sink.write(self._serialise(message.event, message.actor, message.at_ns, message.db_seq))
        if problem != self._problem:
            self._note(problem)
        severity = message.event.SEVERITY
        self._taken(message.at_ns, urgent=severity is WARNING or severity is ERROR)

    @handles(EmitAll)
    def on_emit_all(self, message: EmitAll) -> None:
        write, serialise = self._sink.write, self._serialise
        actor, at_ns, urgent = message.actor, message.at_ns, False
        for db_seq, event in message.told:
            problem = write(serialise(event, actor, at_ns, db_seq))
            if problem != self._problem:
                self._note(problem)
            severity = event.SEVERITY
            if severity is WARNING or severity is ERROR:
                urgent = True
        self._taken(at_ns, urgent=urgent)

    def _taken(self, at_ns: int, *, urgent: bool) -> None:
        """A line was taken that was said `at_ns`: whether it is time for a flush, and if not, who sees to it."""
        since_ns = self._waiting_since_ns
        if urgent or (since_ns is not None and at_ns - since_ns >= FLUSH_EVERY_NS):
            self._flush()
            return
        if since_ns is None:
            self._waiting_since_ns = at_ns
        if not self._flush_is_due:
            self._expect_flush(QUIET_NS)

    def _expect_flush(self, within_ns: int) -> None:
        """By a timer, which a line finds armed that comes behind others: a quiet engine has nothing to flush."""
        self._flush_is_due = True
        self.once("flush", within_ns)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self._flush_is_due = False
        self._flush()

    def _flush(self) -> None:
        self._waiting_since_ns = None
        problem = self._sink.flush()
        self._note(problem)
        if problem is not None:
            self._expect_flush(FLUSH_EVERY_NS)

    def _note(self, problem: str | None) -> None:
        """Report a sink's trouble once per cause, in the same stream: another sink, or this one later, may keep it."""
        if problem is None or problem == self._problem:
            self._problem = problem
            return
        self._problem = problem
        self._sink.write(self._serialise(TelemetryProblem(problem), self.name, self.now_ns, 0))
