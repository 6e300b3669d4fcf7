"""How long a test waits for what must happen. One figure for all of them, and a last resort: whoever reaches it has failed.

A machine that runs tests may stand still, for a moment or for many: with a bound near to what something takes, tests fail by
chance. Waiting for what happens costs nothing, however long the bound is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from neo.domain.messages.session import SessionEnded

#: Real seconds.
PATIENCE_S = 120.0
_SLICE_S = 0.05
_LOOK_EVERY_S = 0.01


class Running(Protocol):
    """A session on threads or in virtual time."""

    def wait(self, slice_s: float) -> SessionEnded | None: ...


def the_end_of(session: Running) -> SessionEnded:
    """Waits until the session has ended by itself; AssertionError when it does not."""
    give_up_s = time.monotonic() + PATIENCE_S
    while (ended := session.wait(_SLICE_S)) is None:
        assert time.monotonic() < give_up_s, f"not ended within {PATIENCE_S:g} s"
    return ended


def comes_true(holds: Callable[[], bool]) -> bool:
    """True as soon as it is so, False when it never was: what is asked of another thread or of a server is done later."""
    give_up_s, moment = time.monotonic() + PATIENCE_S, threading.Event()
    while not (found := holds()) and time.monotonic() < give_up_s:
        moment.wait(_LOOK_EVERY_S)
    return found
