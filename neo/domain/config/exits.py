"""[exits]: when a position of the drop buyer is sold, and how hard the sale is pushed."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least


@attrs.frozen(kw_only=True)
class ExitsConfig:
    """Distances in bps of the entry price."""

    take_profit_bps: Decimal = attrs.field(
        default=Decimal(50), validator=above(0), metadata=about("sold so far above the entry", "bps")
    )
    stop_loss_bps: Decimal = attrs.field(
        validator=above(0, at_most=9000),
        metadata=about("sold so far below the entry", "bps", protects="how much one position may lose", example="100"),
    )
    switch_above_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=at_least(0),
        metadata=about("above the entry by so much the take profit is the resting protection", "bps"),
    )
    switch_below_bps: Decimal = attrs.field(
        default=Decimal(40),
        validator=at_least(0),
        metadata=about("below the entry by so much the stop loss is the resting protection", "bps"),
    )
    switch_cooldown_s: int = attrs.field(
        default=20,
        validator=at_least(0, at_most=3600),
        metadata=about("least time between two switches of the protection", "s"),
    )
    time_limit_min: int = attrs.field(
        default=120,
        validator=at_least(1, at_most=43200),
        metadata=about("a position is sold after so long, whatever its price", "min"),
    )
    trailing_from_bps: Decimal = attrs.field(
        default=Decimal(0),
        validator=at_least(0),
        metadata=about("the trailing stop begins this far above the entry; 0: there is none", "bps"),
    )
    trailing_bps: Decimal = attrs.field(
        default=Decimal(30),
        validator=above(0),
        metadata=about("the trailing stop sells so far below the highest price", "bps"),
    )
    ladder_step_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=at_least(0, at_most=1000),
        metadata=about("each further try of a sale gives way by so much", "bps"),
    )
    exit_tries_max: int = attrs.field(
        default=5,
        validator=at_least(1, at_most=20),
        metadata=about("tries of one sale; the next quote begins another", "tries"),
    )


def exits_unused() -> ExitsConfig:
    """For a configuration whose engine buys no drops: nobody reads it."""
    return ExitsConfig(stop_loss_bps=Decimal(100))
