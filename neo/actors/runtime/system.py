"""What both runtimes share: the birth, life and death of named actors, and the end of a run."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Callable
from functools import partial

from neo.actors.runtime.actor import Actor
from neo.actors.runtime.child_spec import ChildSpec
from neo.actors.runtime.crashes import Crash, describe, report
from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import ActorCrash
from neo.actors.runtime.incarnation import BIRTH, Inbox, Incarnation
from neo.actors.runtime.mailbox import Mailbox, MailboxSpec
from neo.actors.runtime.messages import ChildDied, ChildReady, ChildStopped
from neo.actors.runtime.slot import Slot, SlotState
from neo.actors.runtime.timers import FROM_CLOCK, Cancellable, FromClock, Timers
from neo.actors.runtime.traffic import Traffic

CRASHES_KEPT_MAX = 100

#: Runs a handler with a message; the simulation puts its trace and faults around it.
Around = Callable[[Incarnation, Callable[[object], None], object], None]


class System(Traffic):
    """The actors of one process. Everything that is not determined by messages is reached through this object."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.crashes: deque[Crash] = deque(maxlen=CRASHES_KEPT_MAX)
        self.fatal_reason: str | None = None
        #: Factor on every deadline of one actor for another: work takes real time, however fast the clock is made to run.
        self.patience = 1
        self.outcome: object | None = None
        self.around: Around | None = None
        self._lock = threading.RLock()

    # --------------------------------------------------------------------------------------- what a runtime provides

    @abstractmethod
    def run_loop(self, life: Incarnation) -> None:
        """Have Pykka's loop run for this incarnation."""

    @abstractmethod
    def wake(self, life: Incarnation) -> None:
        """Have it look at its inbox: something changed there."""

    @abstractmethod
    def _new_mailbox(self, spec: MailboxSpec) -> Mailbox: ...

    @abstractmethod
    def _new_inbox(self, life: Incarnation, mailbox: Mailbox) -> Inbox: ...

    @abstractmethod
    def _schedule_timer(self, life: Incarnation, due_ns: int, fired: FromClock) -> Cancellable: ...

    def interrupted(self, error: BaseException) -> None:
        """An actor was hit by something that is not an Exception."""

    # ------------------------------------------------------------------------------------------------ birth and death

    def spawn(self, spec: ChildSpec, parent: str = "") -> int:
        """Start the next incarnation of `spec.name` and return its number. Who lives there now is fenced.

        A constructor that raises is reported to the parent as ChildDied in phase "init", not raised here.
        """
        with self._lock:
            self.declare(spec)
            slot = self._slots[spec.name]
            if slot.state is SlotState.UP:
                self.fence(spec.name)
            if not spec.keep_mailbox:
                self._bury(slot, "restart")
            slot.mailbox.reopen()
            life = self._conceive(slot, slot.succeed(spec, parent))
            try:
                actor = self._construct(spec, life)
            except Exception as error:
                self.died(life, error)
                return life.number
        self.note("spawn", spec.name, life.number)
        actor._start_actor_loop()
        return life.number

    def declare(self, spec: ChildSpec) -> None:
        """Open the mailbox of a name that will be spawned later: what comes before that is kept for it."""
        with self._lock:
            if spec.name not in self._slots:
                self._slots[spec.name] = Slot(spec.name, self._new_mailbox(spec.actor.mailbox))

    def _conceive(self, slot: Slot, number: int) -> Incarnation:
        life = Incarnation(slot.name, number, slot.parent, self, slot.mailbox)
        life.inbox = self._new_inbox(life, slot.mailbox)
        life.timers = Timers(number, self.mono_ns, partial(self._schedule_timer, life))
        slot.life = life
        return life

    def _construct(self, spec: ChildSpec, life: Incarnation) -> Actor:
        token = BIRTH.set(life)
        try:
            actor = spec.actor(**spec.kwargs)
        except SystemExit as error:
            raise ActorCrash(describe(error)) from error
        finally:
            BIRTH.reset(token)
        if life.actor is not actor:
            raise RuntimeError(f"{spec.actor.__name__}.__init__ does not call super().__init__()")
        return actor

    def stop(self, name: str) -> None:
        """Have it stop when it has handled what is queued now. Its mailbox takes nothing more."""
        with self._lock:
            slot = self._slots.get(name)
            if slot is None or slot.state is SlotState.STOPPED:
                return
            if slot.state is SlotState.DOWN:
                slot.state = SlotState.STOPPED
                self._bury(slot, "stopped")
                return
            slot.mailbox.stop_when_drained()
            if slot.life is not None:
                self.wake(slot.life)

    def fence(self, name: str) -> None:
        """Cut off the present incarnation: it is given no more messages, and what it sends is dropped."""
        with self._lock:
            slot = self._slots.get(name)
            if slot is None or slot.life is None or slot.state is not SlotState.UP:
                return
            slot.state = SlotState.DOWN
            slot.life.cut_off()
            self.note("fenced", name, slot.number)
            self.wake(slot.life)
            self._fence_children(name)

    def _fence_children(self, parent: str) -> None:
        for name in [slot.name for slot in self._slots.values() if slot.parent == parent and slot.name != parent]:
            self.fence(name)

    def incarnation(self, name: str) -> int:
        """The number of the newest incarnation, 0 for a name that was never spawned."""
        slot = self._slots.get(name)
        return slot.number if slot is not None else 0

    def names(self) -> tuple[str, ...]:
        """All that were ever spawned, in start order."""
        return tuple(self._slots)

    def is_up(self, name: str) -> bool:
        """It has a living incarnation (which may be blocked)."""
        slot = self._slots.get(name)
        return slot is not None and slot.state is SlotState.UP

    def died(self, life: Incarnation, error: BaseException) -> None:
        """From the actor's own thread (or the constructor's): it raised."""
        envelope = life.envelope if life.phase == "receive" else None
        poison = type(envelope.message).__name__ if envelope is not None else ""
        described = describe(error)
        self.crashes.append(Crash(life.name, life.number, life.phase, described, poison, report(error)))
        self.note("died", life.name, life.number, life.phase, described, poison)
        if envelope is not None:
            self.dead_letter(envelope, "poisoned")
        with self._lock:
            slot = self._slots[life.name]
            if life.fenced or slot.life is not life:
                return
            life.cut_off()
            slot.state = SlotState.DOWN
            self._fence_children(life.name)  # whom nobody supervises must not act
        if life.parent:
            self._tell_parent(life, ChildDied(life.name, life.number, life.phase, described, poison))
        else:
            self.fatal(f"{life.name} died: {described}")

    def stopped(self, life: Incarnation) -> None:
        """From the actor's own thread: it has ended as it was asked to."""
        with self._lock:
            slot = self._slots[life.name]
            if life.fenced or slot.life is not life:
                return
            life.cut_off()
            slot.state = SlotState.STOPPED
            self._bury(slot, "stopped")
        self.note("stopped", life.name, life.number)
        if life.parent:
            self._tell_parent(life, ChildStopped(life.name, life.number))

    def _bury(self, slot: Slot, reason: str) -> None:
        slot.mailbox.close()
        for envelope in slot.mailbox.drain():
            if type(envelope.message) not in FROM_CLOCK:
                self.dead_letter(envelope, reason)

    def announce_ready(self, life: Incarnation) -> None:
        if life.parent and not life.fenced:
            self._tell_parent(life, ChildReady(life.name, life.number))

    def _tell_parent(self, life: Incarnation, message: object) -> None:
        self.send(Envelope(message, life.name, life.parent, 0, 0, 0, 0, life.number))

    # --------------------------------------------------------------------------------------------------------- the end

    def finish(self, outcome: object) -> None:
        """The run is over; the driver wakes. The first outcome stands."""
        with self._lock:
            if self.outcome is None:
                self.outcome = outcome
        self.note("finish", outcome)

    def fatal(self, reason: str) -> None:
        """The root of the actors is gone, or something as bad: the driver wakes and has to stop everything."""
        with self._lock:
            if self.fatal_reason is None:
                self.fatal_reason = reason
        self.note("fatal", reason)
