"""A recording seen as a client sees it: validated transactions by ledger, and views of accounts and books in between.

The random books (21, 22) keep only trimmed metadata; what was cut is put back in a form that says nothing new: indexes, a
hash, a close time, and of a new offer its book directory, which follows from what its transaction asked for.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import attrs

from neo.infra.simulated.quality import quality_of
from neo.infra.xrpl.wire.book_index import book_base
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.pair import WirePair
from tests.recordings.recording import load

#: As the recordings' README says.
FEES = LedgerFees(base_fee_drops=10, reserve_base_drops=1_000_000, reserve_increment_drops=200_000)
BOOK_LIMIT = 20
_FIRST_CLOSE_S = 848_515_000

Json = dict[str, Any]


@attrs.frozen
class View:
    """An answer about a validated ledger. `subject` is the account, "asks", "bids" or "pool"."""

    step: str
    method: str
    subject: str
    ledger_index: int
    result: Json


@attrs.frozen
class RecordedLedger:
    """All of one recording. `close_times_ns` by ledger as far as transactions tell them."""

    name: str
    currency: str
    issuer: str
    accounts: dict[str, str]
    transactions: dict[int, list[Json]]
    views: tuple[View, ...]

    def pair(self, role: str) -> WirePair:
        return WirePair(self.currency, self.issuer, self.accounts[role])

    def envelopes(self, index: int) -> tuple[TransactionEnvelope, ...]:
        return tuple(open_transaction(entry) for entry in self.transactions.get(index, ()))

    def between(self, after: int, until: int) -> Iterator[Json]:
        """Transactions of ledgers after+1..until, in ledger order."""
        for index in range(after + 1, until + 1):
            yield from sorted(self.transactions.get(index, ()), key=lambda entry: entry["meta"]["TransactionIndex"])


@lru_cache(maxsize=32)
def recorded(name: str, token: str = "rlusd") -> RecordedLedger:
    """The recording called `name`; do not change what is in it."""
    content = load(name)
    rlusd = content["rlusd"]
    issuer = rlusd["issuer"] if token == "rlusd" else content["accounts"][token]
    pair = WirePair(rlusd["currency"], issuer, content["accounts"]["maker"])
    found: dict[int, dict[str, Json]] = defaultdict(dict)
    views: list[View] = []
    for entry in content["entries"]:
        for transaction in _transactions(entry, pair):
            found[_ledger_index(transaction)].setdefault(_hash(transaction), transaction)
        view = _view(entry, pair)
        if view is not None:
            views.append(view)
    transactions = {index: list(by_hash.values()) for index, by_hash in found.items()}
    return RecordedLedger(name, rlusd["currency"], issuer, content["accounts"], transactions, tuple(views))


def _transactions(entry: Json, pair: WirePair) -> Iterator[Json]:
    if "trimmed_tx" in entry:
        yield untrimmed(entry, pair)
    for answer in (entry.get("response"), entry.get("stream")):
        yield from _validated_inside(answer)


def _validated_inside(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        if value.get("validated") is True and isinstance(value.get("meta"), dict):
            yield value
        for member in value.values():
            yield from _validated_inside(member)
    elif isinstance(value, list):
        for member in value:
            yield from _validated_inside(member)


def _ledger_index(transaction: Json) -> int:
    return open_transaction(transaction).ledger_index


def _hash(transaction: Json) -> str:
    return open_transaction(transaction).hash


def _view(entry: Json, pair: WirePair) -> View | None:
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        return None
    asked = request.get("params", [request])[0] if "method" in request else request
    method = request.get("method") or request.get("command")
    result = response.get("result", response)
    if not isinstance(result, dict) or result.get("validated") is not True or "ledger_index" not in result:
        return None
    subject = _subject(method, asked, pair)
    return None if subject is None else View(entry["step"], str(method), subject, int(result["ledger_index"]), result)


def _subject(method: str | None, asked: Json, pair: WirePair) -> str | None:
    if method in ("account_info", "account_lines", "account_offers") and "marker" not in asked:
        account: str = asked["account"]
        return account
    token, xrp = {"currency": pair.currency, "issuer": pair.issuer}, {"currency": "XRP"}
    if method == "book_offers" and asked.get("limit", BOOK_LIMIT) >= BOOK_LIMIT and "domain" not in asked:
        sides = {"asks": (token, xrp), "bids": (xrp, token)}
        return next((s for s, way in sides.items() if (asked["taker_pays"], asked["taker_gets"]) == way), None)
    return "pool" if method == "amm_info" and asked.get("asset2") == token else None


# ------------------------------------------------------------------------------------------------------ random books


def untrimmed(entry: Json, pair: WirePair) -> Json:
    """A trimmed entry in the form of a `tx` answer."""
    index, transaction, meta = entry["ledger_index"], entry["trimmed_tx"], entry["trimmed_meta"]
    nodes = []
    for number, listed in enumerate(meta["AffectedNodes"]):
        ((fate, node),) = listed.items()
        node = {**node, "LedgerIndex": _sha(f"{index} {number}")}
        if node["LedgerEntryType"] == "Offer":
            node = _with_directory(node, transaction, pair)
        nodes.append({fate: node})
    return {
        "hash": _sha(entry["step"]),
        "ledger_index": index,
        "validated": True,
        "tx_json": {**transaction, "date": _FIRST_CLOSE_S + index},
        "meta": {**meta, "AffectedNodes": nodes},
    }


def _with_directory(node: Json, transaction: Json, pair: WirePair) -> Json:
    if "NewFields" not in node:
        return node
    pays, gets = transaction["TakerPays"], transaction["TakerGets"]
    quality = quality_of(_amount(pays), _amount(gets))
    directory = book_base(pair, asks=isinstance(gets, str)) + f"{quality:016X}"
    return {**node, "NewFields": {**node["NewFields"], "BookDirectory": directory}}


def _amount(value: str | Json) -> int | Decimal:
    return int(value) if isinstance(value, str) else Decimal(value["value"]).normalize()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest().upper()
