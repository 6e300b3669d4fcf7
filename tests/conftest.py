"""What every test gets: the shared recordings, quiet hypothesis profiles, and a check that nothing keeps running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pykka
import pytest
from hypothesis import settings

REPO = Path(__file__).resolve().parent.parent
#: How long a thread that was told to stop may take to be gone once its test has ended.
THREAD_GRACE_S = 5.0

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# No deadline: two cores are shared by many. Derandomised on CI: a red run is about the change that it tests.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if ON_CI else "here")


def _recordings() -> Path:
    shared = os.environ.get("NEO_SHARED")
    return (Path(shared) if shared else REPO.parent / "shared") / "recordings"


@pytest.fixture(scope="session")
def shared_recordings() -> Path:
    """Answers of real servers and real market data, kept beside the repository or under NEO_SHARED."""
    folder = _recordings()
    if folder.is_dir():
        return folder
    if ON_CI:
        pytest.fail(f"the recordings are not at {folder}: set NEO_SHARED to the folder that holds recordings/")
    # The only skip there is: a stranger's clone has no recordings beside it.
    pytest.skip(f"the recordings are not at {folder}; set NEO_SHARED to the folder that holds recordings/")


@pytest.fixture(autouse=True)
def nothing_keeps_running() -> Iterator[None]:
    """Fails a test that leaves an actor registered or a non-daemon thread behind."""
    before = set(threading.enumerate())
    yield
    left = _threads_left(before)
    actors = pykka.ActorRegistry.get_all()
    if actors:
        pykka.ActorRegistry.stop_all(block=False)
    assert not actors, f"still registered: {', '.join(actor.actor_urn for actor in actors)}"
    assert not left, f"still running: {', '.join(sorted(thread.name for thread in left))}"


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads born since `before`, each given the chance to end by itself."""
    born = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in born:
        thread.join(THREAD_GRACE_S)
    return [thread for thread in born if thread.is_alive()]
