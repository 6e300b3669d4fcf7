"""Decimals as canonical TEXT: no exponent, no trailing zeros, no negative zero. Equal numbers are equal strings."""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

# Wide enough for an XRP Ledger amount (16 digits, exponents -96 to 80) beside any other; what would round raises instead.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


def decimal_text(value: Decimal) -> str:
    """Canonical text of a finite ``value``; ``ValueError`` for NaN and infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    text = str(value)
    if "E" in text:
        text = format(value, "f")  # three times as slow, and what most amounts do not need
    if text[-1] == "0":  # one in ten
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "-0":
            return "0"
    return text


def optional_decimal(text: str | None) -> Decimal | None:
    """The Decimal that was stored, None for None."""
    return None if text is None else Decimal(text)


def exact_sum(first: Decimal, second: Decimal) -> Decimal:
    """The sum without rounding; ``decimal.Inexact`` (an ``ArithmeticError``) when that is impossible."""
    return EXACT.add(first, second)
