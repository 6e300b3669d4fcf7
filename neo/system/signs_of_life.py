"""Which actors answer, asked from outside all of them: also the supervisor and the heartbeat, whom nobody else asks."""

from __future__ import annotations

import time
from collections.abc import Callable

from neo.actors.runtime import Envelope, Ping, Pong, ThreadSystem

#: The address that answers come to. Addresses of the driver begin like this.
_ADDRESS = "driver:signs of life"


class SignsOfLife:
    """Real seconds, whatever the speed of the engine's clock. `ask` and `silent` from one thread; answers come on any."""

    def __init__(self, system: ThreadSystem, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._clock_s = clock_s
        self._heard_s: dict[str, float] = {}
        self._round = 0
        system.listen(_ADDRESS, self._hear)

    def ask(self) -> None:
        """One ping to everybody who lives. Somebody new has just been heard."""
        self._round += 1
        for name in self._system.names():
            if name.startswith("driver:"):
                continue
            self._heard_s.setdefault(name, self._clock_s())
            if self._system.is_up(name):
                self._system.send(Envelope(Ping(self._round), _ADDRESS, name))

    def silent(self, limit_s: float) -> tuple[str, ...]:
        """Who has not answered for longer than that, in the order in which they were started."""
        now_s = self._clock_s()
        return tuple(name for name, heard_s in self._heard_s.items() if now_s - heard_s > limit_s)

    def _hear(self, message: object) -> None:
        if isinstance(message, Pong):
            self._heard_s[message.name] = self._clock_s()
