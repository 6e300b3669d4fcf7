"""Sums of money without rounding: Python's default of 28 digits would round a tiny fill added to a large balance.

An XRP Ledger token amount has 15 digits and an exponent from -96 to 80; what is traded here spans far less than 60 digits.
A sum that would need more raises `decimal.Inexact` instead of losing a part.
"""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

_EXACT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])


def total(first: Decimal, second: Decimal) -> Decimal:
    """first + second, every digit. decimal.Inexact when 60 digits do not hold it."""
    return _EXACT.add(first, second)


def difference(first: Decimal, second: Decimal) -> Decimal:
    """first - second, every digit. decimal.Inexact when 60 digits do not hold it."""
    return _EXACT.subtract(first, second)
