"""Products of prices, quantities and fee rates without rounding; sums are in neo/domain/money/exact.py."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

_EXACT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
#: Exchanges keep accounts in hundred-millionths, and show as many digits: a client can add up what it is shown.
_FEE_UNIT = Decimal("1e-8")


def product(first: Decimal, second: Decimal) -> Decimal:
    """first * second, every digit. decimal.Inexact when 60 digits do not hold it."""
    return _EXACT.multiply(first, second)


def fee_of(traded: Decimal, rate: Decimal) -> Decimal:
    """The fee for `traded` at `rate`, to 8 digits after the point and never more than the share."""
    return product(traded, rate).quantize(_FEE_UNIT, ROUND_DOWN)
