"""Open, high, low, close and volume of each book in one ledger. Source: rippled `BookChanges.h`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord, asset_of, nodes_of
from neo.infra.simulated.quality import quality_of, rate_of
from neo.infra.simulated.wire.values import number_text


def book_changes_of(record: LedgerRecord) -> dict[str, Any]:
    """The message of the book_changes stream, without `validated` and the ledger's place."""
    tallies: dict[tuple[str, str], dict[str, Decimal]] = {}
    for transaction in record.transactions:
        for names, volumes in _trades(transaction):
            rate = rate_of(quality_of(*volumes))
            tally = tallies.setdefault(names, {"open": rate, "high": rate, "low": rate, "a": Decimal(), "b": Decimal()})
            tally |= {"high": max(tally["high"], rate), "low": min(tally["low"], rate), "close": rate}
            tally["a"] += volumes[0]
            tally["b"] += volumes[1]
    changes = [_described(names, tally) for names, tally in sorted(tallies.items())]
    return {"changes": changes, "ledger_time": record.close_time_s, "type": "bookChanges"}


def _described(names: tuple[str, str], tally: Mapping[str, Decimal]) -> dict[str, Any]:
    return {
        "currency_a": names[0],
        "currency_b": names[1],
        "volume_a": number_text(tally["a"]),
        "volume_b": number_text(tally["b"]),
        **{name: number_text(tally[name]) for name in ("high", "low", "open", "close")},
    }


def _trades(transaction: TransactionRecord) -> Iterator[tuple[tuple[str, str], tuple[Decimal, Decimal]]]:
    """((asset, asset), (volume, volume)) of each offer that was taken from; XRP comes first."""
    cancelled = transaction.tx_json.get("OfferSequence")
    for kind, node in nodes_of(transaction.meta):
        before, after = node.get("PreviousFields", {}), node.get("FinalFields", {})
        if node.get("LedgerEntryType") != "Offer" or kind == "CreatedNode":
            continue
        if "TakerGets" not in before or "TakerPays" not in before:
            continue
        if after["Account"] == transaction.tx_json["Account"] and after["Sequence"] == cancelled:
            continue
        sides = [
            (_name(before[side]), _value(before[side]) - _value(after[side])) for side in ("TakerGets", "TakerPays")
        ]
        if sides[0][0] != "XRP_drops" and (sides[1][0] == "XRP_drops" or sides[0][0] > sides[1][0]):
            sides.reverse()
        (first, volume), (second, other) = sides
        if other:
            yield (first, second), (abs(volume), abs(other))


def _name(amount: Any) -> str:
    currency, issuer = asset_of(amount)
    return f"{issuer}/{currency}" if issuer else "XRP_drops"


def _value(amount: Any) -> Decimal:
    return Decimal(amount if isinstance(amount, str) else amount["value"])
