from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from neo.domain.ports import StorageUnknown, WriteAccepted, WriteRefused
from neo.infra.sqlite.connection import Synchronous, connect
from neo.infra.sqlite.engine_lock import EngineLock
from neo.infra.sqlite.errors import (
    CommitUnknown,
    DatabaseDamaged,
    DatabaseInUse,
    DatabaseUnreadable,
    DiskFull,
    StorageBusy,
    StorageError,
    StorageFailed,
    StorageReadOnly,
    storage_error,
)
from neo.infra.sqlite.state_store import open_state_store
from tests.infra.sqlite.books import accept, note, opened, session, settings, write


@contextmanager
def _files_limited_to(size_bytes: int) -> Iterator[None]:
    """While inside, no file of this process can grow beyond ``size_bytes``: what a full disk or a quota does."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("synchronous", [Synchronous.FULL, Synchronous.OFF])
def test_a_log_that_cannot_grow_stops_the_store_and_loses_nothing_acknowledged(
    tmp_path: Path, synchronous: Synchronous
) -> None:
    store = open_state_store(settings(tmp_path, 0, synchronous))
    accept(store, session())
    acknowledged = 0
    with _files_limited_to(600_000), pytest.raises(CommitUnknown):
        while True:
            accept(store, note("x" * 1000, key=f"k{acknowledged}"))
            acknowledged += 1
    again = opened(tmp_path)
    keys = {key for key, _ in again.recovery().engine_state}
    assert acknowledged > 10
    assert keys >= {f"k{number}" for number in range(acknowledged)}
    accept(again, note("goes on"))
    again.close()


def test_a_checkpoint_that_cannot_write_reports_its_error_and_loses_nothing(tmp_path: Path) -> None:
    from neo.domain.messages.storage import CheckpointMode

    store = opened(tmp_path)
    accept(store, session())
    for number in range(60):
        accept(store, note("x" * 4000, key=f"k{number}"))
    with _files_limited_to(150_000):
        report = store.checkpoint(CheckpointMode.PASSIVE)
    assert report.error is not None
    assert store.checkpoint(CheckpointMode.TRUNCATE).error is None
    assert len(store.recovery().engine_state) == 60
    store.close()


def test_a_program_that_keeps_the_write_lock_stops_the_store_with_a_clear_message(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store._open_connection().set_busy_timeout(1)
    intruder = apsw.Connection(str(store.path))
    intruder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnknown, match="database is locked"):
        store.commit([write(note("a"))])
    intruder.close()
    opened(tmp_path).close()


def test_a_full_disk_does_not_stop_the_lock_whose_note_it_cannot_take(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    with _files_limited_to(0):
        lock = EngineLock.acquire(database, session="one", started="now")
    with pytest.raises(DatabaseInUse, match="an unknown process"):
        EngineLock.acquire(database, session="two", started="now")
    lock.release()


def test_a_commit_that_ends_after_its_writer_was_replaced_stops_the_new_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    late = connect(tmp_path / "neo.db", apsw.SQLITE_OPEN_READWRITE)
    late.execute(
        "INSERT INTO events SELECT lsn + 1, session_id, at_ns, sender, kind, schema_version, payload FROM events"
    )
    late.close()
    with pytest.raises(CommitUnknown, match="somebody else wrote to it"):
        store.commit([write(note("on books that are out of date"))])
    again = opened(tmp_path)
    accept(again, note("after reading them again"))
    again.close()


def test_a_commit_of_a_replaced_writer_that_ends_later_is_found_too(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    accept(store, note("a"))
    store.recovery()
    refused = store.commit([write(note("a")), write()])
    assert [type(result) for result in refused] == [WriteAccepted, WriteRefused]
    accept(store, note("b"))
    late = connect(tmp_path / "neo.db", apsw.SQLITE_OPEN_READWRITE)
    late.execute(
        "INSERT INTO events SELECT lsn + 100, session_id, at_ns, sender, kind, schema_version, payload FROM events"
    )
    late.close()
    store.recovery()
    with pytest.raises(CommitUnknown, match="somebody else wrote to it"):
        store.commit([write(note("on books that are out of date"))])


def test_an_absent_directory_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreadable):
        connect(tmp_path / "nowhere" / "neo.db", apsw.SQLITE_OPEN_READONLY)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (apsw.SQLITE_FULL, DiskFull),
        (apsw.SQLITE_READONLY, StorageReadOnly),
        (apsw.SQLITE_CORRUPT, DatabaseDamaged),
        (apsw.SQLITE_NOTADB, DatabaseDamaged),
        (apsw.SQLITE_BUSY, StorageBusy),
        (apsw.SQLITE_CANTOPEN, DatabaseUnreadable),
        (apsw.SQLITE_IOERR_FSYNC, StorageFailed),
        (apsw.SQLITE_NOMEM, StorageFailed),
    ],
)
def test_each_sqlite_error_has_an_error_that_says_what_to_do(code: int, expected: type[StorageError]) -> None:
    cause = apsw.exception_for(code)
    assert isinstance(cause, apsw.Error)
    error = storage_error("cannot write", cause)
    assert type(error) is expected
    assert error.exit_code == 66
    assert error.advice
    assert error.advice in str(error)


def test_only_a_database_in_use_has_its_own_exit_code() -> None:
    assert DatabaseInUse("a", "b").exit_code == 67
    assert {error.exit_code for error in StorageError.__subclasses__() if error is not DatabaseInUse} == {66}
