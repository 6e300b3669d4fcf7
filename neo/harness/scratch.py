"""Where a simulation keeps its files, which nobody will miss."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

#: Files in memory, where there is room (a day of books takes 40 MB). A simulated process dies by message, not by power
#: cut, so nothing here needs a disk, and a commit takes two thirds of the time.
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES_MIN = 2 * 1024**3


def scratch_directory() -> tempfile.TemporaryDirectory[str]:
    """A new directory that goes away with its object or with `cleanup()`."""
    usable = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM_BYTES_MIN
    return tempfile.TemporaryDirectory(prefix="neo-world-", dir=IN_MEMORY if usable else None)
