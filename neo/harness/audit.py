"""The ledger's own account of what we did, added up as far as the books claim to have read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.messages.venue import TransactionKind, ValidatedTransaction
from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.sqlite.books_rows import SentRow

_SENT = (TransactionKind.OFFER_CREATE, TransactionKind.OFFER_CANCEL)


class Audit:
    """Running sums, so that looking every few minutes for days stays cheap. Amounts in whole units, fees deducted."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._reset()

    def _reset(self) -> None:
        self._through = 0
        self.base = ZERO
        self.quote = ZERO
        self.unwritten: list[str] = []
        self.placed: Counter[str] = Counter()
        self._twice: list[str] = []

    def unread(
        self, history_from: Callable[[int], tuple[ValidatedTransaction, ...]], cursor: int
    ) -> tuple[ValidatedTransaction, ...]:
        """What was not added yet of the ledgers up to `cursor`. Books that went back are added up from the beginning."""
        if cursor < self._through:
            self._reset()
        return tuple(tx for tx in history_from(self._through + 1) if tx.ledger_index <= cursor)

    def sent(self, transactions: tuple[ValidatedTransaction, ...]) -> tuple[str, ...]:
        """Hashes of those that the engine must have written down."""
        return tuple(tx.hash for tx in transactions if tx.account == self._account and tx.kind in _SENT)

    def add(self, transactions: tuple[ValidatedTransaction, ...], written: Mapping[str, SentRow], cursor: int) -> None:
        for tx in transactions:
            self.base += tx.base_delta - drops_to_xrp(tx.fee_drops)
            self.quote += tx.quote_delta
            if tx.account != self._account or tx.kind not in _SENT:
                continue
            row = written.get(tx.hash)
            if row is None:
                self.unwritten.append(tx.hash)
            elif row.purpose is not SubmissionPurpose.CANCEL and row.order_id and tx.result == "tesSUCCESS":
                self.placed[row.order_id] += 1
                if self.placed[row.order_id] == 2:
                    self._twice.append(row.order_id)
        self._through = cursor

    @property
    def placed_twice(self) -> tuple[tuple[str, int], ...]:
        return tuple((order_id, self.placed[order_id]) for order_id in self._twice)
