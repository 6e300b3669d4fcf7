"""The imagined account's transactions, answered as the real ledger answers account_tx."""

from __future__ import annotations

from collections import deque

from neo.domain.messages.venue import AccountTransactions, ValidatedTransaction

KEPT_MAX = 50_000


class PaperHistory:
    """Keeps the newest `kept_max` transactions. Before the first of them nothing happened to an account that is imagined."""

    def __init__(self, account: str, kept_max: int = KEPT_MAX) -> None:
        self._account = account
        self._kept_max = kept_max
        self._kept: deque[ValidatedTransaction] = deque()
        self._forgotten_through = 0
        self._latest = 0

    def add(self, ledger_index: int, transactions: tuple[ValidatedTransaction, ...]) -> None:
        """The next ledger."""
        self._latest = ledger_index
        self._kept.extend(transactions)
        while len(self._kept) > self._kept_max:
            self._forgotten_through = self._kept.popleft().ledger_index

    def between(self, from_ledger: int, to_ledger: int) -> AccountTransactions:
        """Both included, 0 is the latest."""
        last = self._latest if to_ledger == 0 else min(to_ledger, self._latest)
        found = tuple(one for one in self._kept if from_ledger <= one.ledger_index <= last)
        complete = from_ledger > self._forgotten_through and to_ledger <= self._latest
        return AccountTransactions(self._account, from_ledger, last, complete, found)
