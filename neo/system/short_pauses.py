"""A session on threads is held up by its interpreter for moments only."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

from neo.actors.runtime import ThreadSystem
from neo.system.tidying import Tidying

#: How long a thread may go on while another waits to run, s. A start passes through three threads, from the alarm clock over the
#: poller to the gateway: at Python's own 0.005 it waits so long three times while somebody works through two thousand quotes.
TURN_S = 0.001
#: New objects before the collector looks at them of its own accord, in the middle of whatever is done: only when deadlines have
#: left no pause for minutes.
COLLECT_ANYWAY = 200_000


@contextlib.contextmanager
def short_pauses(system: ThreadSystem) -> Iterator[None]:
    """Short turns of threads inside, and garbage is looked for between the deadlines of `system`; as before afterwards."""
    before = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(TURN_S)
    gc.set_threshold(COLLECT_ANYWAY)
    system.between_deadlines(Tidying().chore)
    try:
        yield
    finally:
        sys.setswitchinterval(before[0])
        gc.set_threshold(*before[1])
        gc.unfreeze()
