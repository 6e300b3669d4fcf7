"""A chain of ledgers that a test closes when it likes, with recorded transactions in it, as the answers of a server."""

from __future__ import annotations

import copy
import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from neo.domain.units import NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.xrpl.wire.envelope import open_transaction
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.recordings.recording import load

Json = dict[str, Any]
FIRST_LEDGER = 1_000
CLOSE_EVERY_S = 4
_RECORDING = load("04_crossing")
_SETUP = load("02_setup")
_ACCOUNTS = _RECORDING["accounts"]
PAIR = WirePair(_RECORDING["rlusd"]["currency"], _RECORDING["rlusd"]["issuer"], _ACCOUNTS["maker"])
OTHER_ACCOUNT: str = _ACCOUNTS["taker"]


def recorded(method: str, matches: Callable[[Json], bool] = lambda request: True) -> Json:
    """The first recorded success of `method` whose request matches, among crossing and setup."""
    for entry in (*_RECORDING["entries"], *_SETUP["entries"]):
        request = entry.get("request")
        if isinstance(request, dict) and request.get("method") == method and matches(request["params"][0]):
            result = entry["response"]["result"]
            if "error" not in result:
                return copy.deepcopy(result)
    raise LookupError(method)


def own_transactions() -> list[Json]:
    """Recorded transactions that touched our account, as `tx` tells them, oldest first, each once."""
    found: dict[str, Json] = {}
    for entry in _RECORDING["entries"]:
        request = entry.get("request")
        if isinstance(request, dict) and request.get("method") == "tx":
            result = entry["response"]["result"]
            if result.get("validated") and parse_transaction(PAIR, open_transaction(result)) is not None:
                found[result["hash"]] = result
    return list(found.values())


def hash_of(text: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest().upper()


class ScriptedLedger:
    """Closed ledgers from FIRST_LEDGER on. `salt` makes another chain with the same indexes."""

    def __init__(self, salt: str = "") -> None:
        self._salt = salt
        self._contents: list[list[Json]] = []
        self._recorded = own_transactions()
        self.close()

    @property
    def index(self) -> int:
        """The newest."""
        return FIRST_LEDGER + len(self._contents) - 1

    def close_time_s(self, index: int) -> int:
        """In ledger time."""
        return 848_515_000 + (index - FIRST_LEDGER) * CLOSE_EVERY_S

    def now_ns(self) -> int:
        """A clock that agrees with the ledger: one second after the newest close."""
        return (self.close_time_s(self.index) + RIPPLE_EPOCH_S + 1) * NS_PER_S

    def hash(self, index: int) -> str:
        return hash_of(f"{self._salt}{index}")

    def close(self, own: int = 0) -> tuple[Json, ...]:
        """Close a ledger with the next `own` recorded transactions of ours; as account_tx tells them."""
        index = FIRST_LEDGER + len(self._contents)
        entries = [self._placed(self._recorded.pop(0), index, position) for position in range(own)]
        self._contents.append(entries)
        return tuple(entries)

    def _placed(self, told: Json, index: int, position: int) -> Json:
        entry = copy.deepcopy(told)
        at_s = self.close_time_s(index) + RIPPLE_EPOCH_S
        entry["ledger_index"], entry["ledger_hash"] = index, self.hash(index)
        entry["close_time_iso"] = _iso(at_s)
        entry["meta"]["TransactionIndex"] = position
        for name in ("ctid", "date", "status"):
            entry.pop(name, None)
        for name in ("ctid", "date", "ledger_index", "inLedger"):
            entry["tx_json"].pop(name, None)
        return entry

    # --------------------------------------------------------------------------------------------------- what is told

    def transactions(self, first: int, last: int) -> list[Json]:
        """Oldest first."""
        return [
            copy.deepcopy(entry)
            for index, entries in enumerate(self._contents, FIRST_LEDGER)
            if first <= index <= last
            for entry in entries
        ]

    def header(self, index: int) -> Json:
        inner = {
            "close_time": self.close_time_s(index),
            "parent_close_time": self.close_time_s(index - 1),
            "closed": True,
            "ledger_hash": self.hash(index),
            "ledger_index": index,
            "parent_hash": self.hash(index - 1),
            "close_flags": 0,
            "close_time_resolution": 10,
            "account_hash": hash_of(f"accounts {index}"),
            "transaction_hash": hash_of(f"transactions {index}"),
            "total_coins": "99999999999000000",
            "close_time_iso": _iso(self.close_time_s(index) + RIPPLE_EPOCH_S),
        }
        return {"ledger": inner, "ledger_hash": self.hash(index), "ledger_index": index, "validated": True}

    def announced(self, index: int) -> Json:
        return {
            "type": "ledgerClosed",
            "fee_base": 10,
            "ledger_hash": self.hash(index),
            "ledger_index": index,
            "ledger_time": self.close_time_s(index),
            "network_id": 0,
            "reserve_base": 1_000_000,
            "reserve_inc": 200_000,
            "txn_count": len(self._contents[index - FIRST_LEDGER]),
            "validated_ledgers": f"{FIRST_LEDGER}-{index}",
        }

    def streamed(self, entry: Json) -> Json:
        """A transaction as the stream tells it."""
        return {
            **copy.deepcopy(entry),
            "type": "transaction",
            "status": "closed",
            "engine_result": entry["meta"]["TransactionResult"],
            "engine_result_code": 0,
            "engine_result_message": "",
        }

    def view(self, recorded_answer: Json, index: int) -> Json:
        """A recorded answer about a validated ledger, as if of ledger `index`."""
        return {
            **recorded_answer,
            "ledger_index": index,
            "ledger_hash": self.hash(index),
            "validated": True,
        }


def _iso(unix_s: int) -> str:
    return datetime.datetime.fromtimestamp(unix_s, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hashes(entries: Sequence[Json]) -> tuple[str, ...]:
    return tuple(entry["hash"] for entry in entries)
