"""Cyclic garbage is looked for while no deadline is near."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

#: Time between two looks, s. What is found is little: reference counts free nearly everything.
EVERY_S = 30.0
#: A look stops every thread: it needs a pause of this length, s. One at all of an engine with 2,000 symbols takes 0.12 s.
ROOM_S = 0.2
#: Each so many looks, once an hour, is one at everything; the others are at what was made since the one before.
WHOLE_EVERY = 120


class Tidying:
    """Left to itself, Python looks at every object in the middle of whatever it does, and a start that is due then waits for it.

    What a look has found alive the next ones leave out (gc.freeze); reference counts free it all the same. Only a cycle that dies
    later waits for the look at everything.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._next_s = now_s()
        self._looks = 0

    def chore(self, pause_s: float) -> Callable[[], None] | None:
        """The look, when it is time for one and the pause is long enough."""
        return self._look if pause_s >= ROOM_S and self._now_s() >= self._next_s else None

    def _look(self) -> None:
        self._next_s = self._now_s() + EVERY_S
        if self._looks % WHOLE_EVERY == 0:
            gc.unfreeze()
        self._looks += 1
        gc.collect()
        gc.freeze()
