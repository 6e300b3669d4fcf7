"""Hot symbols by WebSocket: the gateway on the sandbox exchange, in both dialects, over real sockets."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from neo.domain.messages.exchange import (
    FetchMarkets,
    FetchQuotes,
    QuotesStreamed,
    StreamChanged,
    StreamQuotes,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.streams.stream_plan import StreamPlan
from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from tests.infra.ccxt.exchange_stage import ask, running
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, SYMBOL, plan, stand_still, write_book
from tests.patience import PATIENCE_S, comes_true

BOTH = pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)
QUICK = StreamPlan(gather_ms=5, settle_ms=20, rest_first_s=0.02, rest_longest_s=0.1)
Message = TypeVar("Message")


class Ear:
    """What the gateway pushes."""

    def __init__(self, gateway: ExchangeGateway) -> None:
        self.heard: queue.Queue[tuple[str, object]] = queue.Queue()
        gateway.attach(lambda name, message: self.heard.put((name, message)), "data")

    def next(self, kind: type[Message], fits: Callable[[Message], bool] = lambda _: True) -> Message:
        while True:
            name, message = self.heard.get(timeout=PATIENCE_S)
            assert name == "data"
            if isinstance(message, kind) and fits(message):
                return message

    def quote(self, symbol: str, bid: str) -> Any:
        def has_it(told: QuotesStreamed) -> bool:
            return any((each.symbol, each.bid) == (symbol, Decimal(bid)) for each in told.quotes)

        return next(each for each in self.next(QuotesStreamed, has_it).quotes if each.symbol == symbol)


@contextlib.contextmanager
def streaming(
    dialect: DialectName, streams: StreamPlan = QUICK
) -> Iterator[tuple[SandboxExchange, ExchangeGateway, Ear]]:
    with SandboxExchange(plan(dialect)) as sandbox:
        stand_still(sandbox)
        with running(sandbox, streams=streams) as gateway:
            ask(gateway, FetchMarkets())
            yield sandbox, gateway, Ear(gateway)
        assert comes_true(lambda: sandbox.listeners() == 0)


@BOTH
def test_quotes_of_the_wanted_symbols_come_as_they_change(dialect: DialectName) -> None:
    with streaming(dialect) as (sandbox, gateway, ear):
        answer = ask(gateway, StreamQuotes((SYMBOL, "NOSUCH/USDT")))
        first = ear.quote(SYMBOL, "0.62")
        write_book(sandbox, {"0.63": "7"}, {"0.64": "9"})
        second = ear.quote(SYMBOL, "0.63")

        assert answer.left_out == ("NOSUCH/USDT",)
        assert (first.ask, second.ask) == (Decimal("0.621"), Decimal("0.64"))
        assert first.at_ns < second.at_ns


@BOTH
def test_nobody_listens_to_a_symbol_that_is_not_hot_any_more(dialect: DialectName) -> None:
    with streaming(dialect) as (sandbox, gateway, ear):
        ask(gateway, StreamQuotes((SYMBOL,)))
        ear.quote(SYMBOL, "0.62")
        assert sandbox.listeners() == 1

        ask(gateway, StreamQuotes(()))
        assert comes_true(lambda: sandbox.listeners() == 0)
        ask(gateway, StreamQuotes((SYMBOL,)))
        ear.next(StreamChanged, lambda each: each.is_up)


@BOTH
def test_a_connection_that_is_dropped_comes_back_by_itself(dialect: DialectName) -> None:
    with streaming(dialect) as (sandbox, gateway, ear):
        ask(gateway, StreamQuotes((SYMBOL,)))
        for bid in ("0.62", "0.63", "0.64"):
            ear.quote(SYMBOL, bid)
            sandbox.drop_streams()
            down = ear.next(StreamChanged, lambda each: not each.is_up)
            assert down.symbols == (SYMBOL,) and "closed by the exchange" in down.why
            higher = str(Decimal(bid) + Decimal("0.01"))
            write_book(sandbox, {higher: "7"}, {"0.7": "9"})
        ear.quote(SYMBOL, "0.65")


@BOTH
def test_a_half_open_connection_is_given_up_and_the_next_one_speaks(dialect: DialectName) -> None:
    quick = StreamPlan(gather_ms=5, settle_ms=20, rest_first_s=0.02, ping_every_s=0.1, answer_s_max=0.5)
    with streaming(dialect, quick) as (sandbox, gateway, ear):
        ask(gateway, StreamQuotes((SYMBOL,)))
        ear.quote(SYMBOL, "0.62")
        sandbox.mute_streams(True)

        down = ear.next(StreamChanged, lambda each: not each.is_up)
        assert "no sign of life" in down.why
        sandbox.mute_streams(False)
        ear.next(StreamChanged, lambda each: each.is_up)
        ear.quote(SYMBOL, "0.62")


@BOTH
def test_polled_quotes_are_answered_while_the_stream_is_gone(dialect: DialectName) -> None:
    with streaming(dialect) as (sandbox, gateway, ear):
        ask(gateway, StreamQuotes((SYMBOL,)))
        ear.quote(SYMBOL, "0.62")
        sandbox.mute_streams(True)

        assert ask(gateway, FetchQuotes((SYMBOL,))).quotes[0].bid == Decimal("0.62")


@BOTH
def test_a_delisted_symbol_falls_silent_and_the_others_go_on(dialect: DialectName) -> None:
    with streaming(dialect) as (sandbox, gateway, ear):
        ask(gateway, StreamQuotes((SYMBOL, "ETH/USDT")))
        ear.quote(SYMBOL, "0.62")
        sandbox.delist("ETHUSDT")
        ask(gateway, FetchMarkets())

        answer = ask(gateway, StreamQuotes((SYMBOL, "ETH/USDT")))
        write_book(sandbox, {"0.63": "7"}, {"0.64": "9"})
        ear.quote(SYMBOL, "0.63")

        assert answer.left_out == ("ETH/USDT",)
        assert answer.live == (SYMBOL,)


def test_a_gateway_that_is_stopped_while_it_connects_leaves_nothing_behind() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox:
        with running(sandbox, streams=QUICK) as gateway:
            ask(gateway, FetchMarkets())
            ear = Ear(gateway)
            ask(gateway, StreamQuotes((SYMBOL,)))
        while not ear.heard.empty():
            ear.heard.get()
        assert comes_true(lambda: sandbox.listeners() == 0)
        assert ear.heard.empty()


def test_an_exchange_whose_stream_is_not_known_says_so_for_good() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox, running(sandbox, exchange="kucoin") as gateway:
        answer = ask(gateway, StreamQuotes((SYMBOL,)))

    assert isinstance(answer, PortFailed) and answer.error is PortError.REJECTED
    assert "polled only" in answer.detail
