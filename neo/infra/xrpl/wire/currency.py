"""Currency codes: three characters, or 160 bits as 40 hexadecimal digits.

https://xrpl.org/docs/references/protocol/data-types/currency-formats#currency-codes
"""

from __future__ import annotations

import re

XRP = "XRP"

_STANDARD = re.compile(r"[A-Za-z0-9?!@#$%^&*<>(){}\[\]|]{3}", re.ASCII)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{40}", re.ASCII)
_CODE_BYTES = 20
_STANDARD_AT = 12


def currency_code(name: str) -> str:
    """The ledger's code for `name`: USD stays, RLUSD becomes 524C5553440…, a code stays. ValueError for what is none."""
    if _STANDARD.fullmatch(name):
        if name.upper() == XRP:
            raise ValueError("XRP is no issued token: name the token that is traded against it")
        return name
    if _HEXADECIMAL.fullmatch(name):
        if name.startswith("00"):
            raise ValueError(f"the currency code {name} begins with 00, which the ledger keeps for three-letter codes")
        return name.upper()
    if 3 < len(name) <= _CODE_BYTES and name.isascii() and name.isprintable() and " " not in name:
        return name.encode().hex().upper().ljust(2 * _CODE_BYTES, "0")
    raise ValueError(f"{name!r} is no currency: 3 characters, a name of 4 to 20, or 40 hexadecimal digits")


def currency_bytes(code: str) -> bytes:
    """The 160 bits that enter the index of a book."""
    if code == XRP:
        return bytes(_CODE_BYTES)
    if len(code) == 2 * _CODE_BYTES:
        return bytes.fromhex(code)
    return bytes(_STANDARD_AT) + code.encode() + bytes(_CODE_BYTES - _STANDARD_AT - len(code))
