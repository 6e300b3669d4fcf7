"""How many shares (LP tokens) a deposit into the pool earns, and what shares are worth.

Shares are rounded against whoever deposits or withdraws, assets in the pool's favour. Source: rippled `AMMHelpers.cpp`
with fixAMMv1_3, and the XLS-30 specification. Fees are in 1/100,000.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from neo.infra.simulated.amounts import (
    DOWN,
    NEAREST,
    ONE,
    UP,
    Amount,
    as_number,
    divide,
    like,
    square_root,
    subtract,
)

_TWO = Decimal(2)
_n = NEAREST


def first_shares(drops: int, token: Decimal) -> Decimal:
    """Shares of whoever founds the pool: the geometric mean of both amounts."""
    return square_root(DOWN.multiply(Decimal(drops), token), DOWN)


def share_of(amount: Amount, balance: Amount) -> Decimal:
    """`amount` as a fraction of the pool's `balance`."""
    return divide(_n, as_number(amount), as_number(balance))


def earned(total: Decimal, shares: Decimal) -> Decimal:
    """Shares that can be added to `total` without losing digits."""
    return DOWN.subtract(DOWN.add(total, shares), total)


def burned(total: Decimal, shares: Decimal) -> Decimal:
    """Shares that can be taken from `total` without losing digits."""
    return DOWN.add(DOWN.subtract(shares, total), total)


def earned_fraction(total: Decimal, fraction: Decimal) -> Decimal:
    return earned(total, DOWN.multiply(total, fraction))


def burned_fraction(total: Decimal, fraction: Decimal) -> Decimal:
    return burned(total, UP.multiply(total, fraction))


def asset_in(balance: Amount, fraction: Decimal) -> Amount:
    """What a deposit of that fraction of the pool costs."""
    return like(balance, UP.multiply(as_number(balance), fraction), ROUND_CEILING)


def asset_out(balance: Amount, fraction: Decimal) -> Amount:
    """What a withdrawal of that fraction of the pool pays."""
    return like(balance, DOWN.multiply(as_number(balance), fraction), ROUND_FLOOR)


def _fee_terms(fee_hundred_thousandths: int) -> tuple[Decimal, Decimal]:
    """1 - fee, and (1 - fee / 2) / (1 - fee)."""
    fee = Decimal(fee_hundred_thousandths).scaleb(-5)
    f1 = _n.subtract(ONE, fee)
    return f1, divide(_n, _n.subtract(ONE, divide(_n, fee, _TWO)), f1)


def shares_for_one_asset(balance: Amount, amount: Amount, total: Decimal, fee: int) -> Decimal:
    """Shares for a deposit of one asset only: half of it is traded for the other one, so to speak, at the fee."""
    f1, f2 = _fee_terms(fee)
    ratio = share_of(amount, balance)
    root = square_root(_n.add(_n.multiply(f2, f2), divide(_n, ratio, f1)))
    c = _n.subtract(root, f2)
    fraction = divide(_n, _n.subtract(ratio, c), _n.add(ONE, c))
    return DOWN.multiply(total, fraction)


def one_asset_for_shares(balance: Amount, total: Decimal, shares: Decimal, fee: int) -> Amount:
    """What a deposit of one asset must be to earn `shares`."""
    f1, f2 = _fee_terms(fee)
    t1 = divide(_n, shares, total)
    t2 = _n.add(ONE, t1)
    d = _n.subtract(f2, divide(_n, t1, t2))
    a = divide(_n, ONE, _n.multiply(t2, t2))
    b = _n.subtract(divide(_n, _n.multiply(_TWO, d), t2), divide(_n, ONE, f1))
    c = _n.subtract(_n.multiply(d, d), _n.multiply(f2, f2))
    return asset_in(balance, _root(a, b, c))


def _root(a: Decimal, b: Decimal, c: Decimal) -> Decimal:
    discriminant = _n.subtract(_n.multiply(b, b), _n.multiply(_n.multiply(Decimal(4), a), c))
    return divide(_n, _n.add(-b, square_root(discriminant)), _n.multiply(_TWO, a))


def adjusted_deposit(
    balance: Amount, amount: Amount, total: Decimal, shares: Decimal, fee: int
) -> tuple[Decimal, Amount]:
    """(shares, amount) of a one-asset deposit once the shares are what the total can express."""
    cost = one_asset_for_shares(balance, total, shares, fee)
    if cost > amount:
        less = subtract(amount, subtract(cost, amount))
        shares = earned(total, shares_for_one_asset(balance, less, total, fee))
        cost = one_asset_for_shares(balance, total, shares, fee)
    return shares, min(amount, cost)


def shares_for_one_asset_out(balance: Amount, amount: Amount, total: Decimal, fee: int) -> Decimal:
    """Shares that a withdrawal of `amount` of one asset costs."""
    rate = Decimal(fee).scaleb(-5)
    fraction = share_of(amount, balance)
    c = _n.subtract(_n.add(_n.multiply(fraction, rate), _TWO), rate)
    root = square_root(_n.subtract(_n.multiply(c, c), _n.multiply(Decimal(4), fraction)))
    return UP.multiply(total, divide(_n, _n.subtract(c, root), _TWO))


def one_asset_out_for_shares(balance: Amount, total: Decimal, shares: Decimal, fee: int) -> Amount:
    """What `shares` are worth in one asset."""
    rate = Decimal(fee).scaleb(-5)
    t1 = divide(_n, shares, total)
    numerator = _n.subtract(_n.multiply(t1, t1), _n.multiply(t1, _n.subtract(_TWO, rate)))
    return asset_out(balance, divide(_n, numerator, _n.subtract(_n.multiply(t1, rate), ONE)))


def adjusted_withdrawal(
    balance: Amount, amount: Amount, total: Decimal, shares: Decimal, fee: int
) -> tuple[Decimal, Amount]:
    """(shares, amount) of a one-asset withdrawal once the shares are what the total can express."""
    value = one_asset_out_for_shares(balance, total, shares, fee)
    if value > amount:
        less = subtract(amount, subtract(value, amount))
        shares = burned(total, shares_for_one_asset_out(balance, less, total, fee))
        value = one_asset_out_for_shares(balance, total, shares, fee)
    return shares, min(amount, value)
