"""The part of the gateway that lives on the event loop: nodes, followers, submissions, answers to the engine."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import attrs

from neo.domain.messages.venue import (
    AccountTransactions,
    BookObserved,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    LedgerClosed,
    PortError,
    PortFailed,
    SubmitTransaction,
)
from neo.domain.ports import LEDGER_PORT
from neo.domain.telemetry.gateway_events import GatewayPartFailed
from neo.infra.xrpl.account_reading import read_account, read_offers
from neo.infra.xrpl.book_follower import BookFollower, BookSurroundings
from neo.infra.xrpl.complete_history import complete_history
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.fleet import FleetSurroundings, NoAnswer, NodeFleet, Report
from neo.infra.xrpl.ledger_follower import FollowerSurroundings, LedgerFollower
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeRefused
from neo.infra.xrpl.node_socket import StreamMessage
from neo.infra.xrpl.second_opinion import confirmed
from neo.infra.xrpl.submission import Submissions
from neo.infra.xrpl.timing import GatewayTiming, NodeRules
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.ledger import LedgerAnnounced
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction
from neo.records import frozen

#: A stream may be this far ahead of the ledger stream beside it: messages overtake each other.
STREAM_AHEAD_MAX = 2

Reply = Callable[[object], None]


@frozen(kw_only=True)
class GatewayPlan:
    """Which nodes, which market, how deep, how patient."""

    endpoints: tuple[NodeEndpoint, ...]
    pair: WirePair
    rules: NodeRules = attrs.field(factory=NodeRules)
    timing: GatewayTiming = attrs.field(factory=GatewayTiming)
    #: Offers on each side of BookObserved.
    book_depth: int = 20


@frozen(kw_only=True)
class DeskSurroundings:
    """Clock (ns, the engine's), seeded randomness, where events, ledgers and books go. Called on the loop's thread."""

    now_ns: Callable[[], int]
    rng: random.Random
    report: Report
    closed: Callable[[LedgerClosed], None]
    observed: Callable[[BookObserved], None]


class LedgerDesk:
    """Made and used on one running loop."""

    def __init__(self, plan: GatewayPlan, around: DeskSurroundings) -> None:
        loop_s = asyncio.get_running_loop().time
        self._plan, self._around = plan, around
        timing, pair = plan.timing, plan.pair
        self._submissions = Submissions(timing.submit_s)
        self._ledgers = LedgerFollower(
            FollowerSurroundings(pair, timing, around.rng, loop_s, around.report, self._deliver)
        )
        self._book = BookFollower(
            BookSurroundings(pair, timing, plan.book_depth, loop_s, around.report, around.observed)
        )
        self.fleet = NodeFleet(
            plan.endpoints,
            FleetSurroundings(pair.venue, timing, plan.rules, around.rng, around.now_ns, loop_s, around.report),
            self,
        )
        self._ledgers.follow(self.fleet)
        self._book.follow(self.fleet)
        self._requests: set[asyncio.Task[object]] = set()

    # ------------------------------------------------------------------------------------------------------ life cycle

    async def run(self) -> None:
        """Until cancelled. A part that fails by a fault of its own is reported and started anew, never left dead."""
        parts: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            **{f"node {n.name}": life.run for n, life in zip(self.fleet.nodes, self.fleet.lives, strict=True)},
            "ledgers": self._ledgers.run,
            "book": self._book.run,
            "judging": self.fleet.keep_judging,
        }
        running = {asyncio.ensure_future(run()): name for name, run in parts.items()}
        try:
            while True:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    name = running.pop(task)
                    self._part_failed(name, task)
                    running[asyncio.ensure_future(self._again(parts[name]))] = name
        finally:
            left = {*running, *self._requests}
            for each in left:
                each.cancel()
            await asyncio.wait(left)

    async def _again(self, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await asyncio.sleep(self._plan.timing.backoff_first_s)
        await run()

    def _part_failed(self, part: str, task: asyncio.Task[Any]) -> None:
        error = "cancelled" if task.cancelled() else repr(task.exception())
        self._around.report(GatewayPartFailed(self._plan.pair.venue, part, error[:500]))

    # -------------------------------------------------------------------------------------------------------- requests

    def arrived(self, request: object, done: Reply) -> None:
        """Start a request; `done` is called exactly once, also when the desk is closed before."""
        task: asyncio.Task[object] = asyncio.ensure_future(self._within_time(request))
        self._requests.add(task)
        task.add_done_callback(lambda ended: self._answer(request, ended, done))

    def _answer(self, request: object, ended: asyncio.Task[object], done: Reply) -> None:
        self._requests.discard(ended)
        if ended.cancelled():
            done(failure(request, "the gateway was stopped"))
        elif ended.exception() is not None:
            self._part_failed(type(request).__name__, ended)
            done(failure(request, "a fault of the gateway"))
        else:
            done(ended.result())

    async def _within_time(self, request: object) -> object:
        limit_s = self._plan.timing.reading_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._carry_out(request)
        except TimeoutError:
            return failure(request, f"no answer in {limit_s:.3g} s")
        except NoAnswer as nobody:
            return failure(request, str(nobody)[:500])
        except NodeRefused as refused:
            return PortFailed(LEDGER_PORT, PortError.REJECTED, str(refused))

    async def _carry_out(self, request: object) -> object:
        if isinstance(request, SubmitTransaction):
            return await self._submissions.submit(self.fleet, request.signed)
        if not isinstance(request, FetchAccount | FetchOffers | FetchTransactions):
            detail = f"the ledger port knows no {type(request).__name__}"
            return PortFailed(LEDGER_PORT, PortError.REJECTED, detail)
        if request.account != self._plan.pair.account:
            return PortFailed(LEDGER_PORT, PortError.REJECTED, f"{request.account} is not the account of this gateway")
        return await self._fetch(request)

    async def _fetch(self, request: FetchAccount | FetchOffers | FetchTransactions) -> object:
        """All questions that arrive between two ledgers are answered of the same one."""
        pair, at = self._plan.pair, await self._newest_ledger()
        fleet, witness_s = self.fleet, self._plan.timing.witness_s
        if isinstance(request, FetchAccount):
            return (await confirmed(fleet, lambda node: read_account(node, pair, at), witness_s)).state
        if isinstance(request, FetchOffers):
            return (await confirmed(fleet, lambda node: read_offers(node, pair, at.ledger_index), witness_s)).open
        return await self._transactions(request, at.ledger_index)

    async def _transactions(self, request: FetchTransactions, newest: int) -> AccountTransactions:
        last = newest if request.to_ledger == 0 else min(request.to_ledger, newest)
        if request.from_ledger > last:
            complete = request.to_ledger <= newest
            return AccountTransactions(request.account, request.from_ledger, last, complete, ())
        witness_s = self._plan.timing.witness_s
        return await complete_history(self.fleet, self._plan.pair, request.from_ledger, last, witness_s)

    async def _newest_ledger(self) -> LedgerClosed:
        if self._ledgers.last is None:
            if self.fleet.leader is None:
                raise NoAnswer(self.fleet.complaint())
            await self._ledgers.first_told.wait()
        assert self._ledgers.last is not None
        return self._ledgers.last

    # --------------------------------------------------------------------------------------------- what nodes tell

    async def _deliver(self, ledger: LedgerClosed, node: Node) -> None:
        del node
        self._around.closed(ledger)
        self._book.closed(ledger)

    def ledger_told(self, node: Node, ledger: LedgerAnnounced) -> None:
        """Audience."""
        self._ledgers.told(node, ledger)

    def connected(self, node: Node) -> None:
        """Audience."""
        self._book.connected(node)

    def leader_changed(self, leader: Node | None) -> None:
        """Audience."""
        self._book.leader_changed(leader)
        self._ledgers.look_again()

    def forget(self, node: Node) -> None:
        """Audience."""
        self._ledgers.forget(node)

    def transaction_told(self, node: Node, message: StreamMessage) -> None:
        """Audience: validated transactions for the book and against omissions, proposed ones as a sign of arrival."""
        if message.get("validated") is not True:
            self._proposed(message)
            return
        try:
            envelope = open_transaction(message)
            self._validated(node, envelope)
        except WireError as broken:
            self.fleet.caught_lying(node, str(broken))

    def _proposed(self, message: StreamMessage) -> None:
        hash_, result, index = (message.get(key) for key in ("hash", "engine_result", "ledger_current_index"))
        if isinstance(hash_, str) and isinstance(result, str) and isinstance(index, int):
            self._submissions.shown(hash_, result, index)

    def _validated(self, node: Node, envelope: TransactionEnvelope) -> None:
        newest = node.standing.ledger_index
        if envelope.ledger_index > newest + STREAM_AHEAD_MAX:
            raise WireError("ledger_index", f"at most {newest + STREAM_AHEAD_MAX} of what is validated", newest)
        self._submissions.shown(envelope.hash, envelope.result, envelope.ledger_index)
        if parse_transaction(self._plan.pair, envelope) is not None:
            self._ledgers.streamed(node, envelope.ledger_index, envelope.hash)
        self._book.streamed(node, envelope)


def failure(request: object, detail: str) -> PortFailed:
    """Nothing is known: of a question that is harmless, of a submission it is everything."""
    submitting = isinstance(request, SubmitTransaction)
    error = PortError.OUTCOME_UNKNOWN if submitting else PortError.UNAVAILABLE
    return PortFailed(LEDGER_PORT, error, detail)
