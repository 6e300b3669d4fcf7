"""A WebSocket connection to one node: xrpl-py's client without the places where it falls asleep.

Of xrpl-py 5.2.0 (asyncio/clients/websocket_base.py) two hooks are replaced. `_handler` dies silently when the connection
ends, leaves every waiting request to its time limit and readers asleep for ever, dies of a frame that is no object or
names an answered request again, prints frames that it cannot read, and keeps a copy of every message; `_do_request_impl`
sends in a task whose failure nobody sees. `_do_open` has no limits of its own. Requests, their form and their answers
remain the library's.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio import client as websocket_client
from websockets.exceptions import ConnectionClosed, WebSocketException
from xrpl.asyncio.clients import AsyncWebsocketClient
from xrpl.asyncio.clients.utils import request_to_websocket, websocket_to_response
from xrpl.models.requests.request import Request
from xrpl.models.response import Response

from neo.infra.xrpl.endpoint import is_loopback
from neo.infra.xrpl.json_frames import NotJson, parsed_object
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed
from neo.infra.xrpl.timing import GatewayTiming

FRAME_BYTES_MAX = 8 * 1024 * 1024
#: How a server says that we ask too much: RFC 6455 "policy violation", with which rippled ends the connection.
POLICY_VIOLATION = 1008
#: Frames in a row that mean nothing: more, and whoever is there is not a server of the XRP Ledger.
UNREADABLE_MAX = 5

StreamMessage = dict[str, Any]


class NodeSocket(AsyncWebsocketClient):
    """Open once, use, close. `on_message` gets every message that is no answer, in order, on the loop's thread."""

    def __init__(self, url: str, on_message: Callable[[StreamMessage], None], timing: GatewayTiming) -> None:
        super().__init__(url)
        self._on_message = on_message
        self._timing = timing
        self._numbers = itertools.count(1)
        self._ended: asyncio.Future[NodeFailed] | None = None
        self._unreadable = 0
        #: Frames that came, whatever they said: the sign of life.
        self.frames = 0
        #: The server asked us to slow down since this was last set to False.
        self.load_warning = False

    async def connect(self) -> None:
        """NodeFailed(NOT_SENT) when there is no connection in time; BUSY when the server refuses one with 503."""
        try:
            async with asyncio.timeout(self._timing.connect_s):
                await self.open()
        except (OSError, TimeoutError, WebSocketException, ValueError) as error:
            raise NodeFailed(_refusal_kind(error), f"no connection: {_short(error)}") from None

    async def disconnect(self) -> None:
        """Close, whatever state the connection is in."""
        if self._handler_task is not None:
            self._handler_task.cancel()
        if self._websocket is not None:
            try:
                async with asyncio.timeout(self._timing.stop_s):
                    await self._websocket.close()
            except TimeoutError:
                return
            finally:  # also when nobody waits for the farewell any more; harmless for what is closed
                self._websocket.transport.abort()

    async def ended(self) -> NodeFailed:
        """Wait for the end of the connection; says why it ended."""
        if self._ended is None:
            return NodeFailed(FailureKind.NOT_SENT, "never connected")
        return await asyncio.shield(self._ended)

    def give_up(self, why: NodeFailed) -> None:
        """End the connection from our side: whoever waits for its end or for an answer hears `why`."""
        self._end(why)

    async def ask(self, request: Request, timeout_s: float) -> dict[str, Any]:
        """The answer's `result`, or the whole answer when it is an error (its `status` is "error"). NodeFailed."""
        response = await self._request_impl(request, timeout=timeout_s)
        result: Any = response.result
        if not isinstance(result, dict):
            raise NodeFailed(FailureKind.BROKEN, f"the result is a {type(result).__name__}")
        return result if response.is_successful() else {**result, "status": "error"}

    # ---------------------------------------------------------------------------------------- hooks of the library

    async def _do_open(self) -> None:
        self._websocket = await websocket_client.connect(
            self.url,
            max_size=FRAME_BYTES_MAX,
            open_timeout=self._timing.connect_s,
            ping_interval=self._timing.ping_s,
            ping_timeout=self._timing.ping_s,
            close_timeout=self._timing.stop_s / 2,
            proxy=None if is_loopback(self.url) else True,
        )
        self._messages = asyncio.Queue()  # the library's sign of being open; nothing is ever put there
        self._ended = asyncio.get_running_loop().create_future()
        self._handler_task = asyncio.create_task(self._handler())

    async def _request_impl(self, request: Request, *, timeout: float = 10.0) -> Response:
        socket = self._websocket
        if socket is None or not self.is_open():
            raise NodeFailed(FailureKind.NOT_SENT, "not connected")
        number = f"neo-{next(self._numbers)}"
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._open_requests[number] = answer
        sent = False
        try:
            async with asyncio.timeout(timeout):
                text = json.dumps({**request_to_websocket(request), "id": number})
                sent = True
                await socket.send(text)
                return websocket_to_response(await answer)
        except TimeoutError:
            raise NodeFailed(FailureKind.NO_ANSWER, f"no answer to {request.method} in {timeout:.3g} s") from None
        except ConnectionClosed as closed:
            kind = FailureKind.NO_ANSWER if sent else FailureKind.NOT_SENT
            raise NodeFailed(kind, f"connection closed: {_short(closed)}") from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NodeFailed(
                FailureKind.BROKEN, f"unintelligible answer to {request.method}: {_short(error)}"
            ) from None
        finally:
            del self._open_requests[number]

    async def _handler(self) -> None:
        socket = self._websocket
        assert socket is not None
        why = NodeFailed(FailureKind.NO_ANSWER, "the node closed the connection")
        try:
            async for frame in socket:
                self.frames += 1
                self._take(frame)
        except ConnectionClosed as closed:
            busy = closed.rcvd is not None and closed.rcvd.code == POLICY_VIOLATION
            why = NodeFailed(FailureKind.BUSY if busy else FailureKind.NO_ANSWER, f"connection lost: {_short(closed)}")
        except NodeFailed as broken:
            why = broken
        finally:
            self._end(why)

    def _end(self, why: NodeFailed) -> None:
        """Nobody waits for a connection that is gone."""
        for waiting in list(self._open_requests.values()):
            if not waiting.done():
                waiting.set_exception(NodeFailed(FailureKind.NO_ANSWER, why.detail))
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(why)

    def _take(self, frame: str | bytes) -> None:
        try:
            message = parsed_object(frame)
        except NotJson as reason:
            self._unreadable += 1
            if self._unreadable > UNREADABLE_MAX:
                raise NodeFailed(FailureKind.BROKEN, f"{self._unreadable} frames in a row: {reason}") from None
            return
        self._unreadable = 0
        if message.get("warning") == "load":
            self.load_warning = True
        number = message.get("id")
        if isinstance(number, str) and number in self._open_requests:
            waiting = self._open_requests[number]
            if not waiting.done():  # a server may answer twice
                waiting.set_result(message)
        elif "type" in message and message["type"] != "response":
            self._on_message(message)


def _refusal_kind(error: Exception) -> FailureKind:
    response = getattr(error, "response", None)
    return FailureKind.BUSY if getattr(response, "status_code", None) in {429, 503} else FailureKind.NOT_SENT


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
