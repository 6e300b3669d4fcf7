"""The simulated XRP Ledger: an open ledger that answers at once, and closed ledgers that are final.

`submit` gives the preliminary word against the open ledger. `close` throws the open ledger away and applies the same
transactions in canonical order (account id xor the hash of the set, then sequence), with the server's retry passes; only its
outcomes are true. No clock, no randomness, no I/O: the same calls give the same ledgers. Source: rippled
`BuildLedger.cpp`, `CanonicalTXSet.cpp`, `TxQ.cpp` (much simplified).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from zlib import crc32

import attrs

from neo.infra.simulated.changes import Threads, read_changes
from neo.infra.simulated.identity import account_id, ledger_hash, set_hash, transaction_id
from neo.infra.simulated.metadata import Journal, TransactionOutcome, journal_touches, read_outcome
from neo.infra.simulated.open_fees import REFERENCE_LEVEL, OpenFees
from neo.infra.simulated.queue import LEDGERS_IN_QUEUE, Queued, TransactionQueue
from neo.infra.simulated.results import (
    TEF_PAST_SEQ,
    TEL_CAN_NOT_QUEUE,
    TER_PRE_SEQ,
    TER_PRE_TICKET,
    TER_QUEUED,
    TES_SUCCESS,
)
from neo.infra.simulated.rules import apply_transaction, base_fee_drops, is_applied, refusal_of
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Transaction
from neo.quickly_built import quickly_built
from neo.records import define, frozen

#: Two odd multipliers of 64 bits: the golden section, and the last one of SplitMix64.
_SCATTER, _STIR = 0x9E3779B97F4A7C15, 0x94D049BB133111EB
_WORD = (1 << 64) - 1

_PASSES = 3
_RETRY_PASSES = 1
#: A transaction that cannot go into the next ledger is kept this long at most (the server's limit for held ones).
HELD_LEDGERS_MAX = 20
#: What found no place in the queue is tried again in so many ledgers.
_LOCAL_LEDGERS = 5


@quickly_built
@frozen
class ClosedLedger:
    """One validated ledger. `outcomes` are those that touch the watched account, and what they did to it alone; all of all
    accounts when none is watched."""

    index: int
    close_time_s: int
    outcomes: tuple[TransactionOutcome, ...]
    transaction_count: int


@define
class _Entered:
    """A transaction in the open ledger, its result, and the length of the journal after it."""

    transaction: Transaction
    result: str
    journal_end: int


@define
class _Held:
    transaction: Transaction
    until_ledger: int


class SimulatedLedger:
    """Owns `state`: as of the last closed ledger plus, above the journal's start, what the open ledger added."""

    def __init__(self, state: LedgerState, index: int = 1, close_time_s: int = 0) -> None:
        state.commit()
        self.state = state
        self.index = index
        self.close_time_s = close_time_s
        self._open: list[_Entered] = []
        self._known: set[str] = set()
        self._relayed: list[Transaction] = []
        self._held: list[_Held] = []
        self._local: list[_Held] = []
        self.fees = OpenFees(state.rules.open_limit)
        self.queue = TransactionQueue(max(state.rules.queue_size_min, state.rules.open_limit * LEDGERS_IN_QUEUE))
        #: Only outcomes that touch this account are read at a close; None reads all (a day has 90,000 of them).
        self.watched: str | None = None
        #: Set by whoever wants every entry that a transaction changed: the wire form of metadata is made from it.
        self.threads: Threads | None = None
        #: Hashes of closed ledgers; whoever serves the ledger may have others.
        self.hash_of: Callable[[int], str] = ledger_hash
        self._applied = 0

    @property
    def open_index(self) -> int:
        return self.index + 1

    @property
    def open_count(self) -> int:
        """Transactions in the open ledger."""
        return len(self._open)

    @property
    def open_ledger_fee_drops(self) -> int:
        """What a transaction must pay to enter the open ledger now."""
        return self.fees.required_drops(len(self._open), self.state.rules.base_fee_drops)

    def cost_drops(self, transaction: Transaction) -> int:
        """What a transaction of this kind must pay to enter the open ledger now."""
        return self.fees.required_drops(len(self._open), base_fee_drops(self.state, transaction))

    def sequence_available(self, account: str) -> int:
        """The sequence after those of the open ledger and the queue; 0 when there is no such account."""
        sequence = self.state.sequence.get(account, 0)
        return self.queue.next_sequence(account, sequence)

    def submit(self, transaction: Transaction, *, fail_hard: bool = False) -> str:
        """Preliminary result code; a transaction that may work later is kept and tried again at each close.

        With `fail_hard` it is kept in no case, and a tec result leaves no trace.
        """
        if transaction.hash and transaction.hash in self._known:
            return TEF_PAST_SEQ
        if not self._enters_directly(transaction):
            return self._enqueue(transaction, fail_hard=fail_hard)
        result = apply_transaction(self.state, transaction, self.open_index, self.close_time_s, retry_tec=fail_hard)
        if is_applied(result):
            if result == TES_SUCCESS or not fail_hard:
                self._enter(transaction, result)
        elif result in (TER_PRE_SEQ, TER_PRE_TICKET) and not fail_hard:
            self._hold(transaction)
        return result

    def _enter(self, transaction: Transaction, result: str) -> None:
        self._open.append(_Entered(transaction, result, len(self.state.journal)))
        self._known.add(transaction.hash)
        if self.queue.by_account:
            self.queue.remove(transaction)
        self._release(transaction.account)

    def _enters_directly(self, transaction: Transaction) -> bool:
        """True when its fee is high enough, and no earlier one of its account waits; else it may wait, too."""
        if len(self._open) <= self.fees.expected and not self.queue.by_account:
            return True
        base = base_fee_drops(self.state, transaction)
        if transaction.fee_drops < base:
            return True
        if self._level(transaction) < self.fees.required_level(len(self._open)):
            return False
        turn = transaction.ticket_sequence is not None or transaction.sequence == self.state.sequence.get(
            transaction.account
        )
        return turn or not self.queue.of(transaction.account)

    def _level(self, transaction: Transaction) -> int:
        return transaction.fee_drops * REFERENCE_LEVEL // base_fee_drops(self.state, transaction)

    def _enqueue(self, transaction: Transaction, *, fail_hard: bool) -> str:
        account = transaction.account
        refusal = refusal_of(self.state, transaction, self.open_index)
        if refusal == TER_PRE_SEQ and self.queue.of(account):
            refusal = None
        if refusal is not None:
            if refusal in (TER_PRE_SEQ, TER_PRE_TICKET) and not fail_hard:
                self._hold(transaction)
            return refusal
        if fail_hard:
            return TEL_CAN_NOT_QUEUE
        result = self.queue.add(transaction, self._level(transaction), self.state.sequence[account], self.open_index)
        if result != TER_QUEUED:
            self._local.append(_Held(transaction, self.index + _LOCAL_LEDGERS))
        return result

    def relay(self, transaction: Transaction) -> None:
        """A transaction that other nodes heard of: it is in the next ledger without a preliminary word from this one."""
        self._relayed.append(transaction)

    def close(self, close_time_s: int, ordered: Sequence[Transaction] | None = None) -> ClosedLedger:
        """Close the open ledger at `close_time_s` (later than the last close) and return what is now validated.

        `ordered` says what the ledger contains in which order, when that is known from elsewhere.
        """
        if close_time_s <= self.close_time_s:
            raise ValueError(f"close time {close_time_s} is not after {self.close_time_s}")
        self._applied = 0
        outcomes = self._closed_with(ordered) if ordered is not None else self._agreed()
        if len(self._open) > self.fees.expected or self.queue.by_account:
            self._learn_fees()
        self.state.commit()
        self.index += 1
        self.close_time_s = close_time_s
        self._open = []
        self._relayed = []
        self._known.clear()
        self._retry_kept()
        return ClosedLedger(self.index, close_time_s, outcomes, self._applied)

    def validated(self) -> LedgerState:
        """The last closed ledger without what the open one added. For reading only: it may be `state` itself."""
        return self.state.copy_before_journal() if self.state.journal else self.state

    # ----------------------------------------------------------------------------------------------------- closing

    def _agreed(self) -> tuple[TransactionOutcome, ...]:
        entered = self._open
        if not entered:
            return self._rebuild(canonical_order(self._relayed), 0) if self._relayed else ()
        ordered = canonical_order([*[each.transaction for each in entered], *self._relayed])
        return self._rebuild(ordered, self._settled(ordered))

    def _settled(self, ordered: Sequence[Transaction]) -> int:
        """How many transactions in front need no second application: the open ledger had them in front, and they worked."""
        count = 0
        if self.threads is None:
            for entered, agreed in zip(self._open, ordered, strict=False):
                if entered.transaction is not agreed or entered.result != TES_SUCCESS:
                    break
                count += 1
        return count

    def _closed_with(self, ordered: Sequence[Transaction]) -> tuple[TransactionOutcome, ...]:
        self.state.rollback(0)
        outcomes: list[TransactionOutcome] = []
        self._pass(list(ordered), outcomes, retry_tec=False)
        return tuple(outcomes)

    def _rebuild(self, ordered: Sequence[Transaction], settled: int) -> tuple[TransactionOutcome, ...]:
        """Apply what comes after the first `settled` transactions, which are in the state already."""
        self.state.rollback(self._open[settled - 1].journal_end if settled else 0)
        outcomes = self._outcomes_of_settled(settled) if settled else []
        waiting, done = list(ordered[settled:]), settled
        retry = True
        for number in range(_PASSES):
            waiting, changes = self._pass(waiting, outcomes, retry_tec=retry)
            changes, done = changes + done, 0
            if not waiting or (not changes and not retry):
                break
            if not changes or number >= _RETRY_PASSES:
                retry = False
        for transaction in waiting:
            self._hold(transaction)
        return tuple(outcomes)

    def _outcomes_of_settled(self, settled: int) -> list[TransactionOutcome]:
        outcomes: list[TransactionOutcome] = []
        journal, start = self.state.journal, 0
        for each in self._open[:settled]:
            end = each.journal_end
            self._note(outcomes, each.transaction, TES_SUCCESS, journal[start:end], journal[end:])
            start = end
        return outcomes

    def _pass(
        self, waiting: list[Transaction], outcomes: list[TransactionOutcome], *, retry_tec: bool
    ) -> tuple[list[Transaction], int]:
        state, again, changes = self.state, [], 0
        journal, index, parent_close_s = state.journal, self.open_index, self.close_time_s
        for transaction in waiting:
            mark = len(journal)
            result = apply_transaction(state, transaction, index, parent_close_s, retry_tec=retry_tec)
            if result == TES_SUCCESS or (not retry_tec and is_applied(result)):
                self._note(outcomes, transaction, result, journal[mark:])
                changes += 1
            elif result.startswith(("ter", "tec")):
                again.append(transaction)
        return again, changes

    def _note(
        self,
        outcomes: list[TransactionOutcome],
        transaction: Transaction,
        result: str,
        changed: Journal,
        later: Journal = (),
    ) -> None:
        """Add what a transaction did, if it concerns the watched account; `later` changed the state since."""
        position = self._applied
        self._applied = position + 1
        if self.watched is not None and not journal_touches(changed, self.watched):
            return
        outcome = read_outcome(self.state, transaction, result, position, changed, later, self.watched)
        if self.threads is not None:
            by = (transaction_id(transaction).hex().upper(), self.open_index)
            changes = read_changes(self.state, changed, self.threads, by)
            outcome = attrs.evolve(outcome, changes=changes, delivered=self.state.delivered)
        outcomes.append(outcome)

    # ----------------------------------------------------------------------------------------------- held back

    def _hold(self, transaction: Transaction) -> None:
        until = self.index + HELD_LEDGERS_MAX
        if transaction.last_ledger_sequence is not None:
            until = min(until, transaction.last_ledger_sequence)
        self._held.append(_Held(transaction, until))

    def _release(self, account: str) -> None:
        """A gap in an account's sequences may just have been filled: try its held transactions in order."""
        mine = [held for held in self._held if held.transaction.account == account]
        for held in sorted(mine, key=lambda each: each.transaction.sequence):
            if held.transaction.sequence == self.state.sequence[account]:
                self._held.remove(held)
                self.submit(held.transaction)
                return

    def _retry_kept(self) -> None:
        if self.queue.by_account:
            self.queue.expire(self.index)
            self.queue.accept(self._accept, int(self.hash_of(self.index - 1), 16))
        if self._held:
            held, self._held = self._held, []
            for each in sorted(held, key=lambda one: (one.transaction.account, one.transaction.sequence)):
                if each.until_ledger >= self.open_index:
                    self._submit_held(each)
        if self._local:
            self._retry_local()

    def _learn_fees(self) -> None:
        self.fees.closed([self._level(each.transaction) for each in self._open])
        self.queue.size_max = max(self.state.rules.queue_size_min, self.fees.expected * LEDGERS_IN_QUEUE)

    def _accept(self, waiting: Queued) -> bool | None:
        """Whether a queued transaction is dealt with; None when its fee is not enough now."""
        if waiting.level < self.fees.required_level(len(self._open)):
            return None
        result = apply_transaction(self.state, waiting.transaction, self.open_index, self.close_time_s)
        if is_applied(result):
            self._open.append(_Entered(waiting.transaction, result, len(self.state.journal)))
            self._known.add(waiting.transaction.hash)
        return not result.startswith("ter")

    def _retry_local(self) -> None:
        """What was sent here and found no room anywhere is tried for a few ledgers more."""
        local, self._local = self._local, []
        until = {id(each.transaction): each for each in local if each.until_ledger >= self.open_index}
        for transaction in canonical_order([each.transaction for each in local if id(each.transaction) in until]):
            held = list(self._held)
            result = self.submit(transaction)
            self._held = held
            self._local = [each for each in self._local if each.transaction is not transaction]
            if result.startswith(("ter", "telCAN_NOT_QUEUE")) and result != TER_QUEUED:
                self._local.append(until[id(transaction)])

    def _submit_held(self, held: _Held) -> None:
        count = len(self._held)
        self.submit(held.transaction)
        if len(self._held) > count:
            self._held[-1].until_ledger = held.until_ledger


def canonical_order(transactions: Sequence[Transaction]) -> list[Transaction]:
    """The order inside a closed ledger: unrelated to submission, the same for everyone, sequences of one account kept."""
    if len(transactions) < 2:
        return list(transactions)
    salt = _salt(transactions)
    # Sequences come before tickets.
    return sorted(
        transactions,
        key=lambda one: (_account_key(one.account) ^ salt, one.ticket_sequence or 0, one.sequence, one.hash),
    )


def _salt(transactions: Sequence[Transaction]) -> int:
    """Root hash of the set; one with transactions that were never signed has a number made of its content instead."""
    if "" not in [one.hash for one in transactions]:
        return int.from_bytes(set_hash([transaction_id(one) for one in transactions]))
    content = sum([one.sequence + crc32(one.hash.encode()) if one.hash else one.sequence for one in transactions])
    # Sequences grow by the same from ledger to ledger. Multiples alone would bring the orders in turns, so that who was
    # first would tell who is next: the high half is folded into the low one and multiplied again.
    scattered = content * _SCATTER & _WORD
    return ((scattered ^ scattered >> 32) * _STIR & _WORD) << 192


@lru_cache(maxsize=4096)
def _account_key(account: str) -> int:
    return int.from_bytes(account_id(account)) << 96
