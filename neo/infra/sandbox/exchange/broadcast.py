"""Sends book tickers to whoever listens, each time a market's best offers changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import attrs
from aiohttp import WSMsgType, web

from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.sandbox.exchange.streams import StreamDialect, Ticker
from neo.infra.simulated_exchange.liquidity import EPOCH_MS, BookSides
from neo.records import define

_LOOK_EVERY_S = 0.05
_CHANNELS_MAX = 1_024
_MESSAGE_BYTES_MAX = 65_536


@define(eq=False)
class _Listener:
    socket: web.WebSocketResponse
    path: str
    channels: dict[str, BookSides | None] = attrs.field(factory=dict)
    looked_at: tuple[int, int] | None = None


class Broadcast:
    """`is_muted` keeps every connection open and says nothing: a half-open connection as clients meet it."""

    def __init__(self, site: ExchangeSite, dialect: StreamDialect) -> None:
        self._site = site
        self._dialect = dialect
        self._listeners: list[_Listener] = []
        self._updates = 0
        self.is_muted = False

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from its first message to its last."""
        socket = web.WebSocketResponse(max_msg_size=_MESSAGE_BYTES_MAX)
        await socket.prepare(request)
        listener = _Listener(socket, request.path)
        self._listen(listener, self._dialect.on_connect(request.path, request.query_string))
        self._listeners.append(listener)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not self.is_muted:
                    await self._hear(listener, message.data)
        finally:
            self._listeners.remove(listener)
        return socket

    async def run(self) -> None:
        """Until cancelled: look at every listened market, tell what changed."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._site.exchange.advance(self._site.clock.now_ms())
            if not self.is_muted:
                for listener in tuple(self._listeners):
                    await self._tell(listener)

    async def drop_all(self) -> None:
        for listener in tuple(self._listeners):
            await listener.socket.close(code=1001, message=b"going away")

    async def _hear(self, listener: _Listener, text: str) -> None:
        heard = self._dialect.on_message(text, tuple(listener.channels))
        self._listen(listener, heard.added)
        for channel in heard.dropped:
            listener.channels.pop(channel, None)
        for answer in heard.answers:
            await _send(listener.socket, answer)

    def _listen(self, listener: _Listener, channels: Iterable[str]) -> None:
        for channel in channels:
            if len(listener.channels) < _CHANNELS_MAX:
                listener.channels.setdefault(channel, None)
                listener.looked_at = None

    async def _tell(self, listener: _Listener) -> None:
        now_ms = self._site.clock.now_ms()
        state = (now_ms // EPOCH_MS, self._site.exchange.revision)
        if state == listener.looked_at:
            return
        listener.looked_at = state
        for channel, known in tuple(listener.channels.items()):
            symbol = self._dialect.symbol_of(channel)
            market = self._site.exchange.market(symbol) if symbol else None
            sides = market.touch(now_ms) if market is not None else None
            if sides is not None and sides != known and sides.bids and sides.asks:
                listener.channels[channel] = sides
                self._updates += 1
                ticker = Ticker(symbol, sides, now_ms, self._updates)
                await _send(listener.socket, self._dialect.frame(channel, ticker, listener.path))


async def _send(socket: web.WebSocketResponse, frame: str | bytes) -> None:
    try:
        if isinstance(frame, bytes):
            await socket.send_bytes(frame)
        else:
            await socket.send_str(frame)
    except ConnectionResetError:
        # The client went away meanwhile: its own task notices.
        return
