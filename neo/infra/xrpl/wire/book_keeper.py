"""The book of the pair, kept current from the metadata of each validated ledger's transactions.

Read once from a snapshot, then `apply` ledger after ledger. What the metadata of the given transactions cannot show makes
`reread_reason` say so: then a new snapshot is due; until then `observed` gives the best that is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.messages.venue import BookObserved
from neo.infra.xrpl.wire.account import IssuerTerms
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.pair import WirePair


class BookKeeper:
    """Offers of others with what their owners can pay, the pool, and what was traded in the last ledger."""

    def __init__(self, pair: WirePair, fees: LedgerFees, issuer: IssuerTerms | None = None) -> None:
        raise NotImplementedError

    @property
    def ledger_index(self) -> int:
        """The ledger that the book is of; 0 before the first snapshot."""
        raise NotImplementedError

    @property
    def reread_reason(self) -> str | None:
        """Why a new snapshot is needed, None while the book is known to be right."""
        raise NotImplementedError

    def read(self, snapshot: BookSnapshot) -> None:
        """Begin anew from a snapshot; trades of its ledger are not known."""
        raise NotImplementedError

    def apply(
        self,
        ledger_index: int,
        close_time_ns: int,
        transactions: Sequence[TransactionEnvelope],
        fees: LedgerFees | None = None,
    ) -> None:
        """One more validated ledger: all its transactions that touched the pair's book, the pool or owners of offers, in any
        order, doubles allowed. A ledger that is not the next one, and a change of what is not known, ask for a new snapshot."""
        raise NotImplementedError

    def observed(self, depth: int, at_ns: int | None = None) -> BookObserved:
        """The book without our own and without expired offers, funded amounts only, `depth` offers on each side; `at_ns` is the
        close time of the ledger unless given."""
        raise NotImplementedError

    def digest(self) -> str:
        """Of every known offer, its owner's funds and the pool: equal for equal books; compare with `digest_of` a snapshot."""
        raise NotImplementedError
