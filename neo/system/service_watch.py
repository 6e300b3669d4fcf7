"""The session as a service: says that it is ready, feeds the watchdog while every actor answers, says that it ends.

Fed from the main loop, so that a process whose main thread hangs (and hears no signal) is not fed either.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping

from neo.actors.runtime import ThreadSystem
from neo.infra.service.notify_socket import ALIVE, READY, STOPPING, notify_socket, status_line, watchdog_period_s
from neo.system.signs_of_life import SignsOfLife

_log = logging.getLogger("neo.session")
#: Signs of life in the time that the watchdog waits for one.
_SIGNS_IN_PERIOD = 4
_EVERY_S_MAX = 5.0


class ServiceWatch:
    """Does nothing at all unless the environment names a notify socket. `silence_max_s`: an actor that is silent for longer
    is not there."""

    def __init__(
        self,
        system: ThreadSystem,
        silence_max_s: float,
        environment: Mapping[str, str] = os.environ,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._silence_max_s = silence_max_s
        self._clock_s = clock_s
        self._socket = notify_socket(environment)
        self._life = SignsOfLife(system, clock_s) if self._socket is not None else None
        period_s = watchdog_period_s(environment)
        self._every_s = min(_EVERY_S_MAX, period_s / _SIGNS_IN_PERIOD) if period_s else _EVERY_S_MAX
        self._due_s = 0.0
        self._silent: tuple[str, ...] = ()
        self._is_stopping = False

    def ready(self) -> None:
        """The session has started; whether it trades already is another question (/readyz)."""
        self._say(READY)

    def beat(self, phase: Callable[[], str]) -> None:
        """From the main loop, as often as it likes; `phase` is only asked when something is to be said."""
        now_s = self._clock_s()
        if self._life is None or self._is_stopping or now_s < self._due_s:
            return
        self._due_s = now_s + self._every_s
        current = phase()
        if current == "stopping":  # actors go one after the other: their silence means nothing now
            self.stopping()
            return
        silent = self._life.silent(self._silence_max_s)
        self._life.ask()
        self._tell_change(silent)
        if silent:
            self._say(status_line(f"{current}; not fed: {', '.join(silent)} silent"))
        else:
            self._say(ALIVE, status_line(current))

    def stopping(self) -> None:
        """The end has begun: from here the time limit for stopping counts. Said once."""
        if not self._is_stopping:
            self._is_stopping = True
            self._say(STOPPING, ALIVE)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = self._life = None

    def _say(self, *sayings: str) -> None:
        if self._socket is not None and (problem := self._socket.say(*sayings)) is not None:
            _log.warning("the service manager was not told %s: %s", sayings[0], problem)

    def _tell_change(self, silent: tuple[str, ...]) -> None:
        if silent and silent != self._silent:
            _log.error("the watchdog is not fed: no answer from %s", ", ".join(silent))
        if self._silent and not silent:
            _log.info("the watchdog is fed again: everybody answers")
        self._silent = silent
