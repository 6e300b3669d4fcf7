"""An HTTP server that answers with recorded bodies: ccxt's own client signs, asks, reads and fails as with the exchange."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
from aiohttp import web

from neo.infra.ccxt.access import ExchangeAccess, ExchangeKeys
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.loop_thread import LoopThread
from neo.infra.sandbox.listening import accept_no_more, bound
from tests.patience import PATIENCE_S

KEYS = ExchangeKeys("key", "secret", "phrase")
#: What is answered, by verb and path: a body, or what makes one of the query and the body that came.
Asked = Mapping[str, str]
Bodies = dict[str, object | Callable[[Asked], object]]


@attrs.frozen
class Refusal:
    """A body with another status than 200."""

    status: int
    body: object


class RecordedExchange:
    """Listens on loopback. `bodies` may be changed at any time; `asked` are "VERB /path" in the order of their arrival."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies = bodies
        self.asked: list[str] = []
        self._port = 0
        self._thread = LoopThread(self._serve, "recorded exchange")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> RecordedExchange:
        self._thread.start(PATIENCE_S)
        while not self._port:
            assert self._thread.call(lambda: None)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread.stop(PATIENCE_S)

    async def _serve(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listening = bound("127.0.0.1", 0)
        await web.SockSite(runner, listening).start()
        self._port = runner.addresses[0][1]
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await accept_no_more(listening)
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        named = f"{request.method} {request.path}"
        self.asked.append(named)
        body = self.bodies.get(named)
        if callable(body):
            body = body(await _asked(request))
        if body is None:
            return web.json_response({"nothing": "recorded"}, status=404)
        if isinstance(body, Refusal):
            return web.json_response(body.body, status=body.status)
        return web.json_response(body)


async def _asked(request: web.Request) -> Asked:
    text = await request.text()
    sent = json.loads(text) if text.startswith("{") else {}
    return {**request.query, **sent}


@contextlib.contextmanager
def trading_on(exchange: str, recorded: RecordedExchange) -> Iterator[ExchangeGateway]:
    access = ExchangeAccess(exchange=exchange, keys=KEYS, origin=recorded.url, symbols=())
    gateway = ExchangeGateway(access, AskingPlan(timeout_ms=int(PATIENCE_S * 1_000)), now_ns=time.time_ns)
    gateway.start()
    try:
        yield gateway
    finally:
        assert gateway.stop()


def body_of(path: Path) -> Any:
    """Of a fixture whose first lines are verb, address and whether it is signed; JSON files are the body alone."""
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else json.loads(text.split("\n", 3)[3])
