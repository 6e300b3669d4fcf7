"""The AMM pool's mathematics: constant product with a trading fee on what goes in.

Rounding always favours the pool. Source: rippled `AMMHelpers.h`/`.cpp` with fixAMMv1_1 and later, and the XLS-30
specification. `pool_in`/`pool_out` are the pool's amounts of what the taker pays and gets; `fee_hundred_thousandths` is
in units of 1/100,000.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

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
    is_xrp,
    like,
    square_root,
)
from neo.infra.simulated.quality import quality_of, rate_of
from neo.quickly_built import quickly_built

#: Well beyond what the rounding of 16 digits can hide.
_CLEARLY_MORE = Decimal("1.000000000001")
_REDUCED = Decimal("0.9999")
_MOST_OF_THE_POOL = Decimal("0.99")


@quickly_built
@attrs.frozen
class PoolAmounts:
    """The pool as one direction of trade sees it."""

    pool_in: Amount
    pool_out: Amount
    fee_hundred_thousandths: int

    @property
    def fee(self) -> Decimal:
        return Decimal(self.fee_hundred_thousandths).scaleb(-5)

    @property
    def spot_quality(self) -> int:
        return quality_of(self.pool_in, self.pool_out)

    def is_out_of_reach(self, limit: int) -> bool:
        """True when even the first drop costs clearly more than `limit`, fee included."""
        first = NEAREST.divide(rate_of(self.spot_quality), NEAREST.subtract(ONE, self.fee))
        return first > NEAREST.multiply(rate_of(limit), _CLEARLY_MORE)


def swap_in(pool: PoolAmounts, amount_in: Amount) -> Amount:
    """What the pool pays out for `amount_in`."""
    product = UP.multiply(as_number(pool.pool_in), as_number(pool.pool_out))
    after_fee = DOWN.multiply(as_number(amount_in), DOWN.subtract(ONE, pool.fee))
    denominator = DOWN.add(as_number(pool.pool_in), after_fee)
    if denominator <= 0:
        return like(pool.pool_out, ZERO, ROUND_FLOOR)
    out = DOWN.subtract(as_number(pool.pool_out), divide(UP, product, denominator))
    return like(pool.pool_out, max(out, ZERO), ROUND_FLOOR)


def swap_out(pool: PoolAmounts, amount_out: Amount) -> Amount:
    """What the pool asks for `amount_out`; `amount_out` must be less than the pool holds."""
    product = UP.multiply(as_number(pool.pool_in), as_number(pool.pool_out))
    denominator = DOWN.subtract(as_number(pool.pool_out), as_number(amount_out))
    if denominator <= 0:
        raise ValueError(f"the pool holds {pool.pool_out}, {amount_out} cannot be taken from it")
    before_fee = UP.subtract(divide(UP, product, denominator), as_number(pool.pool_in))
    amount_in = divide(UP, before_fee, DOWN.subtract(ONE, pool.fee))
    return like(pool.pool_in, max(amount_in, ZERO), ROUND_CEILING)


def largest_offer(pool: PoolAmounts) -> tuple[Amount, Amount]:
    """The pool's offer when no book limits it: 99 % of what it holds."""
    gets = like(pool.pool_out, NEAREST.multiply(as_number(pool.pool_out), _MOST_OF_THE_POOL), ROUND_FLOOR)
    return swap_out(pool, gets), gets


def offer_up_to_quality(pool: PoolAmounts, target: int) -> tuple[Amount, Amount] | None:
    """The largest (in, out) after which the pool's price with fee is not worse than `target`; None when there is none."""
    amounts = _starting_with_gets(pool, target) if is_xrp(pool.pool_out) else _starting_with_pays(pool, target)
    if amounts is None or amounts[0] <= 0 or amounts[1] <= 0:
        return None
    return None if quality_of(*amounts) > target else amounts


def out_for_average_quality(pool: PoolAmounts, average: int, rate_in: Decimal = ONE) -> Decimal | None:
    """How much may be taken until the average price of the whole swap reaches `average`; None when nothing.

    `rate_in` is what leaves the taker for each unit that reaches the pool: more than 1 with a transfer fee.
    """
    fee_multiple = NEAREST.subtract(ONE, pool.fee)
    pool_in, pool_out = as_number(pool.pool_in), as_number(pool.pool_out)
    slope = divide(NEAREST, -fee_multiple, pool_in)
    start = divide(NEAREST, NEAREST.multiply(pool_out, fee_multiple), pool_in)
    if rate_in != ONE:
        arrives = divide(NEAREST, ONE, rate_in)
        slope, start = NEAREST.multiply(arrives, slope), NEAREST.multiply(arrives, start)
    out = divide(UP, UP.subtract(divide(UP, ONE, rate_of(average)), start), slope)
    return out if out > 0 else None


def _starting_with_gets(pool: PoolAmounts, target: int) -> tuple[Amount, Amount] | None:
    rate = rate_of(target)
    pool_in, pool_out = as_number(pool.pool_in), as_number(pool.pool_out)
    multiple = NEAREST.subtract(ONE, pool.fee)
    n = NEAREST
    fee_share = n.subtract(ONE, divide(n, ONE, multiple))
    b = n.subtract(divide(n, n.multiply(pool_in, fee_share), rate), n.multiply(Decimal(2), pool_out))
    c = n.subtract(n.multiply(pool_out, pool_out), divide(n, n.multiply(pool_in, pool_out), rate))
    gets = _smallest_root(ONE, b, c)
    bound = n.subtract(pool_out, divide(n, pool_in, n.multiply(rate, multiple)))
    if gets is None or gets <= 0 or bound <= 0:
        return None

    def amounts(proposed: Decimal) -> tuple[Amount, Amount]:
        taken = like(pool.pool_out, proposed, ROUND_FLOOR)
        return swap_out(pool, taken), taken

    found = amounts(min(gets, bound))
    return amounts(DOWN.multiply(as_number(found[1]), _REDUCED)) if _is_worse(found, target) else found


def _starting_with_pays(pool: PoolAmounts, target: int) -> tuple[Amount, Amount] | None:
    rate = rate_of(target)
    pool_in, pool_out = as_number(pool.pool_in), as_number(pool.pool_out)
    multiple = NEAREST.subtract(ONE, pool.fee)
    n = NEAREST
    b = n.multiply(pool_in, n.add(ONE, multiple))
    c = n.subtract(n.multiply(pool_in, pool_in), n.multiply(n.multiply(pool_in, pool_out), rate))
    pays = _smallest_root(multiple, b, c)
    bound = n.subtract(n.multiply(pool_out, rate), divide(n, pool_in, multiple))
    if pays is None or pays <= 0 or bound <= 0:
        return None

    def amounts(proposed: Decimal) -> tuple[Amount, Amount]:
        paid = like(pool.pool_in, proposed, ROUND_FLOOR)
        return paid, swap_in(pool, paid)

    found = amounts(min(pays, bound))
    return amounts(DOWN.multiply(as_number(found[0]), _REDUCED)) if _is_worse(found, target) else found


def _is_worse(amounts: tuple[Amount, Amount], target: int) -> bool:
    pays, gets = amounts
    return pays > 0 and gets > 0 and quality_of(pays, gets) > target


def _smallest_root(a: Decimal, b: Decimal, c: Decimal) -> Decimal | None:
    """The smaller root of ax² + bx + c, in the numerically stable (citardauq) form the server uses."""
    n = NEAREST
    discriminant = n.subtract(n.multiply(b, b), n.multiply(n.multiply(Decimal(4), a), c))
    if discriminant < 0:
        return None
    root = square_root(discriminant)
    denominator = n.subtract(-b, root) if b > 0 else n.add(-b, root)
    return divide(n, n.multiply(Decimal(2), c), denominator) if denominator else None
