"""The timers of one incarnation: absolute deadlines, re-armed when consumed, stale ones told by their generation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs

from neo.actors.runtime.messages import Tick
from neo.quickly_built import quickly_built


class Cancellable(Protocol):
    """What scheduling anything returns."""

    def cancel(self) -> None:
        """It will not happen. Harmless when it already did."""


@quickly_built
@attrs.frozen
class TimerFired:
    """Put into the mailbox by the clock; the actor sees the Tick or message that it stands for, or nothing if stale."""

    key: str
    generation: int
    incarnation: int


@attrs.define(eq=False)
class _Armed:
    generation: int
    period_ns: int  # 0: fires once
    due_ns: int
    handle: Cancellable
    message: object


class Timers:
    """At most one outstanding firing per key, so a stalled actor finds one tick with `missed`, not a storm."""

    __slots__ = ("_armed", "_generation", "_incarnation", "_mono_ns", "_schedule")

    def __init__(
        self,
        incarnation: int,
        mono_ns: Callable[[], int],
        schedule: Callable[[int, TimerFired], Cancellable],
    ) -> None:
        self._incarnation = incarnation
        self._mono_ns = mono_ns
        self._schedule = schedule
        self._armed: dict[str, _Armed] = {}
        self._generation = 0

    def arm(self, key: str, delay_ns: int, period_ns: int = 0, message: object = None) -> None:
        """Replaces what is armed under `key`."""
        self.cancel(key)
        self._generation += 1
        due_ns = self._mono_ns() + max(0, delay_ns)
        fired = TimerFired(key, self._generation, self._incarnation)
        self._armed[key] = _Armed(self._generation, period_ns, due_ns, self._schedule(due_ns, fired), message)

    def cancel(self, key: str) -> None:
        """No tick for `key` after this returns, not even one that already lies in the mailbox."""
        armed = self._armed.pop(key, None)
        if armed is not None:
            armed.handle.cancel()

    def cancel_all(self) -> None:
        for key in list(self._armed):
            self.cancel(key)

    def consume(self, fired: TimerFired) -> object | None:
        """The message that `fired` stands for, or None when it is stale: cancelled, re-armed, or of a past incarnation."""
        armed = self._armed.get(fired.key)
        if armed is None or armed.generation != fired.generation or fired.incarnation != self._incarnation:
            return None
        due_ns, period_ns = armed.due_ns, armed.period_ns
        if period_ns == 0:
            del self._armed[fired.key]
            return armed.message if armed.message is not None else Tick(fired.key, due_ns)
        missed, next_ns = 0, due_ns + period_ns
        now_ns = self._mono_ns()
        if now_ns >= next_ns:
            missed = (now_ns - due_ns) // period_ns
            next_ns += missed * period_ns
        armed.due_ns = next_ns
        armed.handle = self._schedule(next_ns, fired)
        return Tick(fired.key, due_ns, missed)
