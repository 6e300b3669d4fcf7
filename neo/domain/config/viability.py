"""[strategy.viability]: when quoting cannot pay, do not quote."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.records import frozen


@frozen(kw_only=True)
class ViabilityConfig:
    """Both ends of the spread between which quoting makes sense, in bps of the anchor."""

    adverse_move_bps: Decimal = attrs.field(
        validator=at_least(0, at_most=10000),
        metadata=about(
            "expected move against a quote during one requote window; with fees it is the spread floor",
            "bps",
            protects="against quoting inside the noise, where each fill loses",
            example="1.5",
        ),
    )
    max_spread_bps: Decimal = attrs.field(
        validator=above(0, at_most=10000),
        metadata=about(
            "spread ceiling: a wider quote would not be taken",
            "bps",
            protects="against resting far from the market where only a crash would fill us",
            example="60",
        ),
    )
