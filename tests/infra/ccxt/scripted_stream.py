"""A WebSocket server that does what it is told, and the streams of a gateway that listen to it, on one loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from neo.domain.messages.exchange import StreamQuotes, StreamsAssigned
from neo.infra.ccxt.streams.stream_desk import LANGUAGES, StreamDesk
from neo.infra.ccxt.streams.stream_plan import StreamPlan
from neo.infra.sandbox.listening import accept_no_more, bound
from tests.patience import PATIENCE_S

Message = TypeVar("Message")
#: What the server does on each of its connections, the first of which is number 1.
Act = Callable[[web.WebSocketResponse, int], Awaitable[None]]
#: Times of a stream for tests: everything at once.
QUICK = StreamPlan(
    gather_ms=1, settle_ms=5, rest_first_s=0.01, rest_longest_s=0.02, connect_s_max=PATIENCE_S, answer_s_max=PATIENCE_S
)


class Stage:
    """Symbols are A/USDT, B/USDT and so on; `told` is what the gateway pushed."""

    def __init__(self, desk: StreamDesk) -> None:
        self.desk = desk
        self.told: asyncio.Queue[object] = asyncio.Queue()
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    def assign(self, *symbols: str) -> StreamsAssigned:
        ids = {symbol: symbol.replace("/", "") for symbol in symbols}
        return self.desk.assign(StreamQuotes(symbols), ids)

    async def next(self, kind: type[Message], fits: Callable[[Message], bool] = lambda _: True) -> Message:
        """The next push of this kind that fits; others are passed over."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.told.get()
                if isinstance(message, kind) and fits(message):
                    return message


@contextlib.asynccontextmanager
async def listening(act: Act, plan: StreamPlan = QUICK, exchange: str = "binance") -> AsyncIterator[Stage]:
    """Streams on a server that does `act`; at the end no task of theirs is left."""
    connections = 0

    async def handle(request: web.Request) -> web.WebSocketResponse:
        nonlocal connections
        connections += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        with contextlib.suppress(ConnectionError):
            await act(socket, connections)
        return socket

    application = web.Application()
    application.router.add_get("/", handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    listening = bound("127.0.0.1", 0)
    await web.SockSite(runner, listening).start()
    before = asyncio.all_tasks()
    async with aiohttp.ClientSession() as session:

        async def connect() -> Any:
            return await session.ws_connect(f"http://127.0.0.1:{runner.addresses[0][1]}/")

        clock = iter(range(1, 1_000_000_000))
        desk = StreamDesk(
            LANGUAGES[exchange], connect, plan, lambda each: stage.told.put_nowait(each), lambda: next(clock)
        )
        stage = Stage(desk)
        try:
            yield stage
        finally:
            await desk.stop()
            left = [each for each in asyncio.all_tasks() - before if "stream_line" in repr(each)]
            await accept_no_more(listening)
            await runner.cleanup()
    assert not left


def ticker(market: str, bid: str, ask: str, counter: int = 1) -> str:
    """As Binance writes it."""
    return f'{{"u":{counter},"s":"{market}","b":{bid},"B":"1","a":{ask},"A":"1"}}'
