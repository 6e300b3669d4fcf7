"""How long a test waits for what must happen. One figure for all of them, and a last resort: whoever reaches it has failed.

A machine that runs tests may stand still, for a moment or for many: with a bound near to what something takes, tests fail by
chance. Waiting for what happens costs nothing, however long the bound is.
"""

from __future__ import annotations

import time
from typing import Protocol

from neo.domain.messages.session import SessionEnded

#: Real seconds.
PATIENCE_S = 120.0
_SLICE_S = 0.05


class Running(Protocol):
    """A session on threads or in virtual time."""

    def wait(self, slice_s: float) -> SessionEnded | None: ...


def the_end_of(session: Running) -> SessionEnded:
    """Waits until the session has ended by itself; AssertionError when it does not."""
    give_up_s = time.monotonic() + PATIENCE_S
    while (ended := session.wait(_SLICE_S)) is None:
        assert time.monotonic() < give_up_s, f"not ended within {PATIENCE_S:g} s"
    return ended
