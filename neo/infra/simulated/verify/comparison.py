"""Recorded metadata and views held against the model's. A difference is a text; no text means that they are equal.

A recording may leave fields out (indexes, threads, pages): only what it shows is compared, but a field that the model has
beside it must be one of those that recordings leave out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Left out of trimmed metadata, or not known at its start.
_TRIMMED = frozenset(
    {
        "LedgerIndex", "PreviousTxnID", "PreviousTxnLgrSeq", "BookDirectory", "BookNode", "OwnerNode", "HighNode",
        "LowNode", "index", "time_interval",
    }
)  # fmt: skip
_THREAD = ("PreviousTxnID", "PreviousTxnLgrSeq")
#: What a node of the metadata is about, for counting.
SUBJECTS = {"Offer": "offers", "AccountRoot": "balances", "RippleState": "balances", "AMM": "pool"}
_BODIES = ("NewFields", "FinalFields", "PreviousFields")


def differences(recorded: Any, ours: Any, where: str) -> Iterator[str]:
    """Each place in which the model says something else than the recording."""
    if isinstance(recorded, Mapping) and isinstance(ours, Mapping):
        for name, value in recorded.items():
            if name in ours:
                yield from differences(value, ours[name], f"{where}.{name}" if where else str(name))
            elif name not in _THREAD:
                yield f"{where}.{name}: recorded {_short(value)}, not in the model"
        for name in ours:
            if name not in recorded and name not in _TRIMMED:
                yield f"{where}.{name}: not recorded, the model has {_short(ours[name])}"
    elif isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            yield f"{where}: {len(recorded)} recorded, {len(ours)} in the model"
        for number, (left, right) in enumerate(zip(recorded, ours, strict=False)):
            yield from differences(left, right, f"{where}[{number}]")
    elif recorded != ours:
        yield f"{where}: recorded {_short(recorded)}, the model has {_short(ours)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."


def node_differences(
    recorded: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, list[str]]]:
    """(subject, differences) for each recorded node, and one for each that only the model has."""
    left: dict[str, list[Mapping[str, Any]]] = {}
    for node in ours:
        left.setdefault(_identity(node), []).append(node)
    for node in recorded:
        key = _identity(node)
        candidates = left.get(key)
        if candidates:
            yield _subject(node), list(differences(node, candidates.pop(0), key))
        else:
            yield _subject(node), [f"{key}: recorded, not in the model"]
    for key, rest in left.items():
        for node in rest:
            yield _subject(node), [f"{key}: not recorded, the model has {_short(node)}"]


def order_is_equal(recorded: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]) -> bool:
    """Nodes stand in the order of their indexes, also where the indexes are left out."""
    return [_identity(node) for node in recorded] == [_identity(node) for node in ours]


def _subject(node: Mapping[str, Any]) -> str:
    ((_, body),) = node.items()
    return SUBJECTS.get(body["LedgerEntryType"], "directories")


def _identity(node: Mapping[str, Any]) -> str:
    """Kind and what names the entry: enough to find its counterpart."""
    ((kind, body),) = node.items()
    fields: dict[str, Any] = {}
    for name in reversed(_BODIES):
        fields |= body.get(name, {})
    what = body["LedgerEntryType"]
    if what == "RippleState":
        return f"{kind} RippleState {_peers(fields)}"
    names = ("Account", "Sequence") if what == "Offer" else ("Account", "Owner", "ExchangeRate", "TicketSequence")
    parts = [str(fields[name]) for name in names if name in fields]
    parts += [side for side in ("TakerGetsCurrency", "TakerPaysCurrency") if str(fields.get(side, "")).strip("0")]
    return " ".join([kind, what, *parts])


def _peers(fields: Mapping[str, Any]) -> str:
    sides = (fields.get(name) for name in ("LowLimit", "HighLimit"))
    return " ".join(
        f"{side.get('issuer')}/{side.get('currency')}" if isinstance(side, Mapping) else str(side) for side in sides
    )
