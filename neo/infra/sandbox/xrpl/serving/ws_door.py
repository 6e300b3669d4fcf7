"""WebSocket: requests and answers with ids, and streams between them."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from neo.infra.sandbox.attended_socket import AttendedSocket
from neo.infra.sandbox.xrpl.faults.node_faults import Lie
from neo.infra.sandbox.xrpl.rpc.answers import to_text, ws_failure, ws_success, ws_unreadable
from neo.infra.sandbox.xrpl.rpc.dispatch import carry_out
from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.infra.sandbox.xrpl.rpc.request import BODY_BYTES_MAX, Request, read_json, read_message
from neo.infra.sandbox.xrpl.serving.behaviour import Behaviour
from neo.infra.sandbox.xrpl.streams.disorder import Disorder
from neo.infra.sandbox.xrpl.streams.publisher import Publisher
from neo.infra.sandbox.xrpl.streams.subscriber import Subscriber

_QUEUE_MAX = 20_000
_THRESHOLD = b"threshold exceeded"


class WsDoor:
    """All WebSocket connections of one node."""

    def __init__(self, behaviour: Behaviour, publisher: Publisher) -> None:
        self._behaviour = behaviour
        self._publisher = publisher
        self._connections: set[Connection] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        if self._behaviour.is_overloaded(request.remote or ""):
            return web.Response(status=503, text="Server is overloaded\r\n")
        socket = web.WebSocketResponse(autoping=False, max_msg_size=BODY_BYTES_MAX)
        await socket.prepare(request)
        connection = Connection(socket, self._behaviour, request)
        self._connections.add(connection)
        self._publisher.add(connection.subscriber)
        try:
            await connection.serve()
        finally:
            self._publisher.remove(connection.subscriber)
            self._connections.discard(connection)
        return socket

    def close_all(self) -> None:
        """End every connection the way an overloaded server does."""
        for connection in tuple(self._connections):
            connection.end(WSCloseCode.POLICY_VIOLATION, _THRESHOLD)

    @property
    def count(self) -> int:
        return len(self._connections)


class Connection:
    """One client. A connection that once fell silent (half open) never speaks again."""

    def __init__(self, socket: web.WebSocketResponse, behaviour: Behaviour, request: web.Request) -> None:
        self.subscriber = Subscriber(self._stream)
        self._socket = socket
        self._attended = AttendedSocket(socket)
        self._behaviour = behaviour
        self._client = request.remote or ""
        self._transport = request.transport
        self._outgoing: asyncio.Queue[str | tuple[int, bytes]] = asyncio.Queue(_QUEUE_MAX)
        self._disorder = Disorder(behaviour.node.rng)
        self._silent = False

    async def serve(self) -> None:
        """Read until the client leaves or is made to."""
        writer = asyncio.ensure_future(self._write())
        try:
            async for message in self._attended:
                if self._is_silent():
                    continue
                if message.type is WSMsgType.PING:
                    await self._socket.pong(message.data)
                elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._answer(message.data)
        except ConnectionResetError:
            pass
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def end(self, code: int, reason: bytes) -> None:
        """Close after what is queued already."""
        if not self._outgoing.full():
            self._outgoing.put_nowait((code, reason))

    # ------------------------------------------------------------------------------------------------------ requests

    async def _answer(self, data: str | bytes) -> None:
        await self._behaviour.delay()
        content, method = self._content(data)
        if self._behaviour.loses_reply(method):
            return
        self._behaviour.charge(self._client)
        faults = self._behaviour.node.faults
        if faults.close_1008 or self._behaviour.warns(self._client):
            content["warning"] = "load"
        self._queue(content)
        if faults.close_1008 or self._behaviour.lets_go(self._client):
            self.end(WSCloseCode.POLICY_VIOLATION, _THRESHOLD)

    def _content(self, data: str | bytes) -> tuple[dict[str, Any], str]:
        """(the answer, method)."""
        try:
            read = read_json(data)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            text = data if isinstance(data, str) else data.decode("utf-8", "replace")
            return {"error": "jsonInvalid", "type": "error", "value": text}, ""
        try:
            request = read_message(read)
        except RpcError as error:
            return ws_unreadable(error, read), ""
        return self._carried_out(request), request.method

    def _carried_out(self, request: Request) -> dict[str, Any]:
        try:
            return ws_success(carry_out(request, self._behaviour.node, self.subscriber), request)
        except RpcError as error:
            return ws_failure(error, request)

    # ------------------------------------------------------------------------------------------------------- sending

    def _stream(self, message: dict[str, Any]) -> None:
        for each in self._disorder.passed(message, self._behaviour.node.faults):
            self._queue(each)

    def _queue(self, content: dict[str, Any]) -> None:
        """A client that does not read is let go, as the server does."""
        if self._is_silent():
            return
        text = to_text(self._behaviour.lied(content))
        if Lie.MALFORMED_JSON in self._behaviour.node.faults.lies:
            text = text[: len(text) // 2]
        if self._outgoing.full():
            self._abort()
        else:
            self._outgoing.put_nowait(text)

    def _is_silent(self) -> bool:
        self._silent = self._silent or self._behaviour.node.faults.half_open
        return self._silent

    async def _write(self) -> None:
        try:
            while True:
                item = await self._outgoing.get()
                if isinstance(item, str):
                    await self._socket.send_str(item)
                else:
                    self._attended.let_go(*item)
                    return
        except ConnectionResetError:
            return

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
