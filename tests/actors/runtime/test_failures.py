"""The worst days of an actor, on both runtimes."""

from __future__ import annotations

import attrs
import pytest

from neo.actors.runtime import (
    ActorCrash,
    ChildDied,
    ChildSpec,
    DeadLetter,
    Faults,
    MailboxSpec,
    Overflow,
    Phase,
    Ping,
    Tick,
    handles,
)
from tests.actors.runtime.cast import (
    MS,
    QUICK,
    Answer,
    Ask,
    Asker,
    Boom,
    Exit,
    Hang,
    Listener,
    Oracle,
    Parent,
    Record,
    Recorder,
    S,
    Say,
    Stubborn,
)
from tests.actors.runtime.world import SimWorld, ThreadWorld, World


def family(world: World, *specs: ChildSpec) -> None:
    """A supervisor with these children, all ready."""
    world.spawn("parent", Parent, record=world.record, children=tuple(specs))
    world.until_seen("all ready")


def child(world: World, name: str, actor: type[Listener] = Listener, **kwargs: object) -> ChildSpec:
    return ChildSpec(name, actor, {"record": world.record, **kwargs}, QUICK)


def deaths(world: World) -> list[ChildDied]:
    return [message for message in world.messages(ChildDied) if isinstance(message, ChildDied)]


def test_a_poisoned_message_kills_once_is_recorded_and_never_delivered_again(world: World) -> None:
    family(world, child(world, "listener"))
    for message in (Say("before"), Boom(), Say("after")):
        world.system.tell("listener", message)
    world.until_seen("listener#1:before", "listener#2:after", ("back", "listener"))
    assert deaths(world) == [ChildDied("listener", 1, "receive", "ValueError: boom", "Boom")]
    assert world.lost("poisoned") == [DeadLetter("listener", "", "poisoned", Boom())]
    assert "on_boom" in world.system.crashes[0].report


class Fragile(Listener):
    """Crashes in whatever handler it has."""

    def started(self) -> None:
        self.once("tick", MS)

    @handles(Say, Ask, Answer, Boom, Exit, Tick)
    def on_anything(self, message: object) -> None:
        raise ArithmeticError(type(message).__name__)

    @handles(Ping)
    def on_ping(self, message: Ping) -> None:
        raise ArithmeticError("Ping")


@pytest.mark.parametrize("message", [Say("x"), Ask("x"), Answer("x"), Boom(), Exit(), Ping(1)], ids=repr)
def test_an_exception_in_any_handler_kills_that_incarnation_alone(world: World, message: object) -> None:
    family(world, child(world, "fragile", Fragile), child(world, "listener"))
    world.system.tell("fragile", message)
    kind = type(message).__name__
    expected = ChildDied("fragile", 1, "receive", f"ArithmeticError: {kind}", kind)
    # its own tick may kill it first; then the message kills the next incarnation
    world.until(lambda: any(attrs.evolve(death, incarnation=1) == expected for death in deaths(world)))
    world.system.tell("listener", Say("still here"))
    world.until_seen("listener#1:still here")


def test_an_exception_in_every_handler_of_every_actor_leaves_a_supervisor_that_gives_up_on_each(world: World) -> None:
    family(world, *(child(world, f"fragile{number}", Fragile) for number in range(3)))
    for number in range(3):
        world.until(lambda name=f"fragile{number}": ("escalated", name, "ArithmeticError: Tick") in world.seen)  # type: ignore[misc]
    assert len(deaths(world)) == 3 * (QUICK.intensity + 1)
    assert world.system.fatal_reason is None


class FailsToStart(Listener):
    def __init__(self, record: Record, fails: list[str]) -> None:
        if fails == ["init"]:
            fails.pop()
            raise OSError("no disk")
        if fails == ["exit"]:
            fails.pop()
            raise SystemExit(3)
        super().__init__(record)
        self.fails = fails

    def started(self) -> None:
        if self.fails:
            raise OSError(self.fails.pop())


@pytest.mark.parametrize(
    ("how", "phase", "error"),
    [
        ("init", "init", "OSError: no disk"),
        ("exit", "init", "ActorCrash: SystemExit: 3"),
        ("on start", "start", "OSError: on start"),
    ],
)
def test_an_actor_that_cannot_start_is_reported_and_tried_again(
    world: World, how: str, phase: Phase, error: str
) -> None:
    family(world, child(world, "late", FailsToStart, fails=[how]))
    assert deaths(world) == [ChildDied("late", 1, phase, error, "")]
    world.system.tell("late", Say("hello"))
    world.until_seen("late#2:hello")


class Forgetful(Listener):
    def __init__(self, record: Record) -> None:
        self.record = record


def test_a_constructor_that_forgets_its_base_is_named(world: World) -> None:
    world.spawn("parent", Parent, record=world.record, children=(child(world, "forgetful", Forgetful),))
    world.until(lambda: bool(deaths(world)))
    assert "Forgetful.__init__ does not call super().__init__()" in deaths(world)[0].error


class FailsToStop(Listener):
    def stopping(self) -> None:
        raise OSError("cannot close")


def test_an_actor_that_fails_while_stopping_is_reported_and_gone(world: World) -> None:
    family(world, child(world, "listener", FailsToStop))
    world.system.tell("parent", Say("stop"))
    world.until_seen(("stopped", ()))
    assert [(death.phase, death.error) for death in deaths(world)] == [("stop", "OSError: cannot close")]


def test_system_exit_in_one_actor_is_the_crash_of_that_actor(world: World) -> None:
    family(world, child(world, "listener"), child(world, "other"))
    world.system.tell("listener", Exit())
    world.until_seen(("down", "listener", f"{ActorCrash.__name__}: SystemExit: 3"), ("back", "listener"))
    world.system.tell("other", Say("still here"))
    world.until_seen("other#1:still here")


def test_a_hung_handler_is_fenced_replaced_and_not_heard_again_on_threads(threads: ThreadWorld) -> None:
    family(threads, child(threads, "listener"), child(threads, "hung", Stubborn, release=threads.release))
    threads.system.tell("hung", Hang())
    threads.until_seen("hung#1 hangs")
    threads.system.tell("parent", Say("hung"))
    threads.system.tell("hung", Say("are you there"))
    threads.until_seen("hung#2:are you there", ("back", "hung"), ("down", "hung", "silent"))
    threads.release.set()
    threads.until_seen("hung#1 woke", "hung#1 stopping")
    assert [letter.message for letter in threads.lost("fenced_sender")] == [Say("a word from the past")]
    assert "listener#1:a word from the past" not in threads.seen


def test_a_hung_actor_is_fenced_and_replaced_in_virtual_time(virtual: SimWorld) -> None:
    family(virtual, child(virtual, "hung", Recorder))
    virtual.sim.faults = Faults(hang={"hung": 1.0}, hang_ns=60 * S)
    virtual.system.tell("hung", Say("are you there"))
    virtual.sim.run_for(S)
    virtual.sim.faults = Faults()
    virtual.system.tell("parent", Say("hung"))
    virtual.until_seen("hung#2:are you there", ("back", "hung"), ("down", "hung", "silent"))
    virtual.sim.run_for(60 * S)
    assert virtual.seen[-1] == "hung#1 stopping"
    assert "hung#1:are you there" not in virtual.seen


def test_what_a_fenced_incarnation_sends_is_a_dead_letter(world: World) -> None:
    class Undead(Recorder):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            self._system.fence(self.name)
            self.tell("listener", Say("boo"))
            self.ready()
            self.reply(Answer("boo"))

    world.spawn("listener", Listener, record=world.record)
    world.spawn("undead", Undead, record=world.record)
    world.system.tell("undead", Ask("x"))
    world.until_seen("undead#1 stopping")
    assert [letter.message for letter in world.lost("fenced_sender")] == [Say("boo"), Answer("boo")]


def test_a_fenced_incarnation_that_crashes_is_not_mourned_again(world: World) -> None:
    class Undead(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            if self.incarnation == 1:
                self._system.spawn(child(world, "undead", Undead), parent="parent")
            raise ValueError("too late")

    family(world, child(world, "other"))
    world.spawn("undead", Undead, parent="parent", record=world.record)
    world.system.tell("undead", Ask("x"))
    world.until(lambda: len(world.system.crashes) == 1)
    world.system.tell("undead", Say("still here"))
    world.until_seen("undead#2:still here")
    assert deaths(world) == []


class Tight(Listener):
    mailbox = MailboxSpec(capacity=3, overflow=Overflow.DROP_NEW)

    def started(self) -> None:
        for number in range(5):
            self.tell(self.name, Say(str(number)))


class TightKeepingNewest(Tight):
    mailbox = MailboxSpec(capacity=3, overflow=Overflow.DROP_OLD)


@pytest.mark.parametrize(("actor", "kept"), [(Tight, "012"), (TightKeepingNewest, "234")])
def test_a_full_mailbox_costs_counted_messages_and_harms_nobody(world: World, actor: type[Tight], kept: str) -> None:
    family(world, child(world, "tight", actor))
    world.until_seen(*(f"tight#1:{number}" for number in kept))
    assert len(world.lost("overflow")) == 2
    world.until(lambda: world.system.mailbox_stats()["tight"].handled == 3)  # counted after it was handled
    stats = world.system.mailbox_stats()["tight"]
    assert (stats.dropped, stats.high_water, stats.queued, stats.handled) == (2, 3, 0, 3)
    assert deaths(world) == []


def test_a_request_whose_receiver_crashes_times_out(world: World) -> None:
    class Dies(Oracle):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            raise ValueError("no answer")

    family(world, ChildSpec("oracle", Dies, {}, QUICK))
    world.spawn("asker", Asker, record=world.record, to="oracle", timeout_ns=20 * MS)
    world.system.tell("asker", Say("one"))
    world.until_seen(("timed out", "one", "oracle", "Ask"), ("back", "oracle"))


def test_a_mailbox_survives_the_crash_of_its_reader(world: World) -> None:
    family(world, child(world, "listener"))
    world.system.tell("listener", Boom())
    for number in range(20):
        world.system.tell("listener", Say(str(number)))
    world.until_seen(*(f"listener#2:{number}" for number in range(20)))
    assert [item for item in world.seen if str(item).startswith("listener#")] == [
        f"listener#2:{number}" for number in range(20)
    ]


def test_the_death_of_the_root_is_fatal(world: World) -> None:
    world.spawn("root", Listener, record=world.record)
    world.system.tell("root", Boom())
    world.until(lambda: world.system.fatal_reason is not None)
    assert world.system.fatal_reason == "root died: ValueError: boom"


def test_a_fenced_incarnation_cannot_reach_a_port(world: World) -> None:
    asked = []

    class Port:
        def submit(self, caller: str, request: object, done: object) -> None:
            asked.append(request)

    class Trader(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            self._system.fence(self.name)
            self.call("venue", message, S)
            self.record("called")

    world.system.ports["venue"] = Port()
    world.spawn("trader", Trader, record=world.record)
    world.system.tell("trader", Ask("buy"))
    world.until(lambda: world.seen == ["called"])
    assert asked == []
    assert world.lost("fenced_sender")[0].message == Ask("buy")
