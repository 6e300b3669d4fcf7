"""What is kept of each validated ledger, in wire form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from neo.domain.units import RIPPLE_EPOCH_S
from neo.records import frozen

_ACCOUNT_FIELDS = ("Account", "Owner", "Destination", "Issuer", "RegularKey", "Authorize", "Unauthorize")
_ISSUED_FIELDS = ("LowLimit", "HighLimit", "TakerPays", "TakerGets")


@frozen
class TransactionRecord:
    """One transaction of a validated ledger: `tx_json` as signed, `meta` as the server renders it, no hash inside."""

    hash: str
    tx_json: Mapping[str, Any]
    meta: Mapping[str, Any]
    ledger_index: int
    close_time_s: int
    #: Accounts that it affects, as `account_tx` and the account subscriptions count them.
    accounts: frozenset[str]
    #: What the sender of an OfferCreate could give when the ledger closed, None for others.
    owner_funds: str | None = None
    #: Signed by nobody: a trader that the server plays itself.
    played: bool = False

    @property
    def result(self) -> str:
        return str(self.meta["TransactionResult"])

    @property
    def position(self) -> int:
        return int(self.meta["TransactionIndex"])

    @property
    def ctid(self) -> str:
        return ctid(self.ledger_index, self.position)


@frozen
class LedgerRecord:
    """One validated ledger. Times are ledger times in seconds."""

    index: int
    hash: str
    parent_hash: str
    close_time_s: int
    parent_close_time_s: int
    total_drops: int
    transactions: tuple[TransactionRecord, ...]
    account_hash: str
    transaction_hash: str


def ctid(ledger_index: int, position: int, network_id: int = 0) -> str:
    """Compact transaction identifier (XLS-37)."""
    return f"C{ledger_index:07X}{position:04X}{network_id:04X}"


def iso_time(ledger_time_s: int) -> str:
    return datetime.fromtimestamp(ledger_time_s + RIPPLE_EPOCH_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def human_time(ledger_time_s: int) -> str:
    moment = datetime.fromtimestamp(ledger_time_s + RIPPLE_EPOCH_S, UTC)
    return moment.strftime("%Y-%b-%d %H:%M:%S.000000000 UTC")


def affected_accounts(tx_json: Mapping[str, Any], meta: Mapping[str, Any]) -> frozenset[str]:
    """Every account named by an entry that changed. Source: rippled `TxMeta::getAffectedAccounts`."""
    found: set[str] = {str(tx_json["Account"])}
    for kind, node in nodes_of(meta):
        fields = node.get("NewFields" if kind == "CreatedNode" else "FinalFields", {})
        for name in _ACCOUNT_FIELDS:
            if isinstance(fields.get(name), str):
                found.add(fields[name])
        for name in _ISSUED_FIELDS:
            if isinstance(fields.get(name), Mapping):
                found.add(fields[name]["issuer"])
    return frozenset(found)


def nodes_of(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(CreatedNode, ModifiedNode or DeletedNode; the node) for each entry that changed."""
    for wrapped in meta.get("AffectedNodes", ()):
        yield from wrapped.items()


#: A book as (what its offers give, what they want), each (currency, issuer or "").
BookSides = tuple[tuple[str, str], tuple[str, str]]


def books_of(meta: Mapping[str, Any]) -> frozenset[BookSides]:
    """Books in which an offer changed; the pool is in none of them. Source: rippled `OrderBookDB::processTxn`."""
    found: set[BookSides] = set()
    for kind, node in nodes_of(meta):
        if node.get("LedgerEntryType") != "Offer":
            continue
        where = {"CreatedNode": "NewFields", "ModifiedNode": "PreviousFields", "DeletedNode": "FinalFields"}[kind]
        fields = node.get(where, {})
        if "TakerGets" in fields and "TakerPays" in fields:
            found.add((asset_of(fields["TakerGets"]), asset_of(fields["TakerPays"])))
    return frozenset(found)


def asset_of(amount: Any) -> tuple[str, str]:
    """(currency, issuer) of an amount in wire form; the issuer of XRP is empty."""
    return ("XRP", "") if isinstance(amount, str) else (str(amount["currency"]), str(amount["issuer"]))
