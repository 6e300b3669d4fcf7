"""JSON-RPC to one node, for when its WebSocket does not work: xrpl-py's client over one kept connection.

xrpl-py 5.2.0 (asyncio/clients/json_rpc_base.py) opens a connection for each request, reads answers of any size and raises
whatever an answer of the wrong shape makes it raise. `_request_impl` is replaced; the form of requests and answers
remains the library's.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from xrpl.asyncio.clients import AsyncJsonRpcClient
from xrpl.asyncio.clients.utils import json_to_response, request_to_json_rpc
from xrpl.models.requests.request import Request
from xrpl.models.response import Response

from neo.infra.xrpl.endpoint import is_loopback
from neo.infra.xrpl.json_frames import NotJson, parsed_object
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed

BODY_BYTES_MAX = 8 * 1024 * 1024
#: Statuses with which servers and the proxies before them say that we ask too much.
_BUSY = frozenset({429, 503})


class NodeRpc(AsyncJsonRpcClient):
    """Requests by POST. `disconnect` when done."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._http: httpx.AsyncClient | None = None
        #: Requests that go on although nobody waits for them any more: httpx 0.28 may lose a socket when it is cancelled.
        self._posts: set[asyncio.Task[tuple[int, bytes]]] = set()
        self.load_warning = False

    async def disconnect(self) -> None:
        """Close the kept connection; a later request opens another."""
        http, self._http = self._http, None
        try:
            if self._posts:
                await asyncio.wait(self._posts)
        finally:
            if http is not None:
                await http.aclose()

    async def ask(self, request: Request, timeout_s: float) -> dict[str, Any]:
        """As NodeSocket.ask."""
        response = await self._request_impl(request, timeout=timeout_s)
        result: Any = response.result
        return result if response.is_successful() else {**result, "status": "error"}

    async def _request_impl(self, request: Request, *, timeout: float = 10.0) -> Response:
        if self._http is None:
            self._http = httpx.AsyncClient(trust_env=not is_loopback(self.url))
        post = asyncio.ensure_future(self._post(self._http, request, timeout))
        self._posts.add(post)
        post.add_done_callback(self._ended)
        try:
            status, body = await asyncio.shield(post)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NodeFailed(FailureKind.NOT_SENT, f"no connection: {_short(error)}") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NodeFailed(FailureKind.NO_ANSWER, f"no answer to {request.method}: {_short(error)}") from None
        if status in _BUSY:
            raise NodeFailed(FailureKind.BUSY, f"HTTP {status}: {body[:80]!r}")
        return self._read(request, status, body)

    def _ended(self, post: asyncio.Task[tuple[int, bytes]]) -> None:
        self._posts.discard(post)
        if not post.cancelled():
            post.exception()  # somebody may have stopped waiting: it is known then

    async def _post(self, http: httpx.AsyncClient, request: Request, timeout_s: float) -> tuple[int, bytes]:
        """Ends by itself: each step has its limit, and the whole has one of twice as much."""
        loop_s = asyncio.get_running_loop().time
        deadline_s, body = loop_s() + timeout_s, bytearray()
        async with http.stream("POST", self.url, json=request_to_json_rpc(request), timeout=timeout_s) as answer:
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > BODY_BYTES_MAX:
                    raise NodeFailed(FailureKind.BROKEN, f"an answer of more than {BODY_BYTES_MAX} bytes")
                if loop_s() > deadline_s:
                    raise NodeFailed(FailureKind.NO_ANSWER, f"the answer to {request.method} came too slowly")
        return answer.status_code, bytes(body)

    def _read(self, request: Request, status: int, body: bytes) -> Response:
        try:
            message = parsed_object(body)
            if message.get("warning") == "load":
                self.load_warning = True
            return json_to_response(message)
        except (NotJson, KeyError, TypeError, AttributeError) as error:
            detail = f"unintelligible answer to {request.method} (HTTP {status}): {_short(error)}"
            raise NodeFailed(FailureKind.BROKEN, detail) from None


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
