"""The AMM pool's mathematics: constant product with a trading fee on what goes in.

Rounding always favours the pool. Source: rippled `AMMHelpers.h`/`.cpp` with fixAMMv1_1 and later, and the XLS-30
specification. `pool_in`/`pool_out` are the pool's amounts of what the taker pays and gets; `fee_hundred_thousandths` is
in units of 1/100,000.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from math import floor

import attrs

from neo.infra.simulated.amounts import (
    DOWN,
    NEAREST,
    ONE,
    UP,
    ZERO,
    Amount,
    as_number,
    divide,
    like,
    square_root,
)
from neo.infra.simulated.quality import is_clearly_beyond, is_clearly_dearer, quality_of, rate_of
from neo.records import define

_WHOLE_FEE = 100_000
#: A millionth of the pool may be taken beside it, a thousand million times what sixteen digits lose.
_CLEARLY_WITHIN = Decimal("0.999999")
#: Far more than that: what is near the border takes the long way.
_CLEARLY_LESS = Decimal("0.99")
_REDUCED = Decimal("0.9999")
_MOST_OF_THE_POOL = Decimal("0.99")
_TWO, _FOUR = Decimal(2), Decimal(4)


# Not frozen, for the sake of what it has worked out before: one crossing asks the same things half a dozen times.
@define
class PoolAmounts:
    """The pool as one direction of trade sees it. Nobody changes its amounts."""

    pool_in: Amount
    pool_out: Amount
    fee_hundred_thousandths: int
    _spot_quality: int | None = attrs.field(default=None, init=False, eq=False, repr=False)
    _numbers: tuple[Decimal, Decimal, Decimal] | None = attrs.field(default=None, init=False, eq=False, repr=False)

    @property
    def fee_multiple(self) -> Decimal:
        return fee_multiple(self.fee_hundred_thousandths)

    @property
    def spot_quality(self) -> int:
        quality = self._spot_quality
        if quality is None:
            quality = self._spot_quality = quality_of(self.pool_in, self.pool_out)
        return quality

    @property
    def numbers(self) -> tuple[Decimal, Decimal, Decimal]:
        """(`pool_in`, `pool_out`, their product rounded up)."""
        found = self._numbers
        if found is None:
            pool_in, pool_out = as_number(self.pool_in), as_number(self.pool_out)
            found = self._numbers = (pool_in, pool_out, UP.multiply(pool_in, pool_out))
        return found

    def is_out_of_reach(self, limit: int) -> bool:
        """True when even the first drop costs clearly more than `limit`, fee included."""
        return is_clearly_dearer(self.spot_quality, limit, _WHOLE_FEE - self.fee_hundred_thousandths, _WHOLE_FEE)

    def is_well_within(self, average: int, amount_out: Amount) -> bool:
        """True when `amount_out` clearly costs less than `average` for each unit, fee included: what
        `out_for_average_quality` comes to is more by more than its rounding."""
        if amount_out >= self.pool_out:
            return False
        n, (pool_in, pool_out, _) = NEAREST, self.numbers
        left = n.multiply(n.subtract(pool_out, as_number(amount_out)), self.fee_multiple)
        return pool_in < n.multiply(n.multiply(left, rate_of(average)), _CLEARLY_WITHIN)


@lru_cache(maxsize=1024)
def fee_multiple(fee_hundred_thousandths: int) -> Decimal:
    """The share of what goes in that is left after the fee."""
    return NEAREST.subtract(ONE, Decimal(fee_hundred_thousandths).scaleb(-5))


def swap_in(pool: PoolAmounts, amount_in: Amount) -> Amount:
    """What the pool pays out for `amount_in`."""
    pool_in, pool_out, product = pool.numbers
    denominator = DOWN.add(pool_in, DOWN.multiply(as_number(amount_in), pool.fee_multiple))
    if denominator <= 0:
        return like(pool.pool_out, ZERO, ROUND_FLOOR)
    out = DOWN.subtract(pool_out, divide(UP, product, denominator))
    return like(pool.pool_out, max(out, ZERO), ROUND_FLOOR)


def swap_out(pool: PoolAmounts, amount_out: Amount) -> Amount:
    """What the pool asks for `amount_out`; `amount_out` must be less than the pool holds."""
    pool_in, pool_out, product = pool.numbers
    denominator = DOWN.subtract(pool_out, as_number(amount_out))
    if denominator <= 0:
        raise ValueError(f"the pool holds {pool.pool_out}, {amount_out} cannot be taken from it")
    amount_in = divide(UP, UP.subtract(divide(UP, product, denominator), pool_in), pool.fee_multiple)
    return like(pool.pool_in, max(amount_in, ZERO), ROUND_CEILING)


def largest_offer(pool: PoolAmounts) -> tuple[Amount, Amount]:
    """The pool's offer when no book limits it: 99 % of what it holds."""
    gets = like(pool.pool_out, NEAREST.multiply(pool.numbers[1], _MOST_OF_THE_POOL), ROUND_FLOOR)
    return swap_out(pool, gets), gets


def offer_up_to_quality(pool: PoolAmounts, target: int) -> tuple[Amount, Amount, int] | None:
    """(in, out, quality) of the largest swap after which the pool's price with fee is not worse than `target`."""
    proposed = _gets_up_to(pool, target) if type(pool.pool_out) is int else _pays_up_to(pool, target)
    if proposed is None:
        return None
    pays, gets = _swapped(pool, proposed)
    if pays <= 0 or gets <= 0:
        return None
    # Rounding in the pool's favour nearly always makes it too dear.
    if is_clearly_beyond(pays, gets, target) or (quality := quality_of(pays, gets)) > target:
        pays, gets = _swapped(pool, DOWN.multiply(as_number(gets if type(gets) is int else pays), _REDUCED))
        if pays <= 0 or gets <= 0:
            return None
        quality = quality_of(pays, gets)
    return None if quality > target else (pays, gets, quality)


def _swapped(pool: PoolAmounts, proposed: Decimal) -> tuple[Amount, Amount]:
    """(in, out) of a swap that starts with so many drops, whichever side they are on."""
    drops = floor(proposed)
    return (swap_out(pool, drops), drops) if type(pool.pool_out) is int else (drops, swap_in(pool, drops))


def out_for_average_quality(pool: PoolAmounts, average: int, rate_in: Decimal = ONE) -> Decimal | None:
    """How much may be taken until the average price of the whole swap reaches `average`; None when nothing.

    `rate_in` is what leaves the taker for each unit that reaches the pool: more than 1 with a transfer fee.
    """
    fee_multiple = pool.fee_multiple
    pool_in, pool_out, _ = pool.numbers
    slope = divide(NEAREST, -fee_multiple, pool_in)
    start = divide(NEAREST, NEAREST.multiply(pool_out, fee_multiple), pool_in)
    if rate_in != ONE:
        arrives = divide(NEAREST, ONE, rate_in)
        slope, start = NEAREST.multiply(arrives, slope), NEAREST.multiply(arrives, start)
    out = divide(UP, UP.subtract(divide(UP, ONE, rate_of(average)), start), slope)
    return out if out > 0 else None


def _gets_up_to(pool: PoolAmounts, target: int) -> Decimal | None:
    """The smaller of two: the pool's price after it is `target`, or the average of what was taken."""
    rate = rate_of(target)
    pool_in, pool_out, _ = pool.numbers
    multiple = pool.fee_multiple
    n = NEAREST
    bound = n.subtract(pool_out, divide(n, pool_in, n.multiply(rate, multiple)))
    if bound <= 0:
        return None
    # The average is reached first by whoever takes less than (1 - m) / (2 - m) of the pool, m being what the fee leaves.
    if bound < pool_out * (ONE - multiple) / (_TWO - multiple) * _CLEARLY_LESS:
        return bound
    fee_share = n.subtract(ONE, divide(n, ONE, multiple))
    b = n.subtract(divide(n, n.multiply(pool_in, fee_share), rate), n.multiply(_TWO, pool_out))
    c = n.subtract(n.multiply(pool_out, pool_out), divide(n, n.multiply(pool_in, pool_out), rate))
    gets = _smallest_root(ONE, b, c)
    return None if gets is None or gets <= 0 else min(gets, bound)


def _pays_up_to(pool: PoolAmounts, target: int) -> Decimal | None:
    """The same as what goes in."""
    rate = rate_of(target)
    pool_in, pool_out, _ = pool.numbers
    multiple = pool.fee_multiple
    n = NEAREST
    bound = n.subtract(n.multiply(pool_out, rate), divide(n, pool_in, multiple))
    if bound <= 0:
        return None
    # Here it is reached first while bound x (bound + in) is less than in² (1 - m) / m².
    if bound * (bound + pool_in) * multiple * multiple < pool_in * pool_in * (ONE - multiple) * _CLEARLY_LESS:
        return bound
    b = n.multiply(pool_in, n.add(ONE, multiple))
    c = n.subtract(n.multiply(pool_in, pool_in), n.multiply(n.multiply(pool_in, pool_out), rate))
    pays = _smallest_root(multiple, b, c)
    return None if pays is None or pays <= 0 else min(pays, bound)


def _smallest_root(a: Decimal, b: Decimal, c: Decimal) -> Decimal | None:
    """The smaller root of ax² + bx + c, in the numerically stable (citardauq) form the server uses."""
    n = NEAREST
    discriminant = n.subtract(n.multiply(b, b), n.multiply(n.multiply(_FOUR, a), c))
    if discriminant < 0:
        return None
    root = square_root(discriminant)
    denominator = n.subtract(-b, root) if b > 0 else n.add(-b, root)
    return divide(n, n.multiply(_TWO, c), denominator) if denominator else None
