from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from neo.cli.main import main
from neo.domain.messages.session import OperatorHalt, OperatorResume
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.polling_thread import PollingThread
from neo.infra.control.status_board import StatusBoard
from neo.infra.control.watcher import ControlWatcher
from neo.infra.sqlite.engine_lock import EngineLock
from tests.cli.fake_engine import SESSION, a_status


class RunningEngine:
    """The parts of an engine that these commands meet: lock, status board, watcher."""

    def __init__(self, database: Path) -> None:
        self.told: list[OperatorHalt | OperatorResume] = []
        self.refusal: str | None = None
        self.lock = EngineLock.acquire(database, session=SESSION, started="now")
        control = ControlDirectory.beside(database)
        watcher = ControlWatcher(control, SESSION, self._take)
        watcher.open()
        self.board = StatusBoard(control)
        self.board.write(a_status(pid=os.getpid()))
        self.thread = PollingThread(watcher.poll, 0.01)
        self.thread.start()

    def _take(self, message: OperatorHalt | OperatorResume) -> str | None:
        self.told.append(message)
        return self.refusal

    def end(self) -> None:
        self.thread.stop()
        self.lock.release()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "neo.db"


@pytest.fixture
def engine(database: Path) -> Iterator[RunningEngine]:
    running = RunningEngine(database)
    yield running
    running.end()


def test_halt_reaches_the_running_engine_with_its_note(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["halt", "--database", str(database), "--note", "news at two"]) == 0

    assert [message.note for message in engine.told if isinstance(message, OperatorHalt)] == ["news at two"]
    assert capsys.readouterr().out == f"accepted: halt handed to {SESSION}\n"


def test_resume_that_the_engine_refuses_is_exit_code_69(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.refusal = "the session is not held"

    assert main(["resume", "--database", str(database)]) == 69

    assert "REFUSED: the session is not held" in capsys.readouterr().err


def test_a_resume_may_name_one_venue(engine: RunningEngine, database: Path) -> None:
    assert main(["resume", "--database", str(database)]) == 0
    assert main(["resume", "--database", str(database), "--venue", "mexc"]) == 0

    assert [each.venue for each in engine.told if isinstance(each, OperatorResume)] == ["", "mexc"]


def test_halt_answers_in_json_too(engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["halt", "--database", str(database), "--json"]) == 0

    record = json.loads(capsys.readouterr().out)
    assert (record["accepted"], record["session"], record["pid"]) == (True, SESSION, os.getpid())


def test_halt_without_an_engine_says_so(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["halt", "--database", str(database)]) == 69
    assert f"no engine runs on {database}" in capsys.readouterr().err


def test_status_shows_what_the_engine_posted(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--database", str(database)]) == 0

    text = capsys.readouterr().out
    assert f"(pid {os.getpid()}, session {SESSION}): running" in text
    assert "neo SIM" in text
    assert "0.520000 from clob" in text


def test_status_in_json_has_the_whole_status(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--database", str(database), "--json"]) == 0

    record = json.loads(capsys.readouterr().out)
    assert (record["state"], record["alive"]) == ("running", True)
    assert record["status"]["market"]["anchor"] == "0.52"
    assert record["age_s"] >= 0


def test_status_after_the_end_shows_the_last_word_and_exit_code_69(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.end()

    assert main(["status", "--database", str(database)]) == 69

    text = capsys.readouterr().out
    assert "not running; it ended in order" in text
    assert "the last word of that session" in text


def test_status_where_no_engine_ever_ran(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--database", str(database), "--json"]) == 69
    assert json.loads(capsys.readouterr().out)["state"] == "absent"


def test_a_status_of_another_version_is_said_to_be_one(
    engine: RunningEngine, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ControlDirectory.beside(database).status_file
    record = json.loads(path.read_text())
    del record["phase"]
    path.write_text(json.dumps(record))

    assert main(["status", "--database", str(database)]) == 0
    assert "another version" in capsys.readouterr().out
