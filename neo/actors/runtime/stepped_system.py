"""How messages, timers and turns go in virtual time: one thread, and a seed that decides who comes next."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import attrs

from neo.actors.runtime.actor import Actor
from neo.actors.runtime.agenda import Entry
from neo.actors.runtime.envelope import Envelope, posted, unwritten
from neo.actors.runtime.faults import Faults
from neo.actors.runtime.incarnation import Inbox, Incarnation
from neo.actors.runtime.injection import Injector
from neo.actors.runtime.kernel import SimKernel
from neo.actors.runtime.mailbox import STOP, SYSTEM_LANE, Mailbox, MailboxSpec
from neo.actors.runtime.slot import Slot
from neo.actors.runtime.stepped_inbox import SteppedInbox
from neo.actors.runtime.system import System
from neo.actors.runtime.taps import Interceptor
from neo.actors.runtime.timers import FromClock
from neo.actors.runtime.turns import Policy, Turns


class SteppedSystem(System):
    """The inside of SimSystem. `boot` numbers the processes of a kernel, so that each draws afresh.

    `service_ns` is the range of time that a handler takes; None: none at all. `policy` chooses among those that have
    mail: any of them ("random"), or the one that waits longest ("fifo").
    """

    def __init__(
        self,
        kernel: SimKernel,
        faults: Faults | None = None,
        boot: int = 0,
        service_ns: tuple[int, int] | None = None,
        policy: Policy = "random",
    ) -> None:
        super().__init__(kernel.seed)
        self.kernel = kernel
        # the same clock without a detour: it is asked with every message
        self.mono_ns = self.now_ns = kernel.now_ns  # type: ignore[method-assign]
        self.boot = boot
        self.alive = True
        self._turns = Turns(kernel, self, self.rng_for("order"), policy, service_ns)
        self._ready, self._draw = self._turns.ready, self._turns.draw
        #: Messages may be lost, late, changed or unwanted: each is looked at before it is put into a mailbox.
        self._careful = False
        self._injector = Injector(faults or Faults(), self.rng_for("faults"), kernel.note)
        self._faulty = False
        self._running = False
        self._interrupt: BaseException | None = None
        #: Who speaks from outside all actors, as an actor that has no name.
        self._outside = Incarnation("", 0, "", self, Mailbox(MailboxSpec()))
        self.faults = self._injector.plan

    @property
    def faults(self) -> Faults:
        """The plan in force. A new one holds from the next message on."""
        return self._injector.plan

    @faults.setter
    def faults(self, plan: Faults) -> None:
        self._injector.plan = plan
        # links that were delayed keep their order until the last delayed message has arrived
        self._faulty = self._faulty or plan.any
        self._careful = self._careful or self._faulty
        self.around = self._run_handler if self._faulty or self.kernel.traces else None
        if self._faulty:
            for slot in self._slots.values():
                if slot.life is not None:
                    slot.life.is_regular = False

    # --------------------------------------------------------------------------------------------------- the runtime

    def now_ns(self) -> int:
        return self.kernel.now_ns()

    def mono_ns(self) -> int:
        return self.kernel.now_ns()

    def after(self, delay_ns: int, callback: Callable[[], None]) -> Entry:
        """Dies with this system; what must outlive it uses the kernel's."""
        return self.kernel.after(delay_ns, callback, self)

    def rng_for(self, label: str) -> random.Random:
        return self.kernel.rng_for(f"boot:{self.boot}:{label}")

    def note(self, *parts: object) -> None:
        if self.kernel.traces and self.alive:
            self.kernel.note(*parts)

    def run_loop(self, life: Incarnation) -> None:
        self.wake(life)

    def interrupted(self, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._interrupt = error

    def _new_mailbox(self, spec: MailboxSpec) -> Mailbox:
        return Mailbox(spec)

    def _new_inbox(self, life: Incarnation, mailbox: Mailbox) -> Inbox:
        return SteppedInbox(mailbox)

    def _run_handler(self, life: Incarnation, handler: Callable[[object], None], message: object) -> None:
        if self.kernel.traces:
            self.kernel.note(life.envelope.sender or "-", ">", life.name, message)
        if self._faulty:
            self._injector.run(life, handler, message)
        else:
            handler(message)

    # -------------------------------------------------------------------------------------------------------- sending

    def post(self, life: Incarnation, to: str, message: object, correlation: int = 0, is_reply: bool = False) -> None:
        if self._careful or life.fenced:
            super().post(life, to, message, correlation, is_reply)
            return
        # The common case again, without a call for each step: a simulated day has three hundred thousand messages.
        envelope = unwritten(Envelope)
        envelope.message = message
        envelope.sender = life.name
        envelope.receiver = to
        envelope.sequence = next(self._sequence)
        envelope.correlation = correlation
        envelope.cause = life.envelope.sequence
        envelope.sent_ns = self.kernel.time_ns
        envelope.incarnation = life.number
        envelope.is_reply = is_reply
        message_class = type(message)
        watchers = self._taps.watchers[message_class]
        if watchers:
            for see in watchers:
                see(envelope)
        slot = self._slots.get(to)
        if slot is None:
            self.dead_letter(envelope, "no_such_actor")
            return
        mailbox = slot.mailbox
        if message_class in mailbox.out_of_line or len(mailbox.ordinary) >= mailbox.usual:
            lost = mailbox.put_with_care(envelope)
            if lost is not None:
                self._refused(slot, lost)
        else:
            mailbox.ordinary.append(envelope)
        receiver = slot.life
        if receiver is not None and not receiver.scheduled:
            if receiver.busy_until_ns:
                self._turns.wake(receiver)
            else:
                receiver.scheduled = True
                self._ready.append(receiver)

    def tell(self, to: str, message: object) -> None:
        if self._careful:
            super().tell(to, message)
        else:
            self.post(self._outside, to, message)

    def send(self, envelope: Envelope, life: Incarnation | None = None) -> None:
        if not self.alive:
            return
        super().send(envelope, life)
        if life is not None and self._faulty:
            self._injector.sent(life)

    def intercept(self, interceptor: Interceptor) -> Callable[[], None]:
        self._careful = True
        return super().intercept(interceptor)

    def submit(self, life: Incarnation, port: str, request: object, correlation: int, cause: int) -> None:
        if self._faulty and not life.fenced and port in self.ports and self._injector.loses_request(port):
            self._injector.sent(life)
            return
        super().submit(life, port, request, correlation, cause)
        if self._faulty:
            self._injector.sent(life)

    def _port_replied(self, envelope: Envelope) -> None:
        if not self.alive:
            return
        port = envelope.sender.removeprefix("port:")
        if not self._faulty:
            self.send(envelope)
        elif not self._injector.loses_reply(port):
            if self._injector.duplicates_reply(port):
                self._reply_after(self._injector.reply_delay_ns(port), envelope)
            self._reply_after(self._injector.reply_delay_ns(port), envelope)

    def _reply_after(self, delay_ns: int, envelope: Envelope) -> None:
        copy = attrs.evolve(envelope)
        if delay_ns:
            self.after(delay_ns, lambda: self.send(copy))
        else:
            self.send(copy)

    def _deliver(self, slot: Slot, envelope: Envelope) -> None:
        if self._faulty and type(envelope.message) not in SYSTEM_LANE:
            if self._injector.drops(envelope):
                return
            due_ns = self._injector.due_ns(envelope, self.now_ns())
            if due_ns is not None:
                self.kernel.at(due_ns, lambda: self._enqueue(slot, envelope), self)
                return
        self._enqueue(slot, envelope)

    def _enqueue(self, slot: Slot, envelope: Envelope) -> None:
        lost = slot.mailbox.put(envelope)
        if lost is not None:
            self._refused(slot, lost)
        life = slot.life
        if life is not None and not life.scheduled:
            self._turns.wake(life)

    def _schedule_timer(self, life: Incarnation, due_ns: int, fired: FromClock) -> Entry:
        return self.kernel.at(due_ns, partial(self._fire, life, fired), self)

    def _fire(self, life: Incarnation, fired: FromClock) -> None:
        if life.fenced:
            return
        envelope = posted(fired, "", life.name, 0, 0, 0)
        envelope.sequence = 0
        envelope.sent_ns = self.kernel.time_ns
        life.mailbox.put_first(envelope)
        if not life.scheduled:
            if life.busy_until_ns:
                self._turns.wake(life)
            else:
                life.scheduled = True
                self._ready.append(life)

    # ---------------------------------------------------------------------------------------------------------- turns

    def wake(self, life: Incarnation) -> None:
        if self.alive:
            self._turns.wake(life)

    def _turn(self) -> None:
        """One actor starts, or handles one message."""
        ready = self._ready
        waiting = len(ready)
        if waiting > 1 and self._draw is not None:
            ready.rotate(-int(self._draw() * waiting))
        life = ready.popleft()
        life.scheduled = False
        actor = life.actor
        if actor is None or not life.is_regular:
            self._irregular_turn(life, actor)
            return
        self.kernel.steps += 1
        mailbox = life.mailbox
        envelope = mailbox.take()
        if envelope is not None:
            life.envelope = envelope
            try:
                # what `handle_one` does, without a call for each step: a simulated day has four hundred thousand turns
                message = envelope.message
                handler = life.handlers.get(type(message))
                if handler is None or envelope.is_reply or self.around is not None:
                    actor._handle_receive(message)
                else:
                    life.handled += 1
                    handler(message)
            except BaseException as error:
                actor.failed(error)
        if not life.is_regular:
            self._after_turn(life, actor)
        elif not life.scheduled and (mailbox.ordinary or mailbox.urgent or mailbox.is_stopping):
            life.scheduled = True
            ready.append(life)

    def _irregular_turn(self, life: Incarnation, actor: Actor | None) -> None:
        """Its first one, one under faults or with a service time, the last of one that was fenced, or after its end."""
        if actor is None or life.end.ended:
            return
        if self._faulty and not life.fenced and (deaf_ns := self._injector.deaf_ns(life)):
            self._turns.deafen(life, deaf_ns)
            return
        self.kernel.steps += 1
        if life.phase == "init":
            self._begin(life, actor)
        elif life.fenced:
            actor.handle_one(Envelope(STOP))
        else:
            envelope = life.mailbox.take()
            if envelope is not None:
                actor.handle_one(envelope)
        self._after_turn(life, actor)

    def _after_turn(self, life: Incarnation, actor: Actor) -> None:
        if life.end.ended:
            actor._actor_loop_teardown()
            if self._interrupt is not None:  # whoever let one through has ended of it
                interrupt, self._interrupt = self._interrupt, None
                raise interrupt
            return
        life.is_regular = not (life.fenced or self._faulty or self._turns.takes_time)
        self._turns.after_turn(life)

    def _begin(self, life: Incarnation, actor: Actor) -> None:
        actor.actor_stopped = life.end
        if life.fenced:
            life.end.set()
        else:
            actor._actor_loop_setup()
