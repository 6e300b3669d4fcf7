"""Why a tick quotes nothing."""

from __future__ import annotations

import enum


class Suspension(enum.Enum):
    """One value for each cause; counted by the session summary and written with each market snapshot."""

    NO_MARKET_DATA = "no_market_data"  # no book was seen yet
    EMPTY_BOOK = "empty_book"
    ONE_SIDED_BOOK = "one_sided_book"
    CROSSED_BOOK = "crossed_book"  # best bid at or above best ask: a snapshot that cannot be traded on
    DIVERGENCE = "divergence"  # pool and book differ by more than strategy.anchor_max_divergence_bps
    NOT_VIABLE = "not_viable"  # the spread floor is not below the spread ceiling
    OUTSIDE_PRICE_LIMITS = "outside_price_limits"  # every quote is below the price floor or above the ceiling
    NO_BALANCES = "no_balances"  # what we own is not known yet
