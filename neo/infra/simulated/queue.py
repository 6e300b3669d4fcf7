"""Transactions that pay too little for the open ledger of the moment and wait for a later one.

Source: rippled `TxQ.cpp`, https://xrpl.org/docs/concepts/transactions/transaction-queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from neo.infra.simulated.identity import transaction_id
from neo.infra.simulated.results import TEL_CAN_NOT_QUEUE, TEL_CAN_NOT_QUEUE_FEE, TEL_CAN_NOT_QUEUE_FULL, TER_QUEUED
from neo.infra.simulated.transactions import Transaction
from neo.records import frozen

PER_ACCOUNT_MAX = 10
LEDGERS_IN_QUEUE = 20
#: A transaction must have that many ledgers left to be worth keeping.
_LEDGERS_LEFT_MIN = 2
#: What a replacement must pay more than the transaction it replaces.
_RAISE_PERCENT = 125


@frozen
class Queued:
    """A waiting transaction with its fee level. `turn`: sequences before tickets."""

    transaction: Transaction
    level: int
    id: int

    @property
    def turn(self) -> tuple[bool, int]:
        ticket = self.transaction.ticket_sequence
        return (False, self.transaction.sequence) if ticket is None else (True, ticket)


class TransactionQueue:
    """At most ten transactions of an account, in the order of their sequences; the best paying go first."""

    def __init__(self, size_max: int) -> None:
        self.size_max = size_max
        #: Waiting transactions in the order of their turns; an account without any has no entry.
        self.by_account: dict[str, list[Queued]] = {}

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self.by_account.values())

    def of(self, account: str) -> tuple[Queued, ...]:
        """The account's waiting transactions in the order in which they can be applied."""
        return tuple(self.by_account.get(account, ()))

    def next_sequence(self, account: str, sequence: int) -> int:
        """The sequence that follows `sequence` (the ledger's) and those that wait without a gap."""
        for waiting in self.by_account.get(account, ()):
            if waiting.turn == (False, sequence):
                sequence += 1
        return sequence

    def add(self, transaction: Transaction, level: int, sequence: int, open_index: int) -> str:
        """terQUEUED, or why not. `sequence` is the account's in the open ledger."""
        account, last = transaction.account, transaction.last_ledger_sequence
        if last is not None and last < open_index + _LEDGERS_LEFT_MIN:
            return TEL_CAN_NOT_QUEUE
        new = Queued(transaction, level, int.from_bytes(transaction_id(transaction)))
        mine = self.by_account.get(account, [])
        same = next((each for each in mine if each.turn == new.turn), None)
        if same is not None:
            if level * 100 <= same.level * _RAISE_PERCENT:
                return TEL_CAN_NOT_QUEUE_FEE
            mine.remove(same)
        elif len(mine) >= PER_ACCOUNT_MAX or len(self) >= self.size_max:
            return TEL_CAN_NOT_QUEUE_FULL
        elif transaction.ticket_sequence is None and transaction.sequence != self.next_sequence(account, sequence):
            return TEL_CAN_NOT_QUEUE
        self.by_account[account] = sorted([*mine, new], key=lambda each: each.turn)
        return TER_QUEUED

    def remove(self, transaction: Transaction) -> None:
        """Forget the waiting transaction with the same account and sequence, if there is one."""
        mine = self.by_account.get(transaction.account)
        if mine is None:
            return
        turn = Queued(transaction, 0, 0).turn
        left = [each for each in mine if each.turn != turn]
        if left:
            self.by_account[transaction.account] = left
        else:
            del self.by_account[transaction.account]

    def expire(self, closed_index: int) -> None:
        """Forget what can no longer be applied after ledger `closed_index`."""
        for waiting in list(self._everything()):
            last = waiting.transaction.last_ledger_sequence
            if last is not None and last <= closed_index:
                self.remove(waiting.transaction)

    def accept(self, enter: Callable[[Queued], bool | None], salt: int) -> None:
        """Offer the waiting transactions to `enter`, the best paying first, each behind its account's earlier ones.

        `enter` says True (in, or gone for good), False (stays), None (its fee is too low: so is every other's). Among equal
        fees the order is that of their hashes xor `salt`, the hash of the ledger before the one that just closed.
        """

        def rank(waiting: Queued) -> tuple[int, int]:
            return -waiting.level, waiting.id ^ salt

        order = sorted(self._everything(), key=rank)
        at = 0
        while at < len(order):
            candidate = order[at]
            at += 1
            while candidate is not None and self._is_first(candidate):
                verdict = enter(candidate)
                if verdict is None:
                    return
                if not verdict:
                    break
                self.remove(candidate.transaction)
                following = self.by_account.get(candidate.transaction.account, [None])[0]
                is_better = following is not None and (at >= len(order) or rank(following) < rank(order[at]))
                if following is None or not is_better:
                    break
                candidate = following

    def _is_first(self, waiting: Queued) -> bool:
        mine = self.by_account.get(waiting.transaction.account)
        return mine is not None and mine[0] is waiting

    def _everything(self) -> Iterator[Queued]:
        return (each for waiting in self.by_account.values() for each in waiting)
