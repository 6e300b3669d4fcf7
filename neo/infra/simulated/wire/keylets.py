"""Indexes of ledger entries: SHA-512Half of a letter for the kind and of what identifies the entry.

Source: https://xrpl.org/docs/references/protocol/ledger-data/common-fields#ledger-entry-id, rippled `Indexes.cpp`.
Currencies are 160-bit codes as 40 hexadecimal digits, accounts names or addresses.
"""

from __future__ import annotations

from functools import lru_cache

from neo.infra.simulated.identity import account_id, sha512_half

XRP_CODE = "0" * 40
_NOBODY = bytes(20)
_MASK = (1 << 64) - 1

#: Currency code and issuer; XRP has no issuer.
Asset = tuple[str, str]
XRP: Asset = (XRP_CODE, "")


def _index(space: str, *parts: bytes) -> str:
    return sha512_half(b"\0" + space.encode() + b"".join(parts)).hex().upper()


def _number(value: int) -> bytes:
    return value.to_bytes(4)


def _issuer(asset: Asset) -> bytes:
    return account_id(asset[1]) if asset[1] else _NOBODY


@lru_cache(maxsize=4096)
def account_index(account: str) -> str:
    return _index("a", account_id(account))


@lru_cache(maxsize=4096)
def owner_directory_index(account: str) -> str:
    return _index("O", account_id(account))


def offer_index(owner: str, sequence: int) -> str:
    return _index("o", account_id(owner), _number(sequence))


def ticket_index(owner: str, number: int) -> str:
    return _index("T", account_id(owner), _number(number))


@lru_cache(maxsize=4096)
def line_index(one: str, other: str, currency: str) -> str:
    """Trust line between two accounts, whichever is named first."""
    low, high = sorted((account_id(one), account_id(other)))
    return _index("r", low, high, bytes.fromhex(currency))


@lru_cache(maxsize=4096)
def book_base(pays: Asset, gets: Asset) -> str:
    """The book of offers that want `pays` for `gets`: index of its best conceivable level."""
    parts = (bytes.fromhex(pays[0]), bytes.fromhex(gets[0]), _issuer(pays), _issuer(gets))
    return _index("B", *parts)[:48] + "0" * 16


def book_level(pays: Asset, gets: Asset, quality: int) -> str:
    """A level's directory: the book's index with the quality as its last 64 bits."""
    return f"{book_base(pays, gets)[:48]}{quality & _MASK:016X}"


def amm_index(one: Asset, other: Asset) -> str:
    """The pool of two assets, whichever is named first."""
    sides = sorted((_issuer(each), bytes.fromhex(each[0])) for each in (one, other))
    # Ordered by currency first, then issuer: XRP's zeros come before any token.
    ordered = sorted(sides, key=lambda side: (side[1], side[0]))
    return _index("A", *(part for issuer, currency in ordered for part in (issuer, currency)))


def shares_currency(one: Asset, other: Asset) -> str:
    """Currency code of the pool's LP tokens."""
    low, high = sorted((bytes.fromhex(one[0]), bytes.fromhex(other[0])))
    return "03" + sha512_half(low + high).hex().upper()[:38]
