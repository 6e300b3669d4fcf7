"""The simulated ledger behind the sandbox's model interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha512
from typing import Any

import attrs
from xrpl.core import binarycodec

from neo.infra.sandbox.xrpl.chain.model import AppliedTransaction, FeeFigures
from neo.infra.sandbox.xrpl.chain.signed import transaction_hash
from neo.infra.sandbox.xrpl.chain.state_view import SimulatedView
from neo.infra.simulated.changes import Threads, read_changes
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.market import Market
from neo.infra.simulated.metadata import TransactionOutcome, read_outcome
from neo.infra.simulated.rules import apply_transaction, is_applied
from neo.infra.simulated.transactions import Transaction
from neo.infra.simulated.wire.metadata import render_metadata
from neo.infra.simulated.wire.parsing import parse_transaction
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.rendering import hash_of, render_transaction

#: Key of the traders that the server plays itself: nobody has the other half.
_PLAYED_KEY = "ED" + "0" * 64


class PlayedLedger(SimulatedLedger):
    """A ledger in which relayed transactions get a wire form and the hash that belongs to it."""

    def relay(self, transaction: Transaction) -> None:
        tx_json = render_transaction(self.state, transaction)
        if "DeliverMax" in tx_json:
            tx_json["Amount"] = tx_json.pop("DeliverMax")
        tx_json["SigningPubKey"] = _PLAYED_KEY
        tx_json["TxnSignature"] = sha512(repr(transaction).encode()).hexdigest().upper()
        tx_hash = transaction_hash(binarycodec.encode(tx_json))
        super().relay(attrs.evolve(transaction, hash=tx_hash, wire=tx_json))


class SimulatedModel:
    """Wire form outside, model inside."""

    def __init__(self, ledger: SimulatedLedger, market: Market | None) -> None:
        self.ledger = ledger
        self._market = market
        self._threads = Threads()
        ledger.threads = self._threads

    @property
    def index(self) -> int:
        return self.ledger.index

    @property
    def close_time_s(self) -> int:
        return self.ledger.close_time_s

    @property
    def token(self) -> tuple[str, str]:
        issue = self.ledger.state.issue
        return issue.currency, issue.issuer

    # --------------------------------------------------------------------------------------------------- changes

    def submit(self, tx_json: Mapping[str, Any], tx_hash: str, signer: str, *, hold: bool) -> str:
        try:
            transaction = parse_transaction(self.ledger.state, tx_json, tx_hash=tx_hash, signer=signer)
        except WireRefusal as refusal:
            return refusal.engine_result
        return self.ledger.submit(transaction, fail_hard=not hold)

    def simulate(self, tx_json: Mapping[str, Any], tx_hash: str) -> tuple[str, dict[str, Any] | None]:
        try:
            transaction = parse_transaction(self.ledger.state, tx_json, tx_hash=tx_hash)
        except WireRefusal as refusal:
            return refusal.engine_result, None
        result, outcome = self._dry_run(transaction)
        if result in ("terPRE_SEQ", "terPRE_TICKET"):
            # A dry run is never held for later.
            return "telCAN_NOT_QUEUE", None
        return result, None if outcome is None else self._meta(outcome)

    def close(self, now_ns: int, close_time_s: int) -> Sequence[AppliedTransaction]:
        if self._market is not None:
            self._market.trade(now_ns)
        closed = self.ledger.close(close_time_s)
        return [self._applied(outcome) for outcome in closed.outcomes]

    def _dry_run(self, transaction: Transaction) -> tuple[str, TransactionOutcome | None]:
        """(result, what it would do): tried on the open ledger and taken back."""
        ledger, state = self.ledger, self.ledger.state
        mark = len(state.journal)
        result = apply_transaction(state, transaction, ledger.open_index, ledger.close_time_s)
        outcome = None
        if is_applied(result):
            journal = state.journal[mark:]
            outcome = read_outcome(state, transaction, result, 0, journal)
            by = (hash_of(transaction), ledger.open_index)
            changes = read_changes(state, journal, self._threads.copy(), by)
            outcome = attrs.evolve(outcome, changes=changes, delivered=state.delivered)
        state.rollback(mark)
        return result, outcome

    # ------------------------------------------------------------------------------------------------- questions

    def current(self) -> SimulatedView:
        return SimulatedView(self.ledger.state, self._threads, self.close_time_s)

    def validated(self) -> SimulatedView:
        state = self.ledger.validated()
        kept = state.copy() if state is self.ledger.state else state
        return SimulatedView(kept, self._threads.copy(), self.close_time_s)

    def fees(self) -> FeeFigures:
        rules = self.ledger.state.rules
        return FeeFigures(
            base_fee_drops=rules.base_fee_drops,
            open_ledger_fee_drops=self.ledger.open_ledger_fee_drops,
            open_ledger_level=self.ledger.fees.required_level(self.ledger.open_count),
            open_transactions=self.ledger.open_count,
            queued_transactions=len(self.ledger.queue),
            expected_transactions=self.ledger.fees.expected,
            queue_transactions_max=self.ledger.queue.size_max,
            reserve_base_drops=rules.reserve_base_drops,
            reserve_increment_drops=rules.reserve_increment_drops,
        )

    def next_sequence(self, account: str) -> int:
        return self.ledger.state.sequence.get(account, 0)

    def queued(self, account: str) -> Sequence[Mapping[str, Any]]:
        waiting = (each.transaction.wire for each in self.ledger.queue.of(account))
        return [wire for wire in waiting if wire is not None]

    def sequence_available(self, account: str) -> int:
        return self.ledger.sequence_available(account)

    def know_hashes(self, hash_of: Callable[[int], str]) -> None:
        self.ledger.hash_of = hash_of

    # ------------------------------------------------------------------------------------------------- translation

    def _applied(self, outcome: TransactionOutcome) -> AppliedTransaction:
        wire = outcome.transaction.wire
        assert wire is not None, "every transaction came over a wire or was given a wire form"
        played = wire.get("SigningPubKey") == _PLAYED_KEY
        return AppliedTransaction(hash_of(outcome.transaction), wire, self._meta(outcome), played)

    def _meta(self, outcome: TransactionOutcome) -> dict[str, Any]:
        return render_metadata(self.ledger.state, outcome)
