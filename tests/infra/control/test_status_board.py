from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from neo.infra.control.layout import ControlDirectory
from neo.infra.control.status import (
    ActorState,
    ActorStatus,
    EngineStatus,
    HaltStatus,
    MarketStatus,
    MoneyStatus,
    QuoteStatus,
)
from neo.infra.control.status_board import EngineState, StatusBoard, sight, status_from, status_record
from neo.infra.sqlite.engine_lock import EngineLock

NOW_NS = 1_767_225_600 * 10**9
SESSION = "session_20260101_000000"


def status_of(pid: int, session: str = SESSION) -> EngineStatus:
    return EngineStatus(
        session_id=session,
        run_id="deadbeef",
        mode="sim",
        phase="trading",
        pid=pid,
        directory="sessions/x",
        started_at_ns=NOW_NS,
        now_ns=NOW_NS + 1,
        speed=Decimal("60"),
        market=MarketStatus(venue="xrpl", symbol="XRP/RLUSD", anchor=Decimal("0.5201"), anchor_source="clob"),
        money=MoneyStatus(base_balance=Decimal("1000.000001"), fills=3),
        quotes=(QuoteStatus("buy", 0, Decimal("0.52"), Decimal("28.8"), "open"),),
        halts=(HaltStatus("kill_switch", "me", NOW_NS, True),),
        actors=(ActorStatus("risk", ActorState.LATE, 3, 1, Decimal("2.5")),),
        pending=("order 7",),
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "neo.db"
    ControlDirectory.beside(path).make()
    return path


def board(database: Path, written_at_ns: int = NOW_NS) -> StatusBoard:
    return StatusBoard(ControlDirectory.beside(database), lambda: written_at_ns)


def test_a_status_survives_the_way_through_its_file(database: Path) -> None:
    status = status_of(os.getpid())

    assert board(database).write(status) is None
    record = json.loads(ControlDirectory.beside(database).status_file.read_text())

    assert status_from(record) == status
    assert record["market"]["anchor"] == "0.5201"


def test_another_version_s_status_is_not_misread() -> None:
    record = status_record(status_of(1))
    del record["session_id"]

    assert status_from(record) is None


def test_an_engine_that_posts_is_running_with_the_age_of_its_status(database: Path) -> None:
    lock = EngineLock.acquire(database, session=SESSION, started="now")
    board(database).write(status_of(os.getpid()))

    sighting = sight(database, NOW_NS + 2_500_000_000)
    lock.release()

    assert (sighting.state, sighting.session, sighting.pid) == (EngineState.RUNNING, SESSION, os.getpid())
    assert sighting.age_s == Decimal("2.5")
    assert sighting.alive


def test_an_engine_that_stops_posting_is_stale_but_alive(database: Path) -> None:
    lock = EngineLock.acquire(database, session=SESSION, started="now")
    board(database).write(status_of(os.getpid()))

    sighting = sight(database, NOW_NS + 31 * 10**9)
    lock.release()

    assert sighting.state is EngineState.STALE
    assert sighting.alive


def test_an_engine_that_has_not_posted_yet_is_starting_whatever_its_predecessor_left(database: Path) -> None:
    board(database).write(status_of(os.getpid(), "session_20250101_000000"))
    lock = EngineLock.acquire(database, session=SESSION, started="now")

    sighting = sight(database, NOW_NS)
    lock.release()

    assert (sighting.state, sighting.session) == (EngineState.STARTING, SESSION)


def test_an_engine_whose_process_died_with_the_lock_is_crashed(database: Path) -> None:
    lock = EngineLock.acquire(database, session=SESSION, started="now")
    board(database).write(status_of(os.getpid()))

    sighting = sight(database, NOW_NS, alive=lambda pid: False)
    lock.release()

    assert sighting.state is EngineState.CRASHED
    assert not sighting.alive


def test_an_engine_that_gave_the_lock_back_is_stopped(database: Path) -> None:
    EngineLock.acquire(database, session=SESSION, started="now").release()
    board(database).write(status_of(os.getpid()))

    sighting = sight(database, NOW_NS)

    assert (sighting.state, sighting.session) == (EngineState.STOPPED, SESSION)


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"format": 99}'])
def test_no_engine_or_rubbish_is_absent(database: Path, content: str | None) -> None:
    if content is not None:
        ControlDirectory.beside(database).status_file.write_text(content)

    assert sight(database, NOW_NS).state is EngineState.ABSENT


def test_a_status_that_cannot_be_posted_is_a_reason_not_an_exception(tmp_path: Path) -> None:
    missing = board(tmp_path / "nowhere" / "neo.db")

    assert "No such file" in (missing.write(status_of(1)) or "")
