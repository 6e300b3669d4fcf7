"""Backups: complete, checked and named, or not there at all.

A backup is one file without a write-ahead log, ``backups/<stem>.<kind>-<stamp>.db`` beside the database. It is copied by
SQLite in a single step (a stepped backup of a busy database never ends) into a temporary file, checked, synced and renamed.
"""

from __future__ import annotations

import contextlib
import enum
from pathlib import Path

import apsw

from neo.infra.sqlite.connection import APPLICATION_ID, connect, connect_reader
from neo.infra.sqlite.durable_files import stamp_text, sync_directory, sync_file, unused_name
from neo.infra.sqlite.errors import BackupFailed, StorageError, reason_of
from neo.infra.sqlite.integrity import faults_in
from neo.records import frozen

_ALL_PAGES = -1


class BackupKind(enum.Enum):
    """Why a backup was made. Only those made before a run are rotated away."""

    RUN = "run"
    MIGRATION = "migration"
    MANUAL = "manual"


@frozen
class BackupState:
    """One backup file and what a look inside found; ``faults`` is empty for a good one."""

    path: Path
    size_bytes: int
    schema_version: int
    last_lsn: int
    faults: str


def backup_directory(database: Path) -> Path:
    """``backups`` beside the database."""
    return database.parent / "backups"


def backup_name(database: Path, kind: BackupKind, at_ns: int) -> Path:
    """An unused file name for a backup made at ``at_ns``."""
    return unused_name(backup_directory(database) / f"{database.stem}.{kind.value}-{stamp_text(at_ns)}.db")


def write_backup(source: apsw.Connection, target: Path, *, durable: bool = True) -> Path:
    """Copy ``source`` to ``target``; ``BackupFailed`` when that cannot be done completely, then nothing is left."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        _copy_pages(source, partial)
        if durable:
            sync_file(partial)
        partial.replace(target)
        if durable:
            sync_directory(target.parent)
    except apsw.Error as error:
        raise BackupFailed(f"cannot write the backup {target}", reason_of(error)) from error
    except OSError as error:
        raise BackupFailed(f"cannot write the backup {target}", str(error)) from error
    finally:
        with contextlib.suppress(OSError):  # absent after the rename; unreachable when the directory is the trouble
            partial.unlink()
    return target


def backups_of(database: Path, kind: BackupKind | None = None) -> list[Path]:
    """Backups of ``database``, oldest first (all kinds unless one is given)."""
    pattern = f"{database.stem}.{kind.value if kind else '*'}-*.db"
    found = [path for path in backup_directory(database).glob(pattern) if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def rotate_backups(database: Path, keep: int) -> None:
    """Delete all but the newest ``keep`` backups made before a run."""
    for path in backups_of(database, BackupKind.RUN)[: -keep or None]:
        path.unlink(missing_ok=True)


def examine_backup(path: Path) -> BackupState:
    """Open a backup read-only, check it, and say what it holds."""
    size_bytes = path.stat().st_size
    try:
        connection = connect_reader(path)
    except StorageError as error:
        return BackupState(path, size_bytes, 0, 0, str(error.why))
    try:
        faults = faults_in(connection)
        if not faults and connection.pragma("application_id") != APPLICATION_ID:
            faults = "not a neo database"
        if faults:
            return BackupState(path, size_bytes, 0, 0, faults)
        version = int(connection.pragma("user_version"))
        last_lsn = connection.execute("SELECT coalesce(max(lsn), 0) FROM events").get
        return BackupState(path, size_bytes, version, int(last_lsn), "")
    except apsw.Error as error:
        return BackupState(path, size_bytes, 0, 0, reason_of(error))
    finally:
        connection.close(True)


def newest_good_backup(database: Path) -> BackupState | None:
    """The newest backup that passes its check."""
    states = (examine_backup(path) for path in reversed(backups_of(database)))
    return next((state for state in states if not state.faults), None)


def _copy_pages(source: apsw.Connection, partial: Path) -> None:
    copy = connect(partial, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        copy.pragma("synchronous", "OFF")  # synced once at the end, before the name exists
        with copy.backup("main", source, "main") as backup:
            backup.step(_ALL_PAGES)
        # One self-contained file: opening a backup must not create a log beside it.
        copy.pragma("journal_mode", "DELETE")
        faults = faults_in(copy)
    finally:
        copy.close(True)
    if faults:
        raise BackupFailed(f"the copy {partial} is damaged", faults)
