"""The base of supervisors: carries out what `supervision` decides."""

from __future__ import annotations

from neo.actors.runtime import supervision
from neo.actors.runtime.actor import Actor
from neo.actors.runtime.child_spec import ChildSpec
from neo.actors.runtime.handlers import handles
from neo.actors.runtime.mailbox import MailboxSpec, Overflow
from neo.actors.runtime.messages import ChildDied, ChildReady, ChildStopped, Phase
from neo.actors.runtime.supervision import Decision, Supervision
from neo.actors.runtime.supervision_actions import (
    AllReady,
    ArmBackoff,
    ArmReadyTimeout,
    ChildBack,
    ChildDown,
    Escalate,
    Fence,
    Spawn,
)
from neo.records import frozen


@frozen
class ReadyOverdue:
    """To itself: this incarnation had its time to become ready."""

    name: str
    incarnation: int


@frozen
class BackoffOver:
    """To itself: some child may be started again."""


@frozen
class StopOverdue:
    """To itself: this child had its time to stop."""

    name: str


class Supervising(Actor):
    """Starts `children` in the order given, each when the one before said Ready, and restarts them by their policies.

    Says Ready to its own parent when all of them are. A subclass that overrides `started` calls `super().started()`.
    """

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, children: tuple[ChildSpec, ...]) -> None:
        super().__init__()
        self._specs = {spec.name: spec for spec in children}
        if len(self._specs) < len(children):
            raise ValueError("two children have the same name")
        self._supervision = Supervision.of({spec.name: spec.policy for spec in children})
        self._to_stop: list[str] | None = None
        self._stop_deadline_ns = 0
        self._stuck: list[str] = []

    # ---------------------------------------------------------------------------------------------- for subclasses

    def all_ready(self) -> None:
        """Every child has been ready: the first start is over."""

    def child_down(self, name: str, error: str) -> None:
        """It died, and is being restarted unless `escalated` follows."""

    def child_back(self, name: str) -> None:
        """It and all that were restarted with it are ready again."""

    def escalated(self, name: str, error: str) -> None:
        """It stays down: it died too often, or of something that a restart does not cure."""

    def children_stopped(self, stuck: tuple[str, ...]) -> None:
        """What `stop_children` began is complete; `stuck` did not stop in time and were cut off."""

    def started(self) -> None:
        for spec in self._specs.values():
            self._system.declare(spec)
        self._perform(supervision.begin(self._supervision, self.mono_ns))

    def patient(self, deadline_ns: int) -> int:
        """That deadline by the system's clock: where it is faster than time, the machine still has as long as it says."""
        return deadline_ns * self._system.patience

    def report_hung(self, name: str, detail: str) -> None:
        """Cut off a child that does not answer, and treat it as dead."""
        if name in self._specs and self._system.is_up(name):
            self._system.fence(name)
            self._died(name, "hung", detail)

    def stop_children(self, deadline_ns: int) -> None:
        """Stop them in reverse order, each with `deadline_ns`; nothing is restarted any more. Ends with
        `children_stopped`. Does not block."""
        if self._to_stop is not None:
            return
        self._to_stop = list(self._specs)
        self._stop_deadline_ns = self.patient(deadline_ns)
        self._stop_next()

    # --------------------------------------------------------------------------------------------------- the children

    @handles(ChildReady)
    def _on_ready(self, message: ChildReady) -> None:
        if self._is_present(message.name, message.incarnation) and self._to_stop is None:
            self.cancel(_ready_key(message.name))
            self._perform(supervision.ready(self._supervision, message.name, self.mono_ns))

    @handles(ChildDied)
    def _on_died(self, message: ChildDied) -> None:
        if not self._is_present(message.name, message.incarnation):
            return
        if self._to_stop is not None:
            self._gone(message.name)
        else:
            self._died(message.name, message.phase, message.error)

    @handles(ChildStopped)
    def _on_stopped(self, message: ChildStopped) -> None:
        if not self._is_present(message.name, message.incarnation):
            return
        if self._to_stop is not None:
            self._gone(message.name)
        else:
            self._died(message.name, "stop", "Stopped: nobody had asked for it")

    @handles(ReadyOverdue)
    def _on_ready_overdue(self, message: ReadyOverdue) -> None:
        if self._is_present(message.name, message.incarnation) and self._to_stop is None:
            self._system.fence(message.name)
            self._died(message.name, "start", "NotReady: it did not become ready in time")

    @handles(BackoffOver)
    def _on_backoff_over(self, message: BackoffOver) -> None:
        if self._to_stop is None:
            self._perform(supervision.backoff_over(self._supervision, self.mono_ns))

    def _is_present(self, name: str, incarnation: int) -> bool:
        return name in self._specs and incarnation == self._system.incarnation(name)

    def _died(self, name: str, phase: Phase, error: str) -> None:
        self.cancel(_ready_key(name))
        self._perform(supervision.died(self._supervision, name, phase, error, self.mono_ns, self.rng.random()))

    def _perform(self, decision: Decision) -> None:
        self._supervision, actions = decision
        for action in actions:
            match action:
                case Spawn(name):
                    self._system.spawn(self._specs[name], parent=self.name)
                case Fence(name):
                    self.cancel(_ready_key(name))
                    self._system.fence(name)
                case ArmReadyTimeout(name, delay_ns):
                    overdue = ReadyOverdue(name, self._system.incarnation(name))
                    self.once(_ready_key(name), self.patient(delay_ns), overdue)
                case ArmBackoff(name, delay_ns):
                    self.once(f"supervising:backoff:{name}", delay_ns, BackoffOver())
                case AllReady():
                    self.ready()
                    self.all_ready()
                case ChildDown(name, error):
                    self.child_down(name, error)
                case ChildBack(name):
                    self.child_back(name)
                case Escalate(name, error):
                    self.escalated(name, error)

    # ------------------------------------------------------------------------------------------------------- stopping

    @handles(StopOverdue)
    def _on_stop_overdue(self, message: StopOverdue) -> None:
        if self._to_stop and self._to_stop[-1] == message.name:
            self._stuck.append(message.name)
            self._system.fence(message.name)
            self._gone(message.name)

    def _gone(self, name: str) -> None:
        if self._to_stop and self._to_stop[-1] == name:
            self.cancel("supervising:stop")
            self._to_stop.pop()
            self._stop_next()

    def _stop_next(self) -> None:
        remaining = self._to_stop if self._to_stop is not None else []
        while remaining and not self._system.is_up(remaining[-1]):
            self._system.stop(remaining.pop())
        if remaining:
            self.once("supervising:stop", self._stop_deadline_ns, StopOverdue(remaining[-1]))
            self._system.stop(remaining[-1])
        else:
            self.children_stopped(tuple(self._stuck))


def _ready_key(name: str) -> str:
    return f"supervising:ready:{name}"
