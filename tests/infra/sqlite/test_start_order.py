from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from neo.infra.sqlite.backups import BackupKind, backups_of, examine_backup
from neo.infra.sqlite.engine_lock import read_holder
from neo.infra.sqlite.errors import (
    DatabaseDamaged,
    DatabaseInUse,
    DatabaseLostCommits,
    DatabaseMissing,
    DatabaseUnreadable,
    SchemaTooNew,
    SqliteTooOld,
    StorageError,
)
from neo.infra.sqlite.integrity import files_set_aside
from neo.infra.sqlite.migrations import SCHEMA_VERSION
from neo.infra.sqlite.startup import StoreClock
from neo.infra.sqlite.state_store import open_state_store
from neo.infra.sqlite.version_gate import require_safe_sqlite
from neo.infra.sqlite.wal_scan import scan_wal
from tests.infra.sqlite.books import HandClock, accept, note, opened, session, settings

_FRAME_BYTES = 24 + 4096
_HOLD_LOCK = """
import sys, pathlib
from neo.infra.sqlite.engine_lock import EngineLock
lock = EngineLock.acquire(pathlib.Path(sys.argv[1]), session="other", started="2026-01-01T00:00:00Z")
print("locked", flush=True)
sys.stdin.read()
"""


def _flip_bit(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def _crashed_with_commits(directory: Path, commits: int) -> Path:
    store = opened(directory)
    accept(store, session())
    for number in range(commits - 1):
        accept(store, note(f"n{number}"))
    store.abandon()
    return store.path


def test_a_first_start_creates_everything_and_backs_up_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path / "state", runs_kept=5)
    report = store.report
    assert (report.created, report.schema_found, report.schema_now) == (True, 0, SCHEMA_VERSION)
    assert (report.backup, report.migration_backup, report.notices) == (None, None, ())
    store.close()


def test_a_second_engine_in_this_process_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(DatabaseInUse, match=f"pid {os.getpid()}") as refusal:
        opened(tmp_path)
    assert refusal.value.exit_code == 67
    store.close()
    opened(tmp_path).close()


def test_a_second_engine_in_another_process_is_refused_until_that_dies(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD_LOCK, str(tmp_path / "neo.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(DatabaseInUse, match=f"pid {other.pid}, session other, since 2026"):
            opened(tmp_path)
        other.kill()
    assert read_holder(tmp_path / "neo.db").pid == other.pid
    opened(tmp_path).close()


def test_a_failed_start_gives_the_lock_back(tmp_path: Path) -> None:
    (tmp_path / "neo.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(DatabaseDamaged):
        opened(tmp_path)
    with pytest.raises(DatabaseMissing):
        opened(tmp_path)


def test_a_sqlite_that_can_corrupt_a_log_is_refused() -> None:
    require_safe_sqlite("3.51.3")
    require_safe_sqlite()
    for version in ("3.51.2", "3.7.0", "3.50.7"):
        with pytest.raises(SqliteTooOld, match=f"SQLite {version}"):
            require_safe_sqlite(version)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    foreign = apsw.Connection(str(tmp_path / "neo.db"))
    foreign.execute("CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)")
    foreign.close()
    with pytest.raises(DatabaseUnreadable, match="not a neo database"):
        opened(tmp_path)
    foreign = apsw.Connection(str(tmp_path / "neo.db"))
    assert foreign.execute("SELECT a FROM theirs").get == 1


def test_a_newer_schema_is_refused_with_advice(tmp_path: Path) -> None:
    opened(tmp_path).close()
    newer = apsw.Connection(str(tmp_path / "neo.db"))
    newer.pragma("user_version", SCHEMA_VERSION + 1)
    newer.close()
    with pytest.raises(SchemaTooNew, match="Use the newer neo"):
        opened(tmp_path)


def test_a_directory_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnreadable, match="cannot create the directory"):
        opened(tmp_path / "file" / "state")


def test_a_damaged_page_is_found_and_the_file_set_aside_with_the_newest_good_backup_named(tmp_path: Path) -> None:
    clock = HandClock()
    store = opened(tmp_path, 5, clock)
    accept(store, session(), *(note("x" * 100, key=f"k{n}") for n in range(200)))
    store.close()
    store = opened(tmp_path, 5, clock)
    backup = store.report.backup
    store.close()
    content = bytearray(store.path.read_bytes())
    last_page = len(content) - 4096
    content[last_page:] = bytes(4096)  # a leaf that opening the file never reads: only the check can tell
    store.path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match=f"newest good backup is {backup}"):
        opened(tmp_path, 5, clock)
    assert not store.path.exists()
    (kept,) = files_set_aside(store.path)
    assert kept.read_bytes() == content


def test_after_damage_nothing_starts_until_somebody_chose_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "neo.db").write_bytes(b"rubbish" * 1000)
    with pytest.raises(DatabaseDamaged, match="there is no good backup"):
        opened(tmp_path)
    with pytest.raises(DatabaseMissing, match=r"set aside as neo\.db\.damaged"):
        opened(tmp_path)
    files_set_aside(tmp_path / "neo.db")[0].unlink()
    opened(tmp_path).close()


def test_a_log_without_its_database_stops_the_start(tmp_path: Path) -> None:
    path = _crashed_with_commits(tmp_path, 3)
    path.unlink()
    with pytest.raises(DatabaseMissing, match="its write-ahead log does"):
        opened(tmp_path)
    assert scan_wal(path).frames > 0


def test_an_intact_log_is_recovered_without_complaint(tmp_path: Path) -> None:
    path = _crashed_with_commits(tmp_path, 5)
    frames = scan_wal(path).frames
    store = opened(tmp_path)
    assert store.report.log_frames_recovered == frames
    assert store.last_lsn == 5
    store.close()


def test_a_flipped_bit_in_the_log_is_found_although_sqlite_says_ok(tmp_path: Path) -> None:
    path = _crashed_with_commits(tmp_path, 8)
    log = path.with_name("neo.db-wal")
    untouched = log.read_bytes()
    commits = scan_wal(path).commits
    _flip_bit(log, 32 + (commits[-4] - 1) * _FRAME_BYTES + 500)
    with pytest.raises(DatabaseLostCommits, match=r"4 commits lie behind.*\n.*--recovered"):
        opened(tmp_path)
    assert len(log.read_bytes()) == len(untouched)
    with pytest.raises(DatabaseLostCommits):
        opened(tmp_path)


def test_a_torn_last_commit_is_what_a_power_cut_leaves_and_no_loss(tmp_path: Path) -> None:
    path = _crashed_with_commits(tmp_path, 8)
    log = path.with_name("neo.db-wal")
    _flip_bit(log, log.stat().st_size - 100)
    store = opened(tmp_path)
    assert store.last_lsn == 7
    store.close()


def test_a_damaged_log_header_is_found(tmp_path: Path) -> None:
    path = _crashed_with_commits(tmp_path, 8)
    _flip_bit(path.with_name("neo.db-wal"), 17)
    with pytest.raises(DatabaseLostCommits, match="its header is invalid"):
        opened(tmp_path)


def test_a_log_that_vanished_after_a_crash_is_told_to_the_operator(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    store.path.with_name("neo.db-wal").unlink()
    store = opened(tmp_path)
    assert "write-ahead log is gone" in store.report.notices[0]
    store.close()


def test_a_damaged_market_database_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    opened(tmp_path).close()
    market = tmp_path / "neo.market.db"
    market.write_bytes(b"rubbish" * 1000)
    store = opened(tmp_path)
    assert "market snapshots begin anew" in store.report.notices[0]
    assert len(files_set_aside(market)) == 1
    store.close()


def test_a_backup_is_made_before_each_run_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    clock = HandClock()
    for number in range(6):
        store = opened(tmp_path, 3, clock)
        accept(store, note(str(number)))
        store.close()
        clock.at_ns += 60 * 10**9
    states = [examine_backup(path) for path in backups_of(tmp_path / "neo.db", BackupKind.RUN)]
    assert [(state.last_lsn, state.faults) for state in states] == [(3, ""), (4, ""), (5, "")]
    assert {path.suffix for path in (tmp_path / "backups").iterdir()} == {".db"}


def test_backups_made_in_the_same_second_do_not_overwrite_each_other(tmp_path: Path) -> None:
    opened(tmp_path, 5).close()
    first, second = opened(tmp_path, 5), None
    first.close()
    second = opened(tmp_path, 5)
    second.close()
    assert first.report.backup != second.report.backup
    assert len(backups_of(tmp_path / "neo.db")) == 2


def test_a_backup_that_cannot_be_written_stops_the_start_and_leaves_no_half(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "backups").write_text("a file where the directory should be")
    with pytest.raises(StorageError, match="cannot write the backup"):
        opened(tmp_path, runs_kept=5)
    opened(tmp_path).close()


def test_times_come_from_the_clock_that_was_given(tmp_path: Path) -> None:
    clock = HandClock(at_ns=0)
    store = open_state_store(settings(tmp_path), session="run-1", clock=StoreClock(clock.now_ns, clock.now_ns))
    holder = read_holder(store.path)
    assert (holder.session, holder.started) == ("run-1", "1970-01-01T00:00:00Z")
    store.close()
    assert read_holder(store.path).pid == 0
