"""The alarm clock gives its pauses away, and nothing but its pauses."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from neo.actors.runtime.alarm import AlarmClock
from tests.actors.runtime.cast import MS
from tests.patience import PATIENCE_S

HOUR_NS = 3_600_000 * MS


class Clock:
    """An alarm clock whose time stands still until somebody moves it, and what it did, in order."""

    def __init__(self) -> None:
        self.time_ns = 0
        self.done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.pauses: list[float] = []
        self.left = 1
        self.alarms = AlarmClock(lambda: self.time_ns, 2.0, lambda error: self.done.put(repr(error)))
        self.alarms.chore = self._chore

    def _chore(self, pause_s: float) -> Callable[[], None] | None:
        self.pauses.append(pause_s)
        if not self.left:
            return None
        self.left -= 1
        return self.work

    def work(self) -> None:
        self.done.put(f"chore on {threading.current_thread().name}")

    def next(self) -> str:
        return self.done.get(timeout=PATIENCE_S)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    assert clock.alarms.close(PATIENCE_S)


def test_a_chore_is_done_before_the_clock_waits_and_is_told_the_pause_in_real_seconds(clock: Clock) -> None:
    clock.alarms.at(2 * HOUR_NS, lambda: clock.done.put("due"))

    assert clock.next() == "chore on neo-alarms"
    assert clock.pauses[0] == 3_600.0  # two hours of this clock, which runs twice as fast


def test_what_is_due_comes_before_any_chore(clock: Clock) -> None:
    def first() -> None:
        clock.alarms.at(-1, lambda: clock.done.put("second"))
        clock.alarms.at(HOUR_NS, lambda: clock.done.put("never"))
        clock.done.put("first")

    clock.alarms.at(0, first)

    assert [clock.next() for _ in range(3)] == ["first", "second", "chore on neo-alarms"]


def test_a_chore_that_fails_is_reported_and_stops_no_timer(clock: Clock) -> None:
    def broken() -> None:
        raise ValueError("broken")

    clock.work = broken  # type: ignore[method-assign]
    clock.alarms.at(HOUR_NS, lambda: clock.done.put("never"))
    assert clock.next() == "ValueError('broken')"

    clock.alarms.at(0, lambda: clock.done.put("due"))
    assert clock.next() == "due"


def test_a_clock_without_chores_only_waits() -> None:
    done: queue.SimpleQueue[str] = queue.SimpleQueue()
    alarms = AlarmClock(time.monotonic_ns, 1.0, lambda error: done.put(repr(error)))

    alarms.at(time.monotonic_ns() + MS, lambda: done.put("due"))

    assert done.get(timeout=PATIENCE_S) == "due"
    assert alarms.close(PATIENCE_S)
