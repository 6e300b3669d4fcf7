"""Indexes of ledger entries: SHA-512Half of a space's letter and what names the entry.

Source: https://xrpl.org/docs/references/protocol/ledger-data/common-fields#ledger-entry-id, rippled `Indexes.cpp`.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha512

from xrpl.core import addresscodec

_XRP = bytes(20)
_CACHED = 4_096


def _half(space: str, *parts: bytes) -> str:
    digest = sha512(b"\x00" + space.encode() + b"".join(parts)).hexdigest()
    return digest[:64].upper()


@lru_cache(maxsize=_CACHED)
def account_id(address: str) -> bytes:
    return bytes(addresscodec.decode_classic_address(address))


def currency_bytes(currency: str) -> bytes:
    """20 bytes of a currency code: 40 hex digits, or three characters in the middle of zeros."""
    if currency == "XRP":
        return _XRP
    if len(currency) == 40:
        return bytes.fromhex(currency)
    return bytes(12) + currency.encode("ascii") + bytes(5)


@lru_cache(maxsize=_CACHED)
def account(address: str) -> str:
    return _half("a", account_id(address))


@lru_cache(maxsize=_CACHED)
def offer(address: str, sequence: int) -> str:
    return _half("o", account_id(address), sequence.to_bytes(4, "big"))


def ticket(address: str, sequence: int) -> str:
    return _half("T", account_id(address), sequence.to_bytes(4, "big"))


@lru_cache(maxsize=_CACHED)
def owner_directory(address: str) -> str:
    return _half("O", account_id(address))


@lru_cache(maxsize=_CACHED)
def ripple_state(one: str, other: str, currency: str) -> str:
    low, high = sorted((account_id(one), account_id(other)))
    return _half("r", low, high, currency_bytes(currency))


Asset = tuple[str, str]


def amm(one: Asset, other: Asset) -> str:
    """The pool of two assets, each (currency, issuer)."""
    return _half("A", *sorted((_by_issuer(one), _by_issuer(other))))


def _by_issuer(asset: Asset) -> bytes:
    return (account_id(asset[1]) if asset[1] else bytes(20)) + currency_bytes(asset[0])


@lru_cache(maxsize=_CACHED)
def book_directory(pays: Asset, gets: Asset, quality: int) -> str:
    """The directory of one book's offers of one quality: the last eight bytes are the quality itself."""
    base = _half(
        "B",
        currency_bytes(pays[0]),
        currency_bytes(gets[0]),
        account_id(pays[1]) if pays[1] else bytes(20),
        account_id(gets[1]) if gets[1] else bytes(20),
    )
    return base[:48] + f"{quality:016X}"
