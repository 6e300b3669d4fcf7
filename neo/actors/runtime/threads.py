"""The system on real threads: Pykka's loop, unmodified, one thread for each actor."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from neo.actors.runtime.agenda import Entry
from neo.actors.runtime.alarm import AlarmClock, Chore
from neo.actors.runtime.answer_box import AnswerBox
from neo.actors.runtime.child_spec import ChildSpec
from neo.actors.runtime.crashes import describe
from neo.actors.runtime.doorstep import Doorstep
from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import BlockingInsideActor
from neo.actors.runtime.incarnation import Inbox, Incarnation
from neo.actors.runtime.mailbox import Mailbox, MailboxSpec
from neo.actors.runtime.scaled_clock import ScaledClock
from neo.actors.runtime.slot import Slot
from neo.actors.runtime.system import System
from neo.actors.runtime.timers import FromClock
from neo.actors.runtime.waiting_mailbox import WaitingInbox, WaitingMailbox


class ActorThread(threading.Thread):
    """A daemon: a hung actor is reported, and cannot keep the process alive."""

    def __init__(self, life: Incarnation) -> None:
        super().__init__(name=f"{life.name}#{life.number}", daemon=True)
        self._life = life

    def run(self) -> None:
        actor = self._life.actor
        if actor is not None:
            actor._actor_loop()


class ThreadSystem(System):
    """`speed` scales clock and timers: at 60 a timer of 4 s fires after 66 ms, and `now_ns` has moved on by 4 s."""

    def __init__(self, seed: int = 0, speed: float = 1.0, start_ns: int | None = None) -> None:
        super().__init__(seed)
        self._clock = ScaledClock(float(speed), start_ns)
        self._speed = speed
        self.patience = max(1, int(speed))
        self._threads: dict[str, list[ActorThread]] = {}
        self._doorstep = Doorstep()
        self._closing = False
        self._alarms = AlarmClock(self._clock.mono_ns, speed, self._callback_failed)

    # ---------------------------------------------------------------------------------------------------- the runtime

    def now_ns(self) -> int:
        return self._clock.now_ns()

    def mono_ns(self) -> int:
        return self._clock.mono_ns()

    def after(self, delay_ns: int, callback: Callable[[], None]) -> Entry:
        """On the alarm thread. What the callback raises is a dead letter with the reason `callback_failed`."""
        return self._alarms.at(self.mono_ns() + max(0, delay_ns), callback)

    def between_deadlines(self, chore: Chore) -> None:
        """From now on `chore(pause_s)` is asked, each time no timer is due for `pause_s` real seconds, what to do meanwhile."""
        self._alarms.chore = chore

    def spawn(self, spec: ChildSpec, parent: str = "") -> int:
        """See System. After `shutdown` began nothing is spawned any more, and the present number returned."""
        with self._lock:
            return self.incarnation(spec.name) if self._closing else super().spawn(spec, parent)

    def note(self, *parts: object) -> None:
        """Real threads keep no trace: its order would mean nothing."""

    def run_loop(self, life: Incarnation) -> None:
        alive = [thread for thread in self._threads.get(life.name, ()) if thread.is_alive()]
        thread = ActorThread(life)
        self._threads[life.name] = [*alive, thread]
        thread.start()

    def wake(self, life: Incarnation) -> None:
        if isinstance(life.inbox, WaitingInbox):
            life.inbox.wake()

    def _new_mailbox(self, spec: MailboxSpec) -> WaitingMailbox:
        return WaitingMailbox(spec)

    def _new_inbox(self, life: Incarnation, mailbox: Mailbox) -> Inbox:
        if not isinstance(mailbox, WaitingMailbox):
            raise TypeError("threads wait at a WaitingMailbox")
        return WaitingInbox(life, mailbox)

    def _deliver(self, slot: Slot, envelope: Envelope) -> None:
        lost = slot.mailbox.put(envelope)
        if lost is not None:
            self._refused(slot, lost)

    def _schedule_timer(self, life: Incarnation, due_ns: int, fired: FromClock) -> Entry:
        return self._alarms.at(due_ns, lambda: self._fire(life, fired))

    def _fire(self, life: Incarnation, fired: FromClock) -> None:
        # a timer that finds the mailbox closed is nothing that anybody said, hence no dead letter
        life.mailbox.put(Envelope(fired, "", life.name, 0, 0, 0, self.mono_ns()))

    def _callback_failed(self, error: Exception) -> None:
        self.dead_letter(Envelope(describe(error), "alarm", "callback"), "callback_failed")

    # ------------------------------------------------------------------------------------------------ for the driver

    def wait(self, timeout_s: float) -> object | None:
        """The outcome, or None after the timeout, after a fatal failure, or as soon as a signal handler has run."""
        if self.outcome is None and self.fatal_reason is None:
            self._doorstep.wait(timeout_s)
        return self.outcome

    def ask(self, to: str, message: object, timeout_ns: int) -> object:
        """For the driver only. TimeoutError when no reply came within `timeout_ns` of this system's time."""
        if isinstance(threading.current_thread(), ActorThread):
            raise BlockingInsideActor("ask() inside an actor: use request() and handle the reply as a message")
        replies: queue.SimpleQueue[object] = queue.SimpleQueue()
        name = f"driver:{self.next_correlation()}"
        with self._lock:
            self._slots[name] = Slot(name, AnswerBox(replies.put))
        try:
            self.send(Envelope(message, name, to, 0, self.next_correlation()))
            return replies.get(timeout=timeout_ns / self._speed / 1e9)
        except queue.Empty:
            raise TimeoutError(f"{to} did not answer {type(message).__name__}") from None
        finally:
            with self._lock:
                del self._slots[name]

    def listen(self, name: str, hear: Callable[[object], None]) -> None:
        """For the driver only: from now on messages to `name` are handed to `hear`, in the thread that sends them."""
        with self._lock:
            self._slots[name] = Slot(name, AnswerBox(hear))

    def finish(self, outcome: object) -> None:
        super().finish(outcome)
        self._doorstep.knock()

    def fatal(self, reason: str) -> None:
        super().fatal(reason)
        self._doorstep.knock()

    def shutdown(self, grace_s: float) -> tuple[str, ...]:
        """Stop all in reverse start order, `grace_s` real seconds for each, and return who did not stop.

        Never raises. The stuck ones are fenced: they cannot do anything any more but hold their thread.
        """
        with self._lock:
            self._closing = True
        stuck = [name for name in reversed(self.names()) if not self._ended(name, grace_s)]
        if not self._alarms.close(grace_s):
            stuck.append("alarm clock")
        for slot in list(self._slots.values()):
            self._bury(slot, "shutdown")
        self._doorstep.close()
        return tuple(stuck)

    def _ended(self, name: str, grace_s: float) -> bool:
        """Within the time given, every thread that ever ran under this name has ended."""
        self.stop(name)
        deadline_s = time.monotonic() + grace_s
        threads = [thread for thread in self._threads.get(name, ()) if thread is not threading.current_thread()]
        for thread in threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        ended = not any(thread.is_alive() for thread in threads)
        if not ended:
            self.fence(name)
        return ended
