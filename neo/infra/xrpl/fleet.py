"""All nodes together: who is followed, who may be asked, who is not trusted; tells it as events."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from neo.domain.messages.venue import PortError
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.gateway_events import (
    NodeBack,
    NodeDistrusted,
    NodeDropped,
    NodeFellBack,
    NodeRequestsFailed,
    NodeSwitched,
)
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.leader_choice import Judged, LeaderChoice
from neo.infra.xrpl.node import Node, NodeSurroundings
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.node_life import NodeLife
from neo.infra.xrpl.node_socket import StreamMessage
from neo.infra.xrpl.node_standing import Transport, penalty_s, unfit, with_last_resort
from neo.infra.xrpl.timing import GatewayTiming, NodeRules
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced
from neo.infra.xrpl.wire.refusals import port_error
from neo.infra.xrpl.wire.server import ServerStatus
from neo.records import frozen

Report = Callable[[TelemetryEvent], None]
Answer = TypeVar("Answer")


class NoAnswer(Exception):
    """No node that may be listened to could answer."""


@frozen
class FleetSurroundings:
    """What the fleet needs from outside. `now_ns` is the engine's clock, `loop_s` that of waits."""

    venue: str
    timing: GatewayTiming
    rules: NodeRules
    rng: random.Random
    now_ns: Callable[[], int]
    loop_s: Callable[[], float]
    report: Report


class Audience(Protocol):
    """Who makes something of what nodes tell. Called on the loop, must not block or raise."""

    def ledger_told(self, node: Node, ledger: LedgerAnnounced) -> None: ...

    def transaction_told(self, node: Node, message: StreamMessage) -> None: ...

    def connected(self, node: Node) -> None: ...

    def leader_changed(self, leader: Node | None) -> None: ...

    def forget(self, node: Node) -> None: ...


class NodeFleet:
    """Runs nothing by itself: the gateway runs `lives` and `keep_judging`; `judge` follows whatever was learned."""

    def __init__(self, endpoints: Sequence[NodeEndpoint], around: FleetSurroundings, audience: Audience) -> None:
        self._around = around
        self._audience = audience
        surroundings = NodeSurroundings(around.timing, self, around.rng, around.loop_s)
        self.nodes = tuple(Node(endpoint, surroundings) for endpoint in endpoints)
        self.lives = tuple(NodeLife(node, surroundings) for node in self.nodes)
        self._by_name = {node.name: node for node in self.nodes}
        self._choice = LeaderChoice(around.timing)
        self._unfit: dict[str, str | None] = {node.name: node.standing.down_because for node in self.nodes}
        self._away_since_s: dict[str, float] = {}
        self._offences: dict[str, int] = {}
        self._transports: dict[str, Transport] = {}

    # ------------------------------------------------------------------------------------------------- who is asked

    @property
    def leader(self) -> Node | None:
        """The node that is followed."""
        return self._by_name[self._choice.leader] if self._choice.leader is not None else None

    def fit(self) -> tuple[Node, ...]:
        """Nodes that may be asked: the leader first, then the better ones."""
        well = [node for node in self.nodes if self._unfit[node.name] is None]
        best, now_s, leader = self._best_index(), self._around.loop_s(), self._choice.leader
        rules = self._around.rules
        return tuple(sorted(well, key=lambda n: (n.name != leader, penalty_s(n.standing, best, now_s, rules))))

    def complaint(self) -> str:
        """Why nobody can be asked, for people."""
        return "; ".join(f"{name}: {why}" for name, why in self._unfit.items() if why is not None) or "no node leads"

    async def first_answer(self, ask: Callable[[Node], Awaitable[Answer]]) -> Answer:
        """What the best node answers, or the next best when it cannot. NoAnswer; NodeRefused for what no node will do.

        A refusal that is final for one node ("there is no such account") is so for us when no other node answers.
        """
        complaints = []
        final: NodeRefused | None = None
        for node in self.fit():
            try:
                return await ask(node)
            except NodeFailed as failed:
                complaints.append(failed.detail)
            except WireError as broken:
                self.caught_lying(node, str(broken))
                complaints.append(f"{node.name}: {broken}")
            except NodeRefused as refused:
                if port_error(refused.refusal, submitting=False) is PortError.REJECTED:
                    final = final or refused
                complaints.append(f"{node.name}: {refused}")
        if final is not None:
            raise final
        raise NoAnswer("; ".join(complaints) or self.complaint())

    # -------------------------------------------------------------------------------------------------- what is learned

    def ledger_told(self, node: Node, ledger: LedgerAnnounced) -> None:
        """Listener."""
        said = self._implausible(node, ledger)
        if said is not None:
            self.caught_lying(node, said)
            return
        self.judge()
        self._audience.ledger_told(node, ledger)

    def server_told(self, node: Node, server: ServerStatus) -> None:
        """Listener."""
        if (server.network_id or 0) != self._around.rules.network_id:
            self.caught_lying(node, self._other_network(server.network_id))
        else:
            self.judge()

    def transaction_told(self, node: Node, message: StreamMessage) -> None:
        """Listener."""
        self._audience.transaction_told(node, message)

    def connected(self, node: Node) -> None:
        """Listener. The first WebSocket is no news, every change of the way is."""
        transport = node.standing.transport
        before = self._transports.get(node.name, Transport.WEBSOCKET if node.endpoint.ws_url else Transport.HTTP)
        self._transports[node.name] = transport
        if transport is not before:
            self._report(NodeFellBack(self._around.venue, node.name, transport.value, node.standing.down_because))
        self._audience.connected(node)

    def standing_changed(self, node: Node, why: str) -> None:
        """Listener."""
        del node, why
        self.judge()

    def caught_lying(self, node: Node, said: str) -> None:
        """Listener, and whoever holds answers against each other: `node` is not listened to for a while, longer each time."""
        now_s, timing = self._around.loop_s(), self._around.timing
        if node.standing.distrusted_until_s > now_s:
            return
        offences = self._offences[node.name] = self._offences.get(node.name, 0) + 1
        for_s = min(timing.distrust_first_s * 2.0 ** min(offences - 1, 20), timing.distrust_s)
        node.distrust(said, for_s)
        self._report(NodeDistrusted(self._around.venue, node.name, said[:300], round(for_s)))
        self._audience.forget(node)
        self.judge()

    def _implausible(self, node: Node, ledger: LedgerAnnounced) -> str | None:
        rules = self._around.rules
        if ledger.network_id is not None and ledger.network_id != rules.network_id:
            return self._other_network(ledger.network_id)
        ahead_s = (ledger.close_time_ns - self._around.now_ns()) / 1e9
        if ahead_s > rules.clock_ahead_max_s:
            return f"ledger {ledger.ledger_index} closed {ahead_s:.0f} s from now"
        others = [n.standing.ledger_index for n in self.nodes if n is not node and self._unfit[n.name] is None]
        if others and ledger.ledger_index > max(others) + rules.ahead_ledgers_max:
            return f"ledger {ledger.ledger_index}, where others have {max(others)}"
        return None

    def _other_network(self, network_id: int | None) -> str:
        return f"network {network_id or 0} instead of {self._around.rules.network_id}"

    def _best_index(self) -> int:
        """The newest ledger among nodes that are connected and trusted."""
        now_s = self._around.loop_s()
        standings = [node.standing for node in self.nodes]
        known = [
            s.ledger_index for s in standings if s.distrusted_until_s <= now_s and s.transport is not Transport.NONE
        ]
        return max(known, default=0)

    # ------------------------------------------------------------------------------------------------------- judging

    def judge(self) -> None:
        """Compare all nodes as they are now; tell what changed."""
        around, best = self._around, self._best_index()
        now_s, now_ns = around.loop_s(), around.now_ns()
        judged = []
        whys = {node.name: unfit(node.standing, best, now_s, now_ns, around.rules) for node in self.nodes}
        whys = with_last_resort(whys)
        for node in self.nodes:
            why = whys[node.name]
            self._tell(node.name, why, now_s)
            judged.append(Judged(node.name, why, penalty_s(node.standing, best, now_s, around.rules)))
        switch = self._choice.choose(judged, now_s)
        if switch is not None:
            self._report(NodeSwitched(around.venue, switch.leader or "", switch.before or "", switch.why))
            self._audience.leader_changed(self.leader)

    def _tell(self, name: str, why: str | None, now_s: float) -> None:
        before, self._unfit[name] = self._unfit[name], why
        if before is None and why is not None:
            self._away_since_s[name] = now_s
            self._report(NodeDropped(self._around.venue, name, why))
        elif before is not None and why is None and name in self._away_since_s:
            away_s = round(now_s - self._away_since_s.pop(name))
            self._report(NodeBack(self._around.venue, name, away_s))

    async def keep_judging(self) -> None:
        """Ages grow without anybody saying anything."""
        told_s = self._around.loop_s()
        while True:
            await asyncio.sleep(self._around.timing.judge_every_s)
            self.judge()
            if self._around.loop_s() - told_s >= self._around.timing.report_every_s:
                told_s = self._around.loop_s()
                self._sum_up()

    def _sum_up(self) -> None:
        for node in self.nodes:
            failed, asked = node.failed_requests, node.asked_requests
            node.failed_requests = node.asked_requests = 0
            if failed:
                last = node.last_failure[:300]
                self._report(NodeRequestsFailed(self._around.venue, node.name, failed, asked, last))

    def _report(self, event: TelemetryEvent) -> None:
        self._around.report(event)
