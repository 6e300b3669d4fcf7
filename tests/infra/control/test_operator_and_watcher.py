from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from neo.domain.messages.session import OperatorHalt, OperatorResume
from neo.infra.control.command import CommandUnreadable, OperatorCommand, Verb
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.operator import EngineUnreachable, await_answer, give_command, operator_name
from neo.infra.control.polling_thread import PollingThread
from neo.infra.control.watcher import ControlWatcher
from tests.patience import PATIENCE_S

SESSION = "session_20260101_000000"


class Engine:
    """What the watcher talks to: remembers what it was told, refuses what it is asked to refuse."""

    def __init__(self, refusal: str | None = None) -> None:
        self.told: list[OperatorHalt | OperatorResume] = []
        self.refusal = refusal

    def __call__(self, message: OperatorHalt | OperatorResume) -> str | None:
        self.told.append(message)
        return self.refusal


@pytest.fixture
def control(tmp_path: Path) -> ControlDirectory:
    return ControlDirectory.beside(tmp_path / "neo.db")


def watching(control: ControlDirectory, engine: Engine, troubles: list[str] | None = None) -> ControlWatcher:
    watcher = ControlWatcher(control, SESSION, engine, report=(troubles if troubles is not None else []).append)
    watcher.open()
    return watcher


def test_a_halt_reaches_the_engine_and_is_answered(control: ControlDirectory) -> None:
    engine = Engine()
    watcher = watching(control, engine)

    command = give_command(control, Verb.HALT, SESSION, "rate decision at two")
    assert watcher.poll() == 1
    answer = await_answer(control, command)

    assert engine.told == [OperatorHalt(operator_name(), "rate decision at two")]
    assert answer.accepted
    assert SESSION in answer.text
    assert list(control.commands.iterdir()) == list(control.results.iterdir()) == []


@pytest.mark.parametrize("note", ["lunch\udcff", "\ud800lunch", "lunch\x1b\n", "\u202elunch\x00"])
def test_a_note_reaches_the_engine_without_what_no_database_and_no_terminal_takes(
    control: ControlDirectory, note: str
) -> None:
    # Given a command line with a byte that is no UTF-8, or with control characters
    engine = Engine()
    watcher = watching(control, engine)
    # When the engine reads the command
    give_command(control, Verb.HALT, SESSION, note, "alice\udcff")
    watcher.poll()
    # Then what can be recorded of it is there, and the halt is
    assert engine.told == [OperatorHalt("alice", "lunch")]


def test_a_command_is_obeyed_once_however_often_one_looks(control: ControlDirectory) -> None:
    engine = Engine()
    watcher = watching(control, engine)
    give_command(control, Verb.RESUME, SESSION, "")

    counts = [watcher.poll() for _ in range(3)]

    assert counts == [1, 0, 0]
    assert engine.told == [OperatorResume(operator_name())]


def test_a_command_whose_file_cannot_be_removed_is_not_obeyed_again(
    control: ControlDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, troubles = Engine(), list[str]()
    watcher = watching(control, engine, troubles)
    give_command(control, Verb.HALT, SESSION, "")

    def read_only(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", read_only)
    for _ in range(3):
        watcher.poll()

    assert len(engine.told) == 1
    assert len(troubles) == 1


def test_a_command_for_an_earlier_session_is_refused(control: ControlDirectory) -> None:
    control.make()
    command = give_command(control, Verb.HALT, "session_20250101_000000", "")
    engine = Engine()

    watching(control, engine).poll()
    answer = await_answer(control, command)

    assert engine.told == []
    assert not answer.accepted
    assert "meant for session_20250101_000000" in answer.text


def test_a_resume_of_one_venue_names_it_and_an_engine_that_knows_of_none_would_refuse_it(
    control: ControlDirectory,
) -> None:
    engine = Engine()
    watcher = watching(control, engine)

    command = give_command(control, Verb.RESUME, SESSION, "", "ann", "mexc")
    assert json.loads(command.to_json())["format"] == 2
    watcher.poll()

    assert engine.told == [OperatorResume("ann", "mexc")]
    assert await_answer(control, command).text == f"resume of mexc handed to {SESSION}"


def test_a_halt_of_one_venue_by_hand_is_refused(control: ControlDirectory) -> None:
    engine = Engine()
    watcher = watching(control, engine)

    command = give_command(control, Verb.HALT, SESSION, "", "ann", "mexc")
    watcher.poll()

    assert engine.told == []
    assert not await_answer(control, command).accepted


def test_what_the_engine_refuses_is_told_to_the_operator(control: ControlDirectory) -> None:
    watcher = watching(control, Engine(refusal="nothing to resume: the session trades"))

    command = give_command(control, Verb.RESUME, SESSION, "")
    watcher.poll()
    answer = await_answer(control, command)

    assert (answer.accepted, answer.text) == (False, "nothing to resume: the session trades")


def test_touching_the_signal_file_halts_the_engine_once(control: ControlDirectory) -> None:
    engine = Engine()
    watcher = watching(control, engine)

    control.halt_file.write_text("from the phone\n")
    counts = [watcher.poll(), watcher.poll()]
    control.halt_file.touch()
    counts.append(watcher.poll())

    assert counts == [1, 0, 1]
    assert engine.told == [OperatorHalt("signal file", "from the phone"), OperatorHalt("signal file", "")]
    assert not control.halt_file.exists()


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"format": 99}', '{"format": 1, "verb": "dance"}', "\x00" * 100])
def test_rubbish_is_refused_and_does_not_stop_what_comes_behind_it(control: ControlDirectory, content: str) -> None:
    engine = Engine()
    watcher = watching(control, engine)
    (control.commands / "0000.json").write_text(content)
    command = give_command(control, Verb.HALT, SESSION, "")

    watcher.poll()

    assert len(engine.told) == 1
    assert await_answer(control, command).accepted


def test_a_control_directory_that_vanishes_is_reported_once_and_works_again_when_it_is_back(
    control: ControlDirectory,
) -> None:
    engine, troubles = Engine(), list[str]()
    watcher = watching(control, engine, troubles)
    aside = control.path.rename(control.path.with_suffix(".aside"))
    control.path.write_text("a file where the directory was")

    for _ in range(3):
        watcher.poll()
    assert len(troubles) == 1

    control.path.unlink()
    aside.rename(control.path)
    give_command(control, Verb.HALT, SESSION, "")
    assert watcher.poll() == 1


def test_a_control_directory_that_was_deleted_is_made_again(control: ControlDirectory) -> None:
    engine = Engine()
    watcher = watching(control, engine)
    shutil.rmtree(control.path)

    watcher.poll()
    give_command(control, Verb.HALT, SESSION, "")

    assert watcher.poll() == 1


def test_an_engine_that_does_not_answer_is_named_and_the_command_withdrawn(control: ControlDirectory) -> None:
    control.make()
    command = give_command(control, Verb.HALT, SESSION, "")
    now_ns = [0]

    def pause(seconds: float) -> None:
        now_ns[0] += int(seconds * 1e9)

    with pytest.raises(EngineUnreachable, match="did not answer within 3 s; the command was withdrawn"):
        await_answer(control, command, wait_s=3, pause=pause, clock_ns=lambda: now_ns[0])

    assert list(control.commands.iterdir()) == []


def test_without_a_control_directory_no_command_can_be_left(control: ControlDirectory) -> None:
    with pytest.raises(EngineUnreachable, match="cannot leave a command"):
        give_command(control, Verb.HALT, SESSION, "")


def test_answers_that_nobody_fetched_are_gone_at_the_next_start(control: ControlDirectory) -> None:
    control.make()
    (control.results / "old.json").write_text("{}")

    watching(control, Engine())

    assert list(control.results.iterdir()) == []


def test_a_command_survives_the_way_through_its_file() -> None:
    command = OperatorCommand("0123456789abcdef", Verb.HALT, SESSION, "me@here", 'note "with" \n marks', 5)

    assert OperatorCommand.from_json(command.to_json()) == command
    with pytest.raises(CommandUnreadable):
        OperatorCommand.from_json(command.to_json().replace("0123456789abcdef", "../../etc"))


class HandTimers:
    """Timers that fire when told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Callable[[], None]]] = []

    def after(self, delay_ns: int, callback: Callable[[], None]) -> HandTimers:
        self.waiting.append((delay_ns, callback))
        return self

    def cancel(self) -> None:
        self.waiting.clear()

    def fire(self) -> None:
        _, callback = self.waiting.pop(0)
        callback()


def test_polling_by_timer_goes_on_until_it_is_stopped(control: ControlDirectory) -> None:
    engine, timers = Engine(), HandTimers()
    watcher = watching(control, engine)

    watcher.schedule(timers.after, 500)
    for _ in range(3):
        give_command(control, Verb.HALT, SESSION, "")
        timers.fire()
    watcher.stop()

    assert len(engine.told) == 3
    assert timers.waiting == []


def test_a_polling_thread_polls_and_ends() -> None:
    polled = threading.Event()
    thread = PollingThread(polled.set, period_s=0.001)

    thread.start()

    assert polled.wait(PATIENCE_S)
    assert thread.stop()


def test_a_polling_thread_polls_a_last_time_at_its_end() -> None:
    count = []
    thread = PollingThread(lambda: count.append(1), period_s=1_000)
    thread.start()

    assert thread.stop()

    assert count == [1]
