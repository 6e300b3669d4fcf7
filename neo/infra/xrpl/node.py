"""One node: keeps a connection to it, asks it, hears what it says, and remembers how it behaved.

Everything runs on the gateway's event loop. What is learned goes into `standing`; what others must know goes to the
`Listener`. WebSocket first; when that does not work and the node has an HTTP address, it is polled there for a while.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import attrs
from xrpl.models.requests import ServerState, Subscribe, Unsubscribe
from xrpl.models.requests.request import Request
from xrpl.models.requests.subscribe import StreamParameter

from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed, NodeRefused
from neo.infra.xrpl.node_rpc import NodeRpc
from neo.infra.xrpl.node_socket import NodeSocket, StreamMessage
from neo.infra.xrpl.node_standing import NodeStanding, Transport
from neo.infra.xrpl.timing import GatewayTiming
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced, parse_ledger_closed
from neo.infra.xrpl.wire.refusals import is_overload, read_refusal
from neo.infra.xrpl.wire.server import ServerStatus, parse_server

#: Requests of one node that may wait at the same time; more fail at once.
WAITING_MAX = 64
#: How often a connection is looked at during the silence that ends it.
LISTENS_PER_SILENCE = 5


class Listener(Protocol):
    """Who is told what a node says. Called on the loop, must not block or raise."""

    def ledger_told(self, node: Node, ledger: LedgerAnnounced) -> None: ...

    def server_told(self, node: Node, server: ServerStatus) -> None: ...

    def transaction_told(self, node: Node, message: StreamMessage) -> None: ...

    def connected(self, node: Node) -> None: ...

    def standing_changed(self, node: Node, why: str) -> None: ...

    def caught_lying(self, node: Node, said: str) -> None: ...


@attrs.frozen
class NodeSurroundings:
    """What a node needs from its gateway. `loop_s` is the clock of waits, `rng` spreads reconnections."""

    timing: GatewayTiming
    listener: Listener
    rng: random.Random
    loop_s: Callable[[], float]


class Node:
    """`run` until cancelled; `ask` and `read` at any time from the loop."""

    def __init__(self, endpoint: NodeEndpoint, around: NodeSurroundings) -> None:
        self.endpoint = endpoint
        self.standing = NodeStanding(endpoint.name)
        #: Asked for on every connection beside the ledger stream, while this node leads.
        self.subscription: Subscribe | None = None
        self.failed_requests = 0
        self.asked_requests = 0
        self.last_failure = ""
        self._around = around
        self._client: NodeSocket | NodeRpc | None = None
        self._waiting = 0
        self._failures = 0
        self._busy_times = 0

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def streams(self) -> bool:
        """Whether messages come by themselves."""
        return self.standing.transport is Transport.WEBSOCKET

    # ------------------------------------------------------------------------------------------------------ asking

    async def ask(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]:
        """The answer, also when it is an error answer. NodeFailed when there is none, or the node asks to be left alone."""
        client = self._client
        if client is None:
            raise NodeFailed(FailureKind.NOT_SENT, f"{self.name}: {self.standing.down_because}")
        if self._waiting >= WAITING_MAX:
            raise NodeFailed(FailureKind.NOT_SENT, f"{self.name}: {WAITING_MAX} requests are waiting already")
        self._waiting += 1
        began_s = self._around.loop_s()
        try:
            answer = await client.ask(request, timeout_s or self._around.timing.answer_s)
            refusal = read_refusal(answer)
            if refusal is not None and is_overload(refusal):
                raise NodeFailed(FailureKind.BUSY, f"{refusal.code}: {refusal.message}")
        except (NodeFailed, WireError) as failure:
            raise self._failed(failure) from None
        finally:
            self._waiting -= 1
            self._heed_warning(client)
        self.asked_requests += 1
        self.standing.answered(self._around.loop_s() - began_s)
        return answer

    async def read(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]:
        """As `ask`; NodeRefused for an error answer."""
        answer = await self.ask(request, timeout_s)
        refusal = read_refusal(answer)
        if refusal is not None:
            raise NodeRefused(refusal)
        return answer

    def distrust(self, said: str, for_s: float) -> None:
        """Cut the connection; the node is left alone for `for_s`."""
        self.standing.distrusted_until_s = self._around.loop_s() + for_s
        if isinstance(self._client, NodeSocket):
            self._client.give_up(NodeFailed(FailureKind.BROKEN, said))

    def _failed(self, failure: NodeFailed | WireError) -> NodeFailed:
        if isinstance(failure, WireError):
            failure = NodeFailed(FailureKind.BROKEN, str(failure))
        self.asked_requests += 1
        self.failed_requests += 1
        self.last_failure = failure.detail
        self.standing.failed()
        if failure.kind is FailureKind.BUSY:
            self._leave_alone(failure.detail)
        elif failure.kind is FailureKind.BROKEN:
            self._around.listener.caught_lying(self, failure.detail)
        self._around.listener.standing_changed(self, failure.detail)
        return NodeFailed(failure.kind, f"{self.name}: {failure.detail}")

    def _leave_alone(self, why: str) -> None:
        timing, now_s = self._around.timing, self._around.loop_s()
        soon = now_s - self.standing.busy_until_s < timing.slow_down_s
        self._busy_times = self._busy_times + 1 if soon else 1
        pause_s = min(timing.slow_down_first_s * 2.0 ** min(self._busy_times - 1, 20), timing.slow_down_s)
        pause_s *= 0.75 + self._around.rng.random() / 2
        self.standing.busy_until_s = max(self.standing.busy_until_s, now_s + pause_s)
        self.standing.down_because = why

    def _heed_warning(self, client: NodeSocket | NodeRpc) -> None:
        if client.load_warning:
            client.load_warning = False
            self.standing.warned_until_s = self._around.loop_s() + self._around.timing.slow_down_s

    # -------------------------------------------------------------------------------------------------- the connection

    async def run(self) -> None:
        """Connect, live, fail, wait longer each time, again: until cancelled. Never ends by itself, whatever happens."""
        while True:
            began_s = self._around.loop_s()
            why = await self._live()
            lived_s = self._around.loop_s() - began_s
            self._failures = 0 if lived_s > self._around.timing.backoff_max_s else self._failures + 1
            self.standing.down_because = why.detail
            if why.kind is FailureKind.BUSY:
                self._leave_alone(why.detail)
            elif why.kind is FailureKind.BROKEN:
                self._around.listener.caught_lying(self, why.detail)
            self._around.listener.standing_changed(self, why.detail)
            await asyncio.sleep(self._pause_s())

    def _pause_s(self) -> float:
        """Exponential with jitter, but not before the end of distrust or of a requested pause."""
        timing = self._around.timing
        pause_s = min(timing.backoff_first_s * 2.0 ** min(self._failures - 1, 20), timing.backoff_max_s)
        until_s = max(self.standing.distrusted_until_s, self.standing.busy_until_s)
        return max(pause_s * (0.5 + self._around.rng.random() / 2), until_s - self._around.loop_s())

    async def _live(self) -> NodeFailed:
        """One connection from its beginning to its end; says why it ended."""
        endpoint = self.endpoint
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
        socket = NodeSocket(url, self._heard, self._around.timing)
        try:
            try:
                await socket.connect()
            except NodeFailed as why:
                if self.endpoint.http_url is None:
                    raise
                self.standing.down_because = why.detail
                await self._bridge(socket)
            self._client = socket
            await self._introduce()
            self._stands(Transport.WEBSOCKET)
            return await self._attend(socket)
        finally:
            self._client = None
            self.standing.transport = Transport.NONE
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
        self._server_told(parse_server(await self.read(ServerState())))
        told = await self.read(Subscribe(streams=[StreamParameter.LEDGER]))
        if "ledger_index" in told:  # a node that is not synced has none to tell
            self._ledger_told(parse_ledger_closed(told))
        if self.subscription is not None:
            await self.read(self.subscription)

    async def subscribe(self, subscription: Subscribe | None) -> None:
        """Ask for more streams now and after each reconnection; None: no more of them. NodeFailed, NodeRefused."""
        self.subscription = subscription
        if subscription is not None and self.streams:
            await self.read(subscription)

    async def unsubscribe(self, accounts: Iterable[str]) -> None:
        """Hear no more of these accounts; a node that fails here goes on telling, which is harmless."""
        try:
            await self.ask(Unsubscribe(accounts=sorted(accounts)))
        except NodeFailed:
            return

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
        """How the node is. No answer is no reason yet to give the connection up: silence is."""
        try:
            self._server_told(parse_server(await self.read(ServerState())))
        except NodeFailed as failed:
            if failed.kind is not FailureKind.NO_ANSWER:
                raise

    async def _over_http(self, knocking: asyncio.Future[None] | None) -> NodeFailed:
        """Poll until a poll fails; says why. `knocking`: somebody tries the WebSocket meanwhile."""
        assert self.endpoint.http_url is not None
        timing, loop_s = self._around.timing, self._around.loop_s
        client = self._client = NodeRpc(self.endpoint.http_url)
        try:
            while knocking is None or not knocking.done():
                await self._poll()
                await _pause(timing.poll_every_s, knocking)
                if loop_s() < self.standing.distrusted_until_s:
                    return NodeFailed(FailureKind.BROKEN, "not trusted")
        except NodeFailed as failed:
            return failed
        finally:
            self._client = None
            self.standing.transport = Transport.NONE
            await client.disconnect()
        return NodeFailed(FailureKind.NOT_SENT, "the WebSocket works again")

    async def _poll(self) -> None:
        server = parse_server(await self.read(ServerState()))
        self._server_told(server)
        if self.standing.transport is Transport.NONE:
            self._stands(Transport.HTTP)
        newest = _newest(server)
        if newest is not None and newest.ledger_index > self.standing.ledger_index:
            self._ledger_told(newest)

    # --------------------------------------------------------------------------------------------------- what it says

    def _stands(self, transport: Transport) -> None:
        self.standing.transport = transport
        self._around.listener.connected(self)
        self._around.listener.standing_changed(self, f"connected by {transport.value}")

    def _server_told(self, server: ServerStatus) -> None:
        self.standing.reported(server)
        self._around.listener.server_told(self, server)

    def _ledger_told(self, ledger: LedgerAnnounced) -> None:
        self.standing.closed(ledger)
        self._around.listener.ledger_told(self, ledger)

    def _heard(self, message: StreamMessage) -> None:
        kind = message.get("type")
        if kind == "transaction":
            self._around.listener.transaction_told(self, message)
        elif kind == "ledgerClosed":
            try:
                self._ledger_told(parse_ledger_closed(message))
            except WireError as broken:
                self._around.listener.caught_lying(self, str(broken))


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
