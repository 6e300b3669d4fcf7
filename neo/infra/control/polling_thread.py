"""A thread of its own for polling files: a slow disk must not delay the engine's timers."""

from __future__ import annotations

import threading
from collections.abc import Callable


class PollingThread:
    """Calls `poll` every `period_s` until `stop`, and once more at the end. `poll` must not raise."""

    def __init__(self, poll: Callable[[], object], period_s: float, name: str = "neo-control") -> None:
        self._poll = poll
        self._period_s = period_s
        self._stop = threading.Event()
        # A daemon: a poll that hangs in the disk must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, wait_s: float = 2) -> bool:
        """Whether the thread ended in time."""
        self._stop.set()
        if self._thread.ident is None:
            return True
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(self._period_s):
            self._poll()
        self._poll()
