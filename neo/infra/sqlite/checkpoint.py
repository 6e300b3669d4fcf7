"""Moving the write-ahead log into the database, through the API: the PRAGMA hides a busy TRUNCATE."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import apsw

from neo.domain.messages.storage import CheckpointMode, CheckpointReport
from neo.domain.units import NS_PER_MS
from neo.infra.sqlite.errors import reason_of

_MODES = {
    CheckpointMode.PASSIVE: apsw.SQLITE_CHECKPOINT_PASSIVE,
    CheckpointMode.TRUNCATE: apsw.SQLITE_CHECKPOINT_TRUNCATE,
}


def run_checkpoint(
    connection: apsw.Connection, mode: CheckpointMode, monotonic_ns: Callable[[], int]
) -> CheckpointReport:
    """Checkpoint between transactions. Never raises: a failure is in ``error``, a reader in the way in ``busy``."""
    started_ns = monotonic_ns()
    busy, error = False, None
    try:
        log_frames, checkpointed = connection.wal_checkpoint(mode=_MODES[mode])
    except apsw.BusyError:
        busy = True
        log_frames, checkpointed = frames_in_log(connection)
    except apsw.Error as failure:
        error = reason_of(failure)
        log_frames, checkpointed = 0, 0
    elapsed_ms = Decimal(monotonic_ns() - started_ns) / NS_PER_MS
    return CheckpointReport(mode, busy, log_frames, checkpointed, elapsed_ms, error)


def frames_in_log(connection: apsw.Connection) -> tuple[int, int]:
    """Frames in the log and how many of them are in the database already (0.2 us, touches no file)."""
    frames, checkpointed = connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)
    return max(frames, 0), max(checkpointed, 0)
