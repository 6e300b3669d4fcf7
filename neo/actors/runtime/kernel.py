"""Virtual time. Outlives the systems that run in it, as the world outlives a killed process."""

from __future__ import annotations

import random
from collections.abc import Callable

from neo.actors.runtime.agenda import Agenda, Entry
from neo.actors.runtime.entropy import substream
from neo.actors.runtime.trace import Trace, TraceLevel, render

#: 2023-11-14T22:13:20Z. Any fixed instant would do.
DEFAULT_START_NS = 1_700_000_000_000_000_000


class SimKernel:
    """A clock that jumps from one event to the next, the random sub-streams of one seed, and the trace."""

    def __init__(self, seed: int, start_ns: int = DEFAULT_START_NS, trace: TraceLevel = "off") -> None:
        self.seed = seed
        self.start_ns = start_ns
        self.steps = 0
        #: Now, for those who ask with every message: the same as `now_ns()`. Only the kernel sets it.
        self.time_ns = start_ns
        self._agenda = Agenda()
        self._trace = Trace(trace)
        self.traces = self._trace.on
        # the same without a detour: every timer comes this way
        self.at = self._agenda.add  # type: ignore[method-assign]
        self._take_due = self._agenda.take_due

    def now_ns(self) -> int:
        return self.time_ns

    def mono_ns(self) -> int:
        """The same clock: virtual time is never adjusted."""
        return self.time_ns

    def rng_for(self, label: str) -> random.Random:
        return substream(self.seed, label)

    def after(self, delay_ns: int, callback: Callable[[], None], owner: object = None) -> Entry:
        """What the callback raises leaves `run_until`: in a test it must not go unseen."""
        return self._agenda.add(self.time_ns + max(0, delay_ns), callback, owner)

    def at(self, due_ns: int, callback: Callable[[], None], owner: object = None) -> Entry:
        return self._agenda.add(due_ns, callback, owner)

    def forget(self, owner: object) -> None:
        """Nothing that `owner` scheduled will happen."""
        self._agenda.forget(owner)

    def next_due_ns(self) -> int | None:
        return self._agenda.next_due_ns()

    def fire_next(self) -> bool:
        """Move on to the next event and let it happen. False when there is none."""
        due_ns = self.next_due_ns()
        if due_ns is None:
            return False
        return self.fire_by(due_ns)

    def fire_by(self, until_ns: int) -> bool:
        """Let the next event happen, and be it that late, if it is due by then. False when it is not, or there is none."""
        item = self._take_due(until_ns)
        if item is None:
            return False
        due_ns, _, entry = item
        if due_ns > self.time_ns:
            self.time_ns = due_ns
        callback, entry.callback = entry.callback, None
        if callback is not None:
            callback()
        return True

    def advance_to(self, until_ns: int) -> None:
        """Move the clock, past no event."""
        self.time_ns = max(self.time_ns, until_ns)

    def run_until(self, until_ns: int) -> None:
        """Let time pass for whoever lives in it without a system, such as venues while the engine is dead."""
        while self.fire_by(until_ns):
            pass
        self.advance_to(until_ns)

    def note(self, *parts: object) -> None:
        if self.traces:
            self._trace.add(f"{self.time_ns - self.start_ns} {self.steps} {' '.join(map(render, parts))}")

    @property
    def lines(self) -> list[str]:
        """The trace, when it is kept in full."""
        return self._trace.lines

    def digest(self) -> str:
        """Of all lines so far, as hex."""
        return self._trace.digest()
