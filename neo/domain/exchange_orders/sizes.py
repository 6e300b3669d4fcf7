"""What may be ordered: quantities on the market's steps, above its minimums, and what a try can cost at most."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from neo.domain.messages.exchange import MarketRule
from neo.domain.units import ONE, ZERO

#: Amounts of quote currency that are made by dividing or multiplying rates have so many digits after the point.
_UNIT = Decimal("1e-12")


def orderable(rule: MarketRule, quantity: Decimal, limit: Decimal) -> Decimal:
    """The largest quantity within `quantity` that the exchange takes at `limit`; 0 when it is below the minimum."""
    if quantity <= ZERO or limit <= ZERO:
        return ZERO
    within = quantity if rule.quantity_max is None else min(quantity, rule.quantity_max)
    on_step = (within / rule.quantity_step).to_integral_value(ROUND_DOWN) * rule.quantity_step
    enough = on_step >= rule.quantity_min and on_step * limit >= rule.notional_min
    return on_step if enough and on_step > ZERO else ZERO


def dearest(rule: MarketRule, quantity: Decimal, limits: tuple[Decimal, ...]) -> Decimal:
    """What `quantity` costs at the worst of the limits, with the fee if it is taken in quote currency."""
    fee = max(rule.taker_fee, rule.maker_fee, ZERO)
    return rounded_up(quantity * max(limits) * (ONE + fee))


def rounded_up(amount: Decimal) -> Decimal:
    return amount.quantize(_UNIT, ROUND_UP)


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """`amount` times part/whole, never more than `amount`."""
    if part >= whole:
        return amount
    return (amount * part / whole).quantize(_UNIT, ROUND_DOWN)
