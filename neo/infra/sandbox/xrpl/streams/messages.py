"""Messages of the streams, in the form of each api_version. Source: recording 08, rippled `NetworkOPs.cpp`."""

from __future__ import annotations

from typing import Any

from neo.infra.sandbox.xrpl.chain.book_changes import book_changes_of
from neo.infra.sandbox.xrpl.chain.chain import Proposal
from neo.infra.sandbox.xrpl.chain.model import FeeFigures
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord, iso_time
from neo.infra.sandbox.xrpl.chain.results import engine_fields
from neo.infra.sandbox.xrpl.methods.server import load_fields
from neo.infra.sandbox.xrpl.methods.transaction_forms import tx_json_of
from neo.infra.sandbox.xrpl.serving.node import Node


def ledger_fields(node: Node, record: LedgerRecord) -> dict[str, Any]:
    """What both the ledgerClosed message and the answer to its subscription say."""
    fees = node.chain.model.fees()
    return {
        "fee_base": fees.base_fee_drops,
        "ledger_hash": record.hash,
        "ledger_index": record.index,
        "ledger_time": record.close_time_s,
        "network_id": node.network_id,
        "reserve_base": fees.reserve_base_drops,
        "reserve_inc": fees.reserve_increment_drops,
        "validated_ledgers": node.complete_ledgers(),
    }


def ledger_closed(node: Node, record: LedgerRecord) -> dict[str, Any]:
    return {**ledger_fields(node, record), "txn_count": len(record.transactions), "type": "ledgerClosed"}


def book_changes(record: LedgerRecord) -> dict[str, Any]:
    place = {"ledger_hash": record.hash, "ledger_index": record.index, "validated": True}
    return {**book_changes_of(record), **place}


def server_status(node: Node, fees: FeeFigures) -> dict[str, Any]:
    load = load_fields(fees)
    return {"base_fee": fees.base_fee_drops, **load, "server_status": node.server_state, "type": "serverStatus"}


def validated_transaction(record: TransactionRecord, ledger: LedgerRecord, api_version: int) -> dict[str, Any]:
    """A transaction of a validated ledger."""
    fields = {**tx_json_of(record.tx_json, api_version), "date": record.close_time_s}
    if record.owner_funds is not None:
        fields["owner_funds"] = record.owner_funds
    message: dict[str, Any] = {
        "close_time_iso": iso_time(record.close_time_s),
        "ctid": record.ctid,
        **engine_fields(record.result),
        "ledger_hash": ledger.hash,
        "ledger_index": ledger.index,
        "meta": record.meta,
        "status": "closed",
        "type": "transaction",
        "validated": True,
    }
    return _with_transaction(message, fields, record.hash, api_version)


def proposed_transaction(proposal: Proposal, owner_funds: str | None, api_version: int) -> dict[str, Any]:
    """A transaction that has just entered the open ledger: nothing is sure about it."""
    fields = tx_json_of(proposal.tx_json, api_version)
    if owner_funds is not None:
        fields["owner_funds"] = owner_funds
    message: dict[str, Any] = {
        **engine_fields(proposal.result),
        "ledger_current_index": proposal.open_index,
        "status": "proposed",
        "type": "transaction",
        "validated": False,
    }
    return _with_transaction(message, fields, proposal.hash, api_version)


def _with_transaction(
    message: dict[str, Any], fields: dict[str, Any], tx_hash: str, api_version: int
) -> dict[str, Any]:
    if api_version > 1:
        return {**message, "hash": tx_hash, "tx_json": fields}
    return {**message, "transaction": {**fields, "hash": tx_hash}}
