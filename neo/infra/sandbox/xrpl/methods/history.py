"""Transactions: account_tx, tx, transaction_entry.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/transaction-methods, rippled
`AccountTx.cpp`, `Tx.cpp`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from neo.infra.sandbox.xrpl.chain.records import TransactionRecord, iso_time
from neo.infra.sandbox.xrpl.methods.call import UINT32_MAX, Call, choose_ledger, is_address, limit_of
from neo.infra.sandbox.xrpl.methods.pages import PAGE
from neo.infra.sandbox.xrpl.methods.server import require_synced
from neo.infra.sandbox.xrpl.methods.transaction_forms import blob_of, meta_blob_of, placed, tx_json_of
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid, missing

_HASH = re.compile(r"[0-9A-Fa-f]{64}\Z")
_CTID = re.compile(r"[Cc][0-9A-Fa-f]{15}\Z")


# --------------------------------------------------------------------------------------------------------- account_tx


def account_tx(call: Call) -> dict[str, Any]:
    """What affected an account in a range of ledgers, newest first unless `forward`."""
    require_synced(call)
    if "account" not in call.params:
        raise missing("account")
    account = call.params["account"]
    if not isinstance(account, str):
        raise invalid("account")
    if not is_address(account):
        raise RpcError("actMalformed")
    _require_flags(call)
    limit = limit_of(call, *PAGE)
    first, last = _range(call)
    forward = call.flag("forward")
    found: Sequence[TransactionRecord] = [
        each
        for each in call.node.chain.transactions_of(account)
        if first <= each.ledger_index <= last and call.node.ledger(each.ledger_index) is not None
    ]
    found = _from_marker(call, found if forward else found[::-1], forward=forward)
    result: dict[str, Any] = {
        "account": account,
        "ledger_index_max": last,
        "ledger_index_min": first,
        "limit": limit,
        "transactions": [_entry(call, each) for each in found[:limit]],
        "validated": True,
    }
    if len(found) > limit:
        result["marker"] = {"ledger": found[limit].ledger_index, "seq": found[limit].position}
    return result


def _require_flags(call: Call) -> None:
    """Version 2 wants booleans to be booleans."""
    for name in ("binary", "forward"):
        if call.api_version > 1 and not isinstance(call.params.get(name, False), bool):
            raise invalid(name)


def _range(call: Call) -> tuple[int, int]:
    """The ledgers asked for, within what this node has. Source: `getLedgerRange`."""
    have_first, have_last = call.node.validated_range()
    params = call.params
    if "ledger_index_min" in params or "ledger_index_max" in params:
        if call.api_version > 1 and ("ledger_index" in params or "ledger_hash" in params):
            raise RpcError("invalidParams")
        least = _bound(params, "ledger_index_min", 0)
        most = _bound(params, "ledger_index_max", UINT32_MAX)
        outside = (most > have_last and most != UINT32_MAX) or (least < have_first and least != 0)
        if call.api_version > 1 and outside:
            raise RpcError("lgrIdxMalformed")
        first, last = max(least, have_first), min(most, have_last)
        if last < first:
            raise RpcError("invalidLgrRange" if call.api_version > 1 else "lgrIdxsInvalid")
        return first, last
    if params.get("ledger_index") in ("current", "closed", "validated"):
        return have_last, have_last
    if "ledger_index" in params or "ledger_hash" in params:
        record = choose_ledger(call).record
        if record is None or not have_first <= record.index <= have_last:
            raise RpcError("lgrNotValidated")
        return record.index, record.index
    return have_first, have_last


def _bound(params: Mapping[str, Any], name: str, unset: int) -> int:
    value = params.get(name, -1)
    if isinstance(value, bool) or not isinstance(value, int) or value > UINT32_MAX:
        raise invalid(name)
    return unset if value < 0 else value


def _from_marker(call: Call, found: Sequence[TransactionRecord], *, forward: bool) -> Sequence[TransactionRecord]:
    """What begins at the marker: the first transaction of this page."""
    if "marker" not in call.params:
        return found
    marker = call.params["marker"]
    place = tuple(marker.get(name) for name in ("ledger", "seq")) if isinstance(marker, dict) else ()
    if len(place) != 2 or not all(isinstance(each, int) and not isinstance(each, bool) for each in place):
        raise RpcError(
            "invalidParams",
            "invalid marker. Provide ledger index via ledger field, and transaction sequence number via seq field",
        )
    if forward:
        return [each for each in found if (each.ledger_index, each.position) >= place]
    return [each for each in found if (each.ledger_index, each.position) <= place]


def _entry(call: Call, record: TransactionRecord) -> dict[str, Any]:
    if call.flag("binary"):
        meta_name = "meta_blob" if call.api_version > 1 else "meta"
        blobs = {meta_name: meta_blob_of(record.meta), "tx_blob": blob_of(record.tx_json)}
        return {"ledger_index": record.ledger_index, "validated": True, **blobs}
    if call.api_version == 1:
        return {"meta": record.meta, "tx": placed(record, 1), "validated": True}
    return {
        "close_time_iso": iso_time(record.close_time_s),
        "hash": record.hash,
        "ledger_hash": call.node.chain.ledgers[record.ledger_index].hash,
        "ledger_index": record.ledger_index,
        "meta": record.meta,
        "tx_json": placed(record, 2),
        "validated": True,
    }


# ----------------------------------------------------------------------------------------------------------------- tx


def tx(call: Call) -> dict[str, Any]:
    """One transaction by hash or ctid: also one that failed, or waits in the open ledger, then not validated."""
    require_synced(call)
    record, tx_hash = _looked_up(call)
    if record is not None:
        return _validated_form(call, record)
    waiting = call.node.chain.seen.get(tx_hash) if not call.node.faults.lag_ledgers else None
    if waiting is None:
        raise _not_found(call)
    return _waiting_form(call, waiting, tx_hash)


def _looked_up(call: Call) -> tuple[TransactionRecord | None, str]:
    chain, params = call.node.chain, call.params
    if "ctid" in params and "transaction" in params:
        raise RpcError("invalidParams")
    if "ctid" in params:
        ctid = params["ctid"]
        if not isinstance(ctid, str) or not _CTID.match(ctid):
            raise RpcError("invalidParams")
        ledger = call.node.ledger(int(ctid[1:8], 16))
        position = int(ctid[8:12], 16)
        within = ledger.transactions[position : position + 1] if ledger is not None else ()
        return (within[0] if within else None), ""
    wanted = params.get("transaction")
    if wanted is None:
        raise RpcError("invalidParams")
    if not isinstance(wanted, str) or not _HASH.match(wanted):
        raise RpcError("notImpl")
    record = chain.by_hash.get(wanted.upper())
    if record is not None and call.node.ledger(record.ledger_index) is None:
        record = None
    return record, wanted.upper()


def _not_found(call: Call) -> RpcError:
    """With a range, the answer says whether all of it was there to be searched."""
    first, last = call.params.get("min_ledger"), call.params.get("max_ledger")
    if first is None or last is None:
        return RpcError("txnNotFound")
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in (first, last)) or first > last:
        return RpcError("invalidLgrRange")
    have_first, have_last = call.node.validated_range()
    return RpcError("txnNotFound", fields={"searched_all": have_first <= first and last <= have_last})


def _validated_form(call: Call, record: TransactionRecord) -> dict[str, Any]:
    binary = call.flag("binary")
    if call.api_version == 1:
        if binary:
            body = {"tx": blob_of(record.tx_json), "meta": meta_blob_of(record.meta), "hash": record.hash}
            place = {"ctid": record.ctid, "date": record.close_time_s, "inLedger": record.ledger_index}
            return {**body, **place, "ledger_index": record.ledger_index, "validated": True}
        return {**placed(record, 1), "meta": record.meta, "validated": True}
    form: dict[str, Any] = {
        "close_time_iso": iso_time(record.close_time_s),
        "ctid": record.ctid,
        "hash": record.hash,
        "ledger_hash": call.node.chain.ledgers[record.ledger_index].hash,
        "ledger_index": record.ledger_index,
        "validated": True,
    }
    if binary:
        return {**form, "meta_blob": meta_blob_of(record.meta), "tx_blob": blob_of(record.tx_json)}
    return {**form, "meta": record.meta, "tx_json": placed(record, 2)}


def _waiting_form(call: Call, tx_json: Mapping[str, Any], tx_hash: str) -> dict[str, Any]:
    if call.flag("binary"):
        name = "tx_blob" if call.api_version > 1 else "tx"
        return {"hash": tx_hash, name: blob_of(tx_json), "validated": False}
    fields = tx_json_of(tx_json, call.api_version)
    if call.api_version == 1:
        return {**fields, "hash": tx_hash, "validated": False}
    return {"hash": tx_hash, "tx_json": fields, "validated": False}


def transaction_entry(call: Call) -> dict[str, Any]:
    """One transaction of one named ledger."""
    chosen = choose_ledger(call)
    wanted = call.params.get("tx_hash")
    if wanted is None:
        raise RpcError("invalidParams", "Missing field 'tx_hash'.", chosen.fields)
    if not isinstance(wanted, str) or not _HASH.match(wanted):
        raise RpcError("invalidParams", "Invalid field 'tx_hash'.", chosen.fields)
    if chosen.record is None:
        raise RpcError("notSupported", fields=chosen.fields)
    for record in chosen.record.transactions:
        if record.hash == wanted.upper():
            break
    else:
        raise RpcError("txnNotFound", fields=chosen.fields)
    body: dict[str, Any] = {"meta": record.meta, "tx_json": tx_json_of(record.tx_json, call.api_version)}
    if call.api_version > 1:
        body |= {"close_time_iso": iso_time(record.close_time_s), "hash": record.hash}
    else:
        body = {"metadata": record.meta, "tx_json": {**body["tx_json"], "hash": record.hash}}
    return {**body, **chosen.fields}
