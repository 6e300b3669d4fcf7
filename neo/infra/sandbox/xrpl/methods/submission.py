"""submit and simulate. Signing for callers is refused, as on every public server.

Source: rippled `Submit.cpp`, `Simulate.cpp`; recordings 05 and 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xrpl.core import binarycodec

from neo.infra.sandbox.xrpl.chain.model import FeeFigures
from neo.infra.sandbox.xrpl.chain.results import engine_fields, is_applied
from neo.infra.sandbox.xrpl.chain.signed import CODEC_FAILS, SignedBlob, read_blob, transaction_hash
from neo.infra.sandbox.xrpl.methods.call import Call, is_address
from neo.infra.sandbox.xrpl.methods.server import require_synced
from neo.infra.sandbox.xrpl.methods.transaction_forms import meta_blob_of
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid, missing

_WOULD_APPLY = "The simulated transaction would have been applied."


def submit(call: Call) -> dict[str, Any]:
    """Preliminary word on a signed blob. What it says is not final, whatever it says."""
    if "tx_blob" not in call.params:
        raise RpcError("notSupported", "Signing is not supported by this server.")
    require_synced(call)
    fail_hard = call.params.get("fail_hard", False)
    if not isinstance(fail_hard, bool):
        raise RpcError("invalidParams")
    signed = read_blob(call.params["tx_blob"])
    chain = call.node.chain
    result = chain.submit(signed, fail_hard=fail_hard)
    cost = _open_ledger_cost(chain.model.fees(), signed.tx_json)
    applied = is_applied(result) and not (fail_hard and result.startswith("tec"))
    kept = applied or not fail_hard
    following = _next_sequence(call, signed, applied=applied)
    available = max(following, chain.model.sequence_available(signed.tx_json["Account"])) if not applied else following
    return {
        "accepted": kept,
        "account_sequence_available": available,
        "account_sequence_next": following,
        "applied": applied,
        "broadcast": applied or result == "terQUEUED",
        **engine_fields(result),
        "kept": kept,
        "open_ledger_cost": str(cost),
        "queued": result == "terQUEUED",
        "tx_blob": signed.blob,
        "tx_json": _described(call, signed),
        "validated_ledger_index": call.node.known_index,
    }


def _open_ledger_cost(fees: FeeFigures, tx_json: Mapping[str, Any]) -> int:
    """What this kind of transaction must pay to enter the open ledger now: making a pool costs an owner reserve."""
    if tx_json["TransactionType"] != "AMMCreate":
        return fees.open_ledger_fee_drops
    return fees.reserve_increment_drops * fees.open_ledger_fee_drops // fees.base_fee_drops


def _next_sequence(call: Call, signed: SignedBlob, *, applied: bool) -> int:
    """The account's next one after this transaction alone: others that it lets in are applied after the answer."""
    tx_json = signed.tx_json
    if applied and tx_json["Sequence"] and tx_json["TransactionType"] != "TicketCreate":
        return int(tx_json["Sequence"]) + 1
    return call.node.chain.model.next_sequence(tx_json["Account"])


def _described(call: Call, signed: SignedBlob) -> dict[str, Any]:
    """tx_json of the answer: a transaction that is validated already is given with its place."""
    fields = {**signed.tx_json, "hash": signed.hash}
    record = call.node.chain.by_hash.get(signed.hash)
    if record is not None:
        fields |= {"ctid": record.ctid, "inLedger": record.ledger_index, "ledger_index": record.ledger_index}
    return fields


def simulate(call: Call) -> dict[str, Any]:
    """A dry run against the open ledger; missing Fee, Sequence and key are filled in."""
    require_synced(call)
    tx_json = _unsigned(call)
    try:
        blob = binarycodec.encode(tx_json)
        tx_hash = transaction_hash(blob)
    except CODEC_FAILS:
        raise RpcError("invalidTransaction", fields={"error_exception": "Unknown field"}) from None
    result, meta = call.node.chain.model.simulate(tx_json, tx_hash)
    answer: dict[str, Any] = {"applied": False, **engine_fields(result), "ledger_index": call.node.known_index + 1}
    if result == "tesSUCCESS":
        answer["engine_result_message"] = _WOULD_APPLY
    if call.flag("binary"):
        return {**answer, "tx_blob": blob, **({"meta_blob": meta_blob_of(meta)} if meta is not None else {})}
    return {**answer, "tx_json": {**tx_json, "hash": tx_hash}, **({"meta": meta} if meta is not None else {})}


def _unsigned(call: Call) -> dict[str, Any]:
    params = call.params
    if ("tx_blob" in params) == ("tx_json" in params):
        raise RpcError("invalidParams")
    if "tx_blob" in params:
        try:
            tx_json = binarycodec.decode(str(params["tx_blob"]))
        except CODEC_FAILS:
            raise invalid("tx_blob") from None
    else:
        tx_json = params["tx_json"]
    if not isinstance(tx_json, dict):
        raise RpcError("invalidParams", "Invalid field 'tx_json', not object.")
    for name in ("TransactionType", "Account"):
        if name not in tx_json:
            raise missing(f"tx.{name}")
    account = tx_json["Account"]
    if not isinstance(account, str) or not is_address(account):
        raise RpcError("actMalformed", "Invalid field 'tx.Account'.")
    if tx_json.get("TxnSignature"):
        raise RpcError("transactionSigned")
    model = call.node.chain.model
    filled = {
        "Fee": str(model.fees().open_ledger_fee_drops),
        "SigningPubKey": "",
        "TxnSignature": "",
        "Sequence": 0 if "TicketSequence" in tx_json else model.next_sequence(account),
    }
    return {**filled, **tx_json}
