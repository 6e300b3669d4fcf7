"""Which ledger entry a `ledger_entry` request names. Source: rippled `LedgerEntry.cpp`, `Indexes.cpp`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from neo.infra.sandbox.xrpl.methods.call import UINT32_MAX, Call, is_address
from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.infra.simulated.wire import keylets
from neo.infra.simulated.wire.values import long_code

_INDEX = re.compile(r"[0-9A-Fa-f]{64}\Z")


def wanted_entry(call: Call) -> str:
    """Index of the entry, upper-case hex; RpcError when the request names none, or not rightly."""
    for name, find in _FINDERS.items():
        if name not in call.params:
            continue
        named = call.params[name]
        if isinstance(named, str) and _INDEX.match(named):
            return named.upper()
        try:
            return find(named)
        except (KeyError, TypeError, ValueError):
            raise RpcError("invalidParams", f"Invalid field '{name}'.") from None
    raise RpcError("invalidParams", "No ledger_entry params provided.")


def _plain(named: Any) -> str:
    raise ValueError(f"{named!r} is no index")


def _account_root(named: Any) -> str:
    return keylets.account_index(_address(named))


def _offer(named: Mapping[str, Any]) -> str:
    return keylets.offer_index(_address(named["account"]), _number(named["seq"]))


def _ticket(named: Mapping[str, Any]) -> str:
    return keylets.ticket_index(_address(named["account"]), _number(named["ticket_seq"]))


def _ripple_state(named: Mapping[str, Any]) -> str:
    first, second = named["accounts"]
    return keylets.line_index(_address(first), _address(second), long_code(named["currency"]))


def _directory(named: Mapping[str, Any]) -> str:
    if "dir_root" in named:
        root = _text(named["dir_root"]).upper()
        if not _INDEX.match(root):
            raise ValueError(root)
        return root
    return keylets.owner_directory_index(_address(named["owner"]))


def _amm(named: Mapping[str, Any]) -> str:
    assets = []
    for side in ("asset", "asset2"):
        currency = _text(named[side]["currency"])
        assets.append(keylets.XRP if currency == "XRP" else (long_code(currency), _address(named[side]["issuer"])))
    return keylets.amm_index(assets[0], assets[1])


_FINDERS: Mapping[str, Callable[[Any], str]] = {
    "index": _plain,
    "account_root": _account_root,
    "offer": _offer,
    "ticket": _ticket,
    "ripple_state": _ripple_state,
    "state": _ripple_state,
    "directory": _directory,
    "amm": _amm,
}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _address(value: Any) -> str:
    if not is_address(_text(value)):
        raise ValueError(value)
    return str(value)


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= UINT32_MAX:
        raise ValueError(value)
    return value
