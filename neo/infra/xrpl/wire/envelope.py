"""A transaction of a validated ledger in one form, whichever answer, stream or api_version it came in.

account_tx, tx, ledger with expanded transactions, transaction_entry and the transactions stream nest the same three things
differently: the transaction (`tx_json`, `tx`, `transaction`, or the fields themselves), its metadata (`meta`, `metaData`)
and its place (hash, ledger index, close time). https://xrpl.org/docs/references/http-websocket-apis/api-conventions
"""

from __future__ import annotations

import attrs

from neo.infra.xrpl.wire.fields import Fields


@attrs.frozen
class TransactionEnvelope:
    """`transaction` and `meta` are checked views of JSON; `position` is the index inside the ledger."""

    hash: str
    ledger_index: int
    position: int
    close_time_ns: int
    result: str
    transaction: Fields
    meta: Fields


def open_transaction(
    entry: object, *, ledger_index: int | None = None, close_time_ns: int | None = None
) -> TransactionEnvelope:
    """The envelope of an account_tx entry, a `tx` or `transaction_entry` result, or a stream message.

    WireError unless `validated` is true and hash, ledger index, position and close time are given and agree. For entries of a
    `ledger` answer, which carry no `validated` of their own, `ledger_index` and `close_time_ns` are those of that ledger.
    """
    raise NotImplementedError
