"""Signals of the operating system, noted in the handler and acted upon by the main loop.

A handler interrupts the main thread anywhere, perhaps with a lock held: it only takes a note. The first signal asks for
an orderly end, the second asks what that end still waits for, the third ends the process on the spot.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from neo.cli.console_close import ConsoleClose
from neo.domain.messages.session import StopSignal

#: Signals by name: not every system has all of them. A closing terminal is SIGHUP on POSIX.
_SIGNALS = {
    "SIGINT": StopSignal.SIGINT,
    "SIGTERM": StopSignal.SIGTERM,
    "SIGBREAK": StopSignal.SIGBREAK,
    "SIGHUP": StopSignal.CONSOLE_CLOSE,
}
_ABANDON_AT = 3


class StopSignals:
    """A context manager: inside, signals are noted; afterwards the handlers are as before. Main thread only."""

    def __init__(self, abandon: Callable[[int], None] = os._exit) -> None:
        self._abandon = abandon
        self._noted: deque[StopSignal] = deque()
        self._count = 0
        self._asked = False
        self._before: dict[int, Any] = {}
        self.console = ConsoleClose(lambda: self.note(StopSignal.CONSOLE_CLOSE))

    def take(self) -> tuple[StopSignal, bool] | None:
        """The oldest signal that nobody has taken, and whether it is the first of all."""
        if not self._noted:
            return None
        first, self._asked = not self._asked, True
        return self._noted.popleft(), first

    def note(self, stop: StopSignal, exit_code: int = 130) -> None:
        """A signal has come. Safe in a handler: no locks, no buffers."""
        self._count += 1
        if self._count >= _ABANDON_AT:
            os.write(2, b"neo: third signal, ending at once; what was not finished is reconciled by the next start\n")
            self._abandon(exit_code)
        self._noted.append(stop)

    def __enter__(self) -> StopSignals:
        for name, stop in _SIGNALS.items():
            number = getattr(signal, name, None)
            # A signal that the parent ignores (nohup) stays ignored.
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            self._before[number] = signal.signal(number, self._handler(stop))
        self.console.watch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()
        self.console.close()

    def _handler(self, stop: StopSignal) -> Callable[[int, FrameType | None], None]:
        return lambda number, _: self.note(stop, 128 + number)
