"""What Pykka does to the unwary (its own behaviour was verified with 4.5), and that it does not happen here."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import ClassVar

import pykka
import pytest

from neo.actors.runtime import BlockingInsideActor, ChildDied, ChildSpec, Envelope, MailboxSpec, ThreadSystem, handles
from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.waiting_mailbox import WaitingInbox, WaitingMailbox
from tests.actors.runtime.cast import (
    MS,
    QUICK,
    Ask,
    Asker,
    Boom,
    Exit,
    Hang,
    Listener,
    Parent,
    Recorder,
    S,
    Say,
    Stubborn,
)
from tests.actors.runtime.world import SimWorld, ThreadWorld, World
from tests.patience import PATIENCE_S


def test_an_exception_in_on_start_is_reported_though_pykka_calls_no_hook(world: World) -> None:
    class BadStart(Listener):
        def started(self) -> None:
            raise OSError("no disk")

    world.spawn("parent", Listener, record=world.record)
    world.spawn("bad", BadStart, parent="parent", record=world.record)
    world.until(lambda: ChildDied("bad", 1, "start", "OSError: no disk", "") in world.messages(ChildDied))


def test_a_message_to_a_dead_actor_does_not_raise_in_the_sender(world: World) -> None:
    world.spawn("parent", Parent, record=world.record, children=())
    world.spawn("dead", Listener, parent="parent", record=world.record)
    world.system.tell("dead", Boom())
    world.until(lambda: not world.system.is_up("dead"))
    world.system.tell("dead", Say("anybody there"))
    world.spawn("dead", Listener, parent="parent", record=world.record)
    world.until_seen("dead#2:anybody there")


def test_an_exception_while_answering_a_request_kills_like_any_other(world: World) -> None:
    """Under Pykka's `ask` the exception goes to the asker, and the actor lives on with whatever state it was left in."""

    class Corrupt(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            raise ValueError("half done")

    world.spawn("parent", Listener, record=world.record)
    world.spawn("corrupt", Corrupt, parent="parent", record=world.record)
    world.spawn("asker", Asker, record=world.record, to="corrupt", timeout_ns=20 * MS)
    world.system.tell("asker", Say("one"))
    world.until_seen(("timed out", "one", "corrupt", "Ask"))
    world.until(lambda: not world.system.is_up("corrupt"))


@pytest.mark.parametrize("call", ["ask", "proxy"])
def test_asking_through_pykka_inside_a_handler_raises_with_a_reason(world: World, call: str) -> None:
    class Blocking(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            if message.question == "ask":
                self.actor_ref.ask(Say("me"), block=True, timeout=1)
            else:
                self.actor_ref.proxy().on_say(Say("me"))

    world.spawn("blocking", Blocking, record=world.record)
    world.system.tell("blocking", Ask(call))
    world.until(lambda: bool(world.system.crashes))
    assert world.system.crashes[0].error.startswith(f"{BlockingInsideActor.__name__}: ask() and proxies block")


def test_the_drivers_ask_inside_a_handler_raises_with_a_reason(world: World) -> None:
    class Blocking(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            world.system.ask("blocking", Say("me"), S)

    world.spawn("blocking", Blocking, record=world.record)
    world.system.tell("blocking", Ask("x"))
    world.until(lambda: bool(world.system.crashes))
    assert world.system.crashes[0].error.startswith(f"{BlockingInsideActor.__name__}: ask() inside an actor")


def test_system_exit_in_one_actor_does_not_stop_the_others(world: World) -> None:
    world.spawn("parent", Listener, record=world.record)
    world.spawn("leaving", Listener, parent="parent", record=world.record)
    world.spawn("staying", Listener, record=world.record)
    world.system.tell("leaving", Exit())
    world.until(lambda: not world.system.is_up("leaving"))
    world.system.tell("staying", Say("still here"))
    world.until_seen("staying#1:still here")


def test_what_was_queued_for_an_actor_that_stops_does_not_vanish_silently(world: World) -> None:
    class Leaving(Listener):
        def started(self) -> None:
            self.stop()
            self.tell(self.name, Say("after the stop"))

    world.spawn("leaving", Leaving, record=world.record)
    world.until(lambda: len(world.lost("stopped")) == 1)
    assert world.seen == []


def test_a_stuck_actor_does_not_keep_the_others_from_being_stopped() -> None:
    """`ActorRegistry.stop_all` gives up at the first one that does not stop."""
    world = ThreadWorld()
    for name in ("below", "above"):
        world.spawn(name, Recorder, record=world.record)
    world.spawn("stuck", Stubborn, record=world.record, release=world.release)
    world.spawn("top", Recorder, record=world.record)
    world.system.tell("stuck", Hang())
    world.until_seen("stuck#1 hangs")
    assert "stuck" in world.threads.shutdown(0.05)
    world.until_seen("top#1 stopping", "above#1 stopping", "below#1 stopping")
    assert "stuck#1 stopping" not in world.seen
    world.release.set()
    world.until_seen("stuck#1 woke", "stuck#1 stopping")


def test_who_started_last_is_stopped_first() -> None:
    world = ThreadWorld()
    for name in ("below", "above", "top"):
        world.spawn(name, Recorder, record=world.record)
    world.until_seen("top#1 started")
    assert world.threads.shutdown(PATIENCE_S) == ()
    ended = [item for item in world.seen if str(item).endswith("stopping")]
    assert ended == ["top#1 stopping", "above#1 stopping", "below#1 stopping"]


def test_shutdown_returns_when_the_threads_have_ended_not_before() -> None:
    """`stop(block=True)` returns while the thread still runs its teardown."""
    before = set(threading.enumerate())

    class LastWords(Recorder):
        def _actor_loop_teardown(self) -> None:
            super()._actor_loop_teardown()
            self.record("teardown over")

    world = ThreadWorld()
    world.spawn("last", LastWords, record=world.record)
    assert world.threads.shutdown(PATIENCE_S) == ()
    assert world.seen[-1] == "teardown over"
    assert set(threading.enumerate()) <= before


def test_an_actor_without_a_thread_is_not_garbage_collected(virtual: SimWorld) -> None:
    virtual.spawn("listener", Listener, record=virtual.record)
    gc.collect()
    virtual.system.tell("listener", Say("alive"))
    virtual.until_seen("listener#1:alive")


def test_an_actor_that_is_gone_is_garbage_collected(virtual: SimWorld) -> None:
    made: list[weakref.ref[Listener]] = []

    class Counted(Listener):
        def started(self) -> None:
            made.append(weakref.ref(self))
            self.every("beat", S)

        def stopping(self) -> None:
            self.record("stopping")

    for _ in range(3):
        virtual.spawn("counted", Counted, record=virtual.record)
        virtual.sim.run_for(3 * S)
    gc.collect()
    assert [ref() is None for ref in made] == [True, True, False]


def test_no_message_is_left_lying_by_a_lost_wake_up(threads: ThreadWorld) -> None:
    """Many senders, one reader that falls asleep between messages, and incarnations that replace each other."""
    threads.spawn(
        "parent",
        Parent,
        record=lambda item: None,
        children=(ChildSpec("reader", Listener, {"record": threads.record}, QUICK),),
    )
    threads.until(lambda: threads.system.is_up("reader"))

    def send(sender: int) -> None:
        for number in range(100):
            threads.system.tell("reader", Say(f"{sender}.{number}"))

    senders = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for sender in senders:
        sender.start()
    for _ in range(3):
        threads.system.tell("reader", Boom())
    for sender in senders:
        sender.join(PATIENCE_S)
    threads.until(lambda: len(threads.seen) == 400)
    for sender_number in range(4):
        heard = [str(item).partition(":")[2] for item in threads.seen if f":{sender_number}." in str(item)]
        assert heard == [f"{sender_number}.{number}" for number in range(100)]


def test_a_message_that_comes_while_the_reader_lies_down_wakes_it() -> None:
    """The reader has found nothing and is about to sleep: a sender that looked now would think it awake."""

    class Interrupted(WaitingMailbox):
        senders: ClassVar[list[threading.Thread]] = []

        def take(self) -> Envelope | None:
            taken = super().take()
            if taken is None and not self.senders:
                self.senders.append(threading.Thread(target=self.put, args=(Envelope(Say("slipped in")),)))
                self.senders[0].start()
                self.senders[0].join(0.05)  # it waits for the reader if it knows its trade
            return taken

    system = ThreadSystem()
    mailbox = Interrupted(MailboxSpec())
    inbox = WaitingInbox(Incarnation("reader", 1, "", system, mailbox), mailbox)
    got: list[object] = []
    reader = threading.Thread(target=lambda: got.append(inbox.get().message), daemon=True)
    reader.start()
    reader.join(PATIENCE_S)
    assert got == [Say("slipped in")]
    mailbox.senders[0].join(PATIENCE_S)
    assert system.shutdown(PATIENCE_S) == ()


def test_pykkas_registry_never_hears_of_our_actors(world: World) -> None:
    """Whoever calls `stop_all` in this process, a library perhaps, cannot stop an engine."""
    world.spawn("listener", Listener, record=world.record)
    pykka.ActorRegistry.stop_all()
    world.system.tell("listener", Say("still here"))
    world.until_seen("listener#1:still here")
