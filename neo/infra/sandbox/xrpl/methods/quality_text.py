"""An offer's quality as text, read from its book directory. Source: rippled `amountFromQuality`."""

from __future__ import annotations

from decimal import Decimal

from neo.infra.sandbox.xrpl.chain.book_changes import number_text


def quality_text(book_directory: str) -> str:
    """The last 16 hex digits are exponent (8 bits, offset 100) and mantissa of what a taker pays for what it gets."""
    quality = int(book_directory[-16:], 16)
    return number_text(Decimal(quality & (2**56 - 1)).scaleb((quality >> 56) - 100))
