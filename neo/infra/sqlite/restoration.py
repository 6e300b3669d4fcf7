"""`neo db backup` and `neo db restore`: nothing is overwritten, nothing is left half-written.

A restore sets the present files aside first and keeps them. The new file is complete and synced under a temporary name
before the old one moves; a crash in between leaves no database and the old one beside it, which the next start refuses.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import apsw

from neo.infra.sqlite.backups import BackupKind, backup_name, examine_backup, write_backup
from neo.infra.sqlite.connection import Synchronous, connect_reader, connect_writer
from neo.infra.sqlite.durable_files import copy_durably, instant_text, stamp_text, sync_directory, unused_name
from neo.infra.sqlite.engine_lock import EngineLock
from neo.infra.sqlite.errors import BackupFailed, DatabaseDamaged, DatabaseUnreadable, StorageFailed, storage_error
from neo.infra.sqlite.integrity import faults_in, set_aside
from neo.infra.sqlite.startup import StoreClock
from neo.infra.sqlite.version_gate import require_safe_sqlite
from neo.infra.sqlite.wal_scan import wal_path
from neo.records import frozen


@frozen
class Restored:
    """What stands in the place of the database now, and where the files that stood there went (None: there were none)."""

    database: Path
    source: Path
    last_lsn: int
    set_aside: Path | None


def back_up(database: Path, target: Path | None, clock: StoreClock) -> Path:
    """A checked backup of a database that may be in use; ``target`` must not exist."""
    if not database.exists():
        raise DatabaseUnreadable(f"cannot back up {database}", "there is no such file")
    path = target or backup_name(database, BackupKind.MANUAL, clock.now_ns())
    if path.exists():
        raise BackupFailed(f"cannot write the backup {path}", "the file exists", "Choose another name.")
    source = connect_reader(database)
    try:
        return write_backup(source, path)
    finally:
        source.close(True)


def restore_backup(database: Path, backup: Path, clock: StoreClock) -> Restored:
    """Put a copy of ``backup`` in the place of ``database``. Refused while an engine runs or when the backup is bad."""
    with ExitStack() as stack:
        stack.callback(_lock(database, clock).release)
        if not backup.exists():
            raise DatabaseUnreadable(f"cannot restore {backup}", "there is no such file")
        state = examine_backup(backup)
        if state.faults:
            raise DatabaseDamaged(
                f"cannot restore {backup}", state.faults, "Choose another backup; nothing was changed."
            )
        partial = database.with_name(f".{database.name}.restoring")
        stack.callback(partial.unlink, missing_ok=True)
        try:
            copy_durably(backup, partial)
            kept = _set_present_aside(database, clock)
            partial.replace(database)
            sync_directory(database.parent)
        except OSError as error:
            raise StorageFailed(f"cannot restore {database}", str(error)) from error
    return Restored(database, backup, state.last_lsn, kept)


def accept_recovered(database: Path, clock: StoreClock) -> Restored:
    """Keep what SQLite can read of a damaged log and give up the rest. The original files are copied aside first."""
    with ExitStack() as stack:
        stack.callback(_lock(database, clock).release)
        require_safe_sqlite()
        if not database.exists():
            raise DatabaseUnreadable(f"cannot recover {database}", "there is no such file")
        try:
            kept = _copy_aside(database, clock)
        except OSError as error:
            raise StorageFailed(
                f"cannot copy {database}", str(error), "Free disk space; nothing was changed."
            ) from error
        last_lsn = _recover(database)
    return Restored(database, kept, last_lsn, kept)


def _lock(database: Path, clock: StoreClock) -> EngineLock:
    return EngineLock.acquire(database, session="db restore", started=instant_text(clock.now_ns()))


def _set_present_aside(database: Path, clock: StoreClock) -> Path | None:
    if database.exists() or wal_path(database).exists():
        return set_aside(database, "replaced", clock.now_ns())
    return None


def _copy_aside(database: Path, clock: StoreClock) -> Path:
    target = unused_name(database.with_name(f"{database.name}.replaced-{stamp_text(clock.now_ns())}"))
    copy_durably(database, target)
    if wal_path(database).exists():
        copy_durably(wal_path(database), wal_path(target))
    sync_directory(database.parent)
    return target


def _recover(database: Path) -> int:
    connection = connect_writer(database, Synchronous.FULL)
    try:
        faults = faults_in(connection)
        if faults:
            raise DatabaseDamaged(
                f"{database} cannot be recovered", faults, "Restore a backup: `neo db restore --from`."
            )
        last_lsn = int(connection.execute("SELECT coalesce(max(lsn), 0) FROM events").get)
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.Error as error:
        raise storage_error(f"cannot recover {database}", error) from error
    finally:
        connection.close(True)
    return last_lsn
