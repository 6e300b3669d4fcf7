"""What a transaction did, as the server's metadata tells it. Source: rippled `ApplyStateTable.cpp`, `TxMeta.cpp`."""

from __future__ import annotations

from typing import Any

from neo.infra.simulated.changes import EntryChange
from neo.infra.simulated.metadata import TransactionOutcome
from neo.infra.simulated.results import TES_SUCCESS
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Payment
from neo.infra.simulated.wire import keylets
from neo.infra.simulated.wire.entries import Entry, render
from neo.infra.simulated.wire.values import amount_out

_NOT_FIELDS = ("LedgerEntryType", "index")
#: Left out of new entries: a field that has its default says nothing.
_DEFAULTS = (0, "0", "0" * 40, {"currency": "XRP"})


def render_metadata(state: LedgerState, outcome: TransactionOutcome) -> dict[str, Any]:
    """AffectedNodes by index, TransactionIndex, TransactionResult and what was delivered. The ledger must keep threads."""
    nodes = sorted((_node(state, change) for change in outcome.changes), key=_index_of)
    meta: dict[str, Any] = {
        "AffectedNodes": nodes,
        "TransactionIndex": outcome.index,
        "TransactionResult": outcome.result,
    }
    sent = outcome.transaction
    if isinstance(sent, Payment) and outcome.result == TES_SUCCESS:
        delivered = sent.amount if outcome.delivered is None else outcome.delivered
        if delivered != sent.amount:
            meta["DeliveredAmount"] = amount_out(state, delivered)
        meta["delivered_amount"] = amount_out(state, delivered)
    return meta


def _index_of(node: dict[str, Any]) -> str:
    ((_, body),) = node.items()
    return str(body["LedgerIndex"])


def _node(state: LedgerState, change: EntryChange) -> dict[str, Any]:
    kind = change.key[0]
    if change.after is None and change.gone is None:
        touched = {"LedgerEntryType": "AccountRoot", "LedgerIndex": keylets.account_index(change.key[1])}
        return {"ModifiedNode": touched | _thread(change)}
    if change.gone is not None:
        return {"DeletedNode": _deleted(state, kind, change)}
    assert change.after is not None
    after = render(state, kind, change.after)
    body: dict[str, Any] = {"LedgerEntryType": after["LedgerEntryType"], "LedgerIndex": after["index"]}
    fields = _fields(after)
    if change.before is None:
        return {"CreatedNode": {**body, "NewFields": {k: v for k, v in fields.items() if v not in _DEFAULTS}}}
    body["FinalFields"] = fields
    previous = _previous(render(state, kind, change.before), after)
    if previous:
        body["PreviousFields"] = previous
    return {"ModifiedNode": body | _thread(change)}


def _deleted(state: LedgerState, kind: str, change: EntryChange) -> dict[str, Any]:
    assert change.gone is not None
    gone = render(state, kind, change.gone, gone=True)
    body = {
        "LedgerEntryType": gone["LedgerEntryType"],
        "LedgerIndex": gone["index"],
        "FinalFields": _fields(gone) | _thread(change),
    }
    if change.before is not None:
        previous = _previous(render(state, kind, change.before), gone)
        if previous:
            body["PreviousFields"] = previous
    return body


def _thread(change: EntryChange) -> dict[str, Any]:
    if change.thread is None:
        return {}
    return {"PreviousTxnID": change.thread[0], "PreviousTxnLgrSeq": change.thread[1]}


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _NOT_FIELDS}


def _previous(before: Entry, after: Entry) -> dict[str, Any]:
    """What changed, as it was; a field that was not there before has no previous value."""
    return {name: value for name, value in _fields(before).items() if after.get(name) != value}
