from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from neo.cli.stop_signals import StopSignals
from neo.domain.messages.session import StopSignal


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Whatever starts the tests (nohup, a shell's background) may ignore signals, and a child inherits that."""
    before = {
        number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("number", "stop"),
    [
        (signal.SIGINT, StopSignal.SIGINT),
        (signal.SIGTERM, StopSignal.SIGTERM),
        (signal.SIGHUP, StopSignal.CONSOLE_CLOSE),
    ],
)
def test_a_signal_of_the_system_is_noted_with_its_own_name(number: int, stop: StopSignal) -> None:
    with StopSignals() as signals:
        os.kill(os.getpid(), number)

        assert signals.take() == (stop, True)
        assert signals.take() is None


def test_only_the_first_signal_asks_for_the_end() -> None:
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)

        assert [signals.take(), signals.take()] == [(StopSignal.SIGTERM, True), (StopSignal.SIGINT, False)]


def test_the_third_signal_ends_the_process_at_once() -> None:
    script = """
import os, signal
from neo.cli.stop_signals import StopSignals

with StopSignals():
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGINT)
    print("never reached")
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 130
    assert done.stdout == ""
    assert "third signal" in done.stderr


def test_handlers_are_afterwards_as_they_were() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) is not before[1]

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_a_signal_that_the_parent_ignores_stays_ignored() -> None:
    """nohup starts its child with SIGHUP ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert signals.take() is None
    finally:
        signal.signal(signal.SIGHUP, before)
