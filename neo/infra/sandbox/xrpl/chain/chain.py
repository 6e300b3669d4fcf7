"""The chain of validated ledgers that all nodes serve: one truth, whatever each node says about it.

Used from one thread only, that of the server's event loop.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from hashlib import sha512
from typing import Any

from neo.infra.sandbox.xrpl.chain.clock import Clock, ledger_time_s
from neo.infra.sandbox.xrpl.chain.model import AppliedTransaction, LedgerModel, StateView
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord, affected_accounts, asset_of
from neo.infra.sandbox.xrpl.chain.results import is_applied
from neo.infra.sandbox.xrpl.chain.signed import SignedBlob
from neo.records import frozen

_ZERO_HASH = "0" * 64
#: Submitted transactions that are in no validated ledger: the server forgets them after a while, too.
_SEEN_MAX = 2_000


@frozen
class Proposal:
    """A transaction that just entered the open ledger."""

    tx_json: Mapping[str, Any]
    hash: str
    result: str
    open_index: int


Listener = Callable[[LedgerRecord], None]
ProposalListener = Callable[[Proposal], None]


class Chain:
    """Validated ledgers, oldest dropped beyond `ledgers_max`; the states of the last `states_max` of them."""

    def __init__(self, model: LedgerModel, clock: Clock, ledgers_max: int = 2_000, states_max: int = 64) -> None:
        self.model = model
        self.clock = clock
        self.ledgers: OrderedDict[int, LedgerRecord] = OrderedDict()
        self.by_hash: dict[str, TransactionRecord] = {}
        self.by_ledger_hash: dict[str, int] = {}
        self.seen: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self.watched: list[TransactionRecord] = []
        self.watched_account: str | None = None
        self.on_close: list[Listener] = []
        self.on_proposal: list[ProposalListener] = []
        self._ledgers_max = ledgers_max
        self._states: OrderedDict[int, StateView] = OrderedDict()
        self._states_max = states_max
        self._by_account: dict[str, deque[TransactionRecord]] = {}
        self._keep(self._record(model.index, _ZERO_HASH, 0, ()))
        model.know_hashes(self.hash_at)

    # -------------------------------------------------------------------------------------------------- questions

    @property
    def head(self) -> LedgerRecord:
        return self.ledgers[next(reversed(self.ledgers))]

    @property
    def first_index(self) -> int:
        return next(iter(self.ledgers))

    def state_at(self, index: int) -> StateView | None:
        """The state of a validated ledger, None when it is not kept any more."""
        return self._states.get(index)

    def hash_at(self, index: int) -> str:
        """Hash of a validated ledger; all zeros for one that is not kept."""
        record = self.ledgers.get(index)
        return record.hash if record is not None else _ZERO_HASH

    def transactions_of(self, account: str) -> tuple[TransactionRecord, ...]:
        """All that affected `account` and is kept, oldest first."""
        return tuple(self._by_account.get(account, ()))

    # ---------------------------------------------------------------------------------------------------- changes

    def submit(self, signed: SignedBlob, *, fail_hard: bool) -> str:
        """Preliminary result of a checked blob."""
        result = self.model.submit(signed.tx_json, signed.hash, signed.signer, hold=not fail_hard)
        self._remember(signed.hash, signed.tx_json)
        if is_applied(result) and not (fail_hard and result.startswith("tec")):
            proposal = Proposal(signed.tx_json, signed.hash, result, self.model.index + 1)
            for listener in tuple(self.on_proposal):
                listener(proposal)
        return result

    def close(self) -> LedgerRecord:
        """Close the open ledger now: its time is the clock's, later than the last one's in any case."""
        now_ns = self.clock()
        before = self.head
        applied = self.model.close(now_ns, max(ledger_time_s(now_ns), before.close_time_s + 1))
        record = self._record(self.model.index, before.hash, before.close_time_s, applied)
        self._keep(record)
        for listener in tuple(self.on_close):
            listener(record)
        return record

    def _record(
        self, index: int, parent_hash: str, parent_close_s: int, applied: tuple[AppliedTransaction, ...] | Any
    ) -> LedgerRecord:
        state, close_s = self.model.validated(), self.model.close_time_s
        self._states[index] = state
        while len(self._states) > self._states_max:
            self._states.popitem(last=False)
        transactions = tuple(_transaction(each, index, close_s, state) for each in applied)
        inside = _half(*(each.hash for each in transactions)) if transactions else _ZERO_HASH
        total_drops = state.total_drops
        content = _half(str(index), str(total_drops), parent_hash, inside)
        return LedgerRecord(
            index=index,
            hash=_half("ledger", str(index), parent_hash, str(close_s), inside, content),
            parent_hash=parent_hash,
            close_time_s=close_s,
            parent_close_time_s=parent_close_s,
            total_drops=total_drops,
            transactions=transactions,
            account_hash=content,
            transaction_hash=inside,
        )

    def _keep(self, record: LedgerRecord) -> None:
        self.ledgers[record.index] = record
        self.by_ledger_hash[record.hash] = record.index
        for transaction in record.transactions:
            self.by_hash[transaction.hash] = transaction
            self.seen.pop(transaction.hash, None)
            for account in transaction.accounts:
                self._by_account.setdefault(account, deque()).append(transaction)
            if self.watched_account in transaction.accounts:
                self.watched.append(transaction)
        while len(self.ledgers) > self._ledgers_max:
            self._forget(self.ledgers.popitem(last=False)[1])

    def _forget(self, record: LedgerRecord) -> None:
        self.by_ledger_hash.pop(record.hash, None)
        for transaction in record.transactions:
            self.by_hash.pop(transaction.hash, None)
            for account in transaction.accounts:
                kept = self._by_account.get(account)
                if kept and kept[0] is transaction:
                    kept.popleft()
                if not kept:
                    self._by_account.pop(account, None)

    def _remember(self, tx_hash: str, tx_json: Mapping[str, Any]) -> None:
        self.seen[tx_hash] = tx_json
        while len(self.seen) > _SEEN_MAX:
            self.seen.popitem(last=False)


def _transaction(applied: AppliedTransaction, index: int, close_s: int, state: StateView) -> TransactionRecord:
    funds = None
    if applied.tx_json.get("TransactionType") == "OfferCreate":
        funds = state.owner_funds(applied.tx_json["Account"], asset_of(applied.tx_json["TakerGets"]))
    accounts = affected_accounts(applied.tx_json, applied.meta)
    return TransactionRecord(
        applied.hash, applied.tx_json, applied.meta, index, close_s, accounts, funds, applied.played
    )


def _half(*parts: str) -> str:
    """SHA-512Half of the parts: ledgers of the same content have the same hash, and each names its parent."""
    return sha512("|".join(parts).encode()).hexdigest()[:64].upper()
