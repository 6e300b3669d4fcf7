"""[strategy]: how the market maker chooses its anchor and its quotes."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.domain.config.viability import ViabilityConfig
from neo.records import frozen

BPS_MAX = 10000


@frozen(kw_only=True)
class StrategyConfig:
    """Distances in bps of the anchor, prices in quote units for one base unit, times in seconds."""

    requote_interval_seconds: Decimal = attrs.field(
        default=Decimal(4),
        validator=above(0, at_most=3600),
        metadata=about("time between two looks at the quotes; equals engine.tick_interval_seconds", "s"),
    )
    clob_switch_threshold_bps: Decimal = attrs.field(
        default=Decimal(3),
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about("divergence of pool and book above which the book's mid is the anchor", "bps"),
    )
    anchor_max_divergence_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=above(0, at_most=BPS_MAX),
        metadata=about("divergence of pool and book above which a tick quotes nothing", "bps"),
    )
    bid_offset_bps: Decimal = attrs.field(
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about(
            "distance of our first bid below the anchor",
            "bps",
            protects="the price at which you buy",
            example="6",
        ),
    )
    ask_offset_bps: Decimal = attrs.field(
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about(
            "distance of our first ask above the anchor",
            "bps",
            protects="the price at which you sell",
            example="6",
        ),
    )
    skew_strength_bps: Decimal = attrs.field(
        default=Decimal(0),
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about("shift of both quotes when the wallet holds only one side; 0 quotes without skew", "bps"),
    )
    target_base_share: Decimal = attrs.field(
        default=Decimal("0.5"),
        validator=at_least(0, at_most=1),
        metadata=about("share of the wallet's value that the skew steers the base currency towards", "fraction"),
    )
    levels: int = attrs.field(
        default=1,
        validator=at_least(1, at_most=10),
        metadata=about("quotes on each side", "quotes"),
    )
    level_offset_step_bps: Decimal = attrs.field(
        default=Decimal(4),
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about("additional distance of each further level", "bps"),
    )
    level_size_step: Decimal = attrs.field(
        default=Decimal(0),
        validator=at_least(0, at_most=10),
        metadata=about(
            "growth of the levels: level n has size base_size_rlusd x (1 + n x level_size_step), n from 0", "fraction"
        ),
    )
    price_floor: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "lowest price that is quoted",
            "quote per base",
            protects="against quoting on a broken price feed",
            example="0.10",
        ),
    )
    price_ceiling: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "highest price that is quoted",
            "quote per base",
            protects="against quoting on a broken price feed",
            example="10",
        ),
    )
    min_spread_bps: Decimal = attrs.field(
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about(
            "smallest distance between our bid and our ask",
            "bps",
            protects="against skew and rounding eating the spread",
            example="4",
        ),
    )
    requote_threshold_bps: Decimal = attrs.field(
        default=Decimal(2),
        validator=at_least(0, at_most=BPS_MAX),
        metadata=about("move of the wanted price up to which an offer stays as it is", "bps"),
    )
    min_remaining_fraction: Decimal = attrs.field(
        default=Decimal("0.5"),
        validator=at_least(0, at_most=1),
        metadata=about("share of an offer below which what is left of it is replaced", "fraction"),
    )
    expiration_s: int = attrs.field(
        default=120,
        validator=at_least(1, at_most=86400),
        metadata=about("life of an offer on the ledger: a dead engine's quotes disappear by themselves", "s"),
    )
    viability: ViabilityConfig
