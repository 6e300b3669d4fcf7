from __future__ import annotations

import errno
from pathlib import Path

import pytest

from neo.infra.sqlite import restoration
from neo.infra.sqlite.errors import BackupFailed, DatabaseDamaged, DatabaseInUse, DatabaseMissing, StorageFailed
from neo.infra.sqlite.examination import examine
from neo.infra.sqlite.integrity import files_set_aside
from neo.infra.sqlite.restoration import accept_recovered, back_up, restore_backup
from neo.infra.sqlite.wal_scan import scan_wal
from tests.infra.sqlite.books import HandClock, accept, note, opened, session

_CLOCK = HandClock().clock()


def _with_backup(directory: Path) -> tuple[Path, Path]:
    """A database with two events and a backup that has the first one."""
    store = opened(directory)
    accept(store, session())
    backup = back_up(store.path, None, _CLOCK)
    accept(store, note("later"))
    store.abandon()
    return store.path, backup


def test_a_backup_of_a_running_engine_is_complete_as_of_its_instant(tmp_path: Path) -> None:
    database, backup = _with_backup(tmp_path)
    assert sorted(path.name for path in backup.parent.iterdir()) == [backup.name]
    restore_backup(database, backup, _CLOCK)
    store = opened(tmp_path)
    assert store.last_lsn == 1
    store.close()


def test_a_backup_never_overwrites_a_file(tmp_path: Path) -> None:
    database, backup = _with_backup(tmp_path)
    with pytest.raises(BackupFailed, match="the file exists"):
        back_up(database, backup, _CLOCK)


def test_a_restore_keeps_the_files_that_stood_there_with_their_log(tmp_path: Path) -> None:
    database, backup = _with_backup(tmp_path)
    log = database.with_name("neo.db-wal").read_bytes()
    restored = restore_backup(database, backup, _CLOCK)
    assert restored.last_lsn == 1
    assert restored.set_aside is not None
    assert restored.set_aside.with_name(restored.set_aside.name + "-wal").read_bytes() == log
    assert not database.with_name("neo.db-wal").exists()


def test_a_restore_is_refused_while_an_engine_runs(tmp_path: Path) -> None:
    database, backup = _with_backup(tmp_path)
    store = opened(tmp_path)
    with pytest.raises(DatabaseInUse):
        restore_backup(database, backup, _CLOCK)
    assert store.last_lsn == 2
    store.close()


def test_a_bad_backup_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    database, backup = _with_backup(tmp_path)
    backup.write_bytes(backup.read_bytes()[:5000])
    with pytest.raises(DatabaseDamaged, match="nothing was changed"):
        restore_backup(database, backup, _CLOCK)
    assert opened(tmp_path).last_lsn == 2


def test_a_disk_that_fills_up_while_restoring_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, backup = _with_backup(tmp_path)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(restoration, "copy_durably", full)
    with pytest.raises(StorageFailed, match="No space left"):
        restore_backup(database, backup, _CLOCK)
    assert not list(tmp_path.glob(".*restoring"))
    assert opened(tmp_path).last_lsn == 2


def test_a_restore_that_dies_halfway_is_noticed_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, backup = _with_backup(tmp_path)
    with monkeypatch.context() as dying:
        dying.setattr(restoration, "_set_present_aside", _dies_after(restoration._set_present_aside))
        with pytest.raises(KeyboardInterrupt):
            restore_backup(database, backup, _CLOCK)
    with pytest.raises(DatabaseMissing, match="set aside as"):
        opened(tmp_path)
    restore_backup(database, backup, _CLOCK)
    assert opened(tmp_path).last_lsn == 1


def _dies_after(step: object) -> object:
    def dying(*arguments: object) -> None:
        assert callable(step)
        step(*arguments)
        raise KeyboardInterrupt

    return dying


def test_accepting_a_damaged_log_keeps_the_originals_and_what_is_readable(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    for number in range(9):
        accept(store, note(str(number)))
    store.abandon()
    log = store.path.with_name("neo.db-wal")
    damaged = bytearray(log.read_bytes())
    damaged[32 + (scan_wal(store.path).commits[-4] - 1) * 4120 + 500] ^= 1
    log.write_bytes(damaged)
    assert "4 commits" in examine(store.path).lost_commits
    restored = accept_recovered(store.path, _CLOCK)
    assert restored.last_lsn == 6
    assert files_set_aside(store.path) == [restored.source]
    assert restored.source.with_name(restored.source.name + "-wal").read_bytes() == damaged
    assert opened(tmp_path).last_lsn == 6


def test_an_examination_changes_nothing(tmp_path: Path) -> None:
    database, _ = _with_backup(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ("neo.db", "neo.db-wal")}
    found = examine(database, full=True)
    assert (found.healthy, found.last_lsn, found.sessions_open, found.in_use_by) == (True, 2, 1, "")
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_an_examination_of_a_running_engine_names_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    found = examine(store.path)
    assert (found.healthy, found.last_lsn) == (True, 1)
    assert found.in_use_by.startswith("pid ")
    store.close()
