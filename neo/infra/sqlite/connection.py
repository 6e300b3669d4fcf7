"""Connections with the settings that neo's promises rest on."""

from __future__ import annotations

import enum
from pathlib import Path

import apsw

from neo.infra.sqlite.errors import DatabaseUnreadable, SchemaTooNew, SchemaTooOld, StorageFailed, storage_error

#: "NEO1": marks the files that belong to neo.
APPLICATION_ID = 0x4E454F31
BUSY_TIMEOUT_MS = 2_000
#: apsw forgets a statement after so many others have run, however few texts there are: more than a minute of trading, so
#: that what is read once a minute is not prepared anew each time. A longer memory is searched for longer.
STATEMENTS_REMEMBERED = 300
_JOURNAL_BYTES_MAX = 64 * 1024 * 1024
_EMPTY_FILE_PAGES = 1


class Synchronous(enum.Enum):
    """When SQLite waits for the disk. FULL: each commit survives a power cut; NORMAL: kill -9; OFF: simulation only."""

    FULL = "FULL"
    NORMAL = "NORMAL"
    OFF = "OFF"


def connect(database: Path, flags: int) -> apsw.Connection:
    """A bare connection, or ``DatabaseUnreadable``."""
    try:
        connection = apsw.Connection(str(database), flags=flags, statementcachesize=STATEMENTS_REMEMBERED)
    except apsw.Error as error:
        raise storage_error(f"cannot open {database}", error) from error
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    # The last connection to close would otherwise checkpoint and delete the log: evidence when the file is damaged.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    # Plans must not depend on the values bound: otherwise some statements are prepared again each time they run.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    return connection


def connect_writer(database: Path, synchronous: Synchronous, *, auto_checkpoint_frames: int = 0) -> apsw.Connection:
    """The read-write connection: WAL, foreign keys, no surprises from SQLite's compatibility defaults."""
    connection = connect(database, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        mode = connection.pragma("journal_mode", "wal")
        if mode != "wal":
            raise StorageFailed(f"cannot use {database}", f"its file system refused the write-ahead log (mode {mode})")
        connection.pragma("synchronous", synchronous.value)
        connection.pragma("foreign_keys", 1)
        connection.pragma("journal_size_limit", _JOURNAL_BYTES_MAX)
        connection.pragma("mmap_size", 0)
        connection.pragma("temp_store", "MEMORY")
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        connection.wal_autocheckpoint(auto_checkpoint_frames)
    except apsw.Error as error:
        connection.close(True)
        raise storage_error(f"cannot use {database}", error) from error
    except StorageFailed:
        connection.close(True)
        raise
    return connection


def connect_reader(database: Path) -> apsw.Connection:
    """A read-only connection that can never write, checkpoint, or create the file."""
    connection = connect(database, apsw.SQLITE_OPEN_READONLY)
    try:
        connection.pragma("query_only", 1)
    except apsw.Error as error:
        connection.close(True)
        raise storage_error(f"cannot read {database}", error) from error
    return connection


def require_neo_database(connection: apsw.Connection, database: Path, newest_version: int) -> int:
    """The schema version of the file (0: empty file). Refuses foreign files and schemas from the future."""
    version = int(connection.pragma("user_version"))
    application = int(connection.pragma("application_id"))
    if application != APPLICATION_ID:
        if version or application or int(connection.pragma("page_count")) > _EMPTY_FILE_PAGES:
            raise DatabaseUnreadable(f"{database} is not a neo database", f"its application id is {application:#x}")
        return 0
    if version > newest_version:
        raise SchemaTooNew(
            f"{database} has schema version {version}", f"this neo knows schemas up to version {newest_version}"
        )
    return version


def require_readable(connection: apsw.Connection, database: Path, version: int) -> None:
    """The same for those who only read: they know `version` alone, and an empty file."""
    found = require_neo_database(connection, database, version)
    if 0 < found < version:
        raise SchemaTooOld(f"{database} has schema version {found}", f"this neo reads version {version}")
