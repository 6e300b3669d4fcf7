from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import MappingProxyType

import pytest
from rich.console import Console

from neo.cli.main import main
from neo.cli.top_picture import picture
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.status import ActorState, ActorStatus, EngineStatus
from neo.infra.control.status_board import StatusBoard, sight
from neo.infra.sqlite.engine_lock import EngineLock
from tests.cli.fake_engine import SESSION, a_status
from tests.patience import PATIENCE_S

REPOSITORY = Path(__file__).parents[2]


def post(database: Path, status: EngineStatus) -> None:
    ControlDirectory.beside(database).path.mkdir(parents=True, exist_ok=True)
    StatusBoard(ControlDirectory.beside(database)).write(status)


def drawn(database: Path, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(picture(sight(database, time.time_ns()), database))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_picture_names_mode_state_and_every_actor_with_those_that_are_ill_first(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    ill = (ActorStatus("strategy", queued=2), ActorStatus("risk", ActorState.BLOCKED, queued=7, restarts=3))
    lock = EngineLock.acquire(database, session=SESSION, started="now")
    post(database, a_status(pid=os.getpid(), mode="live", actors=ill))

    text = drawn(database)
    lock.release()

    assert "LIVE, REAL MONEY" in text and "running" in text
    assert text.index("risk       blocked") < text.index("strategy   ok")


def test_where_no_engine_lives_the_last_word_is_shown_as_such_and_the_exit_code_is_69(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "neo.db"
    post(database, a_status())

    assert main(["top", "--database", str(database)]) == UNAVAILABLE

    assert "the last word of that session" in capsys.readouterr().out


def test_for_programs_top_tells_one_look_as_status_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "neo.db"
    lock = EngineLock.acquire(database, session=SESSION, started="now")
    post(database, a_status(pid=os.getpid(), actors=(ActorStatus("risk", queued=2),)))

    codes = [main([command, "--json", "--database", str(database)]) for command in ("top", "status")]
    lock.release()
    codes.append(main(["top", "--json", "--database", str(tmp_path / "none.db")]))

    looks = [json.loads(each) for each in capsys.readouterr().out.replace("}\n{", "}\0{").split("\0")]
    assert codes == [EX_OK, EX_OK, UNAVAILABLE]
    assert looks[0] | {"age_s": 0} == looks[1] | {"age_s": 0}
    assert (looks[0]["alive"], looks[0]["status"]["actors"][0]["queued"]) == (True, 2)
    assert (looks[2]["state"], looks[2]["status"]) == ("absent", None)


def test_where_nothing_ever_ran_it_says_so(tmp_path: Path) -> None:
    assert "no engine has run on this database" in " ".join(drawn(tmp_path / "none.db", width=300).split())


def test_a_status_of_another_version_is_said_and_not_drawn(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    post(database, a_status())
    file = ControlDirectory.beside(database).status_file
    file.write_text(file.read_text().replace('"phase"', '"stage"'), encoding="utf-8")

    assert "another version of neo" in drawn(database, width=300)


def test_a_narrow_terminal_is_not_overrun(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    post(database, a_status())

    assert all(len(line) <= 40 for line in drawn(database, width=40).splitlines())


def test_on_a_terminal_it_fills_the_screen_until_ctrl_c_and_gives_it_back(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    post(database, a_status())

    with on_a_terminal(["top", "--database", str(database)], tmp_path) as (process, terminal):
        shown = read_until(terminal, "last beat s")
        process.send_signal(signal.SIGINT)
        after = read_until(terminal, "\x1b[?1049l")

        assert process.wait(PATIENCE_S) == EX_OK
        assert "\x1b[?1049h" in shown and SESSION in shown
        assert "Traceback" not in shown + after


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colour_unless_it_is_not_wanted_and_the_same_words(
    tmp_path: Path, no_color: str, coloured: bool
) -> None:
    config = REPOSITORY / "config" / "paper.toml"
    nobody = {"NEO_ALERT_WEBHOOK": "", "NEO_ALERT_CHANNELS": "", "NO_COLOR": no_color}

    with on_a_terminal(["alert", "test", str(config)], tmp_path, nobody) as (process, terminal):
        shown = read_until(terminal, "tells nobody")
        assert process.wait(PATIENCE_S) == UNAVAILABLE

    assert "FAIL" in shown
    assert ("\x1b[" in shown) is coloured


@contextmanager
def on_a_terminal(
    arguments: list[str], place: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """neo in a process of its own on a terminal of 120 by 50; the process, and our end of its terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", **variables}
    command = [sys.executable, "-m", "neo", *arguments]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=place)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(theirs)
        os.close(ours)


def read_until(terminal: int, wanted: str) -> str:
    """What the terminal was sent until `wanted` was there; fails when nothing more comes."""
    text = ""
    while wanted not in text:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        assert ready, f"{wanted!r} never came: {text!r}"
        text += os.read(terminal, 65536).decode(errors="replace")
    return text
