from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import attrs
import pytest

from neo.actors.runtime import (
    Actor,
    ChildSpec,
    DeadLetter,
    Envelope,
    MailboxSpec,
    Ping,
    Pong,
    RequestTimedOut,
    Tick,
    UnknownPort,
    handles,
)
from neo.actors.runtime.handlers import handler_table
from tests.actors.runtime.cast import MS, Answer, Ask, Asker, Boom, Listener, Oracle, Record, Recorder, S, Say, Ticker
from tests.actors.runtime.world import SimWorld, World


class Pinger(Listener):
    """Sends `count` numbered messages to the listener when told to."""

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        for number in range(int(message.question)):
            self.tell("listener", Say(str(number)))


def test_messages_of_one_sender_arrive_in_the_order_they_were_sent(world: World) -> None:
    world.spawn("listener", Listener, record=world.record)
    world.spawn("sender", Pinger, record=world.record)
    world.system.tell("sender", Ask("50"))
    world.until(lambda: len(world.seen) == 50)
    assert world.seen == [f"listener#1:{number}" for number in range(50)]


def test_a_reply_carries_the_correlation_of_its_request(world: World) -> None:
    world.spawn("oracle", Oracle)
    world.spawn("asker", Asker, record=world.record, to="oracle")
    for text in ("one", "two"):
        world.system.tell("asker", Say(text))
    world.until_seen(("answer", "one", "one!", True), ("answer", "two", "two!", True))
    assert len(world.seen) == 2


def test_an_envelope_says_who_sent_it_and_what_caused_it(world: World) -> None:
    world.spawn("oracle", Oracle)
    world.spawn("asker", Asker, record=world.record, to="oracle")
    world.system.tell("asker", Say("one"))
    world.until(lambda: len(world.seen) == 1)
    say, ask, answer = (envelope for envelope in world.sent if type(envelope.message) in (Say, Ask, Answer))
    assert (ask.sender, ask.receiver, ask.incarnation, ask.cause) == ("asker", "oracle", 1, say.sequence)
    assert (answer.sender, answer.receiver, answer.cause) == ("oracle", "asker", ask.sequence)
    assert say.sequence < ask.sequence < answer.sequence
    assert ask.correlation == answer.correlation != 0


class Silent(Actor):
    """Keeps questions, and answers them all, twice, when told to."""

    def __init__(self, record: Record = lambda item: None) -> None:
        super().__init__()
        self.record = record
        self.open: list[Envelope] = []

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        self.open.append(self.envelope)
        self.record(f"asked {message.question}")

    @handles(Say)
    def on_say(self, message: Say) -> None:
        for envelope in self.open:
            self.reply_to(envelope, Answer("late"))
            self.reply_to(envelope, Answer("again"))


def test_a_request_without_reply_times_out_and_the_late_reply_is_a_dead_letter(world: World) -> None:
    world.spawn("silent", Silent)
    world.spawn("asker", Asker, record=world.record, to="silent", timeout_ns=20 * MS)
    world.system.tell("asker", Say("one"))
    world.until_seen(("timed out", "one", "silent", "Ask"))
    world.system.tell("silent", Say("now"))
    world.until(lambda: len(world.lost("late_reply")) == 2)
    assert len(world.seen) == 1


def test_a_deferred_reply_finds_its_request_and_a_second_one_is_a_dead_letter(world: World) -> None:
    world.spawn("silent", Silent, record=world.record)
    world.spawn("asker", Asker, record=world.record, to="silent")
    world.system.tell("asker", Say("one"))
    world.until_seen("asked one")
    world.system.tell("silent", Say("now"))
    world.until_seen(("answer", "one", "late", True))
    world.until(lambda: len(world.lost("late_reply")) == 1)
    assert world.lost("late_reply")[0].message == Answer("again")


def test_a_reply_to_a_past_incarnation_is_not_given_to_its_successor(world: World) -> None:
    world.spawn("silent", Silent, record=world.record)
    world.spawn("asker", Asker, record=world.record, to="silent")
    world.system.tell("asker", Say("one"))
    world.until_seen("asked one")
    world.spawn("asker", Asker, record=world.record, to="silent")
    world.system.tell("silent", Say("now"))
    world.until(lambda: len(world.lost("late_reply")) == 2)
    assert world.seen == ["asked one"]


def test_what_nobody_takes_is_a_counted_dead_letter_and_never_an_error_of_the_sender(world: World) -> None:
    world.spawn("sender", Pinger, record=world.record)
    world.spawn("oracle", Oracle)
    world.system.tell("sender", Ask("1"))
    world.system.tell("oracle", Say("not my business"))
    world.until(lambda: world.system.dead_letter_count == 2)
    assert world.lost("no_such_actor") == [DeadLetter("listener", "sender", "no_such_actor", Say("0"))]
    assert world.lost("unhandled") == [DeadLetter("oracle", "", "unhandled", Say("not my business"))]
    assert world.system.is_up("sender")


def test_a_listener_to_dead_letters_that_loses_one_itself_does_not_go_round_in_circles(world: World) -> None:
    world.system.on_dead_letter.append(lambda letter: world.system.tell("nobody", Say("lost something")))
    world.system.tell("nobody", Say("hello"))
    assert world.system.dead_letter_count == 2


@attrs.frozen
class Price:
    symbol: str
    value: int


class Feed(Listener):
    mailbox = MailboxSpec(conflate={Price: lambda price: price.symbol})

    @handles(Price)
    def on_price(self, message: Price) -> None:
        self.record((message.symbol, message.value))

    def started(self) -> None:
        # messages to itself pile up while it is in here, so conflation shows on both runtimes
        for value in range(5):
            self.tell(self.name, Price("XRP", value))
            self.tell(self.name, Price("BTC", value))


def test_an_actor_sees_only_the_newest_message_of_each_key(world: World) -> None:
    world.spawn("feed", Feed, record=world.record)
    world.until(lambda: len(world.seen) == 2)
    assert world.seen == [("XRP", 4), ("BTC", 4)]
    world.until(lambda: world.system.mailbox_stats()["feed"].handled == 2)  # counted after it was handled
    stats = world.system.mailbox_stats()["feed"]
    assert (stats.conflated, stats.dropped, stats.handled, stats.high_water) == (8, 0, 2, 2)


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


def test_a_timer_ticks_until_it_is_cancelled(world: World) -> None:
    world.spawn("ticker", Ticker, record=world.record, period_ns=2 * MS, first_ns=MS, until=3)
    world.until(lambda: len(world.seen) == 3)
    ticks = [item for item in world.seen if isinstance(item, Tick)]
    gaps = [b.due_ns - a.due_ns for a, b in pairwise(ticks)]
    assert all(gap > 0 and gap % (2 * MS) == 0 for gap in gaps)
    world.spawn("other", Ticker, record=world.record, period_ns=20 * MS, until=1)
    world.until(lambda: len(world.seen) == 4)


def test_a_period_that_is_not_positive_is_refused(world: World) -> None:
    world.spawn("ticker", Ticker, record=world.record, period_ns=0)
    world.until(lambda: bool(world.system.crashes))
    assert "must be positive" in world.system.crashes[0].error


class Caller(Listener):
    """Calls the port, and records what comes back."""

    def __init__(self, record: Record, timeout_ns: int = 600 * S) -> None:
        super().__init__(record)
        self.timeout_ns = timeout_ns

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        self.call("venue", message, self.timeout_ns)

    @handles(Answer)
    def on_answer(self, message: Answer) -> None:
        self.record((message.text, self.envelope.sender, self.envelope.is_reply))

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.record(("timed out", message.to, message.request_type, self.envelope.correlation == message.correlation))


class Venue:
    """Answers as often as it is told to."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.asked: list[tuple[str, object]] = []

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        self.asked.append((caller, request))
        for _ in range(self.answers):
            done(Answer("done"))


def test_a_port_answers_by_message(world: World) -> None:
    venue = world.system.ports["venue"] = Venue(answers=1)
    world.spawn("caller", Caller, record=world.record)
    world.system.tell("caller", Ask("buy"))
    world.until_seen(("done", "port:venue", True))
    assert venue.asked == [("caller", Ask("buy"))]


def test_a_port_that_never_answers_times_out(world: World) -> None:
    world.system.ports["venue"] = Venue(answers=0)
    world.spawn("caller", Caller, record=world.record, timeout_ns=20 * MS)
    world.system.tell("caller", Ask("buy"))
    world.until_seen(("timed out", "venue", "Ask", True))


def test_the_second_answer_of_a_port_is_a_dead_letter(world: World) -> None:
    world.system.ports["venue"] = Venue(answers=2)
    world.spawn("caller", Caller, record=world.record)
    world.system.tell("caller", Ask("buy"))
    world.until(lambda: len(world.lost("late_reply")) == 1)
    world.until_seen(("done", "port:venue", True))
    assert len(world.seen) == 1


def test_a_port_that_nobody_plugged_in_is_named_in_the_crash(world: World) -> None:
    world.spawn("caller", Caller, record=world.record)
    world.system.tell("caller", Ask("buy"))
    world.until(lambda: bool(world.system.crashes))
    assert world.system.crashes[0].error == f"{UnknownPort.__name__}: no port is plugged in as 'venue'; there are: none"


def test_an_interceptor_can_change_or_lose_messages_until_it_is_taken_out(world: World) -> None:
    def censor(envelope: Envelope) -> Envelope | None:
        if envelope.message == Say("secret"):
            return None
        return attrs.evolve(envelope, message=Say("changed")) if envelope.message == Say("plain") else envelope

    world.spawn("listener", Listener, record=world.record)
    take_out = world.system.intercept(censor)
    for text in ("secret", "plain"):
        world.system.tell("listener", Say(text))
    take_out()
    world.system.tell("listener", Say("secret"))
    world.until(lambda: len(world.seen) == 2)
    assert world.seen == ["listener#1:changed", "listener#1:secret"]
    assert world.lost("intercepted") == [DeadLetter("listener", "", "intercepted", Say("secret"))]


def test_an_actor_can_be_asked_by_the_driver(world: World) -> None:
    world.spawn("oracle", Oracle)
    system = world.system
    assert system.ask("oracle", Ask("who"), 600 * S) == Answer("who!")
    with pytest.raises(TimeoutError, match="nobody did not answer Ask"):
        system.ask("nobody", Ask("who"), MS)


def test_an_actor_ends_the_run_and_the_first_outcome_stands(world: World) -> None:
    class Ender(Listener):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            self.finish(message.question)
            self.record("asked")

    world.spawn("ender", Ender, record=world.record)
    world.system.tell("ender", Ask("first"))
    world.system.tell("ender", Ask("second"))
    world.until(lambda: world.seen == ["asked", "asked"])
    assert world.system.outcome == "first"


def test_a_stop_lets_the_actor_handle_what_was_queued_and_refuses_the_rest(world: World) -> None:
    class Slow(Recorder):
        def started(self) -> None:
            self.tell(self.name, Say("queued"))
            self.stop()
            self.tell(self.name, Say("too late"))

    world.spawn("slow", Slow, record=world.record)
    world.until(lambda: "slow#1 stopping" in world.seen)
    assert world.seen == ["slow#1:queued", "slow#1 stopping"]
    assert [letter.message for letter in world.lost("stopped")] == [Say("too late")]


def test_messages_that_come_before_the_first_spawn_of_a_declared_name_are_kept(world: World) -> None:
    spec = ChildSpec("listener", Listener, {"record": world.record})
    world.system.declare(spec)
    world.system.tell("listener", Say("early"))
    world.system.spawn(spec)
    world.until_seen("listener#1:early")


def test_a_mailbox_that_is_not_kept_starts_empty_after_a_restart(world: World) -> None:
    spec = ChildSpec("listener", Listener, {"record": world.record}, keep_mailbox=False)
    world.spawn("anchor", Listener, record=world.record)
    world.system.declare(spec)
    world.system.tell("listener", Say("stale"))
    world.system.spawn(spec, parent="anchor")
    world.system.tell("listener", Say("fresh"))
    world.until_seen("listener#1:fresh")
    assert [letter.message for letter in world.lost("restart")] == [Say("stale")]
    assert len(world.seen) == 1


def test_two_handlers_for_one_message_in_one_class_are_an_error_of_the_programmer() -> None:
    def one(self: object, message: Boom) -> None: ...

    def two(self: object, message: Boom) -> None: ...

    with pytest.raises(TypeError, match="Boom has two handlers: one and two"):
        handler_table({}, {"one": handles(Boom)(one), "two": handles(Boom)(two)})


def test_an_actor_is_only_made_by_a_system() -> None:
    with pytest.raises(RuntimeError, match=r"System\.spawn"):
        Oracle()
