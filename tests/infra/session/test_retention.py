from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from neo.infra.session.directory import SessionDirectory
from neo.infra.session.retention import LogRetention

DAY_NS = 86_400 * 10**9
NOW_NS = 1_767_225_600 * 10**9


def ended_session(base: Path, age_days: int, *sizes: int) -> SessionDirectory:
    session = SessionDirectory.create(base, NOW_NS - age_days * DAY_NS)
    for number, size in enumerate(sizes):
        path = session.logs / f"events.{number:04d}.jsonl"
        path.write_bytes(b"x" * size)
        os.utime(path, ns=(NOW_NS - age_days * DAY_NS, NOW_NS - age_days * DAY_NS + number))
    session.release()
    return session


def logs_left(session: SessionDirectory) -> list[str]:
    return sorted(path.name for path in session.logs.iterdir())


def test_logs_go_when_they_are_too_old(tmp_path: Path) -> None:
    old, recent = ended_session(tmp_path, 31, 10, 20), ended_session(tmp_path, 29, 5)

    cleanup = LogRetention(days_max=30, bytes_max=10**9).clean(tmp_path, NOW_NS)

    assert (cleanup.files_removed, cleanup.bytes_removed, cleanup.bytes_kept) == (2, 30, 5)
    assert cleanup.sessions == (old.session_id,)
    assert cleanup.failed == ()
    assert logs_left(old) == []
    assert logs_left(recent) == ["events.0000.jsonl"]


def test_the_oldest_logs_go_first_when_there_is_too_much(tmp_path: Path) -> None:
    oldest, middle, newest = (ended_session(tmp_path, age, 10, 10) for age in (3, 2, 1))

    LogRetention(days_max=30, bytes_max=30).clean(tmp_path, NOW_NS)

    assert logs_left(oldest) == []
    assert logs_left(middle) == ["events.0001.jsonl"] or logs_left(middle) == ["events.0000.jsonl", "events.0001.jsonl"]
    assert sum(len(logs_left(session)) for session in (oldest, middle, newest)) == 3
    assert len(logs_left(newest)) == 2


def test_a_running_session_keeps_its_logs_whatever_their_age_and_size(tmp_path: Path) -> None:
    running = SessionDirectory.create(tmp_path, NOW_NS - 90 * DAY_NS)
    (running.logs / "events.jsonl").write_bytes(b"x" * 100)
    os.utime(running.logs / "events.jsonl", ns=(0, 0))

    cleanup = LogRetention(days_max=1, bytes_max=0).clean(tmp_path, NOW_NS)

    assert cleanup.files_removed == 0
    assert logs_left(running) == ["events.jsonl"]


def test_a_named_session_keeps_its_logs(tmp_path: Path) -> None:
    named = ended_session(tmp_path, 90, 10)

    LogRetention(days_max=1, bytes_max=0).clean(tmp_path, NOW_NS, keep=[named.session_id])

    assert len(logs_left(named)) == 1


def test_state_reports_and_what_links_point_to_are_never_touched(tmp_path: Path) -> None:
    session = ended_session(tmp_path / "sessions", 90, 10)
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    os.utime(precious, (0, 0))
    (session.logs / "link.jsonl").symlink_to(precious)
    (session.reports / "report.html").write_text("report")
    os.utime(session.reports / "report.html", (0, 0))

    LogRetention(days_max=1, bytes_max=0).clean(tmp_path / "sessions", NOW_NS)

    assert precious.read_text() == "keep me"
    assert (session.reports / "report.html").exists()
    assert logs_left(session) == ["link.jsonl"]


def test_nothing_to_clean_is_no_fault(tmp_path: Path) -> None:
    assert LogRetention(1, 1).clean(tmp_path / "absent", NOW_NS).files_removed == 0


@given(
    ages=st.lists(st.integers(0, 40), max_size=4),
    size=st.integers(0, 50),
    days_max=st.integers(0, 40),
    bytes_max=st.integers(0, 200),
)
def test_afterwards_both_limits_hold(
    tmp_path_factory: object, ages: list[int], size: int, days_max: int, bytes_max: int
) -> None:
    base: Path = tmp_path_factory.mktemp("sessions")  # type: ignore[attr-defined]
    sessions = [ended_session(base, age, size) for age in ages]

    cleanup = LogRetention(days_max, bytes_max).clean(base, NOW_NS)

    left = [path for session in sessions for path in session.logs.iterdir()]
    assert sum(path.stat().st_size for path in left) == cleanup.bytes_kept <= bytes_max
    assert all(path.stat().st_mtime_ns >= NOW_NS - days_max * DAY_NS for path in left)
    assert cleanup.files_removed + len(left) == len(ages)
