"""Where the main thread waits: for the end of the run, or for a signal."""

from __future__ import annotations

import select
import signal
import socket
import threading
import time

#: Looks up this often even if nothing woke it.
SLICE_S = 0.2


class Doorstep:
    """`knock` wakes whoever waits. In the main thread a signal with a Python handler wakes it too, after the handler."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        self._inside.setblocking(False)
        self._outside.setblocking(False)
        self._knocked = threading.Event()
        self._fd_before: int | None = None

    def knock(self) -> None:
        """From any thread. Every later wait returns at once."""
        self._knocked.set()
        try:
            self._outside.send(b"\0")
        except OSError:
            return  # full: somebody knocked already; closed: nobody waits any more

    def wait(self, timeout_s: float) -> bool:
        """True when somebody knocked or a signal came (also since the last wait), False after the timeout."""
        self._listen_to_signals()
        deadline_s = time.monotonic() + timeout_s
        while not self._knocked.is_set():
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return False
            if select.select([self._inside], [], [], min(SLICE_S, left_s))[0]:
                self._inside.recv(4096)
                return True
        return True

    def close(self) -> None:
        """Whoever waits is let go; signals go where they went before."""
        self.knock()
        if self._fd_before is not None and threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(self._fd_before)
            self._fd_before = None
        self._outside.close()
        self._inside.close()

    def _listen_to_signals(self) -> None:
        """Python writes a byte here for each signal, but only the main thread may ask for it."""
        if self._fd_before is None and threading.current_thread() is threading.main_thread():
            self._fd_before = signal.set_wakeup_fd(self._outside.fileno(), warn_on_full_buffer=False)
