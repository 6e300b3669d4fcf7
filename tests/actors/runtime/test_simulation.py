"""What only virtual time has: seeds that decide, processes that are killed, a clock that jumps."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from neo.actors.runtime import (
    Actor,
    ChildSpec,
    Faults,
    LiveLock,
    RestartPolicy,
    SimKernel,
    SimSystem,
    Tick,
    handles,
    simulation,
)
from neo.actors.runtime.trace import TraceLevel
from neo.actors.runtime.turns import Policy
from tests.actors.runtime import day
from tests.actors.runtime.cast import MS, Ask, Asker, Listener, Parent, Recorder, S, Say, Ticker
from tests.actors.runtime.day import ROUGH, Day
from tests.actors.runtime.world import SimWorld


def test_the_same_seed_gives_the_same_trace() -> None:
    first, second = (Day(3, ROUGH).live(1_800 * S, kills=2).kernel for _ in range(2))
    assert first.lines == second.lines
    assert first.digest() == second.digest()
    assert len(first.lines) > 1_000


def test_the_trace_does_not_depend_on_the_hash_seed_of_the_process() -> None:
    def digest(hash_seed: str) -> str:
        command = [sys.executable, "-m", day.__name__, "7"]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        root = Path(__file__).parents[3]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True).stdout

    assert digest("0") == digest("4242") == Day(7, ROUGH).live(1_800 * S, kills=2).kernel.digest()


def test_different_seeds_give_different_traces() -> None:
    assert len({Day(seed, Faults()).live(60 * S).kernel.digest() for seed in range(10)}) == 10


def test_without_a_trace_everything_happens_just_the_same() -> None:
    steps = []
    levels: tuple[TraceLevel, ...] = ("off", "hash", "full")
    for level in levels:
        kernel = SimKernel(5, trace=level)
        world = SimWorld()
        system = SimSystem(kernel, ROUGH)
        system.spawn(ChildSpec("ticker", Ticker, {"record": world.record, "period_ns": S, "until": 50}))
        system.run_for(30 * S)
        steps.append((kernel.steps, len(world.seen)))
    assert steps[0] == steps[1] == steps[2]


@pytest.mark.parametrize("seed", range(5))
def test_no_order_reaches_the_venue_unwritten_or_twice_whatever_goes_wrong(seed: int) -> None:
    lived = Day(seed, ROUGH).live(3_600 * S, kills=3)
    assert len(lived.venue.received) > 100
    assert len(set(lived.venue.received)) == len(lived.venue.received)
    assert set(lived.venue.received) <= set(lived.disk)


def test_once_the_faults_end_the_engine_works_again() -> None:
    lived = Day(1, ROUGH).live(600 * S)
    lived.system.faults = Faults()
    lived.system.run_for(120 * S)
    crashes, orders = len(lived.system.crashes), len(lived.venue.received)
    lived.system.run_for(400 * S)
    assert len(lived.system.crashes) == crashes
    assert len(lived.venue.received) in range(orders + 99, orders + 102)


def test_a_plan_of_faults_really_happens() -> None:
    text = "\n".join(Day(2, ROUGH).live(3_600 * S).kernel.lines)
    for fault in ("crash router before", "crash inventory after", "crash router between sends", "hang writer", "pause",
                  "lost request venue", "lost reply venue", "late reply venue", "duplicate reply venue"):  # fmt: skip
        assert f"fault {fault}" in text


def test_the_seed_decides_who_comes_next_unless_first_come_is_first_served() -> None:
    def order(seed: int, policy: Policy) -> tuple[object, ...]:
        world = SimWorld()
        system = SimSystem(SimKernel(seed), policy=policy)
        for number in range(6):
            system.spawn(ChildSpec(f"listener{number}", Recorder, {"record": world.record}))
        system.run_for(0)
        return tuple(world.seen)

    assert len({order(seed, "random") for seed in range(10)}) > 5
    assert {order(seed, "fifo") for seed in range(10)} == {tuple(f"listener{n}#1 started" for n in range(6))}


# ------------------------------------------------------------------------------------------------------------- the clock


def test_time_jumps_to_the_next_event_and_stops_where_it_was_told_to(virtual: SimWorld) -> None:
    start_ns = virtual.kernel.now_ns()
    virtual.spawn("ticker", Ticker, record=virtual.record, period_ns=S, until=100)
    virtual.sim.run_for(3 * S + 500 * MS)
    assert virtual.kernel.now_ns() == start_ns + 3 * S + 500 * MS
    assert virtual.seen == [Tick("beat", start_ns + number * S) for number in (1, 2, 3)]


def test_a_slow_actor_misses_ticks_instead_of_being_flooded() -> None:
    world = SimWorld()
    system = SimSystem(world.kernel, service_ns=(3 * S, 3 * S + 1))
    system.spawn(ChildSpec("ticker", Ticker, {"record": world.record, "period_ns": S, "until": 4}))
    system.run_for(60 * S)
    assert [tick.missed for tick in world.seen if isinstance(tick, Tick)] == [2, 2, 2, 2]


def test_patience_stretches_what_actors_give_each_other_and_no_timer(virtual: SimWorld) -> None:
    class Late(Recorder):
        ready_when_started = False

    start_ns = virtual.kernel.now_ns()
    virtual.sim.patience = 3
    policy = RestartPolicy(ready_timeout_ns=10 * S, intensity=0)
    late = ChildSpec("late", Late, {"record": lambda item: None}, policy)
    virtual.spawn("parent", Parent, record=virtual.record, children=(late,))
    virtual.spawn("asker", Asker, record=virtual.record, to="late", timeout_ns=5 * S)
    virtual.spawn("ticker", Ticker, record=virtual.record, period_ns=5 * S, until=1)
    virtual.system.tell("asker", Say("one"))
    virtual.until(lambda: len(virtual.seen) == 1)
    assert virtual.seen == [Tick("beat", start_ns + 5 * S)]
    virtual.until_seen(("timed out", "one", "late", "Ask"))
    assert virtual.kernel.now_ns() == start_ns + 15 * S
    virtual.until(lambda: any(isinstance(item, tuple) and item[0] == "escalated" for item in virtual.seen))
    assert virtual.kernel.now_ns() == start_ns + 30 * S


def test_the_run_ends_with_the_outcome(virtual: SimWorld) -> None:
    class Ender(Listener):
        def started(self) -> None:
            self.once("end", 5 * S)

        @handles(Tick)
        def on_tick(self, tick: Tick) -> None:
            self.finish("done")

    start_ns = virtual.kernel.now_ns()
    virtual.spawn("ender", Ender, record=virtual.record)
    assert virtual.sim.run_until_outcome(4 * S) is None
    assert virtual.sim.run_until_outcome(3_600 * S) == "done"
    assert virtual.kernel.now_ns() == start_ns + 5 * S


def test_actors_that_never_let_time_move_on_are_found(virtual: SimWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    class Chatter(Actor):
        @handles(Say)
        def on_say(self, message: Say) -> None:
            self.tell(self.name, message)

    monkeypatch.setattr(simulation, "STEPS_AT_ONE_INSTANT_MAX", 1_000)
    virtual.spawn("chatter", Chatter)
    virtual.system.tell("chatter", Say("again"))
    with pytest.raises(LiveLock):
        virtual.sim.run_for(S)


def test_an_interrupt_of_the_operator_leaves_the_simulation(virtual: SimWorld) -> None:
    class Interrupted(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            raise KeyboardInterrupt

    virtual.spawn("interrupted", Interrupted, record=virtual.record)
    virtual.system.tell("interrupted", Ask("x"))
    with pytest.raises(KeyboardInterrupt):
        virtual.sim.run_for(S)
    virtual.sim.run_for(S)


def test_what_a_callback_raises_is_not_hidden(virtual: SimWorld) -> None:
    def failing() -> None:
        raise ValueError("venue bug")

    virtual.sim.after(S, failing)
    with pytest.raises(ValueError, match="venue bug"):
        virtual.sim.run_for(2 * S)


# ---------------------------------------------------------------------------------------------------------------- kill -9


def test_a_killed_process_flushes_nothing_and_hears_nothing_while_the_world_goes_on(virtual: SimWorld) -> None:
    answers: list[object] = []

    class Slow:
        def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
            def answer() -> None:
                answers.append(request)
                done("late")

            virtual.kernel.after(S, answer)

    class Caller(Recorder):
        def started(self) -> None:
            self.call("venue", Say("buy"), 10 * S)
            self.every("beat", 100 * MS)
            self._system.after(200 * MS, lambda: self.record("callback"))

        @handles(Tick)
        def on_tick(self, tick: Tick) -> None:
            self.record("tick")

    virtual.system.ports["venue"] = Slow()
    virtual.spawn("caller", Caller, record=virtual.record)
    virtual.sim.run_for(150 * MS)
    virtual.sim.faults = Faults(late_reply={"venue": 1.0}, late_reply_max_ns=10**9 * S)
    lost_before, sent_before = virtual.system.dead_letter_count, len(virtual.sent)
    virtual.sim.kill9()
    virtual.system.tell("caller", Say("hello"))
    virtual.kernel.run_until(virtual.kernel.now_ns() + 20 * S)
    assert not virtual.sim.step()
    assert virtual.seen == ["tick"]
    assert answers == [Say("buy")]
    assert (virtual.system.dead_letter_count, len(virtual.sent)) == (lost_before, sent_before)
    assert virtual.kernel.next_due_ns() is None


def test_the_next_process_draws_other_numbers_than_the_one_before() -> None:
    kernel = SimKernel(1)
    draws = [SimSystem(kernel, boot=boot).rng_for("actor:router:1").random() for boot in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


# ----------------------------------------------------------------------------------------------------------------- faults


class Flood(Actor):
    """Sends numbered messages, some now and some later."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def started(self) -> None:
        self.every("send", 100 * MS)

    @handles(Tick)
    def on_tick(self, tick: Tick) -> None:
        for _ in range(3):
            self.tell("listener", Say(f"{self.sent:04}"))
            self.sent += 1


@pytest.mark.parametrize("seed", range(8))
def test_delayed_messages_of_one_sender_stay_in_order_and_none_is_lost(seed: int) -> None:
    world = SimWorld(seed)
    # delays are multiples of the tick, so that messages become due at the very instant others are sent
    world.sim.faults = Faults(delay_p=0.3, delay_max_ns=250 * MS)
    world.spawn("listener", Listener, record=world.record)
    world.spawn("flood", Flood)
    world.sim.run_for(20 * S)
    world.sim.faults = Faults()
    world.system.stop("flood")
    world.sim.run_for(10 * S)
    assert world.seen == [f"listener#1:{number:04}" for number in range(len(world.seen))]
    assert len(world.seen) >= 597


def test_a_message_sent_at_the_instant_a_delayed_one_is_due_does_not_overtake_it(virtual: SimWorld) -> None:
    class TwoFaced(Actor):
        def started(self) -> None:
            self.once("second", 1)  # comes up before what is due at the same instant
            self.tell("listener", Say("first"))

        @handles(Tick)
        def on_tick(self, tick: Tick) -> None:
            self.tell("listener", Say("second"))

    virtual.sim.faults = Faults(delay_p=1.0, delay_max_ns=1)
    virtual.spawn("listener", Listener, record=virtual.record)
    virtual.spawn("twofaced", TwoFaced)
    virtual.sim.step()
    virtual.sim.step()
    virtual.sim.faults = Faults(pause_p=0.0)
    virtual.sim.run_for(S)
    assert virtual.seen == ["listener#1:first", "listener#1:second"]


def test_only_messages_from_outside_can_be_lost(virtual: SimWorld) -> None:
    virtual.sim.faults = Faults(drop_p=1.0)
    virtual.spawn("listener", Listener, record=virtual.record)
    virtual.spawn("flood", Flood)
    virtual.system.tell("listener", Say("from outside"))
    virtual.sim.run_for(150 * MS)
    assert virtual.seen == [f"listener#1:{number:04}" for number in range(3)]


@pytest.mark.parametrize(
    ("faults", "heard", "handled"),
    [
        (Faults(crash_before={"sender": 1.0}), 0, False),
        (Faults(crash_after={"sender": 1.0}), 5, True),
        (Faults(crash_after={"*": 1.0, "listener": 0.0}), 5, True),
    ],
)
def test_a_crash_is_placed_before_or_after_the_handler(
    virtual: SimWorld, faults: Faults, heard: int, handled: bool
) -> None:
    class Sender(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            for number in range(5):
                self.tell("listener", Say(str(number)))
            self.record("handled")

    virtual.spawn("listener", Listener, record=virtual.record)
    virtual.spawn("sender", Sender, record=virtual.record)
    virtual.sim.faults = faults
    virtual.system.tell("sender", Ask("go"))
    virtual.sim.run_for(S)
    assert ("handled" in virtual.seen) is handled
    assert len([item for item in virtual.seen if item != "handled"]) == heard
    assert virtual.system.crashes[0].error.startswith("InjectedCrash")


@pytest.mark.parametrize("seed", range(6))
def test_a_crash_between_sends_lets_some_out_and_not_the_rest(seed: int) -> None:
    world = SimWorld(seed)
    world.spawn("listener", Listener, record=world.record)
    world.spawn("flood", Flood)
    world.sim.run_for(50 * MS)
    world.sim.faults = Faults(crash_between_sends={"flood": 1.0})
    world.sim.run_for(S)
    assert len(world.seen) in (1, 2, 3)
    assert world.seen == [f"listener#1:{number:04}" for number in range(len(world.seen))]
    assert not world.system.is_up("flood")


def test_faults_name_themselves_as_present_or_absent() -> None:
    assert not Faults().any
    assert not Faults(hang_ns=1, delay_max_ns=1).any
    for field in attrs.fields(Faults):
        if field.name.endswith("_ns"):
            continue
        value: object = 0.5 if field.name.endswith("_p") else {"router": 0.5}
        assert Faults(**{field.name: value}).any, field.name  # type: ignore[arg-type]
