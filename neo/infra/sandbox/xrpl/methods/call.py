"""One call of a method, and the ledger that it asks about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xrpl.core import addresscodec

from neo.infra.sandbox.xrpl.chain.model import StateView
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid
from neo.records import frozen

if TYPE_CHECKING:
    from neo.infra.sandbox.xrpl.serving.node import Node
    from neo.infra.sandbox.xrpl.streams.subscriber import Subscriber

_HASH = re.compile(r"[0-9A-Fa-f]{64}\Z")
UINT32_MAX = 2**32 - 1


@frozen
class Call:
    """`subscriber` is None on HTTP."""

    node: Node
    params: Mapping[str, Any]
    api_version: int
    subscriber: Subscriber | None = None

    def flag(self, name: str) -> bool:
        return self.params.get(name) is True


@frozen
class ChosenLedger:
    """The ledger asked about: `record` is None for the open one. `fields` name it in the answer."""

    view: StateView
    record: LedgerRecord | None
    fields: dict[str, Any]

    def missing_account(self, account: str) -> RpcError:
        return RpcError("actNotFound", fields={"account": account, **self.fields})


def is_address(value: str) -> bool:
    return len(value) <= 40 and value.startswith("r") and addresscodec.is_valid_classic_address(value)


def choose_ledger(call: Call, default: str = "current") -> ChosenLedger:
    """What `ledger_hash` and `ledger_index` point at. Source: rippled `RPCLedgerHelpers.cpp`."""
    node = call.node
    if not node.synced:
        raise RpcError("notSynced", "notSynced")
    if "ledger_hash" in call.params:
        return _by_hash(call)
    index = call.params.get("ledger_index", default)
    if index == "current":
        open_index = node.known_index + 1
        return ChosenLedger(node.current(), None, {"ledger_current_index": open_index, "validated": False})
    if index in ("validated", "closed"):
        return _validated(call, node.known_index)
    return _validated(call, _ledger_number(index))


def _by_hash(call: Call) -> ChosenLedger:
    wanted = call.params["ledger_hash"]
    if not isinstance(wanted, str):
        raise RpcError("invalidParams", "Invalid field 'ledger_hash', not hex string.")
    if not _HASH.match(wanted):
        raise RpcError("invalidParams", "Invalid field 'ledger_hash', not hex string.")
    index = call.node.chain.by_ledger_hash.get(wanted.upper())
    if index is None:
        raise RpcError("lgrNotFound")
    return _validated(call, index)


def _ledger_number(index: Any) -> int:
    if isinstance(index, str) and index.isascii() and index.isdecimal() and len(index) <= 10:
        index = int(index)
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= UINT32_MAX:
        raise RpcError("invalidParams", "Invalid field 'ledger_index', not string or number.")
    return index


def _validated(call: Call, index: int) -> ChosenLedger:
    node = call.node
    record = node.ledger(index)
    if record is None:
        raise RpcError("lgrNotFound")
    view = node.chain.state_at(index)
    if view is None:
        raise RpcError("lgrNotFound")
    fields = {"ledger_hash": record.hash, "ledger_index": index, "validated": True}
    return ChosenLedger(view, record, fields)


def limit_of(call: Call, least: int, usual: int, most: int) -> int:
    """How many results: clamped for public callers, refused when it is no positive number."""
    if "limit" not in call.params:
        return usual
    limit = call.params["limit"]
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise RpcError("invalidParams", "Invalid field 'limit', not unsigned integer.")
    if limit == 0:
        raise invalid("limit")
    return max(least, min(most, limit))
