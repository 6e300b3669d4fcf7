"""The system in virtual time, as whoever drives it sees it."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime.answer_box import AnswerBox
from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import BlockingInsideActor, LiveLock
from neo.actors.runtime.slot import Slot
from neo.actors.runtime.stepped_system import SteppedSystem

#: So many messages without virtual time moving on are a loop, not work.
STEPS_AT_ONE_INSTANT_MAX = 5_000_000


class SimSystem(SteppedSystem):
    """One process of the simulated world: the same actors in one thread, moved on by whoever holds it."""

    def step(self) -> bool:
        """One turn of one actor, or the next event of the kernel. False when nothing is left, or the system is dead."""
        if not self.alive:
            return False
        self._running, before = True, self._running
        try:
            if self._ready:
                self._turn()
                return True
            return self.kernel.fire_next()
        finally:
            self._running = before

    def run_until(self, until_ns: int) -> None:
        """Let everything happen that is due by `until_ns`; afterwards it is that late. Ends early when killed."""
        self._run(until_ns)

    def run_for(self, for_ns: int) -> None:
        self.run_until(self.kernel.now_ns() + for_ns)

    def run_until_outcome(self, limit_ns: int) -> object | None:
        """The outcome, or None when `limit_ns` of virtual time passed, when killed, or after a fatal failure."""
        until_ns = self.kernel.now_ns() + limit_ns
        self._run(until_ns, lambda: self.outcome is not None or self.fatal_reason is not None)
        return self.outcome

    def _run(self, until_ns: int, done: Callable[[], bool] | None = None) -> None:
        self._running, before = True, self._running
        try:
            self._run_on(until_ns, done)
        finally:
            self._running = before

    def _run_on(self, until_ns: int, done: Callable[[], bool] | None) -> None:
        kernel, ready, turn = self.kernel, self._ready, self._turn
        fire_by = kernel.fire_by
        stuck_at = kernel.steps + STEPS_AT_ONE_INSTANT_MAX
        while self.alive and (done is None or not done()):
            if ready:
                turn()
                while done is None and ready:  # emptied when killed
                    turn()
                    if kernel.steps >= stuck_at:
                        break
                if kernel.steps >= stuck_at:
                    raise LiveLock(f"{STEPS_AT_ONE_INSTANT_MAX} messages were handled while the clock stood still")
                continue
            before_ns = kernel.time_ns
            if not fire_by(until_ns):
                kernel.advance_to(until_ns)
                return
            if kernel.time_ns > before_ns:
                stuck_at = kernel.steps + STEPS_AT_ONE_INSTANT_MAX

    def ask(self, to: str, message: object, timeout_ns: int) -> object:
        """For the driver only. TimeoutError when no reply came within `timeout_ns` of virtual time."""
        if self._running:
            raise BlockingInsideActor("ask() inside an actor: use request() and handle the reply as a message")
        replies: list[object] = []
        name = f"driver:{self.next_correlation()}"
        self._slots[name] = Slot(name, AnswerBox(replies.append))
        self.send(Envelope(message, name, to, 0, self.next_correlation()))
        self._run(self.kernel.now_ns() + timeout_ns, lambda: bool(replies))
        del self._slots[name]
        if not replies:
            raise TimeoutError(f"{to} did not answer {type(message).__name__}")
        return replies[0]

    def kill9(self) -> None:
        """The process is gone: nothing is flushed, no hook runs, and whatever was on its way to it arrives nowhere."""
        self.note("kill -9", self.boot)
        self.alive, self._careful = False, True
        self._ready.clear()
        self.kernel.forget(self)
