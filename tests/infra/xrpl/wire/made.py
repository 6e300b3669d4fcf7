"""Small answers in the wire form, made for a claim."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from neo.infra.xrpl.wire.book_index import book_base
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from tests.infra.xrpl.keys import CURRENCY, ISSUER, pair_of

Json = dict[str, Any]

OURS = "r95258e7qxw7oZQm5QDYumr5XPX7tXFBAY"
THEIRS = "rLzzMPi6xpY3AfiFq9TqZcUwvnjKnqfcjj"
OTHERS = "rJmMEwdEVaF627h3q9bLSHZaCeRqGdgFq3"
POOL = "rGVn7xK9RxgXxJvfnrsaMMYcYBYXZLqoWV"
PAIR = pair_of(OURS)
DATE = 848_515_263


def token(value: str) -> Json:
    return {"currency": CURRENCY, "issuer": ISSUER, "value": value}


def sha(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest().upper()


def node(fate: str, entry_type: str, fields: Json, previous: Json | None = None) -> Json:
    final = "NewFields" if fate == "CreatedNode" else "FinalFields"
    entry = {"LedgerEntryType": entry_type, "LedgerIndex": sha(entry_type, fields), final: fields}
    return {fate: entry if previous is None else {**entry, "PreviousFields": previous}}


def root(account: str, before: int, after: int, owned: int = 1) -> Json:
    fields = {"Account": account, "Balance": str(after), "Flags": 0, "OwnerCount": owned, "Sequence": 9}
    return node("ModifiedNode", "AccountRoot", fields, {"Balance": str(before), "Sequence": 8})


def line(holder: str, before: str, after: str, flags: int = 0) -> Json:
    """The holder is the low account: its balance is written as it is."""
    own = {"currency": CURRENCY, "issuer": "rrrrrrrrrrrrrrrrrrrrBZbvji"}
    fields = {
        "Balance": {**own, "value": after},
        "Flags": flags,
        "LowLimit": {**token("1000000"), "issuer": holder},
        "HighLimit": token("0"),
    }
    return node("ModifiedNode", "RippleState", fields, {"Balance": {**own, "value": before}})


def offer(owner: str, sequence: int, pays: Any, gets: Any, quality: int = 1, **more: Any) -> Json:
    directory = book_base(PAIR, asks=isinstance(gets, str)) + f"{quality:016X}"
    return {
        "Account": owner, "Sequence": sequence, "TakerPays": pays, "TakerGets": gets, "BookDirectory": directory, **more
    }  # fmt: skip


def entry(*nodes: Json, ledger_index: int = 10, position: int = 0, result: str = "tesSUCCESS", **sent: Any) -> Json:
    """A `tx` answer of an OfferCreate of ours, unless said otherwise."""
    transaction = {
        "TransactionType": "OfferCreate", "Account": OURS, "Sequence": 8, "Fee": "12", "Flags": 0, "date": DATE,
        "TakerPays": "10000000", "TakerGets": token("25"), **sent,
    }  # fmt: skip
    return {
        "tx_json": transaction,
        "meta": {"AffectedNodes": list(nodes), "TransactionIndex": position, "TransactionResult": result},
        "hash": sha(nodes, ledger_index, position),
        "ledger_index": ledger_index,
        "validated": True,
    }


def envelope(*nodes: Json, **more: Any) -> TransactionEnvelope:
    return open_transaction(entry(*nodes, **more))


def changed(answer: Json, path: str, value: Any) -> Json:
    """A copy with one member changed; `...` removes it."""
    answer = copy.deepcopy(answer)
    where: Any = answer
    *way, last = path.split(".")
    for step in way:
        where = where[int(step)] if isinstance(where, list) else where[step]
    if value is ...:
        del where[last]
    else:
        where[last] = value
    return answer
