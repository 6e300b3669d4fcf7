"""Check a classic XRP Ledger address: base58 with the ledger's alphabet, version byte 0, double SHA-256 checksum.

A mistyped issuer or account is money sent to nobody, so the checksum is verified before anything starts.
Source: https://xrpl.org/docs/references/protocol/data-types/base58-encodings
"""

from __future__ import annotations

from hashlib import sha256

ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
ACCOUNT_ID_BYTES = 20
CHECKSUM_BYTES = 4
# Version byte, account id and checksum never need more characters; a bound keeps the arithmetic small.
LENGTH_MAX = 35


def address_complaint(address: str) -> str | None:
    """Why `address` is not a usable account address, or None."""
    if not address.startswith("r") or len(address) > LENGTH_MAX:
        # The text is not repeated: the usual mistake here is to paste a secret.
        return "must be a classic address, which starts with r and has 25 to 35 characters"
    wrong = next((letter for letter in address if letter not in ALPHABET), None)
    if wrong is not None:
        return f"is not an address: the character {wrong!r} never occurs in one"
    payload = _decode(address)
    if payload is None or not _checksum_holds(payload):
        return f"is not an address: the checksum of {address!r} is wrong, so at least one character is"
    return None


def _decode(address: str) -> bytes | None:
    number = 0
    for letter in address:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    size = 1 + ACCOUNT_ID_BYTES + CHECKSUM_BYTES
    leading_zero_bytes = len(address) - len(address.lstrip(ALPHABET[0]))
    if number.bit_length() > 8 * size:
        return None
    payload = number.to_bytes(size, "big")
    # Base58 writes each leading zero byte as one first letter; any other count belongs to another payload length.
    return payload if len(payload) - len(payload.lstrip(b"\0")) == leading_zero_bytes else None


def _checksum_holds(payload: bytes) -> bool:
    body, checksum = payload[:-CHECKSUM_BYTES], payload[-CHECKSUM_BYTES:]
    return sha256(sha256(body).digest()).digest()[:CHECKSUM_BYTES] == checksum
