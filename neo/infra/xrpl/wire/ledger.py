"""Closed ledgers: the ledgerClosed message, the answer to `subscribe`, and the answer to `ledger`."""

from __future__ import annotations

import attrs

from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges


@attrs.frozen
class LedgerAnnounced:
    """A validated ledger as the ledger stream tells it. `transaction_count` is None in the answer to `subscribe`."""

    ledger_index: int
    ledger_hash: str
    close_time_ns: int
    fees: LedgerFees
    network_id: int | None
    transaction_count: int | None
    ranges: LedgerRanges | None


@attrs.frozen
class LedgerRead:
    """A validated ledger's header; `transactions` is None unless they were asked for, expanded."""

    ledger_index: int
    ledger_hash: str
    parent_hash: str
    close_time_ns: int
    parent_close_time_ns: int
    transactions: tuple[TransactionEnvelope, ...] | None


def parse_ledger_closed(message: object) -> LedgerAnnounced:
    """A `ledgerClosed` message, or the result of subscribing to the ledger stream."""
    raise NotImplementedError


def parse_ledger(result: object) -> LedgerRead:
    """The answer to `ledger` for a validated ledger; transactions in ledger order."""
    raise NotImplementedError
