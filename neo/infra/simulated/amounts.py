"""Amounts as the XRP Ledger server computes with them.

XRP is an `int` of drops, the issued token a `Decimal` of 16 significant digits. The server does its token arithmetic
in a type called Number (16 digits, explicit rounding mode); the functions here reproduce it, including the digits that
its division loses. Source: rippled `libxrpl/basics/Number.cpp`, checked against recordings of xrpld 3.2.0.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from math import ceil, floor

Amount = int | Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
DIGITS = 16

_SAFELY_BELOW_ONE = Decimal("0.99")

_EMIN, _EMAX = -999_999, 999_999


def _context(digits: int, rounding: str) -> Context:
    return Context(prec=digits, rounding=rounding, Emin=_EMIN, Emax=_EMAX)


NEAREST = _context(DIGITS, ROUND_HALF_EVEN)
UP = _context(DIGITS, ROUND_CEILING)
DOWN = _context(DIGITS, ROUND_FLOOR)
TOWARD_ZERO = _context(DIGITS, ROUND_DOWN)
#: Wide enough for the exact product or sum of two amounts.
EXACT = _context(60, ROUND_HALF_EVEN)

_QUOTIENT_18 = _context(18, ROUND_DOWN)
_QUOTIENT_17 = _context(17, ROUND_DOWN)


def add(left: Amount, right: Amount) -> Amount:
    """left + right of the same asset, as a balance stores it."""
    if type(left) is int and type(right) is int:
        return left + right
    return add_tokens(left, right)  # type: ignore[arg-type]


def subtract(left: Amount, right: Amount) -> Amount:
    """left - right of the same asset, as a balance stores it."""
    if type(left) is int and type(right) is int:
        return left - right
    return add_tokens(left, -right)  # type: ignore[arg-type]


def add_tokens(left: Decimal, right: Decimal) -> Decimal:
    """Number's sum: rounded to the nearest, but without the digit that a difference just below a power of ten gains."""
    total = NEAREST.add(left, right)
    if not total:
        return total
    size = total.adjusted()
    if size >= left.adjusted() and size >= right.adjusted():
        return total
    exact = EXACT.add(left, right)
    above = Decimal(1).scaleb(exact.adjusted() + 1)
    unit = above.scaleb(1 - DIGITS)
    gap = EXACT.subtract(above, abs(exact))
    if gap >= unit:
        return total
    return (EXACT.subtract(above, unit) if 2 * gap > unit else above).copy_sign(exact)


def divide(context: Context, numerator: Decimal, denominator: Decimal) -> Decimal:
    """Number's quotient: mantissa times 10^17 over mantissa, cut to an integer (17 or 18 digits), then rounded to 16."""
    if not numerator:
        return ZERO
    quotient = _QUOTIENT_18.divide(numerator, denominator)
    if quotient.adjusted() < numerator.adjusted() - denominator.adjusted():
        quotient = _QUOTIENT_17.plus(quotient)
    return context.plus(quotient)


def square_root(value: Decimal, context: Context = NEAREST) -> Decimal:
    """Number's root2: Newton iterations from a quadratic first guess until the value settles or bounces."""
    if not value:
        return ZERO
    exponent = value.adjusted() + 1
    exponent += exponent % 2
    scaled = value.scaleb(-exponent, EXACT)
    slope = context.add(context.multiply(Decimal(-60), scaled), Decimal(144))
    root = divide(context, context.add(context.multiply(slope, scaled), 18), Decimal(105))
    if context is NEAREST and scaled < _SAFELY_BELOW_ONE:
        return Decimal(_settled(scaled, root)).scaleb(exponent // 2 - DIGITS, EXACT)
    before, last = ZERO, ZERO
    while True:
        before, last = last, root
        root = divide(context, context.add(root, divide(context, scaled, root)), Decimal(2))
        if root in (last, before):
            return root.scaleb(exponent // 2, EXACT)


def _settled(square: Decimal, guess: Decimal) -> int:
    """The iterations of `square_root` with integers, in a third of the time: the root in units of 10^-16.

    `square` is from 0.01 to 0.99 and has sixteen digits at most, so that the root always has sixteen. Each of the three
    steps (divide, add, halve) is rounded to sixteen digits, to the nearest, ties to even.
    """
    is_small = square.adjusted() < -1
    numerator = int(square.scaleb(DIGITS + is_small, EXACT)) * 10**17
    root, last, before = int(guess.scaleb(DIGITS, EXACT)), 0, 0
    while True:
        before, last = last, root
        quotient = numerator // root
        unit = 10 if quotient < 10**17 else 100
        total = 10 * root + _rounded(quotient, unit) * (unit // 10 if is_small else unit)
        root = 5 * _rounded(total, 100) if total >= 10**17 else _rounded(_rounded(total, 10), 2)
        if root in (last, before):
            return root


def _rounded(value: int, unit: int) -> int:
    """value / unit to the nearest integer, ties to even."""
    whole, rest = divmod(value, unit)
    return whole + 1 if 2 * rest > unit or (2 * rest == unit and whole & 1) else whole


#: What to_integral_value does, at a quarter of its time.
_WHOLE: dict[str, Callable[[Decimal], int]] = {ROUND_HALF_EVEN: round, ROUND_FLOOR: floor, ROUND_CEILING: ceil}


def to_drops(value: Decimal, rounding: str = ROUND_HALF_EVEN) -> int:
    """A Number as whole drops; rounded to the nearest (ties to even), down or up."""
    return _WHOLE[rounding](value)


def like(asset: Amount, value: Decimal, rounding: str) -> Amount:
    """`value` as an amount of the same asset as `asset`, rounded if that asset is XRP."""
    return _WHOLE[rounding](value) if type(asset) is int else value


def as_number(amount: Amount) -> Decimal:
    return Decimal(amount) if type(amount) is int else amount  # type: ignore[return-value]


def is_xrp(amount: Amount) -> bool:
    return type(amount) is int


def within_relative_distance(left: Decimal, right: Decimal, distance: Decimal) -> bool:
    """True when the two positive values differ by less than `distance` of the larger one."""
    if left == right:
        return True
    low, high = (left, right) if left < right else (right, left)
    return divide(NEAREST, NEAREST.subtract(high, low), high) < distance


def without_trailing_zeros(amount: Amount) -> Amount:
    """The one spelling of a value: what is stored and compared by text (traces, recordings)."""
    return amount if type(amount) is int else EXACT.normalize(amount)
