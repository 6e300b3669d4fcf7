"""What the ledger itself says happened to an account: read off metadata and ledger entries, without the engine's parsers.

Source: https://xrpl.org/docs/references/protocol/transactions/metadata
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.sandbox.xrpl.chain.model import StateView
from neo.infra.sandbox.xrpl.chain.records import TransactionRecord
from neo.records import frozen

_KINDS = ("CreatedNode", "ModifiedNode", "DeletedNode")


@frozen
class Held:
    """Balances in whole units."""

    xrp: Decimal
    token: Decimal

    def plus(self, other: Held) -> Held:
        return Held(self.xrp + other.xrp, self.token + other.token)


def held_by(state: StateView, account: str, issuer: str) -> Held:
    """What an account holds in a validated ledger."""
    root = state.account(account)
    xrp = drops_to_xrp(int(root["account_data"]["Balance"])) if root is not None else ZERO
    lines = (line for _, line in state.lines_of(account) if line["account"] == issuer)
    return Held(xrp, sum((Decimal(line["balance"]) for line in lines), ZERO))


def offers_of(state: StateView, account: str) -> frozenset[int]:
    """Sequence numbers of the offers that rest."""
    return frozenset(int(offer["seq"]) for _, offer in state.offers_of(account))


def change_of(record: TransactionRecord, account: str, issuer: str) -> Held:
    """What a transaction did to an account's balances, its fee included."""
    xrp = token = ZERO
    for kind, node in _nodes(record.meta):
        before, after = _before_and_after(kind, node)
        if node["LedgerEntryType"] == "AccountRoot" and (after or before).get("Account") == account:
            xrp += drops_to_xrp(int(after.get("Balance", 0)) - int(before.get("Balance", 0)))
        elif node["LedgerEntryType"] == "RippleState":
            token += _line_balance(after, account, issuer) - _line_balance(before, account, issuer)
    return Held(xrp, token)


def fee_xrp(record: TransactionRecord, account: str) -> Decimal:
    """What the account paid for sending it."""
    return drops_to_xrp(int(record.tx_json["Fee"])) if record.tx_json["Account"] == account else ZERO


def _nodes(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for wrapped in meta["AffectedNodes"]:
        for kind in _KINDS:
            if kind in wrapped:
                yield kind, wrapped[kind]


def _before_and_after(kind: str, node: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of the entry on both sides of the transaction; empty where there was none."""
    if kind == "CreatedNode":
        return {}, dict(node.get("NewFields", {}))
    final = dict(node.get("FinalFields", {}))
    before = final | dict(node.get("PreviousFields", {}))
    return before, {} if kind == "DeletedNode" and node["LedgerEntryType"] == "AccountRoot" else final


def _line_balance(line: Mapping[str, Any], account: str, issuer: str) -> Decimal:
    """An account's side of a trust line with the issuer; 0 for other lines and for none."""
    if not line:
        return ZERO
    low, high = line["LowLimit"]["issuer"], line["HighLimit"]["issuer"]
    if {low, high} != {account, issuer}:
        return ZERO
    # a new line that only has limits says nothing of its balance
    value = Decimal(line["Balance"]["value"]) if "Balance" in line else ZERO
    return value if low == account else -value
