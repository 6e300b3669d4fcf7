"""Clock, disk, database, libraries: where the line between good, weak and impossible is."""

from __future__ import annotations

import pytest

from neo.domain.readiness.clock import judge_clock
from neo.domain.readiness.finding import Finding, Topic, Verdict
from neo.domain.readiness.machine import (
    DatabaseFacts,
    DiskFacts,
    SoftwareFacts,
    judge_database,
    judge_disk,
    judge_software,
)
from tests.domain.readiness.facts import NOW_NS

DISK = DiskFacts(folder="state", free_mb=50_000, fsync_ms=2)


@pytest.mark.parametrize(
    ("ahead_s", "verdict"),
    [
        (-46, Verdict.FAIL),
        (-45, Verdict.WARN),
        (-11, Verdict.WARN),
        (-10, Verdict.OK),
        (0, Verdict.OK),
        (20, Verdict.OK),
        (21, Verdict.WARN),
        (45, Verdict.WARN),
        (46, Verdict.FAIL),
    ],
)
def test_a_clock_may_differ_as_much_as_ledger_times_are_rounded(ahead_s: int, verdict: Verdict) -> None:
    finding = judge_clock(NOW_NS, NOW_NS - ahead_s * 10**9)

    assert finding.verdict is verdict
    assert bool(finding.fix) is (verdict is not Verdict.OK)


@pytest.mark.parametrize(
    ("disk", "verdict"),
    [
        (DISK, Verdict.OK),
        (DiskFacts(folder="state", free_mb=1_999), Verdict.WARN),
        (DiskFacts(folder="state", free_mb=199), Verdict.FAIL),
        (DiskFacts(folder="state", free_mb=9_999, fsync_ms=51), Verdict.WARN),
        (DiskFacts(folder="state", free_mb=9_999, write_problem="Read-only file system"), Verdict.FAIL),
    ],
)
def test_a_disk_needs_room_and_must_keep_what_is_written(disk: DiskFacts, verdict: Verdict) -> None:
    (finding,) = judge_disk(disk)

    assert (finding.topic, finding.verdict, bool(finding.fix)) == (Topic.DISK, verdict, verdict is not Verdict.OK)


@pytest.mark.parametrize(
    ("database", "verdict", "says"),
    [
        (DatabaseFacts(path="a", exists=False), Verdict.OK, "first start"),
        (DatabaseFacts(path="a", exists=True, backups=3), Verdict.OK, "3 backup(s)"),
        (DatabaseFacts(path="a", exists=True, sessions_open=1), Verdict.OK, "1 session(s) to be recovered"),
        (DatabaseFacts(path="a", exists=True, in_use_by="session_x, pid 7"), Verdict.OK, "in use by session_x"),
        (DatabaseFacts(path="a", exists=True, wal_mb=65), Verdict.WARN, "65 MB"),
        (DatabaseFacts(path="a", exists=True, fault="page 7"), Verdict.FAIL, "page 7"),
    ],
)
def test_a_database_that_is_damaged_stops_a_start(database: DatabaseFacts, verdict: Verdict, says: str) -> None:
    (finding,) = judge_database(database)

    assert finding.verdict is verdict
    assert says in finding.seen


def library(installed: str = "5.2.0", guard: str = "") -> Finding:
    facts = SoftwareFacts(python="3.11.2", library="xrpl-py", pinned="5.2.0", installed=installed, guard=guard)
    return judge_software(facts)[-1]


def test_another_release_of_the_client_library_and_one_that_turned_asynchronous_stop_a_start() -> None:
    assert library().verdict is Verdict.OK
    assert "xrpl-py==5.2.0" in library("5.3.0").fix
    assert library(guard="must be synchronous: sign").verdict is Verdict.FAIL
