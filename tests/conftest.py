"""What every test gets: the shared recordings, quiet hypothesis profiles, and a check that nothing keeps running."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pykka
import pytest
from hypothesis import settings

from tests.browser.chromium import NAMES, Chromium, installed
from tests.patience import PATIENCE_S

REPO = Path(__file__).resolve().parent.parent
#: How long a thread that was told to stop may take to be gone once its test has ended.
THREAD_GRACE_S = PATIENCE_S

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# No deadline: two cores are shared by many. Derandomised on CI: a red run is about the change that it tests.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if ON_CI else "here")


def recordings_folder(environment: Mapping[str, str]) -> Path:
    """Beside the repository, or where NEO_SHARED says."""
    shared = environment.get("NEO_SHARED")
    return (Path(shared) if shared else REPO.parent / "shared") / "recordings"


def require_recordings(folder: Path, on_ci: bool) -> Path:
    """`folder` if it is there; a failure on CI, elsewhere the only skip there is: a stranger's clone has none beside it."""
    if not folder.is_dir():
        refuse = pytest.fail if on_ci else pytest.skip
        refuse(f"the recordings are not at {folder}: set NEO_SHARED to the folder that holds recordings/")
    return folder


@pytest.fixture(scope="session")
def shared_recordings() -> Path:
    """Answers of real servers and real market data."""
    return require_recordings(recordings_folder(os.environ), ON_CI)


def require_browser(program: str | None, required: bool) -> str:
    """`program` if there is one; otherwise a skip that says so, or a failure where .ci/run has promised a browser."""
    if program is None:
        refuse = pytest.fail if required else pytest.skip
        refuse(
            f"no browser to test the pages in: none of {', '.join(NAMES)} is installed (Debian: apt install chromium)"
        )
    return program


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A real browser, one for all tests of a worker; pages are each test's own."""
    require_browser(installed(), bool(os.environ.get("BROWSER_REQUIRED")))
    with Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture(scope="module", autouse=True)
def what_is_there_to_stay_is_looked_through_once() -> None:
    """Collections within a test leave out what was there before its module: half a million objects, of all tests together."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_keeps_running() -> Iterator[None]:
    """Fails a test that leaves an actor registered or a non-daemon thread behind."""
    before = set(threading.enumerate())
    yield
    left, actors = threads_left(before), actors_left()
    assert not actors, f"still registered: {', '.join(actors)}"
    assert not left, f"still running: {', '.join(sorted(thread.name for thread in left))}"


def actors_left() -> list[str]:
    """Addresses of the actors that Pykka still knows; they are told to stop, so that the next test is not blamed."""
    actors = pykka.ActorRegistry.get_all()
    for actor in actors:
        actor.stop(block=False)
    return [actor.actor_urn for actor in actors]


def threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads born since `before`, each given the chance to end by itself."""
    born = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in born:
        thread.join(THREAD_GRACE_S)
    return [thread for thread in born if thread.is_alive()]
