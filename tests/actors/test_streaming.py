"""ExchangeData with quotes by WebSocket beside its polls, in virtual time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo.actors import names
from neo.actors.exchange_data import ExchangeData
from neo.actors.runtime import ChildSpec
from neo.domain.messages.dropping import QuotesUpdated
from neo.domain.messages.exchange import ExchangeQuote, QuotesStreamed, StreamChanged
from neo.domain.telemetry.stream_events import (
    MdStreamDown,
    MdStreamDropped,
    MdStreamHealth,
    MdStreamUnavailable,
    MdStreamUp,
)
from tests.actors.test_polling import FAR, FAST, NEAR, Scene

A, B = "S0/USDT", "S1/USDT"
MOMENT = Decimal("0.001")


class StreamScene(Scene):
    """Symbols are hot as told; the test is the stream."""

    def __init__(self, count: int = 2, *hot: str, **more: Any) -> None:
        super().__init__(count, websocket=True, tier_dwell_s=0, **more)
        if hot:
            self.standing(**dict.fromkeys(hot, NEAR))
            self.pass_time(Decimal("0.1"))

    def change(self, is_up: bool, *symbols: str) -> None:
        self.push(StreamChanged(is_up, symbols, "" if is_up else "it ended"))

    def tell(self, symbol: str, bid: int, ask: int, age_ns: int = 0) -> None:
        quote = ExchangeQuote(symbol, Decimal(bid), Decimal(ask), self.kernel.now_ns() - age_ns)
        self.push(QuotesStreamed((quote,), 0))

    def push(self, message: object) -> None:
        self.system.tell(names.EXCHANGE_DATA, message)
        self.pass_time(MOMENT)

    def updates(self, symbol: str) -> list[ExchangeQuote]:
        every = (quote for m in self.heard if isinstance(m, QuotesUpdated) for quote in m.quotes)
        return [quote for quote in every if quote.symbol == symbol]

    def bids(self, symbol: str) -> list[Decimal]:
        """As the drop buyer and Risk heard them, each once."""
        return [each.bid for each in self.updates(symbol)][::2]


def test_hot_symbols_are_asked_for_as_they_become_hot_and_let_go_as_they_cool() -> None:
    scene = StreamScene(3, "S0")
    scene.standing(S1=NEAR)
    scene.pass_time(1)
    scene.standing(S0=FAR)
    scene.pass_time(3)

    assert scene.exchange.streamed == [(A,), (A, B), (B,)]


def test_nothing_is_asked_for_unless_it_is_configured() -> None:
    scene = Scene(2)
    scene.standing(S0=NEAR)
    scene.pass_time(10)

    assert scene.exchange.streamed == []
    assert not scene.events(MdStreamHealth)


def test_a_told_quote_goes_to_the_drop_buyer_and_to_risk_between_two_polls() -> None:
    scene = StreamScene(2, "S0")
    scene.change(True, A)
    scene.heard.clear()
    scene.tell(A, 98, 100)

    assert [each.bid for each in scene.updates(A)] == [98, 98]
    assert not scene.updates(B)


def test_quotes_are_never_passed_on_out_of_order_whichever_way_they_came() -> None:
    slow = iter([FAST, FAST, FAST, FAST])  # markets, statistics, the first poll, the streams
    scene = StreamScene(1, "S0", latency=lambda: next(slow, 1000 * 1_000_000))
    scene.change(True, A)
    scene.pass_time(Decimal("1.4"))  # a poll is under way, for a second
    scene.exchange.price = Decimal(100)
    scene.tell(A, 99, 101)
    scene.tell(A, 99, 101, age_ns=2_000_000_000)
    scene.pass_time(3)

    at_ns = [each.at_ns for each in scene.updates(A)]
    assert at_ns == sorted(at_ns)


def test_a_poll_that_began_before_the_stream_spoke_does_not_replace_what_it_said() -> None:
    scene = StreamScene(1, "S0", latency=lambda: FAST)
    scene.exchange._latency_ns = lambda: 1_000_000_000
    scene.change(True, A)
    scene.pass_time(2)
    begun = len(scene.exchange.asked)
    while len(scene.exchange.asked) == begun:
        scene.pass_time(Decimal("0.01"))
    scene.pass_time(Decimal("0.5"))
    scene.tell(A, 99, 101)
    told = scene.updates(A)[-1]
    scene.heard.clear()
    scene.pass_time(Decimal("0.6"))  # the poll has ended by now

    assert scene.updates(A) == []
    scene.pass_time(3)
    assert scene.updates(A)[0].at_ns > told.at_ns


def test_a_stream_that_fell_silent_is_dropped_with_one_event_and_asked_for_again_after_its_rest() -> None:
    scene = StreamScene(1, "S0")
    scene.change(True, A)
    scene.tell(A, 99, 101)
    scene.exchange.price = Decimal(90)
    scene.pass_time(10)

    (dropped,) = scene.events(MdStreamDropped)
    assert dropped.symbol == A and dropped.apart_bps > 1000 and dropped.rest_ms == 30_000
    assert scene.exchange.streamed == [(A,), ()]
    assert scene.bids(A)[-1] == 89
    scene.pass_time(31)
    assert scene.exchange.streamed == [(A,), (), (A,)]


def test_a_told_price_that_the_polls_do_not_know_is_passed_on_once_at_most_and_then_kept_back() -> None:
    scene = StreamScene(1, "S0")
    scene.change(True, A)
    scene.pass_time(2)
    scene.heard.clear()
    for _ in range(80):
        scene.tell(A, 49, 51)
        scene.pass_time(Decimal("0.1"))

    wrong = [bid for bid in scene.bids(A) if bid == 49]
    assert 0 < len(wrong) <= 15  # until the next poll: 1.5 s
    assert len(scene.events(MdStreamDropped)) == 1


def test_connections_that_come_and_go_are_reported_and_polls_go_on() -> None:
    scene = StreamScene(1, "S0")
    scene.change(True, A)
    scene.change(False, A)
    scene.tell(A, 1, 2)
    scene.pass_time(10)

    assert [event.symbols for event in scene.events(MdStreamUp)] == [1]
    assert [(event.symbols, event.why) for event in scene.events(MdStreamDown)] == [(1, "it ended")]
    assert set(scene.bids(A)) == {99}


def test_an_exchange_without_streams_costs_one_event() -> None:
    scene = StreamScene(2)
    scene.exchange.streams = False
    scene.standing(S0=NEAR)
    scene.pass_time(5)
    scene.standing(S1=NEAR)
    scene.pass_time(600)

    (said,) = scene.events(MdStreamUnavailable)
    assert (said.symbols, said.why) == (1, "no such thing here")
    assert set(scene.bids(A)) == {99}


def test_a_request_for_streams_that_is_lost_is_made_again() -> None:
    scene = StreamScene(1)
    scene.exchange.down = True
    scene.standing(S0=NEAR)
    scene.pass_time(3)
    scene.exchange.down = False
    scene.pass_time(10)

    assert scene.exchange.streamed == [(A,)]


def test_a_delisted_symbol_is_not_streamed_any_more() -> None:
    scene = StreamScene(2, "S0", "S1")
    scene.change(True, A, B)
    scene.exchange.known.discard(A)
    scene.exchange.listed.remove(A)
    scene.pass_time(10)

    assert scene.exchange.streamed == [(A, B), (B,)]
    scene.heard.clear()
    scene.tell(A, 99, 101)
    assert scene.updates(A) == []


def test_streams_are_counted_once_a_minute() -> None:
    scene = StreamScene(2, "S0", "S1")
    scene.change(True, A, B)
    scene.tell(A, 99, 101)
    scene.push(QuotesStreamed((), 3))
    scene.pass_time(60)

    health = scene.events(MdStreamHealth)[-1]
    assert health == MdStreamHealth(told=2, resting=0, quotes=1, refused=3, drops=0)


def test_a_rebuilt_exchange_data_asks_again_and_learns_what_is_live() -> None:
    scene = StreamScene(1, "S0")
    scene.change(True, A)
    scene.system.stop(names.EXCHANGE_DATA)
    scene.pass_time(1)
    scene.exchange.live = (A,)
    setup = scene.setup
    scene.system.spawn(ChildSpec(names.EXCHANGE_DATA, ExchangeData, {"setup": setup}))
    scene.pass_time(1)
    scene.standing(S0=NEAR)
    scene.pass_time(1)
    scene.heard.clear()
    scene.tell(A, 99, 101)

    assert scene.exchange.streamed == [(A,), (A,)]
    assert [each.bid for each in scene.updates(A)] == [99, 99]
