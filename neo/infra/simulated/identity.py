"""Hashes as the server makes them: of a transaction that has none yet, and of a set of transactions.

Source: https://xrpl.org/docs/references/protocol/data-types/basic-data-types (SHA-512Half), rippled `SHAMap.cpp`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256, sha512

from neo.infra.simulated.transactions import Transaction

_INNER_NODE = b"MIN\0"
_NOBODY = bytes(32)
_HASH_LENGTH = 64
_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_ADDRESS_LENGTH = 25


def sha512_half(data: bytes) -> bytes:
    return sha512(data).digest()[:32]


def transaction_id(transaction: Transaction) -> bytes:
    """The transaction's hash; one that was never signed gets one from sender and sequence."""
    if len(transaction.hash) == _HASH_LENGTH:
        return bytes.fromhex(transaction.hash)
    name = f"{transaction.account}:{transaction.sequence}:{transaction.ticket_sequence}:{transaction.hash}"
    return sha512_half(name.encode())


def set_hash(ids: Sequence[bytes]) -> bytes:
    """Root hash of a set of transactions: a tree of 16 branches, one hexadecimal digit of the hash for each level."""
    return _inner(ids, 0) if ids else _NOBODY


def _inner(ids: Sequence[bytes], depth: int) -> bytes:
    branches: dict[int, list[bytes]] = {}
    for each in ids:
        digit = each[depth // 2]
        branches.setdefault(digit & 15 if depth & 1 else digit >> 4, []).append(each)
    children = [_NOBODY] * 16
    for branch, members in branches.items():
        children[branch] = members[0] if len(members) == 1 else _inner(members, depth + 1)
    return sha512_half(_INNER_NODE + b"".join(children))


def ledger_hash(index: int) -> str:
    """A hash for a simulated ledger: the same for the same index, unlike any other."""
    return sha512_half(b"LWR\0" + index.to_bytes(4)).hex().upper()


@lru_cache(maxsize=4096)
def account_id(name: str) -> bytes:
    """The 20 bytes of an address; any other name has bytes of its own, so that simulated accounts have addresses, too."""
    return decode_address(name) or sha256(f"simulated account {name}".encode()).digest()[:20]


@lru_cache(maxsize=4096)
def address_of(name: str) -> str:
    """The address of an account: its name if that is one."""
    return name if decode_address(name) else encode_address(account_id(name))


def encode_address(raw: bytes) -> str:
    """Base58 with the XRP Ledger's alphabet, type prefix and checksum."""
    payload = b"\0" + raw
    payload += sha256(sha256(payload).digest()).digest()[:4]
    number = int.from_bytes(payload)
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return _ALPHABET[0] * (len(payload) - len(payload.lstrip(b"\0"))) + text


@lru_cache(maxsize=4096)
def decode_address(text: str) -> bytes | None:
    """The 20 bytes behind an address; None when the text is none (wrong letters, length or checksum)."""
    number = 0
    if not text.startswith(_ALPHABET[0]):
        return None
    for letter in text:
        digit = _ALPHABET.find(letter)
        if digit < 0:
            return None
        number = number * 58 + digit
    if number.bit_length() > 8 * _ADDRESS_LENGTH:
        return None
    payload = number.to_bytes(_ADDRESS_LENGTH)
    checksum = sha256(sha256(payload[:-4]).digest()).digest()[:4]
    return payload[1:-4] if payload[0] == 0 and payload[-4:] == checksum else None
