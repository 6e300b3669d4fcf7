"""A gateway before scripted nodes, everything it says written down, and waiting without sleeping."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs

from neo.domain.messages.venue import (
    BookObserved,
    LedgerClosed,
    SignedTransaction,
    TransactionKind,
    UnsignedTransaction,
)
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.events import NodeSwitched
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.gateway import XrplGateway
from neo.infra.xrpl.ledger_desk import GatewayPlan
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.timing import GatewayTiming, NodeRules
from tests.infra.xrpl.scripted_ledger import PAIR, ScriptedLedger, hash_of
from tests.infra.xrpl.scripted_node import ScriptedNode, ServerLoop
from tests.patience import PATIENCE_S

Found = TypeVar("Found")

#: Real sockets, quick tests: what is done again and again is done at once. What must not happen within a test is long, and an
#: answer that will come is waited for however slow the machine is: a test of silence says itself how much of it there is.
QUICK = GatewayTiming(
    connect_s=PATIENCE_S,
    answer_s=PATIENCE_S,
    reading_s=PATIENCE_S,
    submit_s=PATIENCE_S,
    ping_s=20.0,
    silence_s=30.0,
    health_every_s=0.1,
    poll_every_s=0.02,
    http_for_s=60.0,
    backoff_first_s=0.02,
    backoff_max_s=0.1,
    slow_down_first_s=0.1,
    slow_down_s=0.2,
    distrust_first_s=60.0,
    distrust_s=600.0,
    dwell_s=60.0,
    patience_s=60.0,
    probation_s=0.05,
    witness_s=2.0,
    judge_every_s=0.02,
    retry_s=0.01,
    gap_patience_s=PATIENCE_S,
    book_refresh_s=60.0,
    book_poll_s=0.0,
    report_every_s=0.1,
    stop_s=10.0,
)


class Heard:
    """Everything that the gateway said, in order, and a way to wait until it said something."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._said: list[tuple[str, Any]] = []

    def publish(self, to: str, message: object) -> None:
        with self._condition:
            self._said.append((to, message))
            self._condition.notify_all()

    def report(self, event: TelemetryEvent) -> None:
        self.publish("events", event)

    def all(self, kind: type[Found]) -> list[Found]:
        with self._condition:
            return [message for _, message in self._said if isinstance(message, kind)]

    def wait(self, what: Callable[[], Found | bool | None]) -> Found:
        """Until `what` gives something true; looked at after everything that is said."""
        deadline_s = time.monotonic() + PATIENCE_S
        with self._condition:
            while True:
                found = what()
                if found:
                    return found  # type: ignore[return-value]
                left_s = deadline_s - time.monotonic()
                assert left_s > 0, f"waited in vain; heard: {self._said[-20:]}"
                self._condition.wait(min(left_s, 0.05))

    def event(self, kind: type[Found], matches: Callable[[Found], bool] = lambda event: True) -> Found:
        """The first event of this kind that matches, waited for."""
        return self.wait(lambda: next((event for event in self.all(kind) if matches(event)), None))

    @property
    def ledgers(self) -> list[LedgerClosed]:
        return self.all(LedgerClosed)

    @property
    def books(self) -> list[BookObserved]:
        return self.all(BookObserved)

    def ledger(self, index: int) -> LedgerClosed:
        """LedgerClosed of this index, waited for."""
        return self.wait(lambda: next((ledger for ledger in self.ledgers if ledger.ledger_index == index), None))


@attrs.define
class Stage:
    """One scripted ledger, its nodes, one gateway."""

    loop: ServerLoop
    ledger: ScriptedLedger
    nodes: tuple[ScriptedNode, ...]
    heard: Heard
    gateway: XrplGateway

    def start(self) -> None:
        """Run the gateway until it told its first ledger."""
        self.gateway.start()
        self.heard.ledger(self.ledger.index)

    def start_with_all_nodes(self) -> None:
        """The same, and until every node is listened to."""
        self.start()
        self.heard.wait(lambda: len(self._fit()) == len(self.nodes))

    def all_but_one_a_ledger_behind(self, ahead: ScriptedNode) -> None:
        """Close a ledger that `ahead` alone tells, and wait until the gateway knows it, and the one before of everybody."""
        before = self.ledger.index
        for node in self.nodes:
            node.lag = 0 if node is ahead else 1
        self.ledger.close()
        for node in self.nodes:
            node.announce()
        name = f"node{self.nodes.index(ahead)}"
        self.heard.wait(
            lambda: all(
                node.standing.ledger_index == before + (node.name == name)
                and node.standing.ranges.covers(before, before)
                for node in self._fit()
            )
        )

    def _fit(self) -> tuple[Node, ...]:
        """The nodes that the gateway would ask now."""
        desk = self.gateway._desk
        assert desk is not None
        return desk.fleet.fit()

    @property
    def leading(self) -> ScriptedNode:
        """The node that is followed now."""
        return self.nodes[int(self.heard.all(NodeSwitched)[-1].node.removeprefix("node"))]

    def ask(self, request: object) -> Any:
        """One request through the port, and its answer."""
        return self.ask_later(request)()

    def ask_later(self, request: object) -> Callable[[], Any]:
        """Begin a request; the function waits for its answer."""
        answers: list[object] = []
        answered = threading.Event()

        def done(reply: object) -> None:
            answers.append(reply)
            answered.set()

        self.gateway.submit("test", request, done)

        def wait() -> Any:
            assert answered.wait(PATIENCE_S), f"{type(request).__name__} was never answered"
            return answers[0]

        return wait

    def close_ledger(self, own: int = 0, *, stream: bool = True) -> int:
        """Close a ledger with so many transactions of ours, and let every node tell; its index."""
        entries = self.ledger.close(own)
        for node in self.nodes:
            if node.port and not node.closed:
                node.announce()
                if stream and not node.lag:
                    node.push(*(self.ledger.streamed(entry) for entry in entries))
        return self.ledger.index


@contextmanager
def staged(
    nodes: int = 1,
    *,
    timing: GatewayTiming = QUICK,
    rules: NodeRules | None = None,
    http: bool = False,
    only_http: bool = False,
    now_ns: Callable[[], int] | None = None,
) -> Iterator[Stage]:
    """Nodes that listen and a gateway that is not started yet. Everything is closed at the end."""
    loop, ledger, heard = ServerLoop(), ScriptedLedger(), Heard()
    servers = tuple(ScriptedNode(loop, ledger) for _ in range(nodes))
    endpoints = tuple(
        NodeEndpoint(f"node{number}", None if only_http else node.ws_url, node.http_url if http or only_http else None)
        for number, node in enumerate(servers)
    )
    plan = GatewayPlan(endpoints=endpoints, pair=PAIR, timing=timing, rules=rules or NodeRules())
    clock = now_ns or ledger.now_ns
    gateway = XrplGateway(plan, now_ns=clock, rng=random.Random(7), report=heard.report)
    gateway.attach(heard.publish, ("router",), ("books",))
    try:
        yield Stage(loop, ledger, servers, heard, gateway)
    finally:
        assert gateway.stop(), "the gateway did not stop"
        for node in servers:
            node.end()
        loop.close()


def signed(text: str = "one") -> SignedTransaction:
    """A transaction as scripted nodes know them: its hash is the beginning of its blob."""
    unsigned = UnsignedTransaction(TransactionKind.OFFER_CANCEL, PAIR.account, 5, 12, 2_000, offer_sequence=4)
    return SignedTransaction(hash_of(text), unsigned, hash_of(text) + "00")
