"""A submitted blob: decoded, its signature checked, its hash computed.

Source: https://xrpl.org/docs/concepts/transactions/transaction-common-fields and rippled `Submit.cpp`.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Any

from ecpy.curves import ECPyException  # type: ignore[import-untyped]  # xrpl-py signs with it
from xrpl.core import addresscodec, binarycodec, keypairs
from xrpl.core.binarycodec.exceptions import XRPLBinaryCodecException
from xrpl.core.keypairs.exceptions import XRPLKeypairsException

from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.records import frozen

_HASH_PREFIX = b"TXN\x00"
_BLOB_CHARACTERS_MAX = 200_000
#: What the codec raises for bytes that are no transaction; it checks little itself.
CODEC_FAILS = (XRPLBinaryCodecException, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)


@frozen
class SignedBlob:
    """`tx_json` without hash; `signer` is the address of the key that signed."""

    blob: str
    hash: str
    tx_json: dict[str, Any]
    signer: str


def transaction_hash(blob: str) -> str:
    """SHA-512Half of the prefix and the serialised transaction, upper-case hex."""
    return sha512(_HASH_PREFIX + bytes.fromhex(blob)).hexdigest()[:64].upper()


def read_blob(blob: Any) -> SignedBlob:
    """The transaction in a submitted blob; RpcError as the server answers what it cannot read or believe."""
    if not isinstance(blob, str) or not blob or len(blob) % 2 or len(blob) > _BLOB_CHARACTERS_MAX:
        raise RpcError("invalidParams")
    try:
        raw = bytes.fromhex(blob)
    except ValueError:
        raise RpcError("invalidParams") from None
    if len(raw) < 32:
        raise _unreadable("Transaction length invalid")
    tx_json = _decoded(blob.upper())
    if not _signature_is_good(tx_json):
        raise _unreadable("fails local checks: Invalid signature.")
    signer = keypairs.derive_classic_address(tx_json["SigningPubKey"])
    return SignedBlob(blob.upper(), transaction_hash(blob), tx_json, signer)


def _decoded(blob: str) -> dict[str, Any]:
    try:
        tx_json = binarycodec.decode(blob)
        # The codec reads some bytes that it would write otherwise: such a blob is not canonical.
        same = binarycodec.encode(tx_json) == blob
    except CODEC_FAILS:
        raise _unreadable("Unknown field") from None
    complete = all(isinstance(tx_json.get(name), str) for name in ("TransactionType", "Account", "Fee"))
    if not same or not complete or not isinstance(tx_json.get("Sequence"), int):
        raise _unreadable("Field not found: required transaction field")
    if not addresscodec.is_valid_classic_address(tx_json["Account"]):
        raise _unreadable("Unknown field")
    return tx_json


def _signature_is_good(tx_json: dict[str, Any]) -> bool:
    signature, key = tx_json.get("TxnSignature"), tx_json.get("SigningPubKey")
    if not isinstance(signature, str) or not isinstance(key, str) or not signature or not key:
        return False
    try:
        message = bytes.fromhex(binarycodec.encode_for_signing(tx_json))
        return keypairs.is_valid_message(message, bytes.fromhex(signature), key)
    except (*CODEC_FAILS, XRPLKeypairsException, ECPyException, AssertionError):
        # The curve library asserts that a key is a point of its curve.
        return False


def _unreadable(reason: str) -> RpcError:
    return RpcError("invalidTransaction", fields={"error_exception": reason})
