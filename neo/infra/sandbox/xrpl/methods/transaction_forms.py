"""The forms in which methods and streams give one transaction, by api_version.

Version 1 mixes the server's own fields into the transaction, version 2 keeps them apart and calls a payment's Amount
DeliverMax. Source: rippled `API-CHANGELOG.md`, recordings of xrpld 3.2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xrpl.core import binarycodec

from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord, iso_time


def tx_json_of(tx_json: Mapping[str, Any], api_version: int) -> dict[str, Any]:
    """The transaction's fields as this version names them."""
    fields = dict(tx_json)
    if fields.get("TransactionType") == "Payment" and "Amount" in fields:
        fields["DeliverMax"] = fields["Amount"]
        if api_version > 1:
            del fields["Amount"]
    return fields


def placed(record: TransactionRecord, api_version: int) -> dict[str, Any]:
    """tx_json with the place in the chain that `tx` and `account_tx` write into it."""
    fields = tx_json_of(record.tx_json, api_version)
    fields |= {"ctid": record.ctid, "date": record.close_time_s, "ledger_index": record.ledger_index}
    if api_version == 1:
        fields |= {"hash": record.hash, "inLedger": record.ledger_index}
    return fields


def blob_of(tx_json: Mapping[str, Any]) -> str:
    return str(binarycodec.encode(dict(tx_json)))


def meta_blob_of(meta: Mapping[str, Any]) -> str:
    """Metadata serialised; the fields that only the JSON form has are not in it."""
    return str(binarycodec.encode({key: value for key, value in meta.items() if key[0].isupper()}))


def expanded(record: TransactionRecord, ledger: LedgerRecord, *, owner_funds: bool) -> dict[str, Any]:
    """One transaction of `ledger` with expand, api_version 2."""
    fields = {
        "close_time_iso": iso_time(record.close_time_s),
        "hash": record.hash,
        "ledger_hash": ledger.hash,
        "ledger_index": record.ledger_index,
        "meta": record.meta,
        "tx_json": tx_json_of(record.tx_json, 2),
        "validated": True,
    }
    if owner_funds and record.owner_funds is not None:
        fields["owner_funds"] = record.owner_funds
    return fields


def expanded_v1(record: TransactionRecord, *, owner_funds: bool) -> dict[str, Any]:
    """The same for api_version 1: everything in one object."""
    fields = {**tx_json_of(record.tx_json, 1), "hash": record.hash, "metaData": record.meta}
    if owner_funds and record.owner_funds is not None:
        fields["owner_funds"] = record.owner_funds
    return fields
