from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from neo.actors.runtime import RequestTimedOut, Tick
from neo.actors.runtime.agenda import COMPACT_ABOVE, Agenda
from neo.actors.runtime.timers import Cancellable, FromClock, TimerFired, Timers


class Clock:
    """Collects what fires, like a mailbox."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.agenda = Agenda()
        self.fired: list[FromClock] = []

    def schedule(self, due_ns: int, fired: FromClock) -> Cancellable:
        return self.agenda.add(due_ns, lambda: self.fired.append(fired))

    def advance(self, to_ns: int) -> None:
        while (due_ns := self.agenda.next_due_ns()) is not None and due_ns <= to_ns:
            self.now_ns = max(self.now_ns, due_ns)
            callback = self.agenda.take()
            assert callback is not None
            callback()
        self.now_ns = to_ns


def made(incarnation: int = 1) -> tuple[Clock, Timers]:
    clock = Clock()
    return clock, Timers(incarnation, lambda: clock.now_ns, clock.schedule)


def meant(timers: Timers, fired: FromClock) -> object | None:
    """The message that `fired` stands for."""
    return timers.ticked(fired) if isinstance(fired, TimerFired) else timers.given_up(fired)


def test_a_stalled_actor_finds_one_tick_that_says_how_many_it_missed() -> None:
    clock, timers = made()
    timers.arm("beat", 10, 10)
    clock.advance(47)
    assert len(clock.fired) == 1
    assert meant(timers, clock.fired[0]) == Tick("beat", 10, 3)


def test_a_late_tick_does_not_shift_the_ones_after_it() -> None:
    clock, timers = made()
    timers.arm("beat", 10, 10)
    clock.advance(13)
    meant(timers, clock.fired.pop())
    clock.advance(29)
    assert meant(timers, clock.fired.pop()) == Tick("beat", 20, 0)
    assert clock.agenda.next_due_ns() == 30


def test_the_first_tick_can_be_staggered() -> None:
    clock, timers = made()
    timers.arm("beat", 3, 10)
    clock.advance(3)
    assert meant(timers, clock.fired.pop()) == Tick("beat", 3, 0)
    assert clock.agenda.next_due_ns() == 13


def test_a_tick_that_fired_before_it_was_cancelled_is_stale() -> None:
    clock, timers = made()
    timers.arm("once", 5, message="now")
    clock.advance(5)
    timers.cancel("once")
    assert meant(timers, clock.fired.pop()) is None


def test_a_tick_that_fired_before_it_was_armed_anew_is_stale() -> None:
    clock, timers = made()
    timers.arm("once", 5, message="old")
    clock.advance(5)
    timers.arm("once", 5, message="new")
    clock.advance(10)
    assert [meant(timers, fired) for fired in clock.fired] == [None, "new"]


def test_a_tick_of_a_past_incarnation_is_stale() -> None:
    clock, timers = made(incarnation=1)
    timers.arm("beat", 5, 5)
    clock.advance(5)
    successor = Timers(2, lambda: clock.now_ns, clock.schedule)
    successor.arm("beat", 5, 5)
    assert meant(successor, clock.fired[0]) is None


def test_a_single_timer_fires_once() -> None:
    clock, timers = made()
    timers.arm("once", 5)
    clock.advance(100)
    assert [meant(timers, fired) for fired in clock.fired * 2] == [Tick("once", 5), None]
    assert len(clock.agenda) == 0


def test_after_cancelling_all_nothing_is_due() -> None:
    clock, timers = made()
    timers.arm("a", 5, 5)
    timers.arm("b", 6, message="b")
    timers.expect(1, 7, "other", "Question")
    timers.cancel_all()
    assert clock.agenda.next_due_ns() is None


def test_a_reply_that_does_not_come_is_given_up_when_it_is_due_and_once() -> None:
    clock, timers = made()
    timers.expect(7, 10, "other", "Question")

    clock.advance(9)
    assert clock.fired == []

    clock.advance(10)
    assert [meant(timers, fired) for fired in clock.fired * 2] == [RequestTimedOut(7, "other", "Question"), None]
    assert not timers.answered(7)


def test_a_reply_that_came_is_not_given_up_not_even_when_its_deadline_lies_in_the_mailbox() -> None:
    clock, timers = made()
    timers.expect(7, 10, "other", "Question")
    timers.expect(8, 20, "other", "Question")
    clock.advance(10)

    assert timers.answered(7)
    assert timers.answered(8)

    clock.advance(30)
    assert [meant(timers, fired) for fired in clock.fired] == [None]


def test_a_reply_that_another_incarnation_waited_for_is_nobodys() -> None:
    clock, timers = made()
    timers.expect(7, 10, "other", "Question")
    clock.advance(10)

    _, reborn = made(incarnation=2)
    reborn.expect(7, 10, "other", "Question")
    assert meant(reborn, clock.fired[0]) is None
    assert reborn.answered(7)


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(1, 20))
def test_every_period_is_either_a_tick_or_counted_as_missed(stalls_ns: list[int], period_ns: int) -> None:
    clock, timers = made()
    timers.arm("beat", period_ns, period_ns)
    counted = 0
    for stall_ns in stalls_ns:
        clock.advance(clock.now_ns + stall_ns)
        for fired in clock.fired:
            tick = meant(timers, fired)
            assert isinstance(tick, Tick)
            counted += 1 + tick.missed
        clock.fired.clear()
        assert counted == clock.now_ns // period_ns


def test_entries_happen_in_order_of_deadline_and_then_of_age() -> None:
    agenda, happened = Agenda(), []

    def happening(what: str) -> Callable[[], None]:
        return lambda: happened.append(what)

    for due_ns, what in [(2, "c"), (1, "a"), (2, "d"), (1, "b")]:
        agenda.add(due_ns, happening(what))
    while (callback := agenda.take()) is not None:
        callback()
    assert happened == ["a", "b", "c", "d"]


def test_only_what_is_due_is_taken_and_nothing_that_was_cancelled() -> None:
    agenda = Agenda()
    agenda.add(1, lambda: None).cancel()
    early, late = agenda.add(2, lambda: None), agenda.add(5, lambda: None)

    taken = agenda.take_due(4)

    assert taken is not None
    assert (taken[0], taken[2]) == (2, early)
    assert agenda.take_due(4) is None
    assert agenda.cancelled == 0
    assert agenda.next_due_ns() == 5
    late.cancel()
    assert agenda.take_due(9) is None
    assert len(agenda) == 0


def test_timers_that_are_armed_anew_with_every_message_do_not_fill_the_memory() -> None:
    agenda = Agenda()
    for _ in range(20 * COMPACT_ABOVE):
        agenda.add(10**18, lambda: None).cancel()
    assert len(agenda) <= 2 * COMPACT_ABOVE


def test_what_a_forgotten_owner_entered_does_not_happen() -> None:
    agenda, happened = Agenda(), []
    owner = object()
    agenda.add(1, lambda: happened.append("gone"), owner)
    agenda.add(2, lambda: happened.append("stays"))
    agenda.forget(owner)
    while (callback := agenda.take()) is not None:
        callback()
    assert happened == ["stays"]
