"""Trust lines from one side. Source: rippled `TrustLine.cpp`, `AccountLines.cpp`."""

from __future__ import annotations

from typing import Any

from neo.infra.sandbox.xrpl.chain.model import StateView

#: Flags of a RippleState entry for its low and its high side.
_AUTHORISED = (0x0004_0000, 0x0008_0000)
_NO_RIPPLE = (0x0010_0000, 0x0020_0000)
_FREEZE = (0x0040_0000, 0x0080_0000)
_DEEP_FREEZE = (0x0200_0000, 0x0400_0000)


def lines_of(view: StateView, account: str) -> list[dict[str, Any]]:
    """Lines as account_lines gives them, each with its `index`; the balance is positive when the account holds."""
    entries = view.entries_of(account)
    return [_line(entry, account) for entry in entries if entry["LedgerEntryType"] == "RippleState"]


def _line(entry: dict[str, Any], account: str) -> dict[str, Any]:
    is_low = entry["LowLimit"]["issuer"] == account
    mine, peer = (0, 1) if is_low else (1, 0)
    limits = (entry["LowLimit"], entry["HighLimit"])
    qualities = (("LowQualityIn", "LowQualityOut"), ("HighQualityIn", "HighQualityOut"))[mine]
    balance = entry["Balance"]["value"]
    line: dict[str, Any] = {
        "account": limits[peer]["issuer"],
        "balance": balance if is_low else _negated(balance),
        "currency": entry["Balance"]["currency"],
        "index": entry["index"],
        "limit": limits[mine]["value"],
        "limit_peer": limits[peer]["value"],
        "quality_in": entry.get(qualities[0], 0),
        "quality_out": entry.get(qualities[1], 0),
    }
    flags = entry["Flags"]
    for name, bits in (("authorized", _AUTHORISED), ("freeze", _FREEZE), ("deep_freeze", _DEEP_FREEZE)):
        for suffix, side in (("", mine), ("_peer", peer)):
            if flags & bits[side]:
                named = name if not suffix else ("peer_authorized" if name == "authorized" else name + suffix)
                line[named] = True
    for name, side in (("no_ripple", mine), ("no_ripple_peer", peer)):
        if flags & _NO_RIPPLE[side]:
            line[name] = True
    return line


def _negated(value: str) -> str:
    if value == "0":
        return value
    return value[1:] if value.startswith("-") else "-" + value
