from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neo.cli.context import CliContext
from neo.cli.crash_guard import CrashGuard
from neo.cli.lazy_group import LazyCommand
from neo.cli.main import COMMANDS, main
from neo.domain.errors import NeoError
from tests.cli.fake_engine import FakeEngine, FakeSession

CONFIG = str(Path(__file__).parents[2] / "config" / "sim.toml")


def context(engine: FakeEngine) -> CliContext:
    return CliContext(engine=lambda: engine)


def test_help_imports_nothing_but_click_and_the_names_of_the_commands() -> None:
    script = """
import json, sys
from neo.cli.main import main
main(["--help"])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    modules = json.loads(done.stderr)
    third_party = ("rich", "apsw", "attr", "cattrs", "ccxt", "xrpl", "pykka")
    heavy = (*third_party, "asyncio", "multiprocessing", "tempfile", "neo.infra", "neo.actors")
    assert [name for name in modules if name.startswith(heavy)] == []
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_what_the_command_says_of_itself(name: str) -> None:
    lazy: LazyCommand = COMMANDS[name]
    command = lazy.load()

    assert command.name == name
    assert command.get_short_help_str(limit=500) == lazy.help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Usage: neo {name}" in capsys.readouterr().out


def test_a_mistyped_command_is_met_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sesions"]) == 2
    assert "Did you mean sessions" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("neo 0.")


def test_an_error_for_people_is_problem_and_advice_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    class Refused(NeoError):
        exit_code = 66

    code = main(["run", CONFIG], context(FakeEngine(failure=Refused("the disk is full", "make room"))))

    assert code == 66
    assert capsys.readouterr().err == "neo: the disk is full\n  -> make room\n"


def test_ctrl_c_in_a_command_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", CONFIG], context(FakeEngine(failure=KeyboardInterrupt()))) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_fault_of_neo_is_a_short_message_and_a_file_in_the_session_s_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a session that breaks while it runs, with a secret in the message
    monkeypatch.setenv("EXCHANGE_API_KEY", "very-secret-value")

    def breaks(_: FakeSession) -> None:
        raise RuntimeError("impossible: very-secret-value\nsecond line")

    session = FakeSession(tmp_path, [breaks])

    # when it is run
    code = main(["run", CONFIG, "--plain"], context(FakeEngine(session)))

    # then the operator reads one line and where the rest is, without the secret, and the session was closed
    error = capsys.readouterr().err
    assert code == 70
    assert "neo: internal error: RuntimeError: impossible: ***\n" in error
    assert "Traceback" not in error
    (report,) = (session.directory / "logs").glob("crash_*.txt")
    assert str(report) in error
    assert "Traceback" in report.read_text()
    assert "very-secret-value" not in report.read_text()
    assert session.closed


def test_a_crash_report_finds_another_place_when_the_session_directory_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    guard = CrashGuard()
    guard.report_into(tmp_path / "gone")

    with guard:
        raise RuntimeError("x")

    assert guard.exit_code == 70
    assert len(list(tmp_path.glob("crash_*.txt"))) == 1


def test_a_crash_that_can_be_written_nowhere_is_shown_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone as well"))
    guard = CrashGuard()
    guard.report_into(tmp_path / "gone")

    with guard:
        raise RuntimeError("x")

    error = capsys.readouterr().err
    assert guard.exit_code == 70
    assert "no file could be written:\nTraceback" in error
    assert error.endswith("RuntimeError: x\n\n")


def test_a_closed_pipe_ends_quietly() -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [sys.executable, "-m", "neo", "config", "schema"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (1, "")


def test_a_configuration_with_faults_is_exit_code_64_with_all_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('nonsense = 1\nmode = "fast"\n')

    assert main(["run", str(wrong)], context(FakeEngine())) == 64

    error = capsys.readouterr().err
    assert f"{wrong}:1:1" in error
    assert f"{wrong}:2:" in error
