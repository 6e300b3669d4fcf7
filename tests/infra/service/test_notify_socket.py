"""Datagrams to a real socket, as a service manager receives them."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from neo.infra.service.notify_socket import notify_socket, status_line, watchdog_period_s

ABSTRACT = f"@neo-test-{os.getpid()}"


@pytest.mark.parametrize("kind", ["path", "abstract"] if sys.platform == "linux" else ["path"])
def test_what_is_said_arrives_as_one_datagram(kind: str, tmp_path: Path) -> None:
    # Given a manager that listens
    address = str(tmp_path / "notify") if kind == "path" else ABSTRACT
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address.replace("@", "\0"))
        told = notify_socket({"NOTIFY_SOCKET": address})
        # When a service says two things
        assert told is not None and told.say("READY=1", "STATUS=trading") is None
        told.close()
        # Then they arrive together
        assert manager.recv(1_000) == b"READY=1\nSTATUS=trading"


def test_a_manager_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        told = notify_socket({"NOTIFY_SOCKET": address})
        assert told is not None
        problem = next(filter(None, (told.say("WATCHDOG=1") for _ in range(5_000))), None)
        told.close()
    assert "NOTIFY_SOCKET" in (problem or "")


def test_a_manager_that_is_gone_is_a_problem_in_words(tmp_path: Path) -> None:
    told = notify_socket({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert told is not None and "No such file" in (told.say("READY=1") or "")
    told.close()


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "relative"}])
def test_without_a_manager_there_is_nobody_to_tell(environment: dict[str, str]) -> None:
    assert notify_socket(environment) is None


@pytest.mark.parametrize(
    ("environment", "period_s"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.5),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_waits_as_long_as_the_environment_says_and_for_this_process(
    environment: dict[str, str], period_s: float | None
) -> None:
    assert watchdog_period_s(environment) == period_s


def test_a_status_is_one_line_of_bounded_length() -> None:
    assert status_line("held\nREADY=1") == "STATUS=held READY=1"
    assert len(status_line("x" * 5_000)) <= 210
