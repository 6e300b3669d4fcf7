"""What the server says about itself: ping, server_info, server_state, fee, server_definitions.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/server-info-methods; field sets as
recorded from xrpld 3.2.0 in standalone mode.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha512
from importlib.resources import files
from typing import Any

from neo.domain.units import DROPS_PER_XRP, NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.sandbox.xrpl.chain.model import FeeFigures
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord
from neo.infra.sandbox.xrpl.methods.call import Call
from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.infra.sandbox.xrpl.serving.identity import BUILD_VERSION
from neo.infra.sandbox.xrpl.serving.node import Node

REFERENCE_LEVEL = 256
_MEDIAN_LEVEL = 128_000
_NS_PER_US = 1_000


def ping(call: Call) -> dict[str, Any]:
    del call
    return {}


def server_info(call: Call) -> dict[str, Any]:
    """The human-readable form: XRP, seconds."""
    node = call.node
    fees, seconds = node.chain.model.fees(), 0.1 if len(node.chain.ledgers) > 1 else 0
    ledger = node.chain.ledgers[node.known_index]
    info = _common(node)
    info["hostid"] = node.identity.host
    info["last_close"] = {"converge_time_s": seconds, "proposers": 0}
    info["load_factor"] = 1
    described = {
        "age": max(0, (node.chain.clock() // NS_PER_S) - _unix_s(ledger)),
        "base_fee_xrp": fees.base_fee_drops / DROPS_PER_XRP,
        "hash": ledger.hash,
        "reserve_base_xrp": _whole(fees.reserve_base_drops),
        "reserve_inc_xrp": _whole(fees.reserve_increment_drops),
        "seq": ledger.index,
    }
    info["validated_ledger" if node.synced else "closed_ledger"] = described
    return {"info": info}


def server_state(call: Call) -> dict[str, Any]:
    """The same for programs: drops, levels."""
    node = call.node
    fees = node.chain.model.fees()
    ledger = node.chain.ledgers[node.known_index]
    state = {**_common(node), **load_fields(fees), "last_close": {"converge_time": 0, "proposers": 0}}
    described = {
        "base_fee": fees.base_fee_drops,
        "close_time": ledger.close_time_s,
        "hash": ledger.hash,
        "reserve_base": fees.reserve_base_drops,
        "reserve_inc": fees.reserve_increment_drops,
        "seq": ledger.index,
    }
    state["validated_ledger" if node.synced else "closed_ledger"] = described
    return {"state": state}


def load_fields(fees: FeeFigures) -> dict[str, Any]:
    """Load factors as server_state and the server stream give them."""
    level = fees.open_ledger_level
    return {
        "load_base": REFERENCE_LEVEL,
        "load_factor": level,
        "load_factor_fee_escalation": level,
        "load_factor_fee_queue": REFERENCE_LEVEL,
        "load_factor_fee_reference": REFERENCE_LEVEL,
        "load_factor_server": REFERENCE_LEVEL,
    }


def fee(call: Call) -> dict[str, Any]:
    """Fees of the open ledger, and how full it and the queue are."""
    require_synced(call)
    fees = call.node.chain.model.fees()
    median = _MEDIAN_LEVEL * fees.base_fee_drops // REFERENCE_LEVEL
    answer = {
        "current_ledger_size": str(fees.open_transactions),
        "current_queue_size": str(fees.queued_transactions),
        "drops": {
            "base_fee": str(fees.base_fee_drops),
            "median_fee": str(median),
            "minimum_fee": str(fees.base_fee_drops),
            "open_ledger_fee": str(fees.open_ledger_fee_drops),
        },
        "expected_ledger_size": str(fees.expected_transactions),
        "ledger_current_index": call.node.known_index + 1,
        "levels": {
            "median_level": str(_MEDIAN_LEVEL),
            "minimum_level": str(REFERENCE_LEVEL),
            "open_ledger_level": str(fees.open_ledger_level),
            "reference_level": str(REFERENCE_LEVEL),
        },
    }
    if len(call.node.chain.ledgers) > 1:
        # The server does not know how long its queue may be before it has closed a ledger.
        answer["max_queue_size"] = str(fees.queue_transactions_max)
    return answer


def server_definitions(call: Call) -> dict[str, Any]:
    """The codec's own tables, or only their hash when the caller has them already."""
    known = call.params.get("hash")
    if known is not None and (not isinstance(known, str) or len(known) != 64):
        raise RpcError("invalidParams", "Invalid field 'hash', not hex string.")
    definitions, digest = _definitions()
    if known is not None and known.upper() == digest:
        return {"hash": digest}
    return {**definitions, "hash": digest}


def require_synced(call: Call) -> None:
    if not call.node.synced:
        raise RpcError("notSynced")


@lru_cache(maxsize=1)
def _definitions() -> tuple[dict[str, Any], str]:
    text = files("xrpl.core.binarycodec.definitions").joinpath("definitions.json").read_text(encoding="utf-8")
    return json.loads(text), sha512(text.encode()).hexdigest()[:64].upper()


def _common(node: Node) -> dict[str, Any]:
    """Fields that server_info and server_state share."""
    up_ns = max(0, node.chain.clock() - node.started_ns)
    state, since = node.server_state, str(up_ns // _NS_PER_US)
    accounting = {
        name: {"duration_us": since if name == state else "0", "transitions": "1" if name == state else "0"}
        for name in ("connected", "disconnected", "full", "syncing", "tracking")
    }
    common = {
        "build_version": BUILD_VERSION,
        "complete_ledgers": node.complete_ledgers(),
        "io_latency_ms": 1,
        "jq_trans_overflow": "0",
        "peer_disconnects": "0",
        "peer_disconnects_resources": "0",
        "peers": 0,
        "ports": [{"port": str(node.port), "protocol": ["http", "ws"]}],
        "pubkey_node": node.identity.public_key,
        "server_state": state,
        "server_state_duration_us": since,
        "state_accounting": accounting,
        "time": _human_now(node.chain.clock()),
        "uptime": up_ns // NS_PER_S,
        "validation_quorum": 0,
    }
    if node.network_id:
        common["network_id"] = node.network_id
    if node.synced:
        common["initial_sync_duration_us"] = "100000"
    else:
        common |= {"network_ledger": "waiting", "published_ledger": "none"}
    return common


def _human_now(now_ns: int) -> str:
    return datetime.fromtimestamp(now_ns / NS_PER_S, UTC).strftime("%Y-%b-%d %H:%M:%S.%f UTC")


def _unix_s(ledger: LedgerRecord) -> int:
    return ledger.close_time_s + RIPPLE_EPOCH_S


def _whole(drops: int) -> int | float:
    """XRP as the server writes it: 1 and not 1.0."""
    return drops // DROPS_PER_XRP if drops % DROPS_PER_XRP == 0 else drops / DROPS_PER_XRP
