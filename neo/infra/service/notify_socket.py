"""What a service says to the one that started it: ready, alive, stopping. Source: sd_notify(3), systemd.

One datagram for each saying, to the socket that the environment names; no library, and nothing at all without that variable.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

SOCKET_VARIABLE = "NOTIFY_SOCKET"
PERIOD_VARIABLE = "WATCHDOG_USEC"
PROCESS_VARIABLE = "WATCHDOG_PID"
READY = "READY=1"
ALIVE = "WATCHDOG=1"
STOPPING = "STOPPING=1"
WAIT_S = 0.5
_US_PER_S = 1_000_000
_STATUS_LENGTH_MAX = 200


class NotifySocket:
    """`address` as in the environment: a path, or a name that begins with @ (Linux keeps those outside the file system)."""

    def __init__(self, address: str) -> None:
        """OSError when this system has no such sockets."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # A manager that is busy for a moment must still hear "ready"; one that never reads must not hold up the main loop.
        self._socket.settimeout(WAIT_S)

    def say(self, *sayings: str) -> str | None:
        """Why it could not be said, None when it was. Never raises, waits at most WAIT_S."""
        try:
            self._socket.sendto("\n".join(sayings).encode(), self._address)
        except OSError as error:
            return f"{error.strerror or error} ({SOCKET_VARIABLE})"
        return None

    def close(self) -> None:
        self._socket.close()


def status_line(text: str) -> str:
    """What `systemctl status` shows: one line."""
    return "STATUS=" + " ".join(text.split())[:_STATUS_LENGTH_MAX]


def notify_socket(environment: Mapping[str, str]) -> NotifySocket | None:
    """The one that the environment names; None without one, and where no such thing exists (Windows)."""
    address = environment.get(SOCKET_VARIABLE, "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return None
    try:
        return NotifySocket(address)
    except OSError:
        return None


def watchdog_period_s(environment: Mapping[str, str]) -> float | None:
    """How long the watchdog waits for a sign of life; None when none waits for this process."""
    text, process = environment.get(PERIOD_VARIABLE, ""), environment.get(PROCESS_VARIABLE, "")
    if not text.isdecimal() or int(text) == 0 or process not in ("", str(os.getpid())):
        return None
    return int(text) / _US_PER_S
