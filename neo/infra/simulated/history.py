"""Our transactions in validated ledgers, as far back as the simulated node keeps them."""

from __future__ import annotations

from collections import deque
from itertools import takewhile

from neo.domain.messages.venue import AccountTransactions, ValidatedTransaction


class OwnHistory:
    """Keeps the last `ledgers_max` ledgers; answers account_tx."""

    def __init__(self, account: str, first_ledger: int, ledgers_max: int) -> None:
        self._account = account
        self._oldest = first_ledger
        self._latest = first_ledger
        self._ledgers_max = ledgers_max
        self._kept: deque[tuple[int, tuple[ValidatedTransaction, ...]]] = deque()

    def add(self, ledger_index: int, transactions: tuple[ValidatedTransaction, ...]) -> None:
        """The next ledger; those that fall out of the window are forgotten."""
        self._latest = ledger_index
        self._oldest = max(self._oldest, ledger_index - self._ledgers_max + 1)
        if transactions:
            self._kept.append((ledger_index, transactions))
        while self._kept and self._kept[0][0] < self._oldest:
            self._kept.popleft()

    def between(self, from_ledger: int, to_ledger: int) -> AccountTransactions:
        """Both included, 0 is the latest; `complete` only when every ledger of the range is here."""
        last = self._latest if to_ledger == 0 else min(to_ledger, self._latest)
        found = [transaction for transaction in self._since(from_ledger) if transaction.ledger_index <= last]
        complete = from_ledger >= self._oldest and to_ledger <= self._latest
        return AccountTransactions(self._account, from_ledger, last, complete, tuple(found))

    def since(self, from_ledger: int) -> tuple[ValidatedTransaction, ...]:
        """All from this ledger on that is still kept, oldest first."""
        return tuple(self._since(from_ledger))

    def _since(self, from_ledger: int) -> list[ValidatedTransaction]:
        """Looked for from the newest end: who asks has read nearly everything before."""
        recent = list(takewhile(lambda kept: kept[0] >= from_ledger, reversed(self._kept)))
        return [transaction for _, transactions in reversed(recent) for transaction in transactions]
