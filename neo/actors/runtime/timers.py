"""The timers of one incarnation: absolute deadlines, re-armed when consumed, stale ones told by their generation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from neo.actors.runtime.messages import RequestTimedOut, Tick
from neo.quickly_built import building, quickly_built
from neo.records import define, frozen


class Cancellable(Protocol):
    """What scheduling anything returns."""

    def cancel(self) -> None:
        """It will not happen. Harmless when it already did."""


@quickly_built
@frozen
class TimerFired:
    """Put into the mailbox by the clock; the actor sees the Tick or message that it stands for, or nothing if stale."""

    key: str
    generation: int
    incarnation: int


@quickly_built
@frozen
class ReplyDue:
    """Put into the mailbox when a reply is late; the actor sees RequestTimedOut for it, or nothing if the reply came first."""

    correlation: int
    incarnation: int


_timer_fired, _reply_due, _tick = building(TimerFired), building(ReplyDue), building(Tick)
#: What the clock puts into mailboxes.
FromClock = TimerFired | ReplyDue
FROM_CLOCK = frozenset({TimerFired, ReplyDue})


@define(eq=False)
class _Armed:
    generation: int
    period_ns: int  # 0: fires once
    due_ns: int
    handle: Cancellable
    message: object


class Timers:
    """At most one outstanding firing per key, so a stalled actor finds one tick with `missed`, not a storm.

    Replies that are waited for have no key: nearly all of them come, and nothing is left of their deadline then.
    """

    __slots__ = ("_armed", "_awaited", "_generation", "_incarnation", "_mono_ns", "_schedule")

    def __init__(
        self,
        incarnation: int,
        mono_ns: Callable[[], int],
        schedule: Callable[[int, FromClock], Cancellable],
    ) -> None:
        self._incarnation = incarnation
        self._mono_ns = mono_ns
        self._schedule = schedule
        self._armed: dict[str, _Armed] = {}
        #: By correlation: the deadline, who was asked, and the class name of the request.
        self._awaited: dict[int, tuple[Cancellable, str, str]] = {}
        self._generation = 0

    def arm(self, key: str, delay_ns: int, period_ns: int = 0, message: object = None) -> None:
        """Replaces what is armed under `key`."""
        self.cancel(key)
        self._generation += 1
        due_ns = self._mono_ns() + max(0, delay_ns)
        fired = _timer_fired(key, self._generation, self._incarnation)
        self._armed[key] = _Armed(self._generation, period_ns, due_ns, self._schedule(due_ns, fired), message)

    def cancel(self, key: str) -> None:
        """No tick for `key` after this returns, not even one that already lies in the mailbox."""
        armed = self._armed.pop(key, None)
        if armed is not None:
            armed.handle.cancel()

    def cancel_all(self) -> None:
        for key in list(self._armed):
            self.cancel(key)
        for correlation in list(self._awaited):
            self.answered(correlation)

    def expect(self, correlation: int, within_ns: int, to: str, request_type: str) -> None:
        """A reply, from now on."""
        handle = self._schedule(self._mono_ns() + max(0, within_ns), _reply_due(correlation, self._incarnation))
        self._awaited[correlation] = (handle, to, request_type)

    def answered(self, correlation: int) -> bool:
        """Whether this reply was expected; it is not any more."""
        awaited = self._awaited.pop(correlation, None)
        if awaited is None:
            return False
        awaited[0].cancel()
        return True

    def given_up(self, due: ReplyDue) -> RequestTimedOut | None:
        """What to say of a reply that did not come, or None when the deadline is stale: answered, or of a past incarnation."""
        awaited = self._awaited.pop(due.correlation, None) if due.incarnation == self._incarnation else None
        return RequestTimedOut(due.correlation, awaited[1], awaited[2]) if awaited is not None else None

    def ticked(self, fired: TimerFired) -> object | None:
        """The message that `fired` stands for, or None when it is stale: cancelled, re-armed, or of a past incarnation."""
        armed = self._armed.get(fired.key)
        if armed is None or armed.generation != fired.generation or fired.incarnation != self._incarnation:
            return None
        due_ns, period_ns = armed.due_ns, armed.period_ns
        if period_ns == 0:
            del self._armed[fired.key]
            return armed.message if armed.message is not None else _tick(fired.key, due_ns)
        missed, next_ns = 0, due_ns + period_ns
        now_ns = self._mono_ns()
        if now_ns >= next_ns:
            missed = (now_ns - due_ns) // period_ns
            next_ns += missed * period_ns
        armed.due_ns = next_ns
        armed.handle = self._schedule(next_ns, fired)
        return _tick(fired.key, due_ns, missed)
