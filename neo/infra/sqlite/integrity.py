"""quick_check, and what happens to a file that fails it: it is set aside, never repaired or replaced in silence."""

from __future__ import annotations

from pathlib import Path

import apsw

from neo.infra.sqlite.durable_files import stamp_text, sync_directory, unused_name
from neo.infra.sqlite.errors import storage_error
from neo.infra.sqlite.wal_scan import wal_path

_FAULTS_SHOWN_MAX = 5


def faults_in(connection: apsw.Connection, *, full: bool = False) -> str:
    """What quick_check (or integrity_check) complains of; empty when it says ok."""
    check = "integrity_check" if full else "quick_check"
    try:
        rows = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({_FAULTS_SHOWN_MAX})")]
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return str(error)
    except apsw.Error as error:
        raise storage_error(f"cannot run {check}", error) from error
    return "" if rows == ["ok"] else "; ".join(rows)


def set_aside(database: Path, word: str, at_ns: int) -> Path:
    """Rename the database and its log to ``<db>.<word>-<stamp>`` and return the new name. No connection may be open.

    The database goes first: were the process to die in between, a log without a database stops the next start, whereas
    a database without its log would start as if nothing were missing.
    """
    target = unused_name(database.with_name(f"{database.name}.{word}-{stamp_text(at_ns)}"))
    if database.exists():
        database.replace(target)
    log = wal_path(database)
    if log.exists():
        log.replace(wal_path(target))
    shared_memory_path(database).unlink(missing_ok=True)
    sync_directory(database.parent)
    return target


def shared_memory_path(database: Path) -> Path:
    """``<db>-shm``: SQLite's index of the log, worthless without running connections."""
    return database.with_name(database.name + "-shm")


def files_set_aside(database: Path) -> list[Path]:
    """Databases that an earlier start or restore set aside, oldest first."""
    found = [*database.parent.glob(f"{database.name}.damaged-*"), *database.parent.glob(f"{database.name}.replaced-*")]
    return sorted(path for path in found if not path.name.endswith(("-wal", "-shm")))
