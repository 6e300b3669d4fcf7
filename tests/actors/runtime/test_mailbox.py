from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.actors.runtime import Envelope, MailboxSpec, Overflow, Ping
from neo.actors.runtime.mailbox import STOP, Mailbox


@attrs.frozen
class Quote:
    symbol: str
    price: int


@attrs.frozen
class Fill:
    number: int


CONFLATING = {Quote: lambda quote: quote.symbol}


def handled(box: Mailbox) -> list[object]:
    """What an actor would see, in order."""
    messages = []
    while (envelope := box.take()) is not None:
        messages.append(envelope.message)
    return messages


def put_all(box: Mailbox, messages: Iterable[object]) -> list[object]:
    """Returns what was lost."""
    lost = [box.put(Envelope(message)) for message in messages]
    return [envelope.message for envelope in lost if envelope is not None]


def test_the_system_lane_overtakes_user_messages() -> None:
    box = Mailbox(MailboxSpec())
    put_all(box, [Fill(1), Ping(1), Fill(2), Ping(2)])
    assert handled(box) == [Ping(1), Ping(2), Fill(1), Fill(2)]


def test_a_full_mailbox_loses_the_newest_when_told_so() -> None:
    box = Mailbox(MailboxSpec(capacity=2, overflow=Overflow.DROP_NEW))
    lost = put_all(box, [Fill(1), Fill(2), Fill(3), Ping(1)])
    assert lost == [Fill(3)]
    assert handled(box) == [Ping(1), Fill(1), Fill(2)]
    assert (box.dropped, box.high_water) == (1, 2)


def test_a_full_mailbox_loses_the_oldest_when_told_so() -> None:
    box = Mailbox(MailboxSpec(capacity=2, overflow=Overflow.DROP_OLD))
    lost = put_all(box, [Fill(1), Fill(2), Fill(3)])
    assert lost == [Fill(1)]
    assert handled(box) == [Fill(2), Fill(3)]


def test_a_mailbox_without_bound_loses_nothing() -> None:
    box = Mailbox(MailboxSpec(capacity=2, overflow=Overflow.NEVER))
    assert put_all(box, [Fill(number) for number in range(100)]) == []
    assert (box.high_water, box.queued) == (100, 100)


def test_only_the_newest_quote_of_a_symbol_waits_and_keeps_the_place_of_the_first() -> None:
    box = Mailbox(MailboxSpec(conflate=CONFLATING))
    put_all(box, [Quote("XRP", 1), Fill(1), Quote("BTC", 7), Quote("XRP", 2)])
    assert handled(box) == [Quote("XRP", 2), Fill(1), Quote("BTC", 7)]
    assert box.conflated == 1


@pytest.mark.parametrize("overflow", list(Overflow))
@given(st.lists(st.one_of(st.builds(Quote, st.sampled_from(["XRP", "BTC"]), st.integers()), st.none()), max_size=60))
def test_a_quote_is_superseded_whether_or_not_others_waited_when_it_came(
    overflow: Overflow, script: list[Quote | None]
) -> None:
    """None in the script stands for the actor taking one message."""
    box = Mailbox(MailboxSpec(9, overflow, CONFLATING))
    waiting: dict[str, Quote] = {}
    superseded = 0
    for step in script:
        if step is None:
            envelope = box.take()
            symbol = next(iter(waiting), None)
            assert (envelope and envelope.message) == (None if symbol is None else waiting.pop(symbol))
        else:
            superseded += step.symbol in waiting
            waiting[step.symbol] = step
            assert box.put(Envelope(step)) is None
        assert (box.queued, box.conflated) == (len(waiting), superseded)
    assert handled(box) == list(waiting.values())


def test_an_evicted_quote_leaves_no_stale_place_behind() -> None:
    box = Mailbox(MailboxSpec(capacity=1, overflow=Overflow.DROP_OLD, conflate=CONFLATING))
    lost = put_all(box, [Quote("XRP", 1), Quote("BTC", 1), Quote("XRP", 2)])
    assert lost == [Quote("XRP", 1), Quote("BTC", 1)]
    assert handled(box) == [Quote("XRP", 2)]


def test_a_stop_comes_after_what_was_queued_and_refuses_what_comes_later() -> None:
    box = Mailbox(MailboxSpec())
    put_all(box, [Fill(1)])
    box.stop_when_drained()
    lost = put_all(box, [Fill(2), Ping(1)])
    assert lost == [Fill(2)]
    assert handled(box) == [Ping(1), Fill(1), STOP]
    assert put_all(box, [Ping(2), Fill(3)]) == [Ping(2), Fill(3)]


@pytest.mark.parametrize("end", [Mailbox.stop_when_drained, Mailbox.close])
def test_a_mailbox_that_held_more_before_takes_nothing_after_its_end_either(end: Callable[[Mailbox], None]) -> None:
    box = Mailbox(MailboxSpec())
    put_all(box, [Fill(1), Fill(2), Fill(3)])
    box.take()
    box.take()
    end(box)
    assert put_all(box, [Fill(4), Fill(5)]) == [Fill(4), Fill(5)]
    assert box.queued == 1


def test_a_reopened_mailbox_takes_messages_again() -> None:
    box = Mailbox(MailboxSpec())
    box.stop_when_drained()
    handled(box)
    box.reopen()
    assert put_all(box, [Fill(1)]) == []
    assert handled(box) == [Fill(1)]


def test_draining_returns_everything_in_the_order_of_handling() -> None:
    box = Mailbox(MailboxSpec(conflate=CONFLATING))
    put_all(box, [Quote("XRP", 1), Fill(1), Ping(1), Quote("XRP", 2)])
    assert [envelope.message for envelope in box.drain()] == [Ping(1), Quote("XRP", 2), Fill(1)]
    assert not box.has_mail


def test_the_age_of_the_queue_is_that_of_the_message_next_in_line() -> None:
    box = Mailbox(MailboxSpec(conflate=CONFLATING))
    assert box.oldest_ns() is None
    box.put(Envelope(Quote("XRP", 1), sent_ns=5))
    box.put(Envelope(Fill(1), sent_ns=6))
    box.put(Envelope(Quote("XRP", 2), sent_ns=9))
    assert box.oldest_ns() == 9
    box.take()
    assert box.oldest_ns() == 6


messages = st.one_of(
    st.builds(Quote, st.sampled_from(["XRP", "BTC", "ETH"]), st.integers(0, 9)),
    st.builds(Fill, st.integers(0, 99)),
    st.builds(Ping, st.integers(0, 9)),
)


@pytest.mark.parametrize("overflow", list(Overflow))
@given(st.lists(st.one_of(messages, st.none()), max_size=60), st.integers(0, 5))
def test_every_message_is_handled_lost_or_superseded_exactly_once(
    overflow: Overflow, script: list[object], capacity: int
) -> None:
    """None in the script stands for the actor taking one message."""
    box = Mailbox(MailboxSpec(capacity, overflow, CONFLATING))
    sent, seen, lost = 0, 0, 0
    for step in script:
        if step is None:
            seen += box.take() is not None
        else:
            sent += 1
            lost += box.put(Envelope(step)) is not None
        assert overflow is Overflow.NEVER or box.queued <= capacity
    seen += len(handled(box))
    assert sent == seen + lost + box.conflated
    assert lost == box.dropped
