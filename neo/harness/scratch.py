"""What a simulation needs of the machine: a place for files that nobody will miss, and a collector that leaves it alone."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: Files in memory, where there is room (a day of books takes 40 MB). A simulated process dies by message, not by power
#: cut, so nothing here needs a disk, and a commit takes two thirds of the time.
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES_MIN = 2 * 1024**3

#: Objects made before young ones are looked through, and how many such rounds before older ones are: reference counts
#: free nearly everything here, and what a day leaves behind is kept on purpose.
COLLECT_EVERY = (50_000, 20, 50)


def scratch_directory() -> tempfile.TemporaryDirectory[str]:
    """A new directory that goes away with its object or with `cleanup()`."""
    usable = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM_BYTES_MIN
    return tempfile.TemporaryDirectory(prefix="neo-world-", dir=IN_MEMORY if usable else None)


@contextlib.contextmanager
def rare_collections() -> Iterator[None]:
    """Collect cyclic garbage rarely inside; as before afterwards. Saves about 4 % of a simulated day."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
