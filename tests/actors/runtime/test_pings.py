"""How an actor answers whoever asks whether it lives: by a message of its own, or by a signature."""

from __future__ import annotations

from neo.actors.runtime import AnswerSheet, Envelope, Ping, Pong, handles
from tests.actors.runtime.cast import Ask, Listener, S, Say
from tests.actors.runtime.world import SimWorld, World


class Watcher(Listener):
    @handles(Pong)
    def on_pong(self, pong: Pong) -> None:
        self.record(pong)

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        self.tell(message.question, Ping(7))


class Overworked(Listener):
    """Finds a queue and a ping when it comes out of its start."""

    def started(self) -> None:
        for number in range(4):
            self.tell(self.name, Say(str(number)))
        self.tell("watcher", Ask(self.name))
        self.record("loaded")


def test_a_ping_is_answered_ahead_of_a_long_queue_and_tells_its_length(world: World) -> None:
    world.spawn("watcher", Watcher, record=world.record)
    world.spawn("busy", Overworked, record=world.record)
    world.until(lambda: any(isinstance(item, Pong) for item in world.seen))
    pong = next(item for item in world.seen if isinstance(item, Pong))
    assert (pong.round, pong.name, pong.incarnation) == (7, "busy", 1)
    assert pong.queued <= 4
    assert pong.handled == 5 - pong.queued  # what it handled before, and the ping itself
    assert pong.oldest_age_ns >= 0


def test_the_age_of_the_oldest_waiting_message_is_reported(virtual: SimWorld) -> None:
    virtual.spawn("watcher", Watcher, record=virtual.record)
    virtual.spawn("busy", Listener, record=virtual.record)
    virtual.sim.run_for(0)
    virtual.system.fence("busy")
    virtual.sim.run_for(S)
    virtual.system.tell("busy", Say("waits"))
    virtual.sim.run_for(3 * S)
    virtual.spawn("busy", Listener, record=virtual.record)
    virtual.system.tell("busy", Ping(1))
    virtual.sim.send(Envelope(Ping(2), "watcher", "busy"))
    virtual.sim.run_for(S)
    pongs = [item for item in virtual.seen if isinstance(item, Pong)]
    assert [(pong.round, pong.queued, pong.oldest_age_ns) for pong in pongs] == [(2, 1, 3 * S)]


def test_a_ping_that_brings_a_sheet_is_answered_by_a_signature_there_and_by_nothing_else(world: World) -> None:
    sheet, signed = AnswerSheet(), {}
    world.spawn("watcher", Watcher, record=world.record)
    world.spawn("busy", Overworked, record=world.record)
    world.system.send(Envelope(Ping(1, sheet), "watcher", "busy"))

    def has_signed() -> bool:
        signed.update(sheet.collect())
        return bool(signed)

    world.until(has_signed)
    ((name, (at_ns, queued, age_ns)),) = signed.items()
    assert name == "busy"
    assert 0 < at_ns <= world.system.now_ns()
    assert 0 <= queued <= 4
    assert age_ns >= 0
    assert sheet.collect() == {}, "what was collected is not told again"
    assert sheet.last_ns == {"busy": at_ns}, "whoever only looks finds it still"
    world.until(lambda: any(isinstance(item, Pong) for item in world.seen))  # that to the ping of Overworked
    assert [item.round for item in world.seen if isinstance(item, Pong)] == [7]


def test_who_collects_a_signature_in_the_moment_it_is_given_finds_its_time_as_well() -> None:
    sheet, seen = AnswerSheet(), []

    class CollectedAtOnce(dict[str, tuple[int, int, int]]):
        def __setitem__(self, name: str, signature: tuple[int, int, int]) -> None:
            super().__setitem__(name, signature)
            seen.append((sheet.collect(), dict(sheet.last_ns)))

    sheet._signed = CollectedAtOnce()
    sheet.sign("busy", (5, 1, 3))

    assert seen == [({"busy": (5, 1, 3)}, {"busy": 5})]


def test_a_signature_tells_the_queue_behind_it_and_its_age(virtual: SimWorld) -> None:
    sheet = AnswerSheet()
    virtual.spawn("busy", Listener, record=virtual.record)
    virtual.sim.run_for(0)
    virtual.system.fence("busy")
    virtual.system.tell("busy", Say("waits"))
    virtual.sim.run_for(3 * S)
    virtual.spawn("busy", Listener, record=virtual.record)
    virtual.sim.send(Envelope(Ping(2, sheet), "watcher", "busy"))
    virtual.sim.run_for(0)
    assert sheet.collect() == {"busy": (virtual.sim.now_ns(), 1, 3 * S)}


class Fencer(Listener):
    """Is given up while it is about to answer."""

    @handles(Ping)
    def on_ping(self, ping: Ping) -> None:
        self._system.fence(self.name)
        self._answer_ping(ping)


def test_who_was_given_up_does_not_sign_for_its_successor(virtual: SimWorld) -> None:
    sheet = AnswerSheet()
    virtual.spawn("gone", Fencer, record=virtual.record)
    virtual.system.tell("gone", Ping(1, sheet))
    virtual.sim.run_for(S)
    assert sheet.collect() == {}
