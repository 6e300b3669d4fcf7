"""A session under a service manager: real datagrams, real threads, a handler that hangs."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from neo.actors.names import SUPERVISOR
from neo.actors.runtime import Envelope
from neo.domain.messages.session import StopSignal
from neo.system.on_threads import ThreadedSession, start_on_threads
from tests.patience import PATIENCE_S
from tests.regression.sim_file import loaded_in, sim_file

#: Datagrams that a test reads at most until what it waits for must have come.
DATAGRAMS_MAX = 2_000


class Listener:
    """What systemd does: listens, and reads what the service says."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        self._heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    @property
    def environment(self) -> dict[str, str]:
        """A watchdog that wants to hear something five times a second."""
        return {"NOTIFY_SOCKET": self.address, "WATCHDOG_USEC": "200000"}

    def _listen(self) -> None:
        while heard := self.socket.recv(4_096).decode():
            self._heard.put(heard)

    def close(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.address)
        self._listening.join(PATIENCE_S)
        self.socket.close()

    def hear(self) -> str:
        return self._heard.get(timeout=PATIENCE_S)

    def until(self, *saying: str) -> str:
        """The first datagram with all of it."""
        for _ in range(DATAGRAMS_MAX):
            heard = self.hear()
            if all(each in heard for each in saying):
                return heard
        raise AssertionError(f"{saying} was not said")


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listening = Listener(tmp_path)
    yield listening
    listening.close()


class Driven:
    """A session whose main loop runs on a thread of its own, as the command line's does on the main thread."""

    def __init__(self, session: ThreadedSession) -> None:
        self.session = session
        self._thread = threading.Thread(target=self._drive)
        self._thread.start()

    def _drive(self) -> None:
        while self.session.wait(0.02) is None:
            pass

    def end(self) -> None:
        self.session.stop(StopSignal.SIGTERM)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self.session.close()


@pytest.mark.parametrize("victim", ["strategy", SUPERVISOR, "heartbeat"])
def test_a_stuck_actor_stops_the_feeding_until_it_answers_again(
    victim: str, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a session that feeds the watchdog, and only reports who is silent
    for name, value in listener.environment.items():
        monkeypatch.setenv(name, value)
    session = start_on_threads(
        loaded_in(
            tmp_path,
            speed="4",
            session__duration_s="0",
            heartbeat__interval_s="1",
            heartbeat__timeout_s="2",
            heartbeat__warn_only="true",
            dashboard__enabled="false",
        )
    )
    release = threading.Event()
    driven = Driven(session)
    try:
        assert listener.hear() == "READY=1"
        listener.until("WATCHDOG=1")
        # When what an actor does next hangs: whoever it tells something hears it in the actor's own thread
        held = session.system.observe(lambda envelope: _hang(envelope, victim, release))
        # Then the watchdog is told who is silent instead of being fed
        heard = listener.until("not fed", victim)  # on a slow machine somebody else may be silent for a moment as well
        assert "WATCHDOG=1" not in heard
        held()
        release.set()
        # And it is fed again when the actor answers
        listener.until("WATCHDOG=1")
    finally:
        release.set()
        driven.end()
    # And the end is announced
    listener.until("STOPPING=1")


def _hang(envelope: Envelope, victim: str, release: threading.Event) -> None:
    """Hangs in the victim's own thread."""
    if envelope.sender == victim and threading.current_thread().name.startswith(f"{victim}#"):
        release.wait(PATIENCE_S)


def test_a_service_says_that_it_is_ready_alive_and_at_its_end(listener: Listener, tmp_path: Path) -> None:
    # Given the command under a service manager
    paths = (
        ('path = "state/neo-sim.db"', f'path = "{tmp_path}/neo.db"'),
        (
            'directory = "sessions"',
            f'directory = "{tmp_path}/sessions"',
        ),
    )
    config = sim_file(tmp_path, *paths)
    config.write_text(config.read_text("utf-8").replace("enabled = true", "enabled = false"), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "neo", "run", str(config), "--plain", "--duration", "10d"],
        env={**os.environ, **listener.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        # When it starts, runs, and is told to stop
        listener.until("READY=1")
        listener.until("WATCHDOG=1\nSTATUS=trading")
        process.send_signal(signal.SIGTERM)
        # Then the manager hears of all three, and the exit code is that of the signal's halt reason
        listener.until("STOPPING=1")
        output, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, output
