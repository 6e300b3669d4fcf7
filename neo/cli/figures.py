"""Figures as an operator reads them: fixed places, a sign where it matters, the unit behind; a dash for what is not known."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

NOTHING = "-"
_PRICE_DIGITS = 6


def number(value: Decimal | None, places: int = 6) -> str:
    if value is None or not value.is_finite():
        return NOTHING
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):f}"


def signed(value: Decimal | None, places: int = 4) -> str:
    text = number(value, places)
    return f"+{text}" if value is not None and value >= 0 else text


def amount(value: Decimal | None, asset: str) -> str:
    return f"{number(value, 2)} {asset}".rstrip()


def price(value: Decimal | None) -> str:
    """Six significant digits: a coin may cost 60,000 or 0.00001."""
    if value is None or not value.is_finite():
        return NOTHING
    return number(value, max(0, _PRICE_DIGITS - 1 - value.adjusted())) if value else "0"


def seconds(milliseconds: int | None) -> str:
    return NOTHING if milliseconds is None else f"{Decimal(milliseconds) / 1000:.1f} s"
