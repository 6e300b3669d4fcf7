"""What went wrong: a log directory that nobody had set, and a debug tracer without a path, each ended a session at its start."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, cast

import pytest

from neo.infra.session.directory import SessionDirectory
from neo.infra.telemetry.debug_trace import open_debug_trace
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.logging_bridge import LoggingBridge
from neo.system.on_threads import ThreadedSession, start_on_threads
from neo.system.running import move_in
from tests.patience import the_end_of
from tests.regression.sim_file import loaded_in

UNSET: tuple[Any, ...] = (None, "", "logs")
AT_NS = 1_790_000_000 * 10**9


@pytest.mark.parametrize("path", UNSET)
def test_whatever_logs_refuses_a_directory_that_is_not_set(path: Any) -> None:
    for takes_a_path in (LoggingBridge, JsonlSink, SessionDirectory):
        with pytest.raises(TypeError, match="Path"):
            takes_a_path(cast(Path, path))
    with pytest.raises(TypeError, match="Path"):
        SessionDirectory.create(cast(Path, path), AT_NS)


def test_the_log_directory_exists_before_the_first_line_is_logged(tmp_path: Path) -> None:
    premises = move_in(loaded_in(tmp_path), "0123abcd", AT_NS)
    try:
        logging.getLogger("neo.test").error("the first line")
        premises.sink.flush()

        assert "the first line" in (premises.directory.logs / "neo.log").read_text("utf-8")
        assert premises.directory.events_file.parent.is_dir()
    finally:
        premises.sink.close()
        premises.trace.close()
        premises.logs.uninstall()
        premises.directory.release()


def test_a_tracer_without_a_path_is_off_and_takes_every_message() -> None:
    trace = open_debug_trace(None)

    trace.record(0, "a", "b", object())
    trace.flush()
    trace.close()

    assert not trace.enabled


def started(folder: Path, trace: str) -> ThreadedSession:
    return start_on_threads(loaded_in(folder, telemetry__debug_trace=trace, speed="60", session__duration_s="20"))


def outcome(session: ThreadedSession) -> tuple[str, int]:
    """Wait for the end, and close."""
    try:
        ended = the_end_of(session)
        return ended.halt_reason, ended.exit_code
    finally:
        assert session.close() == ()


def test_a_session_trades_without_a_tracer(tmp_path: Path) -> None:
    assert outcome(started(tmp_path, "off")) == ("duration_elapsed", 0)


def test_a_session_trades_when_its_tracer_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "trace"
    in_the_way.write_text("a file where a directory should be", "utf-8")

    session = started(tmp_path, str(in_the_way / "messages.jsonl"))
    directory = session.directory

    assert outcome(session) == ("duration_elapsed", 0)
    assert "messages.jsonl failing" in (directory / "logs" / "neo.log").read_text("utf-8")


def test_a_session_with_a_tracer_writes_every_message(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"

    assert outcome(started(tmp_path, str(path))) == ("duration_elapsed", 0)

    kinds = {json.loads(line).get("kind") for line in path.read_text("utf-8").splitlines()}
    assert {"MarketUpdated", "Persist", "PhaseChanged"} <= kinds
