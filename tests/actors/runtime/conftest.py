from __future__ import annotations

import threading
from collections.abc import Iterator

import pykka
import pytest

from tests.actors.runtime.world import SimWorld, ThreadWorld, World
from tests.patience import PATIENCE_S


@pytest.fixture(params=["threads", "virtual"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    before = set(threading.enumerate())
    made: World = ThreadWorld() if request.param == "threads" else SimWorld()
    yield made
    made.close()
    _no_threads_left(before)


@pytest.fixture
def threads() -> Iterator[ThreadWorld]:
    before = set(threading.enumerate())
    made = ThreadWorld()
    yield made
    made.close()
    _no_threads_left(before)


@pytest.fixture
def virtual() -> SimWorld:
    return SimWorld()


def _no_threads_left(before: set[threading.Thread]) -> None:
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(PATIENCE_S)
    assert not [thread for thread in left if thread.is_alive()]
    assert pykka.ActorRegistry.get_all() == []
