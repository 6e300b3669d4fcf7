"""One node on its port: up, down, and up again on the same port."""

from __future__ import annotations

import asyncio
import socket

from aiohttp import web

from neo.infra.sandbox.listening import accept_no_more, bound
from neo.infra.sandbox.xrpl.chain.chain import Proposal
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord
from neo.infra.sandbox.xrpl.faults.node_faults import NodeFaults
from neo.infra.sandbox.xrpl.serving.behaviour import Behaviour
from neo.infra.sandbox.xrpl.serving.http_door import HttpDoor
from neo.infra.sandbox.xrpl.serving.node import Node
from neo.infra.sandbox.xrpl.serving.ws_door import WsDoor
from neo.infra.sandbox.xrpl.streams.publisher import Publisher

_BACKLOG = 128


class NodeHost:
    """Serves one node; every method belongs to the server's event loop.

    The port stays reserved while the node is down: a socket that is bound and does not listen keeps it, and clients are
    refused as by a machine on which nothing runs.
    """

    def __init__(self, node: Node, host: str, port: int, lied_about: str) -> None:
        self.node = node
        self._host = host
        if port:
            # Sharing is for this server's own sockets: a port on which anybody else listens is taken.
            bound(host, port, shared=False).close()
        self._reserved = bound(host, port)
        node.port = self._reserved.getsockname()[1]
        self._lied_about = lied_about
        self._publisher = Publisher(node)
        self._runner: web.AppRunner | None = None
        self._listening: socket.socket | None = None
        self._behaviour: Behaviour | None = None
        self._ws: WsDoor | None = None
        self._transports: set[asyncio.Transport] = set()

    @property
    def connections(self) -> int:
        """WebSocket connections that are open."""
        return self._ws.count if self._ws is not None else 0

    async def up(self) -> None:
        """Listen; nothing happens when it does already."""
        if self._runner is not None:
            return
        self._behaviour = Behaviour(self.node, self._lied_about)
        http, self._ws = HttpDoor(self._behaviour), WsDoor(self._behaviour, self._publisher)
        ws = self._ws

        async def enter(request: web.Request) -> web.StreamResponse:
            if isinstance(request.transport, asyncio.Transport):
                self._transports.add(request.transport)
            wants_socket = request.headers.get("Upgrade", "").lower() == "websocket"
            return await (ws.answer(request) if wants_socket else http.answer(request))

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", enter)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.0)
        await runner.setup()
        self._listening = bound(self._host, self.node.port)
        await web.SockSite(runner, self._listening, backlog=_BACKLOG).start()
        self._runner = runner

    async def down(self) -> None:
        """Break every connection and refuse new ones."""
        runner, self._runner = self._runner, None
        if runner is None or self._listening is None:
            return
        await accept_no_more(self._listening)
        if self._behaviour is not None:
            self._behaviour.stopped.set()
        for transport in self._transports:
            transport.abort()
        self._transports.clear()
        await runner.cleanup()

    async def close(self) -> None:
        """Down for good: the port is free again."""
        await self.down()
        self._reserved.close()

    async def apply(self, faults: NodeFaults) -> None:
        """Begin to suffer from these faults and no others."""
        before, self.node.faults = self.node.faults, faults
        if faults.down:
            await self.down()
            return
        await self.up()
        if faults.close_1008 and not before.close_1008 and self._ws is not None:
            self._ws.close_all()
        if faults.not_synced is not before.not_synced:
            self._publisher.status_changed()

    def ledger_closed(self, record: LedgerRecord) -> None:
        self._publisher.ledger_closed(record)
        self._transports = {transport for transport in self._transports if not transport.is_closing()}

    def proposed(self, proposal: Proposal) -> None:
        self._publisher.proposed(proposal)
