"""The book of the pair, kept current from the metadata of each validated ledger's transactions.

Read once from a snapshot, then `apply` ledger after ledger. What the metadata of the given transactions cannot show makes
`reread_reason` say so: then a new snapshot is due; until then `observed` gives the best that is known.

The `books` stream leaves out what does not touch an offer: trades with the pool alone, payments of owners. Given only that
stream, funds and pool go wrong without notice. The `transactions` stream, or `ledger` with its transactions expanded, has
everything; `differs_from` a snapshot of the same ledger is the check.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from neo.domain.messages.venue import BookObserved, MarketTrade
from neo.domain.units import ZERO, drops_to_xrp, ripple_time_s
from neo.infra.xrpl.wire.account import IssuerTerms
from neo.infra.xrpl.wire.affected_nodes import AffectedNode, NodeFate
from neo.infra.xrpl.wire.balance_changes import line_balance, xrp_after
from neo.infra.xrpl.wire.book_comparison import first_difference
from neo.infra.xrpl.wire.book_side import KeptSide, OfferKey
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot, read_offer
from neo.infra.xrpl.wire.book_trades import book_trades, pool_trade
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.issuer_changes import IssuerState
from neo.infra.xrpl.wire.kept_pool import KeptPool
from neo.infra.xrpl.wire.line_freeze import is_frozen_by_issuer
from neo.infra.xrpl.wire.offer_changes import OfferNode, offer_nodes
from neo.infra.xrpl.wire.pair import WirePair


class BookKeeper:
    """Offers with what their owners can pay, the pool, and what others traded in the last ledger.

    `enough`: a side that was cut by the snapshot's limit and has fewer offers left than this asks for a new snapshot.
    """

    def __init__(
        self, pair: WirePair, fees: LedgerFees, issuer: IssuerTerms | None = None, *, enough: int = 10
    ) -> None:
        self._pair = pair
        self._fees = fees
        self._issuer = IssuerState(pair, issuer)
        self._enough = enough
        self._asks = KeptSide(is_ask=True)
        self._bids = KeptSide(is_ask=False)
        self._pool = KeptPool(pair)
        self._trades: list[MarketTrade] = []
        self._ledger_index = 0
        self._close_time_ns = 0
        self._reason: str | None = "no snapshot was read yet"

    @property
    def ledger_index(self) -> int:
        """The ledger that the book is of; 0 before the first snapshot."""
        return self._ledger_index

    @property
    def pool_account(self) -> str | None:
        """The account whose transactions move the pool; None while there is no pool."""
        return self._pool.account

    @property
    def reread_reason(self) -> str | None:
        """Why a new snapshot is needed, None while the book is known to be right."""
        if self._reason is None:
            for name, side in (("asks", self._asks), ("bids", self._bids)):
                if side.is_cut and len(side) < self._enough:
                    return f"only {len(side)} {name} are left of a snapshot that was cut"
        return self._reason

    def read(self, snapshot: BookSnapshot, close_time_ns: int) -> None:
        """Begin anew from a snapshot of a ledger that closed at `close_time_ns`; what was traded in it is not known."""
        self._asks.read(snapshot.asks)
        self._bids.read(snapshot.bids)
        self._bids.transfer_rate = self._issuer.transfer_rate
        self._pool.read(snapshot.pool)
        self._trades = []
        self._ledger_index, self._close_time_ns = snapshot.ledger_index, close_time_ns
        self._reason = None

    def apply(
        self,
        ledger_index: int,
        close_time_ns: int,
        transactions: Sequence[TransactionEnvelope],
        fees: LedgerFees | None = None,
    ) -> None:
        """One more validated ledger: its transactions in any order, doubles allowed; those of other ledgers are passed over.

        A ledger that was seen is passed over as well. One that is not the next, and a change of what is not known, ask for a
        new snapshot. WireError when a transaction contradicts itself: the ledger is then to be read again from elsewhere.
        """
        if self._ledger_index and ledger_index <= self._ledger_index:
            return
        if ledger_index != self._ledger_index + 1:
            self._doubt(f"ledger {ledger_index} came after {self._ledger_index}")
        if fees is not None and fees != self._fees:
            self._fees = fees
            self._doubt("reserves or fees have changed")
        once = {each.position: each for each in transactions if each.ledger_index == ledger_index}
        self._trades = []
        self._ledger_index, self._close_time_ns = ledger_index, close_time_ns
        for _, envelope in sorted(once.items()):
            self._apply_transaction(envelope)

    def observed(self, depth: int, at_ns: int | None = None) -> BookObserved:
        """The book without our own and without expired offers, funded amounts only, `depth` offers on each side; `at_ns` is the
        close time of the ledger unless given."""
        now_s = ripple_time_s(self._close_time_ns)
        frozen = self._issuer.global_freeze
        return BookObserved(
            venue=self._pair.venue,
            symbol=self._pair.symbol,
            at_ns=self._close_time_ns if at_ns is None else at_ns,
            ledger_index=self._ledger_index,
            bids=() if frozen else self._bids.levels(self._pair.account, now_s, depth),
            asks=() if frozen else self._asks.levels(self._pair.account, now_s, depth),
            pool=None if frozen else self._pool.view(),
            trades=tuple(self._trades),
        )

    def differs_from(self, snapshot: BookSnapshot) -> str | None:
        """The first difference to a snapshot of the same ledger, in words; None when the book is right as far as both reach."""
        if snapshot.ledger_index != self._ledger_index:
            return f"the snapshot is of ledger {snapshot.ledger_index}, the book of {self._ledger_index}"
        seen, kept = None if snapshot.pool is None or snapshot.pool.frozen else snapshot.pool.view, self._pool.view()
        if seen != kept:
            return f"the pool is {seen}, not {kept}"
        return first_difference(self._asks, snapshot.asks) or first_difference(self._bids, snapshot.bids)

    # ------------------------------------------------------------------------------------------------- transactions

    def _doubt(self, reason: str) -> None:
        self._reason = self._reason or reason

    def _apply_transaction(self, envelope: TransactionEnvelope) -> None:
        if self._issuer.apply(envelope.nodes):
            self._bids.transfer_rate = self._issuer.transfer_rate
            self._doubt("the issuer changed its terms or froze its token")
        consumed = [
            offer
            for offer in offer_nodes(self._pair, envelope.nodes)
            if self._apply_offer(offer) and offer.consumed and offer.owner != self._pair.account
        ]
        flow = self._pool.apply(envelope.nodes)
        for node in envelope.nodes:
            self._apply_funds(node)
        self._apply_owner_funds(envelope)
        if envelope.transaction.raw("Account") != self._pair.account:
            swapped = pool_trade(flow)
            self._trades += [*book_trades(consumed), *([] if swapped is None else [swapped])]

    def _apply_offer(self, offer: OfferNode) -> bool:
        """False for an offer that is not in the pair's open book, or beyond what is known of it."""
        side = self._asks if offer.is_ask else self._bids
        key = (offer.owner, offer.sequence)
        known = side.get(key)
        if offer.fate is NodeFate.CREATED or known is None:
            return self._apply_unknown(side, key, offer)
        if (known.base, known.quote) != (offer.base_before, offer.quote_before):
            self._doubt(f"offer {key[1]} of {key[0]} was not what it was known as")
        if offer.fate is NodeFate.DELETED:
            side.remove(key)
        else:
            side.change(attrs.evolve(known, base=offer.base_after, quote=offer.quote_after))
        return True

    def _apply_unknown(self, side: KeptSide, key: OfferKey, offer: OfferNode) -> bool:
        read = read_offer(self._pair, offer.fields)
        if read is None:
            return False
        if side.get(key) is not None:
            side.remove(key)
            self._doubt(f"offer {key[1]} of {key[0]} was created twice")
        if offer.fate is not NodeFate.CREATED:
            if side.is_beyond(read.quality):
                return True
            self._doubt(f"offer {key[1]} of {key[0]} was not known")
        if offer.fate is not NodeFate.DELETED:
            side.add(read)
        return True

    # -------------------------------------------------------------------------------------------------------- funds

    def _apply_funds(self, node: AffectedNode) -> None:
        if node.fields is None:
            return
        if node.entry_type == "AccountRoot":
            owner = node.fields.account("Account")
            if self._asks.has_owner(owner):
                self._asks.funds[owner] = drops_to_xrp(max(0, xrp_after(node, node.fields) - self._reserve_drops(node)))
        elif node.entry_type == "RippleState":
            line = line_balance(self._pair, node)
            if line is not None and self._bids.has_owner(line.holder):
                self._bids.funds[line.holder] = ZERO if is_frozen_by_issuer(line) else max(line.after, ZERO)

    def _reserve_drops(self, node: AffectedNode) -> int:
        """What the account must keep. A new account owns nothing yet, and its entry leaves the count out."""
        fields = node.fields
        owned = fields.whole("OwnerCount") if fields is not None and "OwnerCount" in fields else 0
        return self._fees.reserve_base_drops + owned * self._fees.reserve_increment_drops

    def _apply_owner_funds(self, envelope: TransactionEnvelope) -> None:
        """A new bid of somebody whose line is not in the metadata: servers may tell what it has; the issuer has no limit."""
        owner = envelope.transaction.account("Account")
        if not self._bids.has_owner(owner) or owner in self._bids.funds or owner == self._pair.issuer:
            return
        if envelope.owner_funds is not None and isinstance(envelope.transaction.raw("TakerGets"), dict):
            self._bids.funds[owner] = envelope.owner_funds
        else:
            self._doubt(f"what {owner} has of the token is not known")
