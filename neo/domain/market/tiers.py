"""How often a symbol is looked at: hot near its trigger, warm while money is in it, cold otherwise."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.quickly_built import quickly_built
from neo.records import frozen


class Tier(enum.Enum):
    """Each tier is polled by an actor of its own, at its own interval."""

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"


@frozen(kw_only=True)
class TierRules:
    """`hot_within_bps`: so close to the trigger a symbol becomes hot; `cool_beyond_bps` (larger): so far it may leave.

    `hot_after_drop_ns`: it stays hot for so long after a drop; `dwell_ns`: least time in a tier before a demotion.
    """

    hot_within_bps: Decimal
    cool_beyond_bps: Decimal
    hot_after_drop_ns: int
    dwell_ns: int


@quickly_built
@frozen(kw_only=True)
class SymbolStanding:
    """What decides the tier. `distance_bps`: to the trigger, None when there is no price yet."""

    distance_bps: Decimal | None
    since_drop_ns: int | None
    has_money_in_it: bool


@quickly_built
@frozen
class Placement:
    """A symbol's tier and since when."""

    tier: Tier
    since_ns: int


_HEAT = {Tier.COLD: 0, Tier.WARM: 1, Tier.HOT: 2}


def placed(rules: TierRules, placement: Placement, standing: SymbolStanding, at_ns: int) -> Placement:
    """Where the symbol belongs now. Upwards at once, downwards only beyond the outer band and after the dwell time."""
    wanted = _wanted(rules, placement.tier, standing)
    if wanted is placement.tier:
        return placement
    cooler = _HEAT[wanted] < _HEAT[placement.tier]
    if cooler and at_ns - placement.since_ns < rules.dwell_ns:
        return placement
    return Placement(wanted, at_ns)


def _wanted(rules: TierRules, tier: Tier, standing: SymbolStanding) -> Tier:
    recently = standing.since_drop_ns is not None and standing.since_drop_ns < rules.hot_after_drop_ns
    band_bps = rules.cool_beyond_bps if tier is Tier.HOT else rules.hot_within_bps
    near = standing.distance_bps is not None and standing.distance_bps <= band_bps
    if recently or near:
        return Tier.HOT
    return Tier.WARM if standing.has_money_in_it else Tier.COLD
