"""A transaction of a validated ledger in one form, whichever answer, stream or api_version it came in.

account_tx, tx, ledger with expanded transactions, transaction_entry and the transactions stream nest the same three things
differently: the transaction (`tx_json`, `tx`, `transaction`, or the fields themselves), its metadata (`meta`, `metaData`)
and its place (hash, ledger index, close time). Where one of these is given twice, both must say the same.
https://xrpl.org/docs/references/http-websocket-apis/api-conventions
"""

from __future__ import annotations

import re
from decimal import Decimal

from neo.infra.xrpl.wire.affected_nodes import AffectedNode, affected_nodes
from neo.infra.xrpl.wire.amounts import token_value
from neo.infra.xrpl.wire.close_time import iso_time_ns, ledger_time_ns
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import UINT32_MAX, Fields
from neo.records import frozen

#: Only these are ever in a validated ledger.
_FINAL_RESULT = re.compile(r"te[sc][A-Z][A-Z0-9_]{1,60}", re.ASCII)
_NESTED = ("tx_json", "tx", "transaction")


@frozen
class TransactionEnvelope:
    """`transaction` is a checked view of its fields, `nodes` what it did; `position` is the index inside the ledger.

    `owner_funds`, where the source has it: what the sender of an OfferCreate can still pay, at the end of the ledger.
    """

    hash: str
    ledger_index: int
    position: int
    close_time_ns: int
    result: str
    transaction: Fields
    nodes: tuple[AffectedNode, ...]
    owner_funds: Decimal | None = None


def open_transaction(
    entry: object, *, ledger_index: int | None = None, close_time_ns: int | None = None
) -> TransactionEnvelope:
    """The envelope of an account_tx entry, a `tx` or `transaction_entry` result, or a stream message.

    WireError unless `validated` is true and hash, ledger index, position and close time are given and agree. For entries of a
    `ledger` answer, which may carry no `validated` of their own, `ledger_index` and `close_time_ns` are those of that ledger.
    """
    outer = entry if isinstance(entry, Fields) else Fields(entry, "transaction")
    inner = _transaction_fields(outer)
    if ledger_index is None or "validated" in outer:
        outer.only("validated", True, "true: the ledger is validated")
    if "type" in outer:
        outer.only("type", "transaction", "a transaction")
    meta = outer.child("metaData" if "metaData" in outer else "meta")
    return TransactionEnvelope(
        hash=_hash(outer, inner),
        ledger_index=_ledger_index(outer, inner, ledger_index),
        position=meta.whole("TransactionIndex"),
        close_time_ns=_close_time_ns(outer, inner, close_time_ns),
        result=_result(outer, meta),
        transaction=inner,
        nodes=affected_nodes(meta),
        owner_funds=_owner_funds(outer, inner),
    )


def _transaction_fields(outer: Fields) -> Fields:
    for name in _NESTED:
        if name in outer:
            return outer.child(name)
    outer.text("TransactionType")
    return outer


def _hash(outer: Fields, inner: Fields) -> str:
    given = {each.hash256("hash") for each in (outer, inner) if "hash" in each}
    if len(given) != 1:
        raise outer.wrong("hash", "one hash")
    return given.pop()


def _ledger_index(outer: Fields, inner: Fields, known: int | None) -> int:
    given = {each.digits("ledger_index", 1, UINT32_MAX) for each in (outer, inner) if "ledger_index" in each}
    if known is not None:
        given.add(known)
    if len(given) != 1:
        raise outer.wrong("ledger_index", "one ledger index")
    return given.pop()


def _close_time_ns(outer: Fields, inner: Fields, known: int | None) -> int:
    given = set() if known is None else {known}
    if "date" in inner:
        given.add(ledger_time_ns(inner, "date"))
    if "close_time_iso" in outer:
        given.add(iso_time_ns(outer, "close_time_iso"))
    if len(given) != 1:
        raise WireError(f"{outer.path}.date", "one close time")
    return given.pop()


def _result(outer: Fields, meta: Fields) -> str:
    result = meta.text("TransactionResult")
    if not _FINAL_RESULT.fullmatch(result):
        raise meta.wrong("TransactionResult", "tesSUCCESS or a tec code")
    if "engine_result" in outer:
        outer.only("engine_result", result, "the result in the metadata")
    return result


def _owner_funds(outer: Fields, inner: Fields) -> Decimal | None:
    for fields in (outer, inner):
        if "owner_funds" in fields:
            return token_value(fields, "owner_funds")
    return None
