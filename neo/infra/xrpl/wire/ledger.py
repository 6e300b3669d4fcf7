"""Closed ledgers: the ledgerClosed message, the answer to `subscribe`, and the answer to `ledger`."""

from __future__ import annotations

from neo.infra.xrpl.wire.close_time import ledger_time_ns
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fees import LedgerFees, read_ledger_fees
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges, parse_ledger_ranges
from neo.infra.xrpl.wire.validated_view import open_view
from neo.records import frozen

_TRANSACTIONS_MAX = 100_000


@frozen
class LedgerAnnounced:
    """A validated ledger as the ledger stream tells it. `transaction_count` is None in the answer to `subscribe`.

    `network_id` None: the server does not say. `ranges` None: it says nothing of its history.
    """

    ledger_index: int
    ledger_hash: str
    close_time_ns: int
    fees: LedgerFees
    network_id: int | None
    transaction_count: int | None
    ranges: LedgerRanges | None


@frozen
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
    fields = Fields(message, "ledgerClosed")
    if "type" in fields:
        fields.only("type", "ledgerClosed", "a ledgerClosed message")
    ranges = fields.raw("validated_ledgers")
    return LedgerAnnounced(
        fields.whole("ledger_index", least=1),
        fields.hash256("ledger_hash"),
        ledger_time_ns(fields, "ledger_time"),
        read_ledger_fees(fields, "fee_base", "reserve_base", "reserve_inc"),
        fields.optional_whole("network_id"),
        fields.optional_whole("txn_count"),
        None if ranges is None else parse_ledger_ranges(ranges, f"{fields.path}.validated_ledgers"),
    )


def parse_ledger(result: object) -> LedgerRead:
    """The answer to `ledger` for a validated ledger; transactions in ledger order."""
    fields, viewed = open_view(result, "ledger")
    header = fields.child("ledger")
    if "closed" in header:
        header.only("closed", True, "a closed ledger")
    if header.digits("ledger_index") != viewed.index or header.hash256("ledger_hash") != viewed.hash:
        raise header.wrong("ledger_index", f"ledger {viewed.index} as outside of the header")
    close_time_ns = ledger_time_ns(header, "close_time")
    return LedgerRead(
        viewed.index,
        viewed.hash,
        header.hash256("parent_hash"),
        close_time_ns,
        ledger_time_ns(header, "parent_close_time"),
        _transactions(header, viewed.index, close_time_ns),
    )


def _transactions(header: Fields, index: int, close_time_ns: int) -> tuple[TransactionEnvelope, ...] | None:
    listed = header.raw("transactions")
    if listed is None or (isinstance(listed, list) and listed and isinstance(listed[0], str)):
        return None
    entries = header.children("transactions", _TRANSACTIONS_MAX)
    envelopes = [open_transaction(entry, ledger_index=index, close_time_ns=close_time_ns) for entry in entries]
    envelopes.sort(key=lambda each: each.position)
    if [each.position for each in envelopes] != list(range(len(envelopes))):
        raise WireError(f"{header.path}.transactions", "every transaction of the ledger once")
    return tuple(envelopes)
