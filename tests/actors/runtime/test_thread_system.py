"""What only real threads have: clocks that can be scaled, a main thread that waits, an orderly end."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from neo.actors.runtime import ChildSpec, Tick, handles
from neo.actors.runtime.alarm import AlarmClock
from neo.actors.runtime.scaled_clock import ScaledClock
from neo.actors.runtime.threads import ThreadSystem
from tests.actors.runtime.cast import MS, Ask, Boom, Hang, Listener, Recorder, S, Say, Stubborn
from tests.actors.runtime.world import ThreadWorld
from tests.patience import PATIENCE_S


@pytest.fixture
def signal_handled() -> Iterator[list[int]]:
    handled: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    yield handled
    signal.signal(signal.SIGUSR1, before)


def test_the_wait_ends_with_the_outcome(threads: ThreadWorld) -> None:
    class Ender(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            self.finish(message.question)

    threads.spawn("ender", Ender, record=threads.record)
    threads.system.tell("ender", Ask("done"))
    assert threads.threads.wait(PATIENCE_S) == "done"
    assert threads.threads.wait(PATIENCE_S) == "done"


def test_the_wait_ends_without_outcome_after_its_time_and_after_a_fatal_failure(threads: ThreadWorld) -> None:
    assert threads.threads.wait(0.01) is None
    threads.spawn("root", Listener, record=threads.record)
    threads.system.tell("root", Boom())
    assert threads.threads.wait(PATIENCE_S) is None
    assert threads.system.fatal_reason is not None


def test_the_wait_ends_as_soon_as_a_signal_handler_has_run(threads: ThreadWorld, signal_handled: list[int]) -> None:
    threads.threads.after(10 * MS, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    assert threads.threads.wait(1_000.0) is None
    assert signal_handled == [signal.SIGUSR1]


def test_a_signal_between_two_waits_ends_the_second_one(threads: ThreadWorld, signal_handled: list[int]) -> None:
    threads.threads.wait(0.0)
    os.kill(os.getpid(), signal.SIGUSR1)
    assert threads.threads.wait(1_000.0) is None
    assert signal_handled == [signal.SIGUSR1]


def test_shutdown_leaves_signals_as_it_found_them(signal_handled: list[int]) -> None:
    system = ThreadSystem()
    system.wait(0.0)
    system.shutdown(PATIENCE_S)
    assert signal.set_wakeup_fd(-1) == -1


def test_waiting_elsewhere_than_in_the_main_thread_works_too(threads: ThreadWorld) -> None:
    got: list[object] = []
    waiter = threading.Thread(target=lambda: got.append(threads.threads.wait(PATIENCE_S)))
    waiter.start()
    threads.system.finish("done")
    waiter.join(PATIENCE_S)
    assert got == ["done"]


def test_speed_scales_the_clock_and_the_timers() -> None:
    system = ThreadSystem(speed=1_000.0, start_ns=5 * S)
    world_seen: list[object] = []
    fired = threading.Event()

    class Beating(Listener):
        def started(self) -> None:
            self.once("beat", 60 * S)

        @handles(Tick)
        def on_tick(self, tick: Tick) -> None:
            self.record((self.mono_ns >= tick.due_ns, self.now_ns))
            fired.set()

    system.spawn(ChildSpec("beating", Beating, {"record": world_seen.append}))
    assert fired.wait(PATIENCE_S)  # a minute of its time
    assert system.shutdown(PATIENCE_S) == ()
    assert isinstance(world_seen[0], tuple)
    on_time, now_ns = world_seen[0]
    assert on_time
    assert now_ns >= 65 * S


def test_at_speed_one_the_wall_clock_itself_is_shown() -> None:
    before_ns = time.time_ns()
    shown_ns = ScaledClock(1.0, None).now_ns()
    assert before_ns <= shown_ns <= time.time_ns()


def test_a_clock_with_a_start_begins_there_and_runs_as_fast_as_told() -> None:
    clock = ScaledClock(60.0, 7 * S)
    before_ns = time.monotonic_ns()
    first_ns, second_ns = clock.now_ns(), clock.now_ns()
    elapsed_ns = time.monotonic_ns() - before_ns
    assert 7 * S <= first_ns <= second_ns
    assert second_ns - first_ns <= 60 * elapsed_ns


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_a_clock_must_go_forward(speed: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        ScaledClock(speed, None)


def test_callbacks_come_in_order_and_not_when_cancelled() -> None:
    # Given a clock that stands still until all of them are asked for
    now_ns = 0
    seen: list[str] = []
    over = threading.Event()
    failures: list[Exception] = []
    alarms = AlarmClock(lambda: now_ns, 1.0, failures.append)
    alarms.at(30 * MS, over.set)
    alarms.at(20 * MS, lambda: seen.append("second"))
    alarms.at(10 * MS, lambda: seen.append("first"))
    alarms.at(5 * MS, lambda: seen.append("cancelled")).cancel()
    # When it goes on
    now_ns = S
    # Then they come by their deadlines
    assert over.wait(PATIENCE_S) and alarms.close(PATIENCE_S)
    assert (seen, failures) == (["first", "second"], [])


def test_a_callback_that_raises_is_a_dead_letter_and_harms_no_other(threads: ThreadWorld) -> None:
    def failing() -> None:
        raise ValueError("venue bug")

    threads.threads.after(0, failing)
    threads.threads.after(MS, lambda: threads.record("next"))
    threads.until_seen("next")
    assert [letter.message for letter in threads.lost("callback_failed")] == ["ValueError: venue bug"]


def test_what_is_still_queued_at_shutdown_is_a_dead_letter() -> None:
    world = ThreadWorld()
    world.spawn("stuck", Stubborn, record=world.record, release=world.release)
    world.system.tell("stuck", Hang())
    world.until_seen("stuck#1 hangs")
    world.system.tell("stuck", Say("never heard"))
    # the alarm clock may need longer as well
    assert {*world.threads.shutdown(0.02)} - {"alarm clock"} == {"stuck"}
    assert [letter.message for letter in world.lost("shutdown")] == [Say("never heard")]
    world.system.tell("stuck", Say("too late"))
    assert [letter.message for letter in world.lost("stopped")] == [Say("too late")]
    world.release.set()
    world.until_seen("stuck#1 stopping")


def test_a_fenced_thread_that_still_hangs_is_named_at_shutdown() -> None:
    world = ThreadWorld()
    world.spawn("hung", Stubborn, record=world.record, release=world.release)
    world.system.tell("hung", Hang())
    world.until_seen("hung#1 hangs")
    world.spawn("hung", Stubborn, record=world.record, release=world.release)
    world.until_seen("hung#2 started")
    assert {*world.threads.shutdown(0.02)} - {"alarm clock"} == {"hung"}
    world.until_seen("hung#2 stopping")
    assert "hung#1 stopping" not in world.seen
    world.release.set()
    world.until_seen("hung#1 stopping")


def test_nothing_is_spawned_once_the_end_began() -> None:
    world = ThreadWorld()
    assert world.threads.shutdown(PATIENCE_S) == ()
    world.spawn("late", Recorder, record=world.record)
    assert world.system.incarnation("late") == 0
    assert world.threads.shutdown(PATIENCE_S) == ()
