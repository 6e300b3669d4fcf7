"""`queue_data` of account_info. Source: rippled `AccountInfo.cpp`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neo.infra.sandbox.xrpl.chain.model import FeeFigures
from neo.infra.sandbox.xrpl.methods.server import REFERENCE_LEVEL


def queue_data(queued: Sequence[Mapping[str, Any]], fees: FeeFigures) -> dict[str, Any]:
    """What an account has waiting for a later ledger."""
    if not queued:
        return {"txn_count": 0}
    sequences = [each["Sequence"] for each in queued if each["Sequence"]]
    data: dict[str, Any] = {
        "auth_change_queued": False,
        "max_spend_drops_total": str(sum(_spends(each) for each in queued)),
        "transactions": [_described(each, fees) for each in queued],
        "txn_count": len(queued),
    }
    if sequences:
        data |= {
            "highest_sequence": max(sequences),
            "lowest_sequence": min(sequences),
            "sequence_count": len(sequences),
        }
    if len(sequences) < len(queued):
        data["ticket_count"] = len(queued) - len(sequences)
    return data


def _described(tx_json: Mapping[str, Any], fees: FeeFigures) -> dict[str, Any]:
    described: dict[str, Any] = {
        "auth_change": False,
        "fee": tx_json["Fee"],
        "fee_level": str(int(tx_json["Fee"]) * REFERENCE_LEVEL // fees.base_fee_drops),
        "max_spend_drops": str(_spends(tx_json)),
    }
    if "LastLedgerSequence" in tx_json:
        described["LastLedgerSequence"] = tx_json["LastLedgerSequence"]
    described |= {"seq": tx_json["Sequence"]} if tx_json["Sequence"] else {"ticket": tx_json["TicketSequence"]}
    return described


def _spends(tx_json: Mapping[str, Any]) -> int:
    """Drops that the transaction may cost: the fee, and XRP that it pays away."""
    amount = tx_json.get("Amount") if tx_json.get("TransactionType") == "Payment" else None
    return int(tx_json["Fee"]) + (int(amount) if isinstance(amount, str) else 0)
