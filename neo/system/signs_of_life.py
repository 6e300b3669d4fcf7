"""Which actors answer, asked from outside all of them: also the supervisor and the heartbeat, whom nobody else asks."""

from __future__ import annotations

import time
from collections.abc import Callable

from neo.actors.runtime import Envelope, Ping, Pong, ThreadSystem

#: The address that answers come to. Addresses of the driver begin like this.
_ADDRESS = "driver:signs of life"


class SignsOfLife:
    """Real seconds, whatever the speed of the engine's clock. `ask` and `silent` from one thread; answers come on any.

    Silence is the time that a question stays unanswered: where nobody asked for a while, nobody was silent.
    """

    def __init__(self, system: ThreadSystem, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._clock_s = clock_s
        self._unanswered_s: dict[str, float] = {}
        self._looked_s = clock_s()
        self._round = 0
        system.listen(_ADDRESS, self._hear)

    def ask(self) -> None:
        """One ping to everybody who lives. Who has answered the one before is asked since now."""
        self._round += 1
        now_s = self._clock_s()
        for name in self._asked():
            self._unanswered_s.setdefault(name, now_s)
            if self._system.is_up(name):
                self._system.send(Envelope(Ping(self._round), _ADDRESS, name))

    def silent(self, limit_s: float) -> tuple[str, ...]:
        """Who has not answered for longer than that, in the order in which they were started.

        After a gap in the looking (the main loop hung, the machine slept) everybody gets the whole time anew: their answers may
        have had no chance to come.
        """
        now_s = self._clock_s()
        gap_s, self._looked_s = now_s - self._looked_s, now_s
        if gap_s > limit_s:
            self._unanswered_s.clear()
        waiting = dict(self._unanswered_s)
        return tuple(name for name in self._asked() if now_s - waiting.get(name, now_s) > limit_s)

    def _asked(self) -> tuple[str, ...]:
        return tuple(name for name in self._system.names() if not name.startswith("driver:"))

    def _hear(self, message: object) -> None:
        if isinstance(message, Pong):
            self._unanswered_s.pop(message.name, None)
