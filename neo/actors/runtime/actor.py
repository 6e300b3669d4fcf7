"""The base of all actors."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, NoReturn

import pykka

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import ActorCrash, BlockingInsideActor
from neo.actors.runtime.handlers import handler_table, handles
from neo.actors.runtime.incarnation import BIRTH
from neo.actors.runtime.mailbox import STOP, MailboxSpec
from neo.actors.runtime.messages import Ping, Pong
from neo.actors.runtime.timers import ReplyDue, TimerFired


class Actor(pykka.ThreadingActor):
    """Takes one message at a time, in its own thread or in virtual time, and talks to others by name.

    Constructed by `System.spawn` only. Subclasses mark methods with `@handles`, may override `started` and `stopping`,
    and leave Pykka's hooks alone. An exception in a handler kills the incarnation; its supervisor decides what follows.
    """

    mailbox: ClassVar[MailboxSpec] = MailboxSpec()
    #: False: the actor calls `ready()` itself, when it has rebuilt its state.
    ready_when_started: ClassVar[bool] = True
    _handlers: ClassVar[dict[type, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._handlers = handler_table(cls._handlers, vars(cls))

    def __init__(self) -> None:
        life = BIRTH.get()
        if life is None:
            raise RuntimeError(f"{type(self).__name__} is constructed by System.spawn(ChildSpec(...)), not directly")
        super().__init__()
        self._life = life
        self._system = life.system
        life.handlers = {message_class: getattr(self, method) for message_class, method in self._handlers.items()}
        self.name: str = life.name
        self.incarnation: int = life.number
        self.rng: random.Random = life.system.rng_for(f"actor:{life.name}:{life.number}")
        self.actor_urn = self._actor_ref.actor_urn = f"urn:neo:{life.name}:{life.number}"
        life.actor = self

    # ---------------------------------------------------------------------------------------------- for subclasses

    def started(self) -> None:
        """First thing in the actor's own thread. An exception here is a death in phase "start"."""

    def stopping(self) -> None:
        """Last thing, after a stop or when fenced; not after a crash.

        Release what this incarnation holds. A fenced incarnation may already have a successor, and what it sends is
        dropped.
        """

    @property
    def envelope(self) -> Envelope:
        """That of the message which is being handled."""
        return self._life.envelope

    @property
    def now_ns(self) -> int:
        """Wall clock, ns since the epoch."""
        return self._life.system.now_ns()

    @property
    def mono_ns(self) -> int:
        """Never jumps; for durations and deadlines."""
        return self._life.system.mono_ns()

    @property
    def waiting(self) -> int:
        """Messages behind the one that is being handled, time and life not counted."""
        return self._life.mailbox.queued

    def ready(self) -> None:
        """Tell the supervisor that this incarnation does its work."""
        self._system.announce_ready(self._life)

    def tell(self, to: str, message: object) -> None:
        """Send and forget. Never blocks, never raises: what cannot be delivered is a dead letter."""
        life = self._life
        life.system.post(life, to, message)

    def reply(self, message: object) -> None:
        """Answer the message that is being handled."""
        self.reply_to(self.envelope, message)

    def reply_to(self, envelope: Envelope, message: object) -> None:
        """Answer an earlier message, for instance after a group commit."""
        life, correlation = self._life, envelope.correlation
        life.system.post(life, envelope.sender, message, correlation, correlation != 0)

    def request(self, to: str, message: object, timeout_ns: int) -> int:
        """Ask another actor. The reply, or RequestTimedOut, arrives as a message with the correlation returned here."""
        life = self._life
        correlation = self._expect_reply(to, message, timeout_ns * life.system.patience)
        life.system.post(life, to, message, correlation)
        return correlation

    def call(self, port: str, request: object, timeout_ns: int) -> int:
        """Ask the world outside through a port; as `request`. UnknownPort when nobody plugged it in."""
        correlation = self._expect_reply(port, request, timeout_ns)
        self._system.submit(self._life, port, request, correlation, self.envelope.sequence)
        return correlation

    def every(self, key: str, period_ns: int, first_ns: int | None = None) -> None:
        """A Tick every `period_ns`, the first after `first_ns` (default: one period). Replaces the timer of that key."""
        if period_ns <= 0:
            raise ValueError(f"the period of timer {key!r} must be positive, not {period_ns} ns")
        self._life.timers.arm(key, period_ns if first_ns is None else first_ns, period_ns)

    def once(self, key: str, delay_ns: int, message: object = None) -> None:
        """`message` to itself after `delay_ns`, or a Tick when there is none. Replaces the timer of that key."""
        self._life.timers.arm(key, delay_ns, 0, message)

    def cancel(self, key: str) -> None:
        """No tick of `key` is handled after this, not even one that fired already."""
        self._life.timers.cancel(key)

    def stop(self) -> None:
        """Stop after what is queued now."""
        self._system.stop(self.name)

    def finish(self, outcome: object) -> None:
        """The run is over: the driver wakes with this outcome (the first one stands)."""
        self._system.finish(outcome)

    # ------------------------------------------------------------------------------------------------ the runtime's

    def _expect_reply(self, to: str, message: object, timeout_ns: int) -> int:
        life = self._life
        correlation = life.system.next_correlation()
        life.timers.expect(correlation, timeout_ns, to, type(message).__name__)
        return correlation

    @handles(Ping)
    def _answer_ping(self, ping: Ping) -> None:
        life = self._life
        queued, age_ns = len(life.mailbox.ordinary), 0
        if queued:
            oldest_ns = life.mailbox.oldest_ns()
            age_ns = 0 if oldest_ns is None else max(0, life.system.mono_ns() - oldest_ns)
        self.reply_to(life.envelope, Pong(ping.round, life.name, life.number, queued, age_ns, life.handled))

    def handle_one(self, envelope: Envelope) -> None:
        """One round of Pykka's loop, for a runtime that decides itself whose round is next."""
        self._life.envelope = envelope
        try:
            self._handle_receive(envelope.message)
        except BaseException as error:
            self.failed(error)

    def failed(self, error: BaseException) -> None:
        """A round ended with an exception that is being handled: the actor dies of it, the others go on."""
        if isinstance(error, Exception):  # what Pykka's loop catches
            self._handle_failure(*sys.exc_info())
        else:
            self._system.interrupted(error)
            self._handle_failure(ActorCrash, ActorCrash(f"{type(error).__name__}: {error}"), error.__traceback__)

    def _handle_receive(self, message: Any) -> Any:
        """What Pykka's loop does with each message; its envelope is that of the incarnation already."""
        life = self._life
        envelope = life.envelope
        if envelope.is_reply and not self._is_awaited(envelope):
            return
        handler = life.handlers.get(type(message))
        if handler is None:
            message = self._ticked(message) if type(message) is TimerFired else self._from_runtime(message)
            if message is None:
                return
            handler = life.handlers.get(type(message))
            if handler is None:
                self._system.dead_letter(envelope, "unhandled")
                return
        life.handled += 1
        try:
            around = life.system.around
            if around is None:
                handler(message)
            else:
                around(life, handler, message)
        except Exception:
            raise
        except BaseException as error:
            self._system.interrupted(error)
            raise ActorCrash(f"{type(error).__name__}: {error}") from error

    def _ticked(self, fired: TimerFired) -> object | None:
        due = self._life.timers.ticked(fired)
        if due is not None:
            self._life.envelope.message = due
        return due

    def _from_runtime(self, message: object) -> object | None:
        """A deadline that passed and the end of this actor have no handlers; everything else is what it is."""
        if type(message) is ReplyDue:
            late = self._life.timers.given_up(message)
            if late is not None:
                envelope = self._life.envelope
                envelope.message, envelope.correlation = late, late.correlation
            return late
        if message is not STOP:
            return message
        self._stop()
        return None

    def _is_awaited(self, reply: Envelope) -> bool:
        if self._life.timers.answered(reply.correlation):
            return True
        self._system.dead_letter(reply, "late_reply")
        return False

    # ------------------------------------------------------------------------------------------- hooks of Pykka, final

    def on_start(self) -> None:
        self._life.phase = "start"
        self._run_hook(self.started)
        self._life.phase = "receive"
        if self.ready_when_started:
            self.ready()

    def on_stop(self) -> None:
        self._life.timers.cancel_all()
        self._life.phase = "stop"
        self._life.envelope = Envelope(None)
        self._run_hook(self.stopping)
        self._system.stopped(self._life)

    def _run_hook(self, hook: Callable[[], None]) -> None:
        try:
            hook()
        except Exception:
            raise
        except BaseException as error:
            self._system.interrupted(error)
            raise ActorCrash(f"{type(error).__name__}: {error}") from error

    def _handle_failure(
        self,
        exception_type: type[BaseException] | None,
        exception_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The one way to die of an exception, in whatever phase; Pykka's own tells nobody when `on_start` raises."""
        self.actor_stopped.set()
        self._life.timers.cancel_all()
        if exception_value is not None:
            self._system.died(self._life, exception_value)

    @staticmethod
    def _create_actor_inbox() -> Any:
        life = BIRTH.get()
        if life is None:
            raise RuntimeError("an inbox belongs to an actor that a system spawns")
        return life.inbox

    @staticmethod
    def _create_future() -> NoReturn:
        raise BlockingInsideActor("ask() and proxies block: use request() and handle the reply as a message")

    def _start_actor_loop(self) -> None:
        self._system.run_loop(self._life)


# __init_subclass__ does not run for the base class itself.
Actor._handlers = handler_table({}, vars(Actor))
