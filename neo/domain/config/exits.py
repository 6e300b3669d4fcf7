"""[exits]: when a position of the drop buyer is sold, and how hard the sale is pushed."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.records import frozen


@frozen(kw_only=True)
class ExitsConfig:
    """Distances in bps of the entry price."""

    take_profit_bps: Decimal = attrs.field(
        default=Decimal(50),
        validator=above(0),
        metadata=about("distance above the entry at which a position is sold with a gain", "bps"),
    )
    stop_loss_bps: Decimal = attrs.field(
        validator=above(0, at_most=9000),
        metadata=about(
            "distance below the entry at which a position is sold with a loss",
            "bps",
            protects="against a position that goes on losing",
            example="100",
        ),
    )
    switch_above_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=at_least(0),
        metadata=about("distance above the entry from which the take profit is the protection that rests", "bps"),
    )
    switch_below_bps: Decimal = attrs.field(
        default=Decimal(40),
        validator=at_least(0),
        metadata=about("distance below the entry from which the stop loss is the protection that rests", "bps"),
    )
    switch_cooldown_s: int = attrs.field(
        default=20,
        validator=at_least(0, at_most=3600),
        metadata=about("least time between two switches of the protection", "s"),
    )
    time_limit_min: int = attrs.field(
        default=120,
        validator=at_least(1, at_most=43200),
        metadata=about("time after which a position is sold, whatever its price", "min"),
    )
    trailing_from_bps: Decimal = attrs.field(
        default=Decimal(0),
        validator=at_least(0),
        metadata=about("distance above the entry from which the trailing stop counts; 0: there is none", "bps"),
    )
    trailing_bps: Decimal = attrs.field(
        default=Decimal(30),
        validator=above(0),
        metadata=about("distance below the highest price at which the trailing stop sells", "bps"),
    )
    ladder_step_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=at_least(0, at_most=1000),
        metadata=about("what each further try of a sale gives way", "bps"),
    )
    exit_tries_max: int = attrs.field(
        default=5,
        validator=at_least(1, at_most=20),
        metadata=about("tries of one sale; the next quote begins another", "tries"),
    )


def exits_unused() -> ExitsConfig:
    """For a configuration whose engine buys no drops: nobody reads it."""
    return ExitsConfig(stop_loss_bps=Decimal(100))
