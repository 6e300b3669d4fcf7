"""One node: what it is asked, what it says, and how it behaved.

Everything runs on the gateway's event loop. What is learned goes into `standing`; what others must know goes to the
`Listener`. Connecting, and noticing that a connection is dead, is NodeLife's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from xrpl.models.requests import Subscribe, Unsubscribe
from xrpl.models.requests.request import Request

from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed, NodeRefused
from neo.infra.xrpl.node_rpc import NodeRpc
from neo.infra.xrpl.node_socket import NodeSocket, StreamMessage
from neo.infra.xrpl.node_standing import NodeStanding, Transport
from neo.infra.xrpl.timing import GatewayTiming
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced, parse_ledger_closed
from neo.infra.xrpl.wire.refusals import is_overload, read_refusal
from neo.infra.xrpl.wire.server import ServerStatus
from neo.records import frozen

#: Requests of one node that may wait at the same time; more fail at once.
WAITING_MAX = 64


class Listener(Protocol):
    """Who is told what a node says. Called on the loop, must not block or raise."""

    def ledger_told(self, node: Node, ledger: LedgerAnnounced) -> None: ...

    def server_told(self, node: Node, server: ServerStatus) -> None: ...

    def transaction_told(self, node: Node, message: StreamMessage) -> None: ...

    def connected(self, node: Node) -> None: ...

    def standing_changed(self, node: Node, why: str) -> None: ...

    def caught_lying(self, node: Node, said: str) -> None: ...


@frozen
class NodeSurroundings:
    """What a node needs from its gateway. `loop_s` is the clock of waits, `rng` spreads reconnections."""

    timing: GatewayTiming
    listener: Listener
    rng: random.Random
    loop_s: Callable[[], float]


class Node:
    """`ask` and `read` at any time from the loop; NodeFailed while NodeLife has no connection."""

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
        self._busy_times = 0

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def streams(self) -> bool:
        """Whether messages come by themselves."""
        return self.standing.transport is Transport.WEBSOCKET

    def reached_by(self, client: NodeSocket | NodeRpc | None) -> None:
        """What is asked goes this way from now on; None: there is none."""
        self._client = client
        if client is None:
            self.standing.transport = Transport.NONE

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
            self.leave_alone(failure.detail)
        elif failure.kind is FailureKind.BROKEN:
            self._around.listener.caught_lying(self, failure.detail)
        self._around.listener.standing_changed(self, failure.detail)
        return NodeFailed(failure.kind, f"{self.name}: {failure.detail}")

    def leave_alone(self, why: str) -> None:
        """Ask nothing for a while, longer each time that follows soon."""
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

    # --------------------------------------------------------------------------------------------------- what it says

    def stands(self, transport: Transport) -> None:
        """The connection is ready."""
        self.standing.transport = transport
        self._around.listener.connected(self)
        self._around.listener.standing_changed(self, f"connected by {transport.value}")

    def server_told(self, server: ServerStatus) -> None:
        """It said how it is."""
        self.standing.reported(server)
        self._around.listener.server_told(self, server)

    def ledger_told(self, ledger: LedgerAnnounced) -> None:
        """It said that a ledger is validated."""
        self.standing.closed(ledger)
        self._around.listener.ledger_told(self, ledger)

    def heard(self, message: StreamMessage) -> None:
        """A message that nobody asked for."""
        kind = message.get("type")
        if kind == "transaction":
            self._around.listener.transaction_told(self, message)
        elif kind == "ledgerClosed":
            try:
                self.ledger_told(parse_ledger_closed(message))
            except WireError as broken:
                self._around.listener.caught_lying(self, str(broken))
