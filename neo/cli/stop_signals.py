"""Signals of the operating system, noted in the handler and acted upon by the main loop.

A handler interrupts the main thread anywhere, perhaps with a lock held: it only takes a note. The first signal asks for
an orderly end, the second asks what that end still waits for, the third ends the process on the spot.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from neo.domain.messages.session import StopSignal

#: Signals by name: not every system has all of them. A closing terminal is SIGHUP on POSIX.
_SIGNALS = {
    "SIGINT": StopSignal.SIGINT,
    "SIGTERM": StopSignal.SIGTERM,
    "SIGBREAK": StopSignal.SIGBREAK,
    "SIGHUP": StopSignal.CONSOLE_CLOSE,
}
_ABANDON_AT = 3
_WINDOWS_CLOSE_EVENTS = (2, 5, 6)  # close, log-off, shutdown
#: Windows ends the process about five seconds after a close event, or as soon as the handler returns.
_WINDOWS_CLOSE_WAIT_S = 5


class StopSignals:
    """A context manager: inside, signals are noted; afterwards the handlers are as before. Main thread only."""

    def __init__(self, abandon: Callable[[int], None] = os._exit) -> None:
        self._abandon = abandon
        self._noted: deque[StopSignal] = deque()
        self._count = 0
        self._asked = False
        self._before: dict[int, Any] = {}
        self._finished = threading.Event()
        self._console_handler: Any = None

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
        self._watch_console()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()
        self._finished.set()

    def _handler(self, stop: StopSignal) -> Callable[[int, FrameType | None], None]:
        return lambda number, _: self.note(stop, 128 + number)

    def _watch_console(self) -> None:
        """Windows tells of a closing console in a thread of its own, and only there."""
        if sys.platform != "win32":
            return
        import ctypes

        @ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)
        def on_event(event: int) -> int:
            if event not in _WINDOWS_CLOSE_EVENTS:
                return 0
            self.note(StopSignal.CONSOLE_CLOSE)
            self._finished.wait(_WINDOWS_CLOSE_WAIT_S)
            return 1

        self._console_handler = on_event  # must outlive this call
        ctypes.windll.kernel32.SetConsoleCtrlHandler(on_event, 1)
