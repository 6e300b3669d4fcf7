"""The transfer fee of an issued token: what moves between holders costs a little more at its source.

Rates are the ledger's: 1,000,000,000 charges nothing, 1,002,000,000 charges 0.2 %. Source: rippled `IOUAmount.cpp`
(mulRatio), including where it rounds.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.amounts import EXACT, NEAREST, Amount
from neo.infra.simulated.records import NO_TRANSFER_FEE

PARITY = NO_TRANSFER_FEE
#: Digits of the largest signed 64-bit number, less one.
_ROOM = 18


def before_fee(amount: Amount, rate: int, *, up: bool = True) -> Amount:
    """What has to be sent so that `amount` arrives. XRP never pays a fee."""
    return _ratio(amount, rate, PARITY, up=up)


def after_fee(amount: Amount, rate: int) -> Amount:
    """What arrives when `amount` is sent."""
    return _ratio(amount, PARITY, rate, up=False)


def _ratio(amount: Amount, numerator: int, denominator: int, *, up: bool) -> Amount:
    if type(amount) is int or numerator == denominator or not amount:
        return amount
    exponent = amount.adjusted() - 15  # type: ignore[union-attr]
    product = int(amount.scaleb(-exponent, EXACT)) * numerator  # type: ignore[union-attr]
    low, rest = divmod(product, denominator)
    if rest:
        grow = max(0, _ROOM - len(str(low)))
        exponent -= grow
        more, rest = divmod(rest * int(10**grow), denominator)
        low = low * int(10**grow) + more
    inexact = bool(rest)
    shrink = len(str(low)) - _ROOM
    if shrink > 0:
        low, lost = divmod(low, int(10**shrink))
        exponent, inexact = exponent + shrink, inexact or bool(lost)
    result = NEAREST.plus(Decimal(low).scaleb(exponent, EXACT))
    if inexact and up:
        result = NEAREST.add(result, Decimal(1).scaleb(result.adjusted() - 15, EXACT))
    return result
