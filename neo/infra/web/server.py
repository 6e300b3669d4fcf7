"""The dashboard's server: a loop on a thread of its own, so that nothing of it is ever in the engine's way."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Sequence

import uvicorn
from starlette.routing import BaseRoute

from neo.domain.config.dashboard import DashboardConfig
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.infra.loop_thread import LoopThread
from neo.infra.web.app import AppParts, make_app
from neo.infra.web.feed import Feed
from neo.infra.web.pulse import Pulse
from neo.infra.web.sources import EngineSource
from neo.infra.web.token_gate import TokenGate
from neo.records import frozen

START_WAIT_S = 10.0
#: It takes a fifth of a second, and a little over one with pages that do not read; on a machine with nothing to spare far longer.
STOP_WAIT_S = 10.0
_CONNECTIONS_MAX = 200
_HEADER_BYTES_MAX = 16 * 1024
#: A peer that acknowledges nothing for so long is gone, whatever is still buffered for it.
_PEER_SILENCE_MS = 30_000
#: What the kernel may hold for a page that does not read; by itself it would go up to megabytes for each.
_SEND_BUFFER_BYTES = 128 * 1024
#: Of its loop, in which a connection that was accepted becomes known.
_SETTLE_TURNS = 5
_IS_WINDOWS = sys.platform == "win32"


class DashboardRefused(NeoError):
    """The dashboard cannot be served; the engine does not need it."""

    exit_code = UNAVAILABLE


@frozen(kw_only=True)
class ServerPlan:
    """What to serve, and how. `token` None: read-only."""

    config: DashboardConfig
    source: EngineSource
    version: str
    token: str | None = None
    more_routes: Sequence[BaseRoute] = ()


class DashboardServer:
    """Started once, stopped once. `url` is known from the start on."""

    def __init__(self, plan: ServerPlan) -> None:
        """Takes the port. DashboardRefused when that is impossible."""
        self._source = plan.source
        self._socket = _listen(plan.config)
        host, port = self._socket.getsockname()[:2]
        self._url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        self._feed = Feed(os.urandom(4).hex(), plan.config.viewers_max)
        self._pulse = Pulse(plan.source, self._feed)
        own = () if host in ("0.0.0.0", "::") else (f"[{host}]" if ":" in host else host,)
        parts = AppParts(
            source=plan.source,
            feed=self._feed,
            gate=TokenGate(plan.token),
            version=plan.version,
            hosts=(*plan.config.hosts, *own),
            more_routes=plan.more_routes,
        )
        self._server = uvicorn.Server(_uvicorn_config(parts))
        self._thread = LoopThread(self._serve, "neo-dashboard")

    @property
    def url(self) -> str:
        return self._url

    def start(self) -> None:
        """DashboardRefused when the server does not come up."""
        try:
            self._thread.start(START_WAIT_S)
        except (OSError, RuntimeError, TimeoutError) as error:
            self.stop()
            raise DashboardRefused(f"the dashboard did not start: {error}") from error

    def stop(self) -> bool:
        """Whether it ended in time; never raises."""
        if not self._thread.call(self._end):
            self._server.should_exit = True
        ended = self._thread.join(STOP_WAIT_S)
        self._thread.stop(STOP_WAIT_S)
        self._socket.close()
        self._source.close()
        return ended

    async def _serve(self) -> None:
        beating = asyncio.ensure_future(self._pulse.beat())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating
            await self._hang_up()

    def _end(self, turns: int = _SETTLE_TURNS) -> None:
        """Let nobody in any more, and end a few turns of the loop later: asyncio loses a socket that it accepts in the turn
        in which its server is closed."""
        loop = asyncio.get_running_loop()
        if not _IS_WINDOWS:  # there the loop has no readers
            loop.remove_reader(self._socket)
        if turns:
            loop.call_soon(self._end, turns - 1)
            return
        self._server.should_exit = True
        self._feed.close()

    async def _hang_up(self) -> None:
        """Close what uvicorn leaves open.

        A connection that is accepted in the moment of the end is asked too early to close: it would outlive its loop, and
        the browser behind it would wait for an answer.
        """
        for server in getattr(self._server, "servers", ()):  # none when it was cancelled before it listened
            server.close()
        for connection in list(self._server.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)  # in the next turn of the loop sockets are closed


def _uvicorn_config(parts: AppParts) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(parts),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=_CONNECTIONS_MAX,
        h11_max_incomplete_event_size=_HEADER_BYTES_MAX,
        timeout_graceful_shutdown=1,
    )


def _listen(config: DashboardConfig) -> socket.socket:
    """The listening socket. DashboardRefused with what to do when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if not _IS_WINDOWS:  # there it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _PEER_SILENCE_MS)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        listening.bind((config.host, config.port))
        listening.listen(64)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise DashboardRefused(
            f"the dashboard cannot listen on {config.host} port {config.port}: {error.strerror or error}",
            "Another program (perhaps another engine's dashboard) has the port: choose another one with the key "
            "dashboard.port; 0 takes any free one.",
        ) from error
    return listening
