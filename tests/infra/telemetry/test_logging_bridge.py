from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pykka
import pytest

from neo.infra.telemetry.logging_bridge import LoggingBridge
from neo.infra.telemetry.redaction import Redactor
from tests.infra.telemetry.conftest import Notices
from tests.patience import PATIENCE_S


class Exploding(pykka.ThreadingActor):
    def on_receive(self, message: object) -> None:
        raise ValueError(f"cannot handle {message}")


def test_an_unset_log_directory_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="the log directory must be a Path, not None"):
        LoggingBridge(None)  # type: ignore[arg-type]


def test_libraries_log_into_the_session_with_secrets_masked(tmp_path: Path) -> None:
    with LoggingBridge(tmp_path, Redactor(["top-secret-1"])) as bridge:
        logging.getLogger("some.library").warning("login with %s failed", "top-secret-1")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old interface", stacklevel=1)

    text = bridge.path.read_text()
    assert "WARNING some.library: login with *** failed" in text
    assert "old interface" in text


def test_pykka_tells_of_a_dying_actor_in_the_log(tmp_path: Path) -> None:
    with LoggingBridge(tmp_path) as bridge:
        actor = Exploding.start()
        actor.tell("this")
        actor.actor_stopped.wait(PATIENCE_S)

    text = bridge.path.read_text()
    assert "Unhandled exception in Exploding" in text
    assert "ValueError: cannot handle this" in text


def test_a_log_that_cannot_be_written_is_counted_and_told_once(
    tmp_path: Path, notices: Notices, capsys: pytest.CaptureFixture[str]
) -> None:
    with LoggingBridge(tmp_path / "missing", report=notices) as bridge:
        for _ in range(3):
            logging.getLogger("x").error("lost")

    assert bridge.lines_lost == 3
    assert notices.kinds == ["failing"]
    assert capsys.readouterr().err == ""


def test_a_log_on_a_full_disk_is_closed_without_an_error(tmp_path: Path, notices: Notices) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with LoggingBridge(tmp_path, report=notices) as bridge:
            logging.getLogger("x").error("lost")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert bridge.lines_lost == 1


def test_logging_is_afterwards_as_it_was_before(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))

    bridge = LoggingBridge(tmp_path)
    with bridge:
        assert len(root.handlers) == len(before[1]) + 1
    bridge.uninstall()

    assert (root.level, list(root.handlers)) == before
