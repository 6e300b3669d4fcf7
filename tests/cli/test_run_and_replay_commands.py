from __future__ import annotations

import errno
import io
import os
import signal
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.cli.context import CliContext
from neo.cli.main import main
from neo.domain.config.choices import Mode
from neo.domain.errors import NeoError
from neo.domain.messages.session import SessionEnded, StopSignal
from tests.cli.fake_engine import SESSION, FakeEngine, FakeSession, a_status

CONFIG = str(Path(__file__).parents[2] / "config" / "sim.toml")


def run(engine: FakeEngine, *arguments: str) -> int:
    return main([*arguments, "--plain"], CliContext(engine=lambda: engine))


def interrupt(_: FakeSession) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_run_ends_with_the_exit_code_of_its_halt_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = FakeSession(tmp_path)
    session.ended = SessionEnded(SESSION, "risk_drawdown", "drawdown (61 > 60)", 84)

    assert run(FakeEngine(session), "run", CONFIG) == 84

    assert "Ended with risk_drawdown: drawdown (61 > 60) (exit code 84)" in capsys.readouterr().out
    assert session.closed


def test_options_reach_the_engine_as_configuration(tmp_path: Path) -> None:
    engine = FakeEngine(FakeSession(tmp_path))

    run(engine, "run", CONFIG, "--mode", "sim", "--duration", "1h30m", "--speed", "60")

    (loaded,) = engine.started
    assert loaded.config.mode is Mode.SIM
    assert loaded.config.session.duration_s == 5_400
    assert loaded.config.speed == Decimal(60)


def test_without_options_the_configuration_decides(tmp_path: Path) -> None:
    engine = FakeEngine(FakeSession(tmp_path))

    run(engine, "run", CONFIG)

    assert [origin.place for origin in (engine.started[0].origins["speed"],)] != ["--speed"]


def test_replay_hands_on_every_file_and_says_its_mode(tmp_path: Path) -> None:
    engine = FakeEngine(FakeSession(tmp_path))

    assert run(engine, "replay", CONFIG, "--data", "a.csv", "b.csv", "--data", "c.csv", "--duration", "1d") == 0

    assert sorted(path.name for path in engine.data) == ["a.csv", "b.csv", "c.csv"]
    assert engine.started[0].config.mode is Mode.REPLAY
    assert engine.started[0].config.session.duration_s == 86_400


@pytest.mark.parametrize("text", ["2021-05-19", "2021-05-19T00:00", "2021-05-19 02:00+02:00"])
def test_replay_begins_at_the_time_that_is_asked_for(tmp_path: Path, text: str) -> None:
    engine = FakeEngine(FakeSession(tmp_path))

    assert run(engine, "replay", CONFIG, "--data", "a.csv", "--from", text) == 0
    assert engine.began == [1_621_382_400 * 10**9]


def test_a_beginning_that_is_no_time_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(FakeEngine(), "replay", CONFIG, "--data", "a.csv", "--from", "noon") == 2
    assert "'noon' is no time; write for example 2021-05-19" in capsys.readouterr().err


def test_replay_without_data_is_refused() -> None:
    assert run(FakeEngine(), "replay", CONFIG) == 2


def test_ctrl_c_asks_the_session_to_end_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = FakeSession(tmp_path, [interrupt, lambda _: None])

    run(FakeEngine(session), "run", CONFIG)

    assert session.signals == [StopSignal.SIGINT]
    assert "SIGINT: cancelling orders and ending in order" in capsys.readouterr().out


def test_a_second_ctrl_c_says_what_is_still_to_do_and_asks_for_nothing_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = FakeSession(tmp_path, [interrupt, interrupt, lambda _: None])
    session.current = attrs.evolve(a_status(), pending=("order 7", "order 9"))

    run(FakeEngine(session), "run", CONFIG)

    assert session.signals == [StopSignal.SIGINT]
    assert "still waiting for order 7, order 9" in capsys.readouterr().out


def test_ctrl_c_while_the_session_starts_ends_it_in_order(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, [lambda _: None])

    class SlowEngine(FakeEngine):
        def start(self, loaded: object) -> FakeSession:
            interrupt(session)
            return session

    run(SlowEngine(session), "run", CONFIG)

    assert session.signals == [StopSignal.SIGINT]
    assert session.closed


def test_what_was_not_proved_cancelled_or_did_not_stop_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = FakeSession(tmp_path)
    session.ended = SessionEnded(SESSION, "kill_switch", "", 91, stuck=("risk",), unverified=("order 7",))

    run(FakeEngine(session), "run", CONFIG)

    error = capsys.readouterr().err
    assert "NOT VERIFIED as cancelled: order 7" in error
    assert "Did not stop in time: risk" in error


def test_a_missing_summary_does_not_hide_how_the_session_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(FakeEngine(FakeSession(tmp_path)), "run", CONFIG) == 0

    captured = capsys.readouterr()
    assert "Ended with duration_elapsed" in captured.out
    assert "neo: no summary: cannot read" in captured.err


class LostTerminal(io.StringIO):
    """A terminal that was closed: every write fails."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_goes_away_does_not_stop_the_orderly_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = FakeSession(tmp_path, [lambda _: monkeypatch.setattr("sys.stdout", LostTerminal()), interrupt, interrupt])
    session.ended = SessionEnded(SESSION, "interrupted_console_close", "", 0)
    session.current = a_status(phase="halting")

    assert run(FakeEngine(session), "run", CONFIG) == 0

    assert session.signals == [StopSignal.SIGINT]
    assert session.closed


def test_a_start_that_fails_leaves_no_view_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[bool] = []
    monkeypatch.setattr("neo.cli.session_view.view_for", opened.append)

    assert run(FakeEngine(failure=NeoError("the database is in use")), "run", CONFIG) == 70

    assert opened == []
    assert capsys.readouterr().err == "neo: the database is in use\n"
