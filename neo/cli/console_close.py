"""Windows: a console that is closed, a log-off, a shutdown. POSIX has SIGHUP and SIGTERM for them (stop_signals.py).

Windows calls a handler in a thread of its own and ends the process as soon as that handler returns, or after about five
seconds. Source: Microsoft, "HandlerRoutine callback function". What is decided here is under test everywhere; the registration
itself has only been read against that page and has never run on Windows.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

#: Close, log-off, shutdown. Ctrl-C (0) and Ctrl-Break (1) are signals in Python, and left to it.
CLOSE_EVENTS = (2, 5, 6)
#: As long as Windows waits for a handler.
WAIT_S = 5.0
_TO_THE_NEXT_HANDLER, _HANDLED = 0, 1


class ConsoleClose:
    """`note` is called once for each event that ends the process, in whatever thread Windows chooses."""

    def __init__(self, note: Callable[[], object], wait_s: float = WAIT_S) -> None:
        self._note = note
        self._wait_s = wait_s
        self._finished = threading.Event()
        self._routine: Any = None

    def on_event(self, event: int) -> int:
        """Returns only when the session has ended or Windows waits no longer: the process ends with it."""
        if event not in CLOSE_EVENTS:
            return _TO_THE_NEXT_HANDLER
        self._note()
        self._finished.wait(self._wait_s)
        return _HANDLED

    def watch(self) -> None:
        """From here on Windows tells. Without a console there is nothing to be closed, and a refusal changes nothing."""
        if sys.platform == "win32":
            import ctypes

            self._routine = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(self.on_event)  # must outlive this call
            ctypes.windll.kernel32.SetConsoleCtrlHandler(self._routine, 1)

    def close(self) -> None:
        """The session has ended: a handler that still waits may return."""
        self._finished.set()
        if sys.platform == "win32" and self._routine is not None:
            import ctypes

            ctypes.windll.kernel32.SetConsoleCtrlHandler(self._routine, 0)
            # The routine itself stays: a handler that waits on another thread is still inside it.
