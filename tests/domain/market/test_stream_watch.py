"""What is believed of told quotes: polled ones are the measure."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market import stream_watch
from neo.domain.market.stream_watch import SAID_MAX, StreamRules, Streams
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.units import NS_PER_S

RULES = StreamRules(
    apart_bps_max=Decimal(20), apart_ns_max=5 * NS_PER_S, rest_first_ns=30 * NS_PER_S, rest_max_ns=3600 * NS_PER_S
)
A = "A/USDT"


def at(second: float, bid: str = "100", ask: str = "101", symbol: str = A) -> ExchangeQuote:
    return ExchangeQuote(symbol, Decimal(bid), Decimal(ask), int(second * NS_PER_S))


def streaming(*symbols: str) -> Streams:
    return stream_watch.changed(stream_watch.asked_for({}, symbols, 0), symbols, True)


def polled(streams: Streams, quote: ExchangeQuote, asked_s: float) -> tuple[Streams, int]:
    """(streams, drops) after a poll that was begun then."""
    after, drops = stream_watch.compared(RULES, streams, [quote], int(asked_s * NS_PER_S))
    return after, len(drops)


def test_a_told_quote_of_a_symbol_without_a_live_stream_is_not_passed_on() -> None:
    asked = stream_watch.asked_for({}, [A], 0)

    assert stream_watch.told(asked, [at(1), at(1, symbol="B/USDT")])[1] == ()
    assert stream_watch.told(streaming(A), [at(1)])[1] == (at(1),)


def test_a_stream_that_agrees_is_believed_however_long_it_says_nothing_new() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(1)])
    for second in range(2, 600):
        streams, drops = polled(streams, at(second), second - 0.2)
        assert not drops and streams[A].is_believed


def test_a_stream_that_says_nothing_while_the_price_moves_is_in_doubt_at_once_and_dropped_later() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(1)])

    streams, drops = polled(streams, at(2, "99", "100"), 1.8)
    assert not drops and not streams[A].is_believed
    streams, drops = polled(streams, at(6, "99", "100"), 5.8)
    assert not drops
    streams, drops = polled(streams, at(7, "99", "100"), 6.8)
    assert drops == 1
    assert streams[A].resting_until_ns == 37 * NS_PER_S


def test_a_stream_that_never_said_anything_is_measured_from_the_first_poll() -> None:
    streams, _ = polled(streaming(A), at(2), 1.8)
    for second in (3, 8):
        streams, drops = polled(streams, at(second, "95", "96"), second - 0.2)

    assert drops == 1


def test_told_quotes_of_a_symbol_in_doubt_are_kept_back_until_they_agree_again() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(1)])
    streams, _ = polled(streams, at(2, "90", "91"), 1.8)

    streams, passed = stream_watch.told(streams, [at(2.5, "90", "91")])
    assert passed == ()
    streams, _ = polled(streams, at(3, "90", "91"), 2.8)
    _, passed = stream_watch.told(streams, [at(3.5, "90", "91")])
    assert passed == (at(3.5, "90", "91"),)


def test_a_poll_that_saw_a_price_of_its_own_time_does_not_put_a_fast_stream_in_doubt() -> None:
    falling = [at(1 + n / 10, str(100 - n), str(101 - n)) for n in range(10)]
    streams, _ = stream_watch.told(streaming(A), falling)

    streams, _ = polled(streams, at(2, "95", "96"), 1.3)  # what the stream said at 1.5
    assert streams[A].is_believed
    streams, _ = polled(streams, at(2, "100", "101"), 1.3)  # what was over before the poll began
    assert not streams[A].is_believed


def test_either_side_that_is_apart_is_enough() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(1)])

    assert not polled(streams, at(2, "100", "103"), 1.8)[0][A].is_believed
    assert not polled(streams, at(2, "97", "101"), 1.8)[0][A].is_believed
    assert polled(streams, at(2, "100.1", "101.1"), 1.8)[0][A].is_believed


def test_a_connection_that_went_proves_nothing_and_is_not_held_against_the_symbol() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(1)])
    streams = stream_watch.changed(streams, [A], False)

    for second in range(2, 20):
        streams, drops = polled(streams, at(second, "50", "51"), second - 0.2)
        assert not drops
    streams = stream_watch.changed(streams, [A], True)
    assert stream_watch.told(streams, [at(21, "50", "51")])[1]


def test_a_dropped_stream_is_not_asked_for_before_its_rest_is_over_and_each_rest_is_longer() -> None:
    streams = streaming(A)
    rests = list[int]()
    second = 0.0
    for _ in range(10):
        streams, _ = stream_watch.told(streams, [at(second)])
        streams, _ = polled(streams, at(second + 1, "50", "51"), second + 0.9)
        streams, _ = polled(streams, at(second + 7, "50", "51"), second + 6.9)
        until_ns = streams[A].resting_until_ns
        assert until_ns is not None
        rests.append(until_ns // NS_PER_S - int(second + 7))
        assert stream_watch.to_ask_for(streams, [A], until_ns - 1) == ()
        streams = stream_watch.asked_for(streams, [], until_ns - 1)
        assert stream_watch.to_ask_for(streams, [A], until_ns) == (A,)
        streams = stream_watch.changed(stream_watch.asked_for(streams, [A], until_ns), [A], True)
        second = until_ns / NS_PER_S

    assert rests == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_stream_that_agreed_for_as_long_as_it_rested_has_made_up_for_its_drop() -> None:
    once = {A: stream_watch.SymbolStream(is_up=True, drops=1)}
    streams, _ = stream_watch.told(once, [at(1)])
    for second in range(2, 30):
        streams, _ = polled(streams, at(second), second - 0.2)
    assert streams[A].drops == 1

    streams, _ = polled(streams, at(33), 32.8)
    assert streams[A].drops == 0


def test_an_older_told_quote_after_a_newer_one_is_not_passed_on() -> None:
    streams, _ = stream_watch.told(streaming(A), [at(5)])

    assert stream_watch.told(streams, [at(4)])[1] == ()


def test_a_symbol_that_is_not_hot_any_more_is_forgotten_unless_it_was_dropped() -> None:
    streams = {**streaming(A, "B/USDT"), "B/USDT": stream_watch.SymbolStream(drops=3)}

    kept = stream_watch.asked_for(streams, [], 7)

    assert list(kept) == ["B/USDT"] and kept["B/USDT"].drops == 3


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 200), st.integers(0, 3)), max_size=200))
def test_whatever_comes_what_is_passed_on_is_in_order_and_what_is_kept_is_bounded(
    events: list[tuple[bool, int, int]],
) -> None:
    streams, second = streaming(A), 1
    passed_ns = 0
    for is_poll, price, wait_s in events:
        second += wait_s
        quote = at(second, str(price), str(price + 1))
        if is_poll:
            streams, _ = polled(streams, quote, second - 1)
        else:
            streams, passed = stream_watch.told(streams, [quote])
            for each in passed:
                assert each.at_ns >= passed_ns
                passed_ns = each.at_ns
        assert len(streams[A].said) <= SAID_MAX
