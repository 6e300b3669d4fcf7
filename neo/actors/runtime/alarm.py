"""The one thread that waits for the next deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable

from neo.actors.runtime.agenda import Agenda, Entry

#: What to do in a pause of so many real seconds; None for nothing.
Chore = Callable[[float], Callable[[], None] | None]


class AlarmClock:
    """Calls back in its own thread, at or after the deadline. `failed(error)` takes what a callback raises.

    `chore(pause_s)` is asked before each wait for a deadline what to do first, if anything. It is done in the clock's own thread
    and must be over within the pause.
    """

    def __init__(self, mono_ns: Callable[[], int], speed: float, failed: Callable[[Exception], None]) -> None:
        self._mono_ns = mono_ns
        self._speed = speed
        self._failed = failed
        self._agenda = Agenda()
        self._changed = threading.Condition()
        self._closed = False
        self.chore: Chore = _nothing_to_do
        self._thread = threading.Thread(target=self._run, name="neo-alarms", daemon=True)
        self._thread.start()

    def at(self, due_ns: int, callback: Callable[[], None]) -> Entry:
        with self._changed:
            entry = self._agenda.add(due_ns, callback)
            if self._agenda.next_due_ns() == due_ns:
                self._changed.notify()
        return entry

    def close(self, timeout_s: float) -> bool:
        """Forget everything. True when the thread ended within the timeout."""
        with self._changed:
            self._closed = True
            self._agenda.clear()
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (callback := self._next()) is not None:
            try:
                callback()
            except Exception as error:  # one bad callback must not stop every timer of the process
                self._failed(error)

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._closed:
                due_ns = self._agenda.next_due_ns()
                if due_ns is None:
                    self._changed.wait()
                elif (wait_ns := due_ns - self._mono_ns()) > 0:
                    wait_s = min(wait_ns / self._speed / 1e9, threading.TIMEOUT_MAX)
                    if (chore := self.chore(wait_s)) is not None:
                        return chore
                    self._changed.wait(wait_s)
                elif (callback := self._agenda.take()) is not None:
                    return callback
        return None


def _nothing_to_do(pause_s: float) -> None:
    del pause_s
