from __future__ import annotations

import threading
from collections.abc import Iterator

import attrs
import pytest

from neo.actors.runtime import PortClosed, PortSaturated, ThreadPoolPort
from tests.patience import PATIENCE_S


@attrs.frozen
class Failed:
    request: object
    error: str


class Replies:
    def __init__(self) -> None:
        self.got: list[object] = []
        self._changed = threading.Condition()

    def done(self, reply: object) -> None:
        with self._changed:
            self.got.append(reply)
            self._changed.notify_all()

    def wait_for(self, count: int) -> list[object]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.got) >= count, PATIENCE_S)
        return self.got


class Blocking:
    """A handler that takes its time."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()

    def __call__(self, request: object) -> object:
        self.entered.release()
        self.release.wait(PATIENCE_S)
        return ("done", request)


def failed(request: object, error: Exception) -> object:
    return Failed(request, type(error).__name__)


@pytest.fixture
def blocking() -> Iterator[Blocking]:
    made = Blocking()
    yield made
    made.release.set()


def test_what_the_handler_returns_is_the_reply() -> None:
    replies, port = Replies(), ThreadPoolPort(2, lambda request: ("done", request), failed)
    for number in range(5):
        port.submit("router", number, replies.done)
    assert sorted(replies.wait_for(5), key=str) == [("done", number) for number in range(5)]
    assert port.close(PATIENCE_S)


def test_what_the_handler_raises_is_a_reply_too_and_the_thread_lives_on() -> None:
    def handler(request: object) -> object:
        if request == "bad":
            raise OSError("connection reset")
        return "fine"

    replies, port = Replies(), ThreadPoolPort(1, handler, failed)
    port.submit("router", "bad", replies.done)
    port.submit("router", "good", replies.done)
    assert replies.wait_for(2) == [Failed("bad", "OSError"), "fine"]
    assert port.close(PATIENCE_S)


def test_as_many_calls_run_at_once_as_there_are_threads(blocking: Blocking) -> None:
    replies, port = Replies(), ThreadPoolPort(2, blocking, failed)
    for number in range(2):
        port.submit("router", number, replies.done)
    assert blocking.entered.acquire(timeout=PATIENCE_S)
    assert blocking.entered.acquire(timeout=PATIENCE_S)
    blocking.release.set()
    replies.wait_for(2)
    assert port.close(PATIENCE_S)


def test_a_saturated_port_refuses_at_once(blocking: Blocking) -> None:
    replies, port = Replies(), ThreadPoolPort(1, blocking, failed, queued_max=1)
    port.submit("router", "running", replies.done)
    assert blocking.entered.acquire(timeout=PATIENCE_S)
    port.submit("router", "waiting", replies.done)
    port.submit("router", "refused", replies.done)
    assert replies.got == [Failed("refused", PortSaturated.__name__)]
    blocking.release.set()
    replies.wait_for(3)
    assert port.close(PATIENCE_S)


def test_closing_finishes_what_waits_and_refuses_what_comes(blocking: Blocking) -> None:
    replies, port = Replies(), ThreadPoolPort(1, blocking, failed)
    port.submit("router", "waiting", replies.done)
    assert port.close() is False
    port.submit("router", "late", replies.done)
    assert replies.got == [Failed("late", PortClosed.__name__)]
    blocking.release.set()
    assert port.close(PATIENCE_S)
    assert replies.got[1:] == [("done", "waiting")]
