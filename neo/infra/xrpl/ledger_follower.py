"""Turns what nodes tell about closed ledgers into LedgerClosed: every ledger once, in order, with everything of ours in it.

The stream says *that* a ledger closed. What was in it for us is asked by `account_tx` for exactly that ledger: one small
request that answers in ledger order and says which range was searched, whatever the stream lost, doubled or reordered; a
transaction that the stream showed and the answer lacks is noticed. `ledger` gives the header, whose parent hash must be that
of the ledger before. Reading whole ledgers instead would cost a hundred times the data and the node's "heavy" rate.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from neo.domain.messages.venue import LedgerClosed, ValidatedTransaction
from neo.domain.telemetry.gateway_events import LedgerDisputed, LedgerGapFilled, LedgerGapLeft
from neo.infra.xrpl.fleet import NodeFleet, Report
from neo.infra.xrpl.ledger_agreement import KEPT_LEDGERS, LedgerAgreement
from neo.infra.xrpl.ledger_reading import (
    Contradiction,
    Headers,
    NotThere,
    check_headers,
    check_transactions,
    closed_messages,
    read_headers,
)
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed
from neo.infra.xrpl.timing import GatewayTiming
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.witnesses import Disputed, agreed_transactions
from neo.records import frozen

#: Ledgers read at once while a gap is filled.
BATCH_LEDGERS = 16
#: A longer gap is left to the router, which reads the account's history in one go.
GAP_LEDGERS_MAX = 64
#: So often a transaction that the stream showed may be missing in the history of the same node.
PATIENCE_WITH_HISTORY = 10

Deliver = Callable[[LedgerClosed, Node], Awaitable[None]]


@frozen
class FollowerSurroundings:
    """What the follower needs from its gateway."""

    pair: WirePair
    timing: GatewayTiming
    rng: random.Random
    loop_s: Callable[[], float]
    report: Report
    deliver: Deliver


class LedgerFollower:
    """`run` until cancelled; `told` and `streamed` are called as nodes speak."""

    def __init__(self, around: FollowerSurroundings) -> None:
        self._around = around
        self._agreement = LedgerAgreement()
        self._news = asyncio.Event()
        self._streamed: OrderedDict[int, dict[str, Node]] = OrderedDict()
        self._passed = 0
        self._stuck_since_s: float | None = None
        self._attempts = 0
        self._disputed = 0
        self._fleet: NodeFleet | None = None
        #: The newest ledger that the engine was told, None before the first.
        self.last: LedgerClosed | None = None
        self.first_told = asyncio.Event()

    def follow(self, fleet: NodeFleet) -> None:
        """Once, before `run`."""
        self._fleet = fleet

    # -------------------------------------------------------------------------------------------------- what is heard

    def told(self, node: Node, ledger: LedgerAnnounced) -> None:
        """A node told a closed ledger."""
        said = self._agreement.claim(node.name, ledger.ledger_index, ledger.ledger_hash)
        if said is not None and self._fleet is not None:
            self._fleet.caught_lying(node, said)
        self._news.set()

    def streamed(self, node: Node, ledger_index: int, hash_: str) -> None:
        """A node's stream showed a validated transaction of ours."""
        if ledger_index <= self._told_index:
            return
        self._streamed.setdefault(ledger_index, {}).setdefault(hash_, node)
        while len(self._streamed) > KEPT_LEDGERS:
            self._streamed.popitem(last=False)

    def forget(self, node: Node) -> None:
        """The node is not trusted: what it said counts no longer, nor what its stream showed of ledgers to come."""
        self._agreement.forget(node.name)
        for shown in self._streamed.values():
            for hash_ in [hash_ for hash_, by in shown.items() if by is node]:
                del shown[hash_]
        self._news.set()

    def look_again(self) -> None:
        """Something else changed: who leads, for example."""
        self._news.set()

    # ------------------------------------------------------------------------------------------------------- following

    async def run(self) -> None:
        """Never ends by itself. Begins with whatever came before it began, or began anew."""
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            while (target := self._target()) > self._told_index:
                if not await self._advance(target):
                    await asyncio.sleep(self._around.timing.retry_s * (0.5 + self._around.rng.random()))

    @property
    def _told_index(self) -> int:
        return self._passed if self.last is None else max(self.last.ledger_index, self._passed)

    def _target(self) -> int:
        leader = self._fleet.leader if self._fleet is not None else None
        return leader.standing.ledger_index if leader is not None else 0

    async def _advance(self, target: int) -> bool:
        """One step towards `target`; False when nothing could be read and a pause is due."""
        first = self._told_index + 1 if self._told_index else target
        if target - first >= GAP_LEDGERS_MAX:
            self._leave_gap(first, target - 1, "too many ledgers")
            first = target
        last = min(target, first + BATCH_LEDGERS - 1)
        try:
            node, closed = await self._read(first, last)
        except (NotThere, NodeFailed) as failed:
            return self._stuck(first, target, str(failed))
        except Disputed as disputed:
            self._tell_dispute(first, disputed.nodes)
            return self._stuck(first, target, str(disputed))
        self._stuck_since_s, self._attempts = None, 0
        for ledger in closed:
            self.last = ledger
            self._streamed.pop(ledger.ledger_index, None)
            await self._around.deliver(ledger, node)
        self.first_told.set()
        if target > first:
            self._around.report(LedgerGapFilled(self._around.pair.venue, first, last))
        return True

    def _stuck(self, first: int, target: int, why: str) -> bool:
        """Nothing is skipped before patience has run out, and never the newest ledger."""
        self._attempts += 1
        now_s = self._around.loop_s()
        self._stuck_since_s = now_s if self._stuck_since_s is None else self._stuck_since_s
        if target > first and now_s - self._stuck_since_s > self._around.timing.gap_patience_s:
            self._leave_gap(first, target - 1, why)
            self._stuck_since_s, self._attempts = None, 0
            return True
        return False

    def _leave_gap(self, first: int, last: int, why: str) -> None:
        self._passed = last
        self._around.report(LedgerGapLeft(self._around.pair.venue, first, last, why[:300]))

    # --------------------------------------------------------------------------------------------------------- reading

    async def _read(self, first: int, last: int) -> tuple[Node, tuple[LedgerClosed, ...]]:
        assert self._fleet is not None
        nodes = self._fleet.fit()
        if not nodes:
            raise NotThere(self._fleet.complaint())
        turn = self._attempts // 2 % len(nodes)  # each node gets a second chance: a ledger may be there a moment later
        nodes = (*nodes[turn:], *nodes[:turn])
        node = nodes[0]
        try:
            return node, await self._read_from(nodes, first, last)
        except (Contradiction, WireError) as lie:
            self._fleet.caught_lying(node, str(lie))
            raise NotThere(f"{node.name}: {lie}") from None

    async def _read_from(self, nodes: tuple[Node, ...], first: int, last: int) -> tuple[LedgerClosed, ...]:
        assert self._fleet is not None
        node, timing = nodes[0], self._around.timing
        headers, transactions = await asyncio.gather(
            read_headers(node, first, last),
            agreed_transactions(nodes, self._around.pair, first, last, timing.witness_s, self._fleet.caught_lying),
        )
        check_headers(headers.ledgers, first, self._agreement, node)
        check_transactions(transactions, headers.ledgers)
        self._check_chain(node, headers)
        self._check_streamed(transactions, first, last)
        for ledger in headers.ledgers:
            self._agree(ledger.ledger_index, ledger.ledger_hash)
        for ledger in headers.ledgers:
            self._agreement.believe(ledger.ledger_index, ledger.ledger_hash)
        newest = node.standing.newest
        if newest is None:
            raise NotThere(f"{node.name} has told no ledger")
        return closed_messages(self._around.pair, headers, newest.fees, transactions)

    def _check_chain(self, node: Node, headers: Headers) -> None:
        """A ledger that does not follow the one believed before: the fewer nodes that ever said so are wrong."""
        assert self._fleet is not None
        ledger = headers.ledgers[0]
        before = ledger.ledger_index - 1
        if not self._agreement.breaks_chain(ledger.ledger_index, ledger.parent_hash):
            return
        believed = self._agreement.believed(before) or ""
        for_us = self._agreement.supporters(before, believed)
        against = self._agreement.supporters(before, ledger.parent_hash)
        if len(against) <= len(for_us):
            raise Contradiction(
                f"ledger {ledger.ledger_index} does not follow the ledger {before} that was told before"
            )
        for name in for_us:
            liar = next(each for each in self._fleet.nodes if each.name == name)
            self._fleet.caught_lying(liar, f"its ledger {before} is not the parent of ledger {ledger.ledger_index}")

    def _check_streamed(self, transactions: tuple[ValidatedTransaction, ...], first: int, last: int) -> None:
        """A history that lacks what a stream showed may be late; after a while the stream was wrong: nodes agree otherwise."""
        assert self._fleet is not None
        told = {transaction.hash for transaction in transactions}
        for index in range(first, last + 1):
            missing = {h: node for h, node in self._streamed.get(index, {}).items() if h not in told}
            if not missing:
                continue
            if self._attempts >= PATIENCE_WITH_HISTORY:
                for node in set(missing.values()):
                    self._fleet.caught_lying(
                        node, f"showed a transaction of ours in ledger {index} that no history has"
                    )
            raise NotThere(
                f"{len(missing)} transactions of ours in ledger {index} were shown and are not in the history"
            )

    def _agree(self, ledger_index: int, ledger_hash: str) -> None:
        """Liars in a clear minority are named; NotThere while the nodes cannot agree."""
        assert self._fleet is not None
        by_name = {node.name: node for node in self._fleet.fit()}
        verdict = self._agreement.verdict(ledger_index, by_name)
        for name in verdict.liars:
            self._fleet.caught_lying(by_name[name], f"another ledger {ledger_index} than most nodes have")
        if verdict.disputed:
            self._tell_dispute(ledger_index, verdict.disputed)
        if verdict.ledger_hash != ledger_hash:
            raise NotThere(f"the nodes do not agree on ledger {ledger_index}")

    def _tell_dispute(self, ledger_index: int, nodes: tuple[str, ...]) -> None:
        if self._disputed != ledger_index:
            self._disputed = ledger_index
            self._around.report(LedgerDisputed(self._around.pair.venue, ledger_index, nodes))
