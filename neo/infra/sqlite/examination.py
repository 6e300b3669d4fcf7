"""`neo db check`: look at a database without changing it, also while an engine runs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import apsw

from neo.infra.sqlite.backups import BackupState, backups_of, examine_backup
from neo.infra.sqlite.checkpoint import frames_in_log
from neo.infra.sqlite.connection import APPLICATION_ID, connect, connect_reader
from neo.infra.sqlite.durable_files import instant_text
from neo.infra.sqlite.engine_lock import EngineLock, read_holder
from neo.infra.sqlite.errors import DatabaseInUse, DatabaseLostCommits, DatabaseUnreadable, storage_error
from neo.infra.sqlite.integrity import faults_in
from neo.infra.sqlite.migrations import SCHEMA_VERSION
from neo.infra.sqlite.startup import StoreClock
from neo.infra.sqlite.wal_scan import WalScan, require_nothing_lost, scan_wal
from neo.records import frozen


@frozen
class Examination:
    """What is in the file. ``faults`` is empty for a healthy one; ``in_use_by`` names the engine that runs on it."""

    database: Path
    in_use_by: str
    schema_version: int
    schema_known: int
    last_lsn: int
    sessions: int
    sessions_open: int
    faults: str
    lost_commits: str
    backups: tuple[BackupState, ...]

    @property
    def healthy(self) -> bool:
        """Whether an engine could start on it."""
        return not self.faults and not self.lost_commits and 0 < self.schema_version <= self.schema_known


def examine(database: Path, *, full: bool = False, clock: StoreClock | None = None) -> Examination:
    """Check pages, log and schema; ``full`` also compares every index. ``DatabaseUnreadable`` when there is no file."""
    if not database.exists():
        raise DatabaseUnreadable(f"cannot check {database}", "there is no such file")
    with ExitStack() as stack:
        try:
            started = instant_text((clock or StoreClock()).now_ns())
            stack.callback(EngineLock.acquire(database, session="db check", started=started).release)
        except DatabaseInUse:
            return _examine_in_use(database, full)
        return _examine_idle(database, full)


def _examine_idle(database: Path, full: bool) -> Examination:
    """Nobody else has it: the log can be compared with what SQLite recovers of it."""
    scan = scan_wal(database)
    try:
        # Read-write, because only a writer may rebuild the index of the log; nothing is written and nothing checkpointed.
        connection = connect(database, apsw.SQLITE_OPEN_READWRITE)
        try:
            faults = faults_in(connection, full=full)
            recovered = 0 if faults else frames_in_log(connection)[0]
            lost = "" if faults else _lost(database, scan, recovered)
            return _inside(connection, database, "", faults, lost)
        finally:
            connection.close(True)
    except apsw.Error as error:
        raise storage_error(f"cannot check {database}", error) from error


def _examine_in_use(database: Path, full: bool) -> Examination:
    connection = connect_reader(database)
    try:
        return _inside(connection, database, read_holder(database).text(), faults_in(connection, full=full), "")
    except apsw.Error as error:
        raise storage_error(f"cannot check {database}", error) from error
    finally:
        connection.close(True)


def _lost(database: Path, scan: WalScan, recovered_frames: int) -> str:
    try:
        require_nothing_lost(database, scan, recovered_frames)
    except DatabaseLostCommits as error:
        return error.why
    return ""


def _inside(connection: apsw.Connection, database: Path, in_use_by: str, faults: str, lost: str) -> Examination:
    version, last_lsn, sessions, sessions_open = 0, 0, 0, 0
    if not faults and connection.pragma("application_id") != APPLICATION_ID:
        faults = "not a neo database"
    if not faults:
        version = int(connection.pragma("user_version"))
        last_lsn = int(connection.execute("SELECT coalesce(max(lsn), 0) FROM events").get)
        sessions = int(connection.execute("SELECT count(*) FROM sessions").get)
        sessions_open = int(connection.execute("SELECT count(*) FROM sessions WHERE ended_at_ns IS NULL").get)
    return Examination(
        database=database,
        in_use_by=in_use_by,
        schema_version=version,
        schema_known=SCHEMA_VERSION,
        last_lsn=last_lsn,
        sessions=sessions,
        sessions_open=sessions_open,
        faults=faults,
        lost_commits=lost,
        backups=tuple(map(examine_backup, backups_of(database))),
    )
