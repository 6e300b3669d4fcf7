"""The messages of one WebSocket until its client leaves or is let go, with a farewell that arrives.

aiohttp, told to close by another task than the one that reads, gives the connection up without waiting for the client's
answer. What the client sends in that moment is then answered by a reset, which takes the closing code with it: the client
would never learn why it was let go. So whoever reads is also the one who closes.
"""

from __future__ import annotations

import asyncio
from typing import Any, Self

from aiohttp import WSMessage, WSMsgType, web

_GONE = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


class AttendedSocket:
    """Iterate over it to read; `let_go` may be called by anybody on the same loop, the first reason counts."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._farewell: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

    def let_go(self, code: int, reason: bytes) -> None:
        """Close with an RFC 6455 code and a reason of at most 123 bytes, as soon as what was read is worked off."""
        if not self._farewell.done():
            self._farewell.set_result((code, reason))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> WSMessage:
        message = None if self._farewell.done() else await self._next()
        if message is None:
            code, reason = self._farewell.result()
            await self._socket.close(code=code, message=reason)
            raise StopAsyncIteration
        if message.type in _GONE:
            raise StopAsyncIteration
        return message

    async def _next(self) -> WSMessage | None:
        """The next message; None when the client is to be let go before there is one."""
        reading = asyncio.ensure_future(self._socket.receive())
        either: set[asyncio.Future[Any]] = {reading, self._farewell}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not reading.done():
                reading.cancel()
                await asyncio.wait({reading})
        return None if reading.cancelled() else reading.result()
