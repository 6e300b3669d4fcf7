from __future__ import annotations

import os
from pathlib import Path

import pytest

from neo.domain.errors import NeoError
from neo.infra.session.directory import OWNER_FILE, SessionDirectory, session_directories

STARTED_NS = 1_767_225_600 * 10**9  # 2026-01-01T00:00:00Z


def test_everything_exists_before_anything_logs(tmp_path: Path) -> None:
    made = SessionDirectory.create(tmp_path / "not yet" / "sessions", STARTED_NS)

    assert made.session_id == "session_20260101_000000"
    assert [part.is_dir() for part in (made.logs, made.state, made.reports, made.journal)] == [True] * 4
    assert made.events_file.parent == made.logs


def test_sessions_of_one_second_do_not_share_a_directory(tmp_path: Path) -> None:
    names = [SessionDirectory.create(tmp_path, STARTED_NS).session_id for _ in range(11)]

    assert names[:2] == ["session_20260101_000000", "session_20260101_000000_2"]
    assert len(set(names)) == 11
    assert [found.session_id for found in session_directories(tmp_path)] == names


def test_a_base_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")

    with pytest.raises(NeoError) as caught:
        SessionDirectory.create(file / "sessions", STARTED_NS)

    assert "cannot make a session directory in" in caught.value.problem
    assert "session.directory" in caught.value.advice
    assert caught.value.exit_code == 69


def test_an_unset_base_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="must be a Path, not None"):
        SessionDirectory.create(None, STARTED_NS)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        SessionDirectory(None)  # type: ignore[arg-type]


def test_a_session_runs_until_it_is_released(tmp_path: Path) -> None:
    session = SessionDirectory.create(tmp_path, STARTED_NS)
    assert session.is_running()

    session.release()
    session.release()

    assert not session.is_running()


@pytest.mark.parametrize(
    "note",
    ["", "{", "[]", '{"pid": "x", "process": "y"}', '{"pid": 2147483646, "process": "y"}', '{"pid": 0, "process": ""}'],
)
def test_a_session_whose_owner_is_dead_or_unknown_does_not_run(tmp_path: Path, note: str) -> None:
    session = SessionDirectory.create(tmp_path, STARTED_NS)
    (session.state / OWNER_FILE).write_text(note)

    assert not session.is_running()


def test_a_predecessor_with_our_own_pid_does_not_run(tmp_path: Path) -> None:
    """In a container every engine has the same pid."""
    session = SessionDirectory.create(tmp_path, STARTED_NS)
    (session.state / OWNER_FILE).write_text(f'{{"pid": {os.getpid()}, "process": "another"}}')

    assert not session.is_running()


def test_only_session_directories_are_listed(tmp_path: Path) -> None:
    session = SessionDirectory.create(tmp_path, STARTED_NS)
    (tmp_path / "session_20250101_000000.txt").write_text("")
    (tmp_path / "other").mkdir()
    (tmp_path / "session_20240101_000000").symlink_to(session.path)

    assert session_directories(tmp_path) == (session,)
    assert session_directories(tmp_path / "absent") == ()
