"""Quotes by WebSocket, from a server that does everything that servers do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from aiohttp import web

from neo.domain.messages.exchange import QuotesStreamed, StreamChanged
from neo.infra.ccxt.client import moved
from neo.infra.ccxt.streams.stream_desk import LANGUAGES
from neo.infra.ccxt.streams.stream_plan import Rests, StreamPlan
from tests.infra.ccxt.scripted_stream import QUICK, Stage, listening, ticker
from tests.patience import PATIENCE_S

ONE, TWO = "A/USDT", "B/USDT"


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(3 * PATIENCE_S):
            await scene()

    asyncio.run(limited())


async def answering(socket: web.WebSocketResponse) -> dict[str, Any]:
    """The next message, answered as Binance does."""
    message: dict[str, Any] = await socket.receive_json()
    await socket.send_json({"result": None, "id": message["id"]})
    return message


async def saying(socket: web.WebSocketResponse, *frames: str | bytes) -> None:
    """Answer the subscription, say these, and stay until the client goes."""
    await answering(socket)
    for frame in frames:
        if isinstance(frame, bytes):
            await socket.send_bytes(frame)
        else:
            await socket.send_str(frame)
    async for _ in socket:
        pass


async def quote(stage: Stage, symbol: str = ONE) -> Any:
    told = await stage.next(QuotesStreamed, lambda each: any(q.symbol == symbol for q in each.quotes))
    found = next(each for each in told.quotes if each.symbol == symbol)
    return found.bid, found.ask


def test_changes_of_wanted_symbols_are_told_with_the_time_of_their_arrival() -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        await saying(socket, ticker("AUSDT", "1.5", "1.6"), ticker("CUSDT", "9", "9"), ticker("BUSDT", '"2"', '"3"'))

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE, TWO)

            up = await stage.next(StreamChanged)
            assert (up.is_up, up.symbols) == (True, (ONE, TWO))
            assert await quote(stage) == (Decimal("1.5"), Decimal("1.6"))
            stage.assign()

    play(scene)


@pytest.mark.parametrize(
    "frame",
    [
        ticker("AUSDT", '"0"', '"1"'),
        ticker("AUSDT", '"-1"', '"1"'),
        ticker("AUSDT", '"2"', '"1"'),
        ticker("AUSDT", '"NaN"', '"1"'),
        ticker("AUSDT", "NaN", "NaN"),
        ticker("AUSDT", '"1"', '"Infinity"'),
        ticker("AUSDT", "null", '"1"'),
        ticker("AUSDT", "[]", "{}"),
        ticker("AUSDT", "true", "true"),
        ticker("AUSDT", '""', '"1"'),
        "{garbage",
        "[" * 10_000,
        "[1]",
        '"text"',
        b"\x00\xff",
        '{"e":"serverShutdown"}',
    ],
)
def test_a_message_without_a_usable_quote_is_counted_and_the_next_one_is_heard(frame: str | bytes) -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        await saying(socket, frame, ticker("BUSDT", "1", "2"))

    async def scene() -> None:
        async with listening(act, attrs.evolve(QUICK, gather_ms=50)) as stage:
            stage.assign(ONE, TWO)
            refused, symbols = 0, set[str]()
            while TWO not in symbols:
                told = await stage.next(QuotesStreamed)
                refused, symbols = refused + told.refused, symbols | {each.symbol for each in told.quotes}

            assert (refused, symbols) == (1, {TWO})
            assert stage.desk.tries == 1

    play(scene)


def test_nothing_but_nonsense_ends_the_connection_and_the_next_one_is_good() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        await saying(socket, *(["nonsense"] * 30 if number == 1 else [ticker("AUSDT", "1", "2")]))

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE)

            down = await stage.next(StreamChanged, lambda each: not each.is_up)
            assert down.symbols == (ONE,) and "mean nothing" in down.why
            assert await quote(stage) == (1, 2)

    play(scene)


def test_a_connection_that_ends_is_made_again_and_every_symbol_asked_for_again() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        await answering(socket)
        await socket.send_str(ticker("AUSDT", str(number), "100"))
        if number < 4:
            await socket.close()
        else:
            async for _ in socket:
                pass

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE)

            changes = [await stage.next(StreamChanged) for _ in range(7)]
            assert [each.is_up for each in changes] == [True, False] * 3 + [True]
            assert all("closed by the exchange" in each.why for each in changes if not each.is_up)
            assert stage.desk.tries == 4

    play(scene)


def test_a_connection_that_says_nothing_after_it_was_asked_is_given_up() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        if number == 1:
            async for _ in socket:
                pass  # open, and silent
        else:
            await saying(socket, ticker("AUSDT", "1", "2"))

    async def scene() -> None:
        async with listening(act, attrs.evolve(QUICK, answer_s_max=0.05)) as stage:
            stage.assign(ONE)

            down = await stage.next(StreamChanged)
            assert not down.is_up and "no sign of life" in down.why
            assert await quote(stage) == (1, 2)

    play(scene)


def test_a_stream_that_falls_silent_after_it_spoke_is_noticed_by_its_pings() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        await answering(socket)
        await socket.send_str(ticker("AUSDT", str(number), "9"))
        async for message in socket:
            if number > 1:
                await socket.send_json({"result": [], "id": json.loads(message.data)["id"]})

    async def scene() -> None:
        async with listening(act, attrs.evolve(QUICK, ping_every_s=0.02, answer_s_max=0.05)) as stage:
            stage.assign(ONE)
            down = await stage.next(StreamChanged, lambda each: not each.is_up)

            assert "no sign of life" in down.why
            bid, ask = await quote(stage)
            assert (
                bid >= 2 and ask == 9
            )  # not of the silent one; a slow machine may have taken the next one for silent too

    play(scene)


def test_symbols_come_and_go_on_the_connection_that_there_is() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        while True:
            message = await answering(socket)
            asked.put_nowait((message["method"], message["params"]))

    asked: asyncio.Queue[tuple[str, list[str]]] = asyncio.Queue()

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE, TWO)
            first = await asked.get()
            await stage.next(StreamChanged)
            live = stage.assign(TWO, "C/USDT").live
            changes = [await asked.get(), await asked.get()]
            await stage.next(StreamChanged)
            back = stage.assign(TWO, "C/USDT", ONE).live
            again = await asked.get()

            assert first == ("SUBSCRIBE", ["ausdt@bookTicker", "busdt@bookTicker"])
            assert live == (TWO,)
            assert changes == [("UNSUBSCRIBE", ["ausdt@bookTicker"]), ("SUBSCRIBE", ["cusdt@bookTicker"])]
            assert (back, again) == ((TWO, "C/USDT"), ("SUBSCRIBE", ["ausdt@bookTicker"]))
            assert stage.desk.tries == 1

    play(scene)


def test_a_symbol_that_left_and_came_back_at_once_is_asked_for_anew() -> None:
    async def act(socket: web.WebSocketResponse, number: int) -> None:
        while True:
            asked.put_nowait((await answering(socket))["method"])

    asked: asyncio.Queue[str] = asyncio.Queue()

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE, TWO)
            await stage.next(StreamChanged)
            stage.assign(TWO)
            stage.assign(ONE, TWO)

            up = await stage.next(StreamChanged)
            assert (up.is_up, up.symbols) == (True, (ONE,))
            assert [await asked.get() for _ in range(3)] == ["SUBSCRIBE", "UNSUBSCRIBE", "SUBSCRIBE"]

    play(scene)


def test_an_older_message_never_replaces_a_newer_one() -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        late = [ticker("AUSDT", "5", "6", 20), ticker("AUSDT", "1", "2", 19), ticker("BUSDT", "3", "4", 1)]
        await saying(socket, *late)

    async def scene() -> None:
        async with listening(act) as stage:
            stage.assign(ONE, TWO)
            bids = dict[str, Decimal]()
            while TWO not in bids:
                bids |= {each.symbol: each.bid for each in (await stage.next(QuotesStreamed)).quotes}

            assert bids == {ONE: 5, TWO: 3}

    play(scene)


def test_of_many_changes_the_newest_of_each_symbol_is_told() -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        flood = [ticker(market, str(n), "1000", n) for n in range(1, 501) for market in ("AUSDT", "BUSDT")]
        await saying(socket, *flood)

    async def scene() -> None:
        async with listening(act, attrs.evolve(QUICK, gather_ms=100)) as stage:
            stage.assign(ONE, TWO)
            newest, messages, bids = Decimal(0), 0, list[Decimal]()
            while newest < 500:
                told = await stage.next(QuotesStreamed)
                messages += 1
                assert len({each.symbol for each in told.quotes}) == len(told.quotes)
                bids += [each.bid for each in told.quotes if each.symbol == TWO]
                newest = bids[-1] if bids else newest

            assert bids == sorted(bids) and messages < 100

    play(scene)


def test_more_symbols_than_a_connection_takes_are_spread_and_the_rest_is_left_out() -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        async for message in socket:
            asked.append(json.loads(message.data)["params"])
            await socket.send_json({"id": 0, "code": 0, "msg": "ok"})

    asked: list[list[str]] = []
    symbols = [f"S{number}/USDT" for number in range(250)]

    async def scene() -> None:
        async with listening(act, exchange="mexc") as stage:
            answer = stage.assign(*symbols)
            live = 0
            while live < 240:
                live += len((await stage.next(StreamChanged)).symbols)

            assert answer.left_out == tuple(symbols[240:])
            assert [len(each) for each in asked] == [30] * 8

    play(scene)


def test_a_market_that_mexc_refuses_is_reported_once_and_the_others_are_told() -> None:
    channel = "spot@public.aggre.bookTicker.v3.api.pb@100ms@"

    async def act(socket: web.WebSocketResponse, _: int) -> None:
        async for _message in socket:
            words = f"Not Subscribed successfully! [{channel}AUSDT].  Reason： Blocked! "
            await socket.send_json({"id": 0, "code": 0, "msg": words})
            await socket.send_bytes(mexc_frame("BUSDT", b"1", b"2"))

    async def scene() -> None:
        async with listening(act, exchange="mexc") as stage:
            stage.assign(ONE, TWO)

            down = await stage.next(StreamChanged)
            assert (down.is_up, down.symbols) == (False, (ONE,)) and "Blocked" in down.why
            assert await quote(stage, TWO) == (1, 2)
            assert stage.desk.tries == 1

    play(scene)


def mexc_frame(market: str, bid: bytes, ask: bytes) -> bytes:
    """A wrapper with symbol (3) and book ticker (315): keys 0x1a and 0xda 0x13."""
    ticker_bytes = b"\x0a" + bytes([len(bid)]) + bid + b"\x1a" + bytes([len(ask)]) + ask
    name = market.encode()
    return b"\x1a" + bytes([len(name)]) + name + b"\xda\x13" + bytes([len(ticker_bytes)]) + ticker_bytes


def test_nobody_there_is_tried_with_longer_and_longer_rests_and_said() -> None:
    async def act(socket: web.WebSocketResponse, _: int) -> None:
        raise AssertionError("nobody comes here")

    async def nobody() -> Any:
        raise ConnectionRefusedError

    async def scene() -> None:
        async with listening(act) as stage:
            stage.desk._connect = nobody
            stage.assign(ONE)
            for _ in range(3):
                down = await stage.next(StreamChanged)
                assert (down.is_up, down.symbols, down.why) == (False, (), "no connection: ConnectionRefusedError")

    play(scene)


def test_an_hour_without_an_exchange_is_sixty_odd_tries() -> None:
    rests = Rests(StreamPlan())
    passed_s = tries = 0.0
    while passed_s < 3_600:
        passed_s += rests.after(0.0)
        tries += 1

    assert tries <= 66
    assert rests.after(61.0) == 1.0


def test_streams_of_a_replaced_interface_are_at_its_host_and_port() -> None:
    addresses = [moved(language.address, "http://127.0.0.1:8001") for language in LANGUAGES.values()]

    assert addresses == ["ws://127.0.0.1:8001/ws"] * 2
    assert moved("wss://x.example:9443/ws", "https://y.example") == "wss://y.example/ws"
