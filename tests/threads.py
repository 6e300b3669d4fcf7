"""Which threads somebody leaves behind. Each is given the time to end: a pool's workers do a moment after the pool.

Compared as objects and only those that were born since: names repeat, and threads of earlier tests may end meanwhile.
"""

from __future__ import annotations

import threading

from neo.infra.sandbox.sandbox_loop import SANDBOX_THREADS
from tests.patience import PATIENCE_S


def threads_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """The living ones that were not there `before`."""
    return [thread for thread in threading.enumerate() if thread not in before]


def engine_threads_since(before: set[threading.Thread]) -> list[str]:
    """Names of threads born since `before` that do not end by themselves, but for those of sandboxes, which go on."""
    born = [thread for thread in threads_since(before) if not thread.name.startswith(SANDBOX_THREADS)]
    for thread in born:
        thread.join(PATIENCE_S)
    return [thread.name for thread in born if thread.is_alive()]
