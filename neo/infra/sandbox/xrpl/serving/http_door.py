"""JSON-RPC over HTTP: one POST, one answer."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from neo.infra.sandbox.xrpl.faults.node_faults import Lie
from neo.infra.sandbox.xrpl.rpc.answers import http_failure, http_success, to_text
from neo.infra.sandbox.xrpl.rpc.dispatch import carry_out
from neo.infra.sandbox.xrpl.rpc.errors import PlainRefusal, RpcError
from neo.infra.sandbox.xrpl.rpc.request import BODY_BYTES_MAX, Request, read_http
from neo.infra.sandbox.xrpl.serving.behaviour import Behaviour

_OVERLOADED = web.HTTPServiceUnavailable.status_code


class HttpDoor:
    """Answers the POST requests of one node."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The node's answer, or what its faults make of it."""
        behaviour = self._behaviour
        client = request.remote or ""
        if request.method != "POST":
            return _plain(403, "Forbidden")
        if behaviour.node.faults.half_open:
            await behaviour.until_stopped()
        if behaviour.node.faults.refuse_503 or behaviour.is_overloaded(client):
            return _plain(_OVERLOADED, "Server is overloaded")
        body = await request.content.read(BODY_BYTES_MAX + 1)
        if len(body) > BODY_BYTES_MAX or not request.content.at_eof():
            return _plain(400, "Too large")
        await behaviour.delay()
        content, method = self._content(body)
        if isinstance(content, PlainRefusal):
            return _plain(content.status, content.text)
        if behaviour.loses_reply(method):
            return _vanished(request)
        behaviour.charge(client)
        return self._told(content)

    def _content(self, body: bytes) -> tuple[dict[str, Any] | PlainRefusal, str]:
        """(the answer, method)."""
        request: Request | None = None
        try:
            request = read_http(body)
            return http_success(carry_out(request, self._behaviour.node)), request.method
        except PlainRefusal as refusal:
            return refusal, ""
        except RpcError as error:
            assert request is not None, "reading a body refuses in plain text only"
            return http_failure(error, request), request.method

    def _told(self, content: dict[str, Any]) -> web.Response:
        text = to_text(self._behaviour.lied(content)) + "\n"
        if Lie.MALFORMED_JSON in self._behaviour.node.faults.lies:
            text = text[: len(text) // 2]
        return web.Response(text=text, content_type="application/json", charset="UTF-8")


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\r\n", content_type="application/json", charset="UTF-8")


def _vanished(request: web.Request) -> web.Response:
    """The connection breaks instead of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
