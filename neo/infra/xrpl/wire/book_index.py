"""Where a book is on the ledger: the first 192 bits of the index of its directories; the last 64 are the quality.

https://xrpl.org/docs/references/protocol/ledger-data/ledger-entry-types/directorynode#offer-directory-id-format (an offer
of a permissioned domain is in a book of another index, and so never taken for one of the open book).
"""

from __future__ import annotations

import hashlib
import re
from decimal import Context, Decimal
from functools import lru_cache

from xrpl.core.addresscodec import XRPLAddressCodecException, decode_classic_address

from neo.infra.xrpl.wire.currency import XRP, currency_bytes
from neo.infra.xrpl.wire.pair import WirePair

_BOOK_SPACE = b"\x00B"
_ACCOUNT_BYTES = 20
_BASE_DIGITS = 48
_MANTISSA = (1 << 56) - 1
_EXACT = Context(prec=40)

DIRECTORY = re.compile(r"[0-9A-F]{64}", re.ASCII)


@lru_cache(maxsize=64)
def book_base(pair: WirePair, *, asks: bool) -> str:
    """48 hexadecimal digits. ValueError when the pair's issuer is no address."""
    try:
        issuer = decode_classic_address(pair.issuer)
    except (XRPLAddressCodecException, ValueError) as bad:
        raise ValueError(f"{pair.issuer} is no address of an issuer") from bad
    token = (currency_bytes(pair.currency), issuer)
    xrp = (currency_bytes(XRP), bytes(_ACCOUNT_BYTES))
    pays, gets = (token, xrp) if asks else (xrp, token)
    return hashlib.sha512(_BOOK_SPACE + pays[0] + gets[0] + pays[1] + gets[1]).hexdigest()[:_BASE_DIGITS].upper()


def quality_in(directory: str) -> str:
    """The quality in a book directory's index: 16 digits that sort like the prices, best for a taker first."""
    return directory[_BASE_DIGITS:]


@lru_cache(maxsize=4096)
def rate_of(quality: str) -> Decimal:
    """What a taker pays per unit that it gets, XRP in drops: (exponent + 100) in 8 bits, the mantissa in 56."""
    number = int(quality, 16)
    return Decimal(number & _MANTISSA).scaleb((number >> 56) - 100, _EXACT)
