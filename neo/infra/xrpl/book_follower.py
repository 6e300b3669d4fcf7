"""The book after each ledger: kept from the leader's stream, compared with a fresh reading now and then, never trusted blindly.

The stream shows transactions that touch the book, the pool or us. It does not show an owner of offers who pays somebody
else, and a node may lose or delay a message: so the book is read anew when it cannot be right, and every
`book_refresh_s` to compare. Without a stream it is read every `book_poll_s`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from neo.domain.messages.venue import BookObserved, LedgerClosed
from neo.domain.telemetry.gateway_events import BookReread
from neo.infra.xrpl.book_reading import read_book, read_issuer, subscription
from neo.infra.xrpl.fleet import NodeFleet, Report
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.timing import GatewayTiming
from neo.infra.xrpl.wire.account import IssuerTerms
from neo.infra.xrpl.wire.book_keeper import BookKeeper
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen

#: Ledgers that wait for the book; an older one is passed over, the newest book is what counts.
WAITING_LEDGERS_MAX = 64
#: Transactions kept for one ledger that is not closed yet; more, and the book is read anew.
TRANSACTIONS_MAX = 5_000
#: The issuer's terms (transfer fee, tick size) change about never.
ISSUER_EVERY_LEDGERS = 1_000
#: Accounts whose transactions are asked for because they own offers of the book.
WATCHED_MAX = 150
#: Ordinary reasons for a reading.
COMPARISON, NO_STREAM = "comparison", "no stream"


@frozen
class BookSurroundings:
    """What the book follower needs from its gateway. `publish` gets every BookObserved."""

    pair: WirePair
    timing: GatewayTiming
    depth: int
    loop_s: Callable[[], float]
    report: Report
    publish: Callable[[BookObserved], None]


class BookFollower:
    """`run` until cancelled; fed by `closed`, `streamed` and `leader_changed`."""

    def __init__(self, around: BookSurroundings) -> None:
        self._around = around
        self._ledgers: OrderedDict[int, LedgerClosed] = OrderedDict()
        self._news = asyncio.Event()
        self._pending: OrderedDict[int, dict[str, TransactionEnvelope]] = OrderedDict()
        self._node: Node | None = None
        self._fleet: NodeFleet | None = None
        self._keeper: BookKeeper | None = None
        self._spoiled: str | None = "first reading"
        self._read_s = 0.0
        self._read_ledger = 0
        self._issuer: IssuerTerms | None = None
        self._watched: frozenset[str] = frozenset()

    def follow(self, fleet: NodeFleet) -> None:
        """Once, before `run`."""
        self._fleet = fleet

    # -------------------------------------------------------------------------------------------------- what is heard

    def leader_changed(self, leader: Node | None) -> None:
        """Another node's stream: what the first one had still to say is lost."""
        self._node = leader
        self._spoil("another node is followed")
        self._news.set()

    def connected(self, node: Node) -> None:
        """A new connection of the node that is followed missed what happened before it."""
        if node is self._node:
            self._spoil("the connection was lost")

    def closed(self, ledger: LedgerClosed) -> None:
        """The engine was told this ledger."""
        self._ledgers[ledger.ledger_index] = ledger
        while len(self._ledgers) > WAITING_LEDGERS_MAX:
            self._ledgers.popitem(last=False)
        self._news.set()

    def streamed(self, node: Node, envelope: TransactionEnvelope) -> None:
        """A validated transaction that touches the book, the pool or us."""
        if node is not self._node:
            return
        if self._keeper is not None and envelope.ledger_index <= self._keeper.ledger_index:
            if self._read_ledger < envelope.ledger_index:
                self._spoil("a transaction came after its ledger")
            return
        waiting = self._pending.setdefault(envelope.ledger_index, {})
        if len(waiting) >= TRANSACTIONS_MAX:
            self._spoil("too many transactions")
        else:
            waiting[envelope.hash] = envelope
        while len(self._pending) > WAITING_LEDGERS_MAX:
            self._pending.popitem(last=False)

    def _spoil(self, why: str) -> None:
        self._spoiled = self._spoiled or why

    # ------------------------------------------------------------------------------------------------------- following

    async def run(self) -> None:
        """Never ends by itself. Begins with whatever came before it began, or began anew."""
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            await self._listen()
            while self._ledgers:
                _, ledger = self._ledgers.popitem(last=False)
                await self._observe(ledger)

    async def _listen(self) -> None:
        """Subscribe at the node that leads now, and nowhere else."""
        node, fleet = self._node, self._fleet
        if node is None or fleet is None:
            return
        for other in fleet.nodes:
            if other is not node:
                other.subscription = None
        if node.subscription is None and await self._subscribe(node):
            self._spoil("the stream begins")

    async def _subscribe(self, node: Node) -> bool:
        try:
            await node.subscribe(subscription(self._around.pair, self._watched))
        except (NodeFailed, NodeRefused) as failed:
            self._spoil(f"no stream: {failed}")
            node.subscription = None
            return False
        return True

    async def _observe(self, ledger: LedgerClosed) -> None:
        keeper = self._keeper
        if keeper is not None and ledger.ledger_index <= keeper.ledger_index:
            return
        if keeper is not None and self._streams():
            self._apply(keeper, ledger)
        reason = self._reading_due(keeper)
        if reason is None:
            self._publish(ledger)
        elif not self._ledgers:  # else a newer ledger is waiting already: that one is read
            await self._read(ledger, reason)

    def _streams(self) -> bool:
        return self._node is not None and self._node.streams and self._node.subscription is not None

    def _apply(self, keeper: BookKeeper, ledger: LedgerClosed) -> None:
        for index in [index for index in self._pending if index < ledger.ledger_index]:
            del self._pending[index]
        transactions = tuple(self._pending.pop(ledger.ledger_index, {}).values())
        try:
            keeper.apply(ledger.ledger_index, ledger.close_time_ns, transactions, _fees(ledger))
        except WireError as broken:
            self._spoil(str(broken))
            if self._fleet is not None and self._node is not None:
                self._fleet.caught_lying(self._node, str(broken))

    def _reading_due(self, keeper: BookKeeper | None) -> str | None:
        """Why the book must be read before it is shown; None when it can be shown as it is."""
        since_s = self._around.loop_s() - self._read_s
        if keeper is None:
            return self._spoiled or "first reading"
        if not self._streams():
            return NO_STREAM if since_s >= self._around.timing.book_poll_s else None
        return self._spoiled or keeper.reread_reason or self._refresh(since_s)

    def _refresh(self, since_s: float) -> str | None:
        return COMPARISON if since_s >= self._around.timing.book_refresh_s else None

    async def _read(self, ledger: LedgerClosed, reason: str) -> None:
        fleet, node = self._fleet, self._node
        if fleet is None or node is None:
            return
        # What comes from now on is newer than the reading, or counted as late: nothing is lost in between.
        self._spoiled = None
        try:
            if self._issuer is None or ledger.ledger_index - self._issuer.ledger_index > ISSUER_EVERY_LEDGERS:
                self._issuer = await read_issuer(node, self._around.pair)
            snapshot = await read_book(node, self._around.pair, ledger.ledger_index)
        except (NodeFailed, NodeRefused) as failed:
            self._spoil(f"{reason}; {failed}")
            return
        except WireError as broken:
            self._spoil(f"{reason}; {broken}")
            fleet.caught_lying(node, str(broken))
            return
        self._take(snapshot, ledger, reason)
        self._publish(ledger)
        await self._watch_owners(node, snapshot)

    def _take(self, snapshot: BookSnapshot, ledger: LedgerClosed, reason: str) -> None:
        """A kept book that the reading confirms goes on being kept; else the reading begins a new one."""
        kept = self._keeper
        same_ledger = kept is not None and kept.ledger_index == snapshot.ledger_index
        difference = kept.differs_from(snapshot) if kept is not None and same_ledger else None
        self._read_s = self._around.loop_s()
        self._read_ledger = snapshot.ledger_index
        if same_ledger and difference is None and reason == COMPARISON:
            return
        if reason != NO_STREAM:
            venue = self._around.pair.venue
            self._around.report(BookReread(venue, snapshot.ledger_index, reason[:300], (difference or "")[:300]))
        fresh = BookKeeper(self._around.pair, _fees(ledger), self._issuer)
        fresh.read(snapshot, ledger.close_time_ns)
        self._keeper = fresh

    async def _watch_owners(self, node: Node, snapshot: BookSnapshot) -> None:
        """What owners of offers and the pool do elsewhere changes what they can pay here."""
        pool = [] if snapshot.pool is None else [snapshot.pool.account]
        owners = dict.fromkeys(offer.owner for side in (snapshot.asks, snapshot.bids) for offer in side.offers)
        watched = frozenset([*pool, *owners][:WATCHED_MAX])
        if not node.streams or watched <= self._watched:
            return
        gone, self._watched = self._watched - watched, watched
        if await self._subscribe(node) and gone:
            await node.unsubscribe(gone)

    def _publish(self, ledger: LedgerClosed) -> None:
        keeper = self._keeper
        if keeper is not None and keeper.ledger_index == ledger.ledger_index:  # else it is older than what is known
            self._around.publish(keeper.observed(self._around.depth))


def _fees(ledger: LedgerClosed) -> LedgerFees:
    return LedgerFees(ledger.base_fee_drops, ledger.reserve_base_drops, ledger.reserve_increment_drops)
