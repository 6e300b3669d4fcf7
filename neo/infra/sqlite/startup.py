"""The way in: lock, version gate, log scan, open, check, backup, migrate. Each step refuses with its own error.

The order matters. The lock comes before anything is read; the log is scanned before SQLite recovers it, because
recovery forgets what it drops; the check comes before the backup, so that no damaged file becomes the newest backup.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import apsw

from neo.infra.sqlite.backups import BackupKind, backup_name, newest_good_backup, rotate_backups, write_backup
from neo.infra.sqlite.checkpoint import frames_in_log
from neo.infra.sqlite.connection import Synchronous, connect_writer, require_neo_database
from neo.infra.sqlite.durable_files import instant_text
from neo.infra.sqlite.engine_lock import EngineLock
from neo.infra.sqlite.errors import DatabaseDamaged, DatabaseMissing, DatabaseUnreadable, StorageError, storage_error
from neo.infra.sqlite.integrity import faults_in, files_set_aside, set_aside
from neo.infra.sqlite.market_store import MarketStore, open_market_store
from neo.infra.sqlite.migrations import SCHEMA_VERSION, migrate
from neo.infra.sqlite.version_gate import require_safe_sqlite
from neo.infra.sqlite.wal_scan import WalScan, WalState, require_nothing_lost, scan_wal
from neo.records import frozen


@frozen
class StoreClock:
    """Where the store takes its times from; both in ns. Injected, so that a simulated session is repeatable."""

    now_ns: Callable[[], int] = time.time_ns
    monotonic_ns: Callable[[], int] = time.monotonic_ns


@frozen
class StoreSettings:
    """``synchronous=OFF`` and ``runs_kept=0`` (no backup) are for simulations, whose machine cannot lose power."""

    path: Path
    runs_kept: int
    synchronous: Synchronous = Synchronous.FULL


@frozen
class StartReport:
    """What the way in found and did. ``notices`` are sentences that the operator should read."""

    created: bool
    schema_found: int
    schema_now: int
    log_frames_recovered: int
    backup: Path | None
    migration_backup: Path | None
    notices: tuple[str, ...]


@frozen
class OpenedDatabase:
    """Everything the store owns from here on."""

    connection: apsw.Connection
    market: MarketStore
    lock: EngineLock
    report: StartReport


def open_database(settings: StoreSettings, *, session: str, clock: StoreClock) -> OpenedDatabase:
    """Go through the whole start order; on an error nothing stays open or locked."""
    database = settings.path
    _make_directory(database.parent)
    with ExitStack() as undo:
        lock = EngineLock.acquire(database, session=session, started=instant_text(clock.now_ns()))
        undo.callback(lock.release)
        require_safe_sqlite()
        created = not database.exists()
        scan = scan_wal(database)
        if created:
            _require_no_remains(database, scan.state)
        connection = _open_and_check(settings, clock)
        undo.callback(connection.close, True)
        opened = _make_ready(connection, settings, lock, scan, clock, created)
        undo.pop_all()
    return opened


def _make_ready(
    connection: apsw.Connection,
    settings: StoreSettings,
    lock: EngineLock,
    scan: WalScan,
    clock: StoreClock,
    created: bool,
) -> OpenedDatabase:
    database = settings.path
    try:
        recovered, _ = frames_in_log(connection)
        require_nothing_lost(database, scan, recovered)
        found = require_neo_database(connection, database, SCHEMA_VERSION)
        backup = _back_up(connection, settings, clock) if found and settings.runs_kept else None
        saved: list[Path] = []
        now = migrate(
            connection,
            database,
            found_version=found,
            before_change=lambda version: saved.append(_back_up_before_migration(connection, settings, clock)),
        )
        notices = _notices(connection, scan.state, created)
    except apsw.Error as error:
        raise storage_error(f"cannot use {database}", error) from error
    market, market_notice = open_market_store(database, settings.synchronous, clock.now_ns())
    report = StartReport(
        created=created,
        schema_found=found,
        schema_now=now,
        log_frames_recovered=recovered,
        backup=backup,
        migration_backup=saved[0] if saved else None,
        notices=(*notices, *filter(None, (market_notice,))),
    )
    return OpenedDatabase(connection, market, lock, report)


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreadable(f"cannot create the directory {directory}", str(error)) from error


def _require_no_remains(database: Path, log: WalState) -> None:
    """An absent database is a first start only when nothing says that there was one."""
    remains = files_set_aside(database)
    if remains:
        raise DatabaseMissing(f"{database} does not exist", f"it was set aside as {remains[-1].name}{_offer(database)}")
    if log not in (WalState.MISSING, WalState.EMPTY):
        raise DatabaseMissing(f"{database} does not exist", f"but its write-ahead log does{_offer(database)}")


def _open_and_check(settings: StoreSettings, clock: StoreClock) -> apsw.Connection:
    """Open and quick_check; a damaged file is set aside, and the newest good backup is named."""
    database = settings.path
    try:
        connection = connect_writer(database, settings.synchronous)
    except DatabaseDamaged as damage:
        raise _set_aside_damaged(database, damage.why, clock) from damage
    try:
        faults = faults_in(connection)
    except StorageError:
        connection.close(True)
        raise
    if faults:
        connection.close(True)
        raise _set_aside_damaged(database, faults, clock)
    return connection


def _set_aside_damaged(database: Path, faults: str, clock: StoreClock) -> DatabaseDamaged:
    kept = set_aside(database, "damaged", clock.now_ns())
    return DatabaseDamaged(f"{database} is damaged", f"{faults}; it was set aside as {kept.name}{_offer(database)}")


def _offer(database: Path) -> str:
    best = newest_good_backup(database)
    if best is None:
        return "; there is no good backup"
    return f"; the newest good backup is {best.path} (schema {best.schema_version}, last event {best.last_lsn})"


def _back_up(connection: apsw.Connection, settings: StoreSettings, clock: StoreClock) -> Path:
    target = backup_name(settings.path, BackupKind.RUN, clock.now_ns())
    write_backup(connection, target, durable=settings.synchronous is not Synchronous.OFF)
    rotate_backups(settings.path, settings.runs_kept)
    return target


def _back_up_before_migration(connection: apsw.Connection, settings: StoreSettings, clock: StoreClock) -> Path:
    target = backup_name(settings.path, BackupKind.MIGRATION, clock.now_ns())
    return write_backup(connection, target, durable=settings.synchronous is not Synchronous.OFF)


def _notices(connection: apsw.Connection, log: WalState, created: bool) -> tuple[str, ...]:
    if created or log is not WalState.MISSING:
        return ()
    if connection.execute("SELECT count(*) FROM sessions WHERE ended_at_ns IS NULL").get == 0:
        return ()
    return (
        "the last session did not end properly and its write-ahead log is gone: if it was deleted, its newest "
        "commits went with it; reconciliation with the venue will tell",
    )
