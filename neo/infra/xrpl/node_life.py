"""Keeps a connection to one node: connects, waits, notices that nobody is there any more, and begins again.

WebSocket first; when that does not work and the node has an HTTP address, it is polled there until it does.
"""

from __future__ import annotations

import asyncio

from xrpl.models.requests import ServerState, Subscribe
from xrpl.models.requests.subscribe import StreamParameter

from neo.infra.xrpl.node import Node, NodeSurroundings
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed, NodeRefused
from neo.infra.xrpl.node_rpc import NodeRpc
from neo.infra.xrpl.node_socket import NodeSocket
from neo.infra.xrpl.node_standing import Transport
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced, parse_ledger_closed
from neo.infra.xrpl.wire.server import ServerStatus, parse_server

#: How often a connection is looked at during the silence that ends it.
LISTENS_PER_SILENCE = 5


class NodeLife:
    """`run` until cancelled."""

    def __init__(self, node: Node, around: NodeSurroundings) -> None:
        self._node = node
        self._around = around
        self._failures = 0

    async def run(self) -> None:
        """Connect, live, fail, wait longer each time, again: until cancelled. Never ends by itself, whatever happens."""
        while True:
            began_s = self._around.loop_s()
            why = await self._live()
            lived_s = self._around.loop_s() - began_s
            self._failures = 0 if lived_s > self._around.timing.backoff_max_s else self._failures + 1
            self._node.standing.down_because = why.detail
            if why.kind is FailureKind.BUSY:
                self._node.leave_alone(why.detail)
            elif why.kind is FailureKind.BROKEN:
                self._around.listener.caught_lying(self._node, why.detail)
            self._around.listener.standing_changed(self._node, why.detail)
            await asyncio.sleep(self._pause_s())

    def _pause_s(self) -> float:
        """Exponential with jitter, but not before the end of distrust or of a requested pause."""
        timing = self._around.timing
        pause_s = min(timing.backoff_first_s * 2.0 ** min(self._failures - 1, 20), timing.backoff_max_s)
        until_s = max(self._node.standing.distrusted_until_s, self._node.standing.busy_until_s)
        return max(pause_s * (0.5 + self._around.rng.random() / 2), until_s - self._around.loop_s())

    async def _live(self) -> NodeFailed:
        """One connection from its beginning to its end; says why it ended."""
        endpoint = self._node.endpoint
        try:
            if endpoint.ws_url is None:
                return await self._over_http(None)
            return await self._over_socket(endpoint.ws_url)
        except NodeFailed as why:
            return why
        except NodeRefused as refused:
            return NodeFailed(FailureKind.NO_ANSWER, str(refused))
        except WireError as broken:
            return NodeFailed(FailureKind.BROKEN, str(broken))

    async def _over_socket(self, url: str) -> NodeFailed:
        """WebSocket, with HTTP in its place for as long as there is none; says why it ended, or raises it."""
        socket = NodeSocket(url, self._node.heard, self._around.timing)
        try:
            try:
                await socket.connect()
            except NodeFailed as why:
                if self._node.endpoint.http_url is None:
                    raise
                self._node.standing.down_because = why.detail
                await self._bridge(socket)
            self._node.reached_by(socket)
            await self._introduce()
            self._node.stands(Transport.WEBSOCKET)
            return await self._attend(socket)
        finally:
            self._node.reached_by(None)
            await socket.disconnect()

    async def _bridge(self, socket: NodeSocket) -> None:
        """Poll by HTTP until the WebSocket is there: nobody waits for a node that merely tries."""
        knocking = asyncio.ensure_future(self._knock(socket))
        try:
            why = await self._over_http(knocking)
        finally:
            knocking.cancel()
            await asyncio.wait({knocking})
        if knocking.cancelled():
            raise why

    async def _knock(self, socket: NodeSocket) -> None:
        while True:
            await asyncio.sleep(self._around.timing.http_for_s)
            try:
                await socket.connect()
            except NodeFailed:
                continue
            return

    async def _introduce(self) -> None:
        self._node.server_told(parse_server(await self._node.read(ServerState())))
        told = await self._node.read(Subscribe(streams=[StreamParameter.LEDGER]))
        if "ledger_index" in told:  # a node that is not synced has none to tell
            self._node.ledger_told(parse_ledger_closed(told))
        if self._node.subscription is not None:
            await self._node.read(self._node.subscription)

    async def _attend(self, socket: NodeSocket) -> NodeFailed:
        """Until the connection ends, or seems to live and says nothing; says which."""
        timing, loop_s = self._around.timing, self._around.loop_s
        frames, heard_s, asked_s = socket.frames, loop_s(), loop_s()
        listen_s = min(timing.silence_s / LISTENS_PER_SILENCE, timing.health_every_s)
        while True:
            try:
                async with asyncio.timeout(listen_s):
                    return await socket.ended()
            except TimeoutError:
                pass
            if socket.frames == frames or loop_s() - asked_s >= timing.health_every_s:
                asked_s = loop_s()
                await self._inquire()
            if socket.frames != frames:
                frames, heard_s = socket.frames, loop_s()
            elif loop_s() - heard_s >= timing.silence_s:
                return NodeFailed(FailureKind.NO_ANSWER, f"half-open: silent for {loop_s() - heard_s:.1f} s")

    async def _inquire(self) -> None:
        """How the node is. No answer is no reason yet to give the connection up: silence is, and its end has its own reason."""
        try:
            self._node.server_told(parse_server(await self._node.read(ServerState())))
        except NodeFailed as failed:
            if failed.kind in {FailureKind.BUSY, FailureKind.BROKEN}:
                raise

    async def _over_http(self, knocking: asyncio.Future[None] | None) -> NodeFailed:
        """Poll until a poll fails; says why. `knocking`: somebody tries the WebSocket meanwhile."""
        assert self._node.endpoint.http_url is not None
        timing, loop_s = self._around.timing, self._around.loop_s
        client = NodeRpc(self._node.endpoint.http_url)
        self._node.reached_by(client)
        try:
            while knocking is None or not knocking.done():
                await self._poll()
                await _pause(timing.poll_every_s, knocking)
                if loop_s() < self._node.standing.distrusted_until_s:
                    return NodeFailed(FailureKind.BROKEN, "not trusted")
        except NodeFailed as failed:
            return failed
        finally:
            self._node.reached_by(None)
            await client.disconnect()
        return NodeFailed(FailureKind.NOT_SENT, "the WebSocket works again")

    async def _poll(self) -> None:
        server = parse_server(await self._node.read(ServerState()))
        self._node.server_told(server)
        if self._node.standing.transport is Transport.NONE:
            self._node.stands(Transport.HTTP)
        newest = _newest(server)
        if newest is not None and newest.ledger_index > self._node.standing.ledger_index:
            self._node.ledger_told(newest)


async def _pause(seconds: float, unless: asyncio.Future[None] | None) -> None:
    if unless is None:
        await asyncio.sleep(seconds)
    else:
        await asyncio.wait({unless}, timeout=seconds)


def _newest(server: ServerStatus) -> LedgerAnnounced | None:
    """The newest validated ledger of `server_state`, in the form in which the stream would have told it."""
    if server.close_time_ns is None or server.fees is None:
        return None
    return LedgerAnnounced(
        ledger_index=server.validated_index,
        ledger_hash=server.validated_hash,
        close_time_ns=server.close_time_ns,
        fees=server.fees,
        network_id=server.network_id,
        transaction_count=None,
        ranges=server.ranges,
    )
