"""The folder that the database lives in: free space, and whether a synced write gets through."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from neo.domain.readiness.machine import MB, DiskFacts
from neo.domain.units import NS_PER_MS
from neo.infra.sqlite.durable_files import sync_directory

#: As much as one commit writes.
_TRIAL_BYTES = 4_096


def disk_facts(folder: Path) -> DiskFacts:
    """Looks at `folder`, or at the closest one above it that exists; leaves nothing behind."""
    there = next((each for each in (folder, *folder.absolute().parents) if each.is_dir()), Path("/"))
    try:
        free_mb = shutil.disk_usage(there).free // MB
        fsync_ms = _synced_write_ms(there)
    except OSError as error:
        return DiskFacts(folder=str(folder), free_mb=0, write_problem=error.strerror or str(error))
    return DiskFacts(folder=str(folder), free_mb=free_mb, fsync_ms=fsync_ms)


def _synced_write_ms(folder: Path) -> int:
    """How long a small durable write takes, name included."""
    began_ns = time.monotonic_ns()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".neo-doctor-") as trial:
        trial.write(bytes(_TRIAL_BYTES))
        trial.flush()
        os.fsync(trial.fileno())
        sync_directory(folder)
    return (time.monotonic_ns() - began_ns) // NS_PER_MS
