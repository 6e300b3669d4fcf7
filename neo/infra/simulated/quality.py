"""Offer quality: what a taker pays per unit that it gets, and the server's rounding when an offer is cut.

A quality is the server's own 64-bit number: (exponent + 100) << 56 | mantissa of in/out, where `in` is what the taker
pays (TakerPays) and `out` what it gets (TakerGets). Lower is better for the taker, so a book sorts by it. Source:
rippled `STAmount.cpp` (getRate, mulRound, divRound and their Strict forms) and `Quality.cpp` (ceil_in, ceil_out).
"""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache

from neo.infra.simulated.amounts import EXACT, TOWARD_ZERO, UP, Amount, is_xrp

_EIGHTEEN_DIGITS = 10**17
_LARGEST = 10**16 - 1
_SMALLEST_TOKEN = Decimal(1).scaleb(-81)
_MANTISSA = (1 << 56) - 1

#: Worse than any real offer: no limit.
ANY_QUALITY = (1 << 64) - 1


_POWERS: tuple[int, ...] = tuple(10**exponent for exponent in range(64))
#: A quality is off by less than 10^-15 of it.
_CLEARLY_LESS, _CLEARLY_MORE = 1 - Decimal("1e-14"), 1 + Decimal("1e-14")
_CLEARLY_ABOVE = tuple(power + power // 10**12 for power in _POWERS)


def _power(exponent: int) -> int:
    return _POWERS[exponent] if exponent < 64 else int(10**exponent)


def mantissa_and_exponent(amount: Amount) -> tuple[int, int]:
    """A positive amount as a 16-digit integer and a power of ten."""
    if type(amount) is int:
        shift = 16 - len(str(amount))
        return (amount * _POWERS[shift] if shift >= 0 else amount // _power(-shift)), -shift
    exponent = amount.adjusted() - 15  # type: ignore[union-attr]
    return int(amount.scaleb(-exponent, EXACT)), exponent  # type: ignore[union-attr]


def quality_of(pays: Amount, gets: Amount) -> int:
    """Quality of an offer that wants `pays` for `gets`; both positive."""
    # Asked half a dozen times a ledger: what mantissa_and_exponent does is written down here for both amounts.
    if type(pays) is int:
        shift = 16 - len(str(pays))
        numerator = pays * _POWERS[shift] if shift >= 0 else pays // _power(-shift)
        exponent = 84 - shift
    else:
        shift = 15 - pays.adjusted()  # type: ignore[union-attr]
        numerator, exponent = int(pays.scaleb(shift, EXACT)), 84 - shift  # type: ignore[union-attr]
    if type(gets) is int:
        shift = 16 - len(str(gets))
        denominator = gets * _POWERS[shift] if shift >= 0 else gets // _power(-shift)
    else:
        shift = 15 - gets.adjusted()  # type: ignore[union-attr]
        denominator = int(gets.scaleb(shift, EXACT))  # type: ignore[union-attr]
    exponent += shift
    digits = numerator * _EIGHTEEN_DIGITS // denominator + 5
    # The last one or two digits go, rounded to the nearest, ties to even.
    unit = 10
    if digits >= _EIGHTEEN_DIGITS:
        unit, exponent = 100, exponent + 1
    mantissa = digits // unit
    rest = 2 * (digits - mantissa * unit)
    if rest > unit or (rest == unit and mantissa & 1):
        mantissa += 1
    if mantissa > _LARGEST:
        mantissa, exponent = mantissa // 10, exponent + 1
    return exponent << 56 | mantissa


def is_far_from(quality: int, opposite: int) -> bool:
    """True when an offer of `quality` clearly cannot take one of `opposite` quality from the other side; False: perhaps.

    They meet when the product of the two prices is at most 1. Twelve digits of it decide all but a few cases, and spare
    the division that says exactly what is the worst that an offer takes.
    """
    digits = 200 - (quality >> 56) - (opposite >> 56)
    return 0 <= digits < 64 and (quality & _MANTISSA) * (opposite & _MANTISSA) > _CLEARLY_ABOVE[digits]


@lru_cache(maxsize=4096)
def rate_of(quality: int) -> Decimal:
    """The quality as a number: in per out."""
    return Decimal(quality & _MANTISSA).scaleb((quality >> 56) - 100, EXACT)


def are_near(better: int, worse: int) -> bool:
    """True when the prices differ by less than 1e-7 of the worse one."""
    difference = (worse >> 56) - (better >> 56)
    if difference > 1:
        return False
    price = (worse & _MANTISSA) * _POWERS[difference]
    return (price - (better & _MANTISSA)) * 10**7 < price


def is_clearly_within(pays: Amount, gets: Amount, limit: int) -> bool:
    """True when `gets` for `pays` is better than `limit` by more than sixteen digits can hide: `quality_of` is not asked."""
    return pays < gets * rate_of(limit) * _CLEARLY_LESS


def is_clearly_beyond(pays: Amount, gets: Amount, limit: int) -> bool:
    """The same for worse."""
    return pays > gets * rate_of(limit) * _CLEARLY_MORE


def is_clearly_dearer(quality: int, limit: int, share: int, whole: int) -> bool:
    """True when a price, divided by `share / whole`, is more than `limit` by what the rounding of 16 digits cannot hide."""
    digits = (quality >> 56) - (limit >> 56)
    price, most = (quality & _MANTISSA) * whole, (limit & _MANTISSA) * share
    if digits:
        price, most = (price * _power(digits), most) if digits > 0 else (price, most * _power(-digits))
    return price * 10**12 > most * (10**12 + 1)


def rounded_up(quality: int, digits: int) -> int:
    """The quality with only `digits` significant digits, not better than before (`Quality::round`)."""
    unit = _power(16 - digits)
    exponent, mantissa = quality >> 56, quality & _MANTISSA
    return exponent << 56 | -(-mantissa // unit) * unit


def multiply_up(amount: Amount, rate: Decimal, *, xrp: bool) -> Amount:
    """amount x rate, away from zero, as `mulRound` does: the digits that fall off early do not count for XRP."""
    digits, exponent = _product(amount, rate, extra=10**14 - 1)
    if xrp:
        return max(1, _drops_up(digits, exponent))
    return _token_up(digits, exponent)


def multiply_strict(amount: Amount, rate: Decimal, *, xrp: bool, up: bool) -> Amount:
    """amount x rate rounded as `mulRoundStrict` does."""
    digits, exponent = _product(amount, rate, extra=10**14 - 1 if up else 0)
    if not up:
        return _toward_zero(digits, exponent, xrp=xrp)
    if xrp:
        return max(1, _drops_up_strict(digits, exponent))
    return _token_up(digits, exponent)


def divide_strict(amount: Amount, rate: Decimal, *, xrp: bool, up: bool) -> Amount:
    """amount / rate rounded as `divRoundStrict` does."""
    numerator, numerator_exponent = mantissa_and_exponent(amount)
    denominator, denominator_exponent = mantissa_and_exponent(rate)
    digits = (numerator * 10**17 + (denominator - 1 if up else 0)) // denominator
    exponent = numerator_exponent - denominator_exponent - 17
    if not up:
        return _toward_zero(digits, exponent, xrp=xrp)
    if xrp:
        return max(1, _drops_up(digits, exponent))
    return _token_up(digits, exponent)


def limit_out(pays: Amount, gets: Amount, limit: Amount, rate: Decimal, *, up: bool) -> tuple[Amount, Amount]:
    """The offer cut so that at most `limit` of `gets` leaves it (`ceil_out_strict`)."""
    if gets <= limit:
        return pays, gets
    return min(multiply_strict(limit, rate, xrp=is_xrp(pays), up=up), pays), limit


def limit_in(pays: Amount, gets: Amount, limit: Amount, rate: Decimal, *, up: bool) -> tuple[Amount, Amount]:
    """The offer cut so that at most `limit` of `pays` enters it (`ceil_in_strict`)."""
    if pays <= limit:
        return pays, gets
    return limit, min(divide_strict(limit, rate, xrp=is_xrp(gets), up=up), gets)


def _product(amount: Amount, rate: Decimal, extra: int) -> tuple[int, int]:
    left, left_exponent = mantissa_and_exponent(amount)
    right, right_exponent = mantissa_and_exponent(rate)
    return (left * right + extra) // 10**14, left_exponent + right_exponent + 14


def _toward_zero(digits: int, exponent: int, *, xrp: bool) -> Amount:
    if xrp:
        return digits // _power(-exponent) if exponent < 0 else digits * _power(exponent)
    return _token(digits, exponent, TOWARD_ZERO)


def _drops_up(digits: int, exponent: int) -> int:
    if exponent >= 0:
        return digits * _power(exponent)
    cut = -exponent - 1
    # The server adds 10 (9 after two or more cut digits) before the last division; that is its historical "round up".
    return (digits // _power(cut) + (9 if cut >= 2 else 10)) // 10


def _drops_up_strict(digits: int, exponent: int) -> int:
    if exponent >= 0:
        return digits * _power(exponent)
    kept, lost = divmod(digits, _power(-exponent - 1))
    return (kept + (10 if lost else 9)) // 10


def _token_up(digits: int, exponent: int) -> Decimal:
    if digits > _LARGEST:
        while digits > 10 * _LARGEST:
            digits, exponent = digits // 10, exponent + 1
        digits, exponent = (digits + 9) // 10, exponent + 1
    return _token(digits, exponent, UP) or _SMALLEST_TOKEN


def _token(digits: int, exponent: int, context: Context) -> Decimal:
    return context.plus(Decimal(digits).scaleb(exponent, EXACT))
