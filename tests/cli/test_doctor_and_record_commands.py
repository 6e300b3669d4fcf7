from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from neo.cli.context import CliContext
from neo.cli.main import main
from neo.domain.errors import NeoError
from neo.domain.readiness.finding import Topic, fail, ok, warn
from neo.domain.session.exit_codes import FINDINGS
from tests.cli.fake_engine import FakeEngine, FakeRecording

CONFIG = str(Path(__file__).parents[2] / "config" / "sim.toml")
FINE = ok(Topic.CLOCK, "clock", "agrees with the ledger")
ADVICE = warn(Topic.KEY, "signing key", "is the master key", "set a regular key")
BROKEN = fail(Topic.ACCOUNT, "RLUSD trust line", "there is none", "set one")


def neo(engine: FakeEngine, *arguments: str) -> int:
    return main(arguments, CliContext(engine=lambda: engine))


def test_a_doctor_with_advice_only_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    assert neo(FakeEngine(findings=(FINE, ADVICE)), "doctor", CONFIG) == 0

    out = capsys.readouterr().out
    assert "[  ok  ] clock, clock: agrees with the ledger" in out
    assert "[ warn ] key, signing key: is the master key\n         -> set a regular key" in out
    assert "0 of 3 checks failed, 1 with advice." in out


def test_a_failed_check_has_an_exit_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert neo(FakeEngine(findings=(FINE, BROKEN)), "doctor", CONFIG) == FINDINGS

    assert "[ FAIL ] account, RLUSD trust line: there is none" in capsys.readouterr().out


def test_json_has_every_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert neo(FakeEngine(findings=(BROKEN,)), "doctor", CONFIG, "--json") == FINDINGS

    content = json.loads(capsys.readouterr().out)
    assert content["healthy"] is False
    assert content["findings"][-1] == {
        "topic": "account",
        "what": "RLUSD trust line",
        "verdict": "fail",
        "seen": "there is none",
        "fix": "set one",
    }


def test_a_faulty_configuration_is_a_finding_and_the_machine_is_looked_at_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "neo.toml"
    path.write_text('mode = "life"\n')
    engine = FakeEngine(findings=(FINE,))

    assert neo(engine, "doctor", str(path)) == FINDINGS

    out = capsys.readouterr().out
    assert 'did you mean "live"?' in out
    assert "[  ok  ] clock" in out
    assert engine.examined == [None]


def test_a_recording_ends_on_ctrl_c_and_says_what_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = FakeRecording([lambda: os.kill(os.getpid(), signal.SIGINT)])
    engine = FakeEngine(recording=recording)

    assert neo(engine, "record", CONFIG, "--out", str(tmp_path / "market"), "--max-mb", "7") == 0

    out = capsys.readouterr().out
    assert "1 ledgers, newest 90001, 1.00 MB" in out
    assert "Ended: asked to stop" in out
    assert recording.closed
    assert engine.outs == [(tmp_path / "market", 7_000_000)]


def test_a_recording_ends_when_its_time_is_over_and_when_its_file_is_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    timed = neo(
        FakeEngine(recording=FakeRecording()), "record", CONFIG, "--out", str(tmp_path / "m"), "--duration", "0.001s"
    )
    full = neo(FakeEngine(recording=FakeRecording([lambda: "the file is full"])), "record", CONFIG, "--out", "m")

    out = capsys.readouterr().out
    assert (timed, full) == (0, 0)
    assert "Ended: the time is over" in out
    assert "Ended: the file is full" in out


def test_a_disk_that_refuses_ends_the_recording_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses() -> str | None:
        raise NeoError("the disk is full", "free space")

    recording = FakeRecording([refuses])

    assert neo(FakeEngine(recording=recording), "record", CONFIG, "--out", str(tmp_path / "m")) == 70

    assert "the disk is full" in capsys.readouterr().err
    assert recording.closed
