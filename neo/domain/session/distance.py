"""How far our quotes are from the touch, per tick and over time.

Distances are on the book without our own offers, in bps of its mid:
bid: (our bid - best bid) x 10,000 / mid, ask: (best ask - our ask) x 10,000 / mid. Zero joins the touch, positive improves it,
negative rests behind it.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import BPS, TWO
from neo.quickly_built import building, quickly_built
from neo.records import frozen

WITHIN_BPS = Decimal(2)


@quickly_built
@frozen
class TouchDistance:
    """One tick. None where we have no quote or the book has no mid."""

    distance_to_clob_bid_bps: Decimal | None
    distance_to_clob_ask_bps: Decimal | None


NO_DISTANCE = TouchDistance(None, None)
_distance = building(TouchDistance)


def is_within_2bps(distance_bps: Decimal | None) -> bool | None:
    """Whether the touch is at most 2 bps away, on either side of it; None without a distance."""
    return None if distance_bps is None else abs(distance_bps) <= WITHIN_BPS


def touch_distance(
    our_bid: Decimal | None, our_ask: Decimal | None, best_bid: Decimal | None, best_ask: Decimal | None
) -> TouchDistance:
    """Distances of our best quotes from the book's best prices. Without both sides of the book there is no mid: None."""
    if best_bid is None or best_ask is None:
        return NO_DISTANCE
    mid = (best_bid + best_ask) / TWO
    return _distance(
        None if our_bid is None else (our_bid - best_bid) * BPS / mid,
        None if our_ask is None else (best_ask - our_ask) * BPS / mid,
    )
