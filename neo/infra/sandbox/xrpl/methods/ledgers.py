"""Ledgers: ledger, ledger_closed, ledger_current, ledger_accept, ledger_entry.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/ledger-methods.
"""

from __future__ import annotations

from typing import Any

from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, human_time, iso_time
from neo.infra.sandbox.xrpl.methods.call import Call, ChosenLedger, choose_ledger
from neo.infra.sandbox.xrpl.methods.entry_index import wanted_entry
from neo.infra.sandbox.xrpl.methods.server import require_synced
from neo.infra.sandbox.xrpl.methods.transaction_forms import blob_of, expanded, expanded_v1, meta_blob_of
from neo.infra.sandbox.xrpl.rpc.errors import RpcError


def ledger_current(call: Call) -> dict[str, Any]:
    require_synced(call)
    return {"ledger_current_index": call.node.known_index + 1}


def ledger_closed(call: Call) -> dict[str, Any]:
    require_synced(call)
    record = call.node.chain.ledgers[call.node.known_index]
    return {"ledger_hash": record.hash, "ledger_index": record.index}


def ledger_accept(call: Call) -> dict[str, Any]:
    """Close the open ledger; only where ledgers are closed by hand (the dispatcher refuses it elsewhere)."""
    call.node.chain.close()
    return {"ledger_current_index": call.node.known_index + 1}


def ledger(call: Call) -> dict[str, Any]:
    """Header of a ledger, on request with hashes or everything of its transactions."""
    chosen = choose_ledger(call)
    if chosen.record is None:
        header: dict[str, Any] = {"closed": False, "ledger_index": chosen.fields["ledger_current_index"]}
        header["parent_hash"] = call.node.chain.ledgers[call.node.known_index].hash
        if call.api_version == 1:
            header["ledger_index"] = str(header["ledger_index"])
        return {"ledger": header, **chosen.fields}
    header = _header(chosen.record, call.api_version)
    if call.flag("transactions"):
        header["transactions"] = _transactions(call, chosen.record)
    return {"ledger": header, **chosen.fields}


def _header(record: LedgerRecord, api_version: int) -> dict[str, Any]:
    return {
        "account_hash": record.account_hash,
        "close_flags": 0,
        "close_time": record.close_time_s,
        "close_time_human": human_time(record.close_time_s),
        "close_time_iso": iso_time(record.close_time_s),
        "close_time_resolution": 10,
        "closed": True,
        "ledger_hash": record.hash,
        "ledger_index": record.index if api_version > 1 else str(record.index),
        "parent_close_time": record.parent_close_time_s,
        "parent_hash": record.parent_hash,
        "total_coins": str(record.total_drops),
        "transaction_hash": record.transaction_hash,
    }


def _transactions(call: Call, record: LedgerRecord) -> list[Any]:
    """In the order of the ledger's tree, which is that of the hashes: order of application is in the metadata."""
    transactions = sorted(record.transactions, key=lambda each: each.hash)
    if not call.flag("expand"):
        return [each.hash for each in transactions]
    if call.flag("binary"):
        return [
            {"hash": each.hash, "meta_blob": meta_blob_of(each.meta), "tx_blob": blob_of(each.tx_json)}
            for each in transactions
        ]
    funds = call.flag("owner_funds")
    if call.api_version == 1:
        return [expanded_v1(each, owner_funds=funds) for each in transactions]
    return [expanded(each, record, owner_funds=funds) for each in transactions]


def ledger_entry(call: Call) -> dict[str, Any]:
    """One entry of a ledger, named by its index or by what it is."""
    chosen: ChosenLedger = choose_ledger(call)
    index = wanted_entry(call)
    node = chosen.view.entry(index)
    if node is None:
        raise RpcError("entryNotFound", fields={"index": index, **chosen.fields})
    return {"index": index, "node": node, **chosen.fields}
