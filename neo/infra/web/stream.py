"""GET /api/stream: one page's share of the feed, until it goes away, falls behind, or the server ends.

Written against ASGI itself, because waiting for a slow client must have an end: a page that does not take a piece within
SEND_PATIENCE_S is dropped. Its browser connects again by itself and says where it was.
"""

from __future__ import annotations

import asyncio
import json

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from neo.infra.web.feed import Feed, FellBehind, Listener, TooManyListeners

SEND_PATIENCE_S = 10.0
KEEP_ALIVE_S = 15.0
_RETRY_MS = 1_000
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"connection", b"close"),
]


class Stream:
    """An ASGI application for one route."""

    def __init__(self, feed: Feed, version: str) -> None:
        self._feed = feed
        self._version = version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            listener = self._feed.listen(Headers(scope=scope).get("last-event-id", ""))
        except TooManyListeners:
            busy = JSONResponse({"error": "as many pages as allowed are open (key dashboard.viewers_max)"}, 503)
            busy.headers["retry-after"] = "10"
            await busy(scope, receive, send)
            return
        gone = asyncio.ensure_future(_disconnected(receive))
        feeding = asyncio.ensure_future(self._feed_to(listener, send))
        try:
            await asyncio.wait({gone, feeding}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listener.close()
            gone.cancel()
            feeding.cancel()
            await asyncio.gather(gone, feeding, return_exceptions=True)

    async def _feed_to(self, listener: Listener, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        hello = json.dumps({"resumed": listener.resumed, "version": self._version})
        await _send(send, f"retry: {_RETRY_MS}\nevent: hello\ndata: {hello}\n\n".encode())
        while True:
            try:
                piece = await asyncio.wait_for(listener.next(), KEEP_ALIVE_S)
            except TimeoutError:
                piece = b": still here\n\n"
            except FellBehind:
                break
            if not piece:
                break
            await _send(send, piece)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, piece: bytes) -> None:
    """TimeoutError when the client does not read."""
    await asyncio.wait_for(send({"type": "http.response.body", "body": piece, "more_body": True}), SEND_PATIENCE_S)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
