"""How much of a symbol is bought, and at which limits: within the market's own steps and minimums."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from neo.domain.messages.exchange import MarketRule
from neo.domain.units import BPS
from neo.records import frozen


@frozen(kw_only=True)
class SizeRules:
    """`position_size` in quote currency; an order below the market's minimum may be made larger by `size_up_max_share`."""

    position_size: Decimal
    size_up_max_share: Decimal
    premium_bps: Decimal
    premium_step_bps: Decimal
    tries_max: int


def on_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The nearest multiple of `step` in the direction of `rounding`."""
    return (value / step).to_integral_value(rounding) * step


def entry_limits(rules: SizeRules, market: MarketRule, ask: Decimal) -> tuple[Decimal, ...]:
    """Limits of the tries, each a little above the ask; on the market's grid, never below the ask itself."""
    premiums = (rules.premium_bps + n * rules.premium_step_bps for n in range(rules.tries_max))
    return tuple(on_step(ask * (1 + premium / BPS), market.price_step, ROUND_UP) for premium in premiums)


def exit_limits(ladder_bps: tuple[Decimal, ...], market: MarketRule, bid: Decimal) -> tuple[Decimal, ...]:
    """Limits of a sale's tries, on the market's grid and never zero."""
    limits = (on_step(bid * (1 - step / BPS), market.price_step, ROUND_DOWN) for step in ladder_bps)
    return tuple(max(limit, market.price_step) for limit in limits)


def entry_quantity(rules: SizeRules, market: MarketRule, ask: Decimal) -> Decimal | None:
    """Base quantity of an entry at `ask`; None when the market wants more than the size may be stretched to, or
    allows less than it wants.

    The minimum notional has to hold at the ask, the worst price for it that a try can have.
    """
    quantity = on_step(rules.position_size / ask, market.quantity_step, ROUND_DOWN)
    least = max(market.quantity_min, on_step(market.notional_min / ask, market.quantity_step, ROUND_UP))
    if quantity < least:
        quantity = on_step(least, market.quantity_step, ROUND_UP)
        if quantity * ask > rules.position_size * (1 + rules.size_up_max_share):
            return None
    if market.quantity_max is not None:
        quantity = min(quantity, on_step(market.quantity_max, market.quantity_step, ROUND_DOWN))
    return quantity if quantity >= least and quantity > 0 else None
