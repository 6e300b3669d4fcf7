"""Book tickers over WebSocket: Binance's with ccxt's own stream client, MEXC's binary and JSON forms byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import ccxt.pro
import pytest

from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, client, plan, stand_still, write_book
from tests.patience import PATIENCE_S

BINARY, TEXT = "spot@public.aggre.bookTicker.v3.api.pb@100ms@XRPUSDT", "spot@public.bookTicker.v3.api@XRPUSDT"

Talk = Callable[[aiohttp.ClientWebSocketResponse], Awaitable[Any]]


def talk(sandbox: SandboxExchange, path: str, act: Talk) -> Any:
    """Connect, do something, disconnect; never longer than PATIENCE_S."""

    async def connect() -> Any:
        async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.stream_url + path) as socket:
            async with asyncio.timeout(PATIENCE_S):
                return await act(socket)

    return asyncio.run(connect())


def decoded(frame: bytes) -> dict[int, Any]:
    """Fields of a protocol-buffers message by number: integers, and bytes for what has a length."""

    def varint(place: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = frame[place]
            value |= (byte & 0x7F) << shift
            place, shift = place + 1, shift + 7
            if byte < 0x80:
                return value, place

    fields: dict[int, Any] = {}
    place = 0
    while place < len(frame):
        key, place = varint(place)
        value, place = varint(place)
        if key & 7 == 2:
            fields[key >> 3], place = frame[place : place + value], place + value
        else:
            fields[key >> 3] = value
    return fields


def test_ccxts_stream_client_watches_binance() -> None:
    async def watch(sandbox: SandboxExchange) -> Any:
        exchange = ccxt.pro.binance({**sandbox.ccxt_config(), "enableRateLimit": False})
        try:
            async with asyncio.timeout(PATIENCE_S):
                await exchange.load_markets()
                first = await exchange.watch_bids_asks(["XRP/USDT"])
                await asyncio.to_thread(write_book, sandbox, {"0.63": "7"}, {"0.64": "9"})
                return first, await exchange.watch_bids_asks(["XRP/USDT"])
        finally:
            await exchange.close()

    with SandboxExchange(plan(BINANCE)) as sandbox:
        stand_still(sandbox)
        first, second = asyncio.run(watch(sandbox))

    assert (first["XRP/USDT"]["bid"], first["XRP/USDT"]["ask"]) == (0.62, 0.621)
    assert (second["XRP/USDT"]["bid"], second["XRP/USDT"]["askVolume"]) == (0.63, 9)


def test_binance_channels_in_the_address_come_plain_or_wrapped() -> None:
    async def first(socket: aiohttp.ClientWebSocketResponse) -> Any:
        return await socket.receive_json()

    with SandboxExchange(plan(BINANCE)) as sandbox:
        stand_still(sandbox)
        plain = talk(sandbox, "/ws/xrpusdt@bookTicker", first)
        wrapped = talk(sandbox, "/stream?streams=xrpusdt@bookTicker/btcusdt@bookTicker", first)

    assert {key: plain[key] for key in "sbBaA"} == {
        "s": "XRPUSDT", "b": "0.62000000", "B": "1000.00000000", "a": "0.62100000", "A": "1000.00000000",
    }  # fmt: skip
    assert wrapped["stream"] == "xrpusdt@bookTicker" and wrapped["data"]["s"] == "XRPUSDT"


def test_binance_subscriptions_can_be_listed_and_ended_and_nonsense_is_answered() -> None:
    async def ask(socket: aiohttp.ClientWebSocketResponse) -> list[Any]:
        answers = []
        for text in (
            '{"method":"SUBSCRIBE","params":["a@trade"],"id":1}',
            '{"method":"LIST_SUBSCRIPTIONS","id":2}',
            '{"method":"UNSUBSCRIBE","params":["a@trade"],"id":3}',
            '{"method":"LIST_SUBSCRIPTIONS","id":"four"}',
            '{"method":"DANCE"}',
            "[" * 50_000,
            "[1]",
        ):
            await socket.send_str(text)
            answers.append(await socket.receive_json())
        return answers

    with SandboxExchange(plan(BINANCE)) as sandbox:
        answers = talk(sandbox, "/ws", ask)

    assert answers[:4] == [
        {"result": None, "id": 1}, {"result": ["a@trade"], "id": 2}, {"result": None, "id": 3}, {"result": [], "id": "four"},
    ]  # fmt: skip
    assert all(each["error"]["code"] in {2, 3} for each in answers[4:])


def test_mexc_sends_binary_and_json_tickers_as_subscribed() -> None:
    async def listen(socket: aiohttp.ClientWebSocketResponse) -> tuple[Any, bytes, Any]:
        await socket.send_json({"method": "SUBSCRIPTION", "params": [BINARY]})
        answer, binary = await socket.receive_json(), await socket.receive_bytes()
        await socket.send_json({"method": "UNSUBSCRIPTION", "params": [BINARY], "id": 2})
        await socket.receive_json()
        await socket.send_json({"method": "SUBSCRIPTION", "params": [TEXT], "id": 3})
        await socket.receive_json()
        return answer, binary, await socket.receive_json()

    with SandboxExchange(plan(MEXC)) as sandbox:
        stand_still(sandbox)
        answer, binary, text = talk(sandbox, "/ws", listen)

    wrapper = decoded(binary)
    assert answer == {"id": 0, "code": 0, "msg": BINARY}
    assert (wrapper[1].decode(), wrapper[3].decode()) == (BINARY, "XRPUSDT")
    assert [each.decode() for _, each in sorted(decoded(wrapper[315]).items())] == ["0.62", "1000", "0.621", "1000"]
    assert (text["c"], text["s"]) == (TEXT, "XRPUSDT")
    assert text["d"] == {"b": "0.62", "B": "1000", "a": "0.621", "A": "1000"}


def test_mexc_answers_pings_refuses_unknown_channels_and_more_than_thirty() -> None:
    async def ask(socket: aiohttp.ClientWebSocketResponse) -> list[str]:
        many = [f"spot@public.bookTicker.v3.api@NONE{number}" for number in range(40)]
        words = []
        for message in (
            {"method": "PING"},
            {"method": "SUBSCRIPTION", "params": ["spot@public.dance@XRPUSDT"]},
            {"method": "SUBSCRIPTION", "params": many},
            {"method": "SUBSCRIPTION", "params": "nonsense"},
        ):
            await socket.send_json(message)
            words.append((await socket.receive_json())["msg"])
        return words

    with SandboxExchange(plan(MEXC)) as sandbox:
        pong, unknown, many, nonsense = talk(sandbox, "/ws", ask)

    assert pong == "PONG" and "Blocked" in unknown and nonsense == "msg format invalid"
    assert len(many.split(",")) == 30


@pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)
def test_streams_can_be_dropped_and_can_fall_silent_without_closing(dialect: Any) -> None:
    path = "/ws" if dialect is MEXC else "/ws/xrpusdt@bookTicker"

    async def sit(socket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMsgType:
        if dialect is MEXC:
            await socket.send_json({"method": "SUBSCRIPTION", "params": [TEXT]})
            await socket.receive()
        await socket.receive()
        await asyncio.to_thread(sandbox.mute_streams, True)
        await asyncio.to_thread(write_book, sandbox, {"0.63": "7"}, {"0.64": "9"})
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.3)
        assert await asyncio.to_thread(sandbox.listeners) == 1
        await asyncio.to_thread(sandbox.drop_streams)
        return (await socket.receive()).type

    with SandboxExchange(plan(dialect)) as sandbox, client(sandbox):
        stand_still(sandbox)
        assert talk(sandbox, path, sit) in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.CLOSING,
        }


def test_a_recorded_message_has_the_same_keys(shared_recordings: Any) -> None:
    recorded = (
        (shared_recordings / "ccxt" / "docs_shaped" / "mexc" / "ws_BookTicker.txt").read_text().partition("\n= ")[2]
    )

    async def listen(socket: aiohttp.ClientWebSocketResponse) -> Any:
        await socket.send_json({"method": "SUBSCRIPTION", "params": [TEXT]})
        await socket.receive_json()
        return await socket.receive_json()

    with SandboxExchange(plan(MEXC)) as sandbox:
        ours = talk(sandbox, "/ws", listen)

    message = json.loads(recorded)
    assert (set(ours), set(ours["d"])) == (set(message), set(message["d"]))
