"""Which of our orders stay, which are replaced, and which go: the difference between what rests and what should.

An order whose state is not proved (INTENDED, SUBMITTED, UNKNOWN, CANCELING) is left alone and blocks its side and level:
a second order there might trade beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import attrs

from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import Quote, WorkingOrder
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import BPS
from neo.quickly_built import quickly_built

#: States in which the venue has proved that the order rests, so that one transaction can replace it.
RESTING_STATES = (OrderState.OPEN, OrderState.PARTIALLY_FILLED)


@quickly_built
@attrs.frozen
class Replacement:
    """`order` goes and `quote` comes, in one transaction."""

    order: WorkingOrder
    quote: Quote


@quickly_built
@attrs.frozen
class RequotePlan:
    """What to do now. `waiting` are quotes whose place is blocked by an order in doubt; the next tick looks again."""

    place: tuple[Quote, ...]
    replace: tuple[Replacement, ...]
    cancel: tuple[WorkingOrder, ...]
    keep: tuple[WorkingOrder, ...]
    waiting: tuple[Quote, ...]

    @property
    def is_idle(self) -> bool:
        """Nothing has to be sent."""
        return not (self.place or self.replace or self.cancel)


def plan(working: Sequence[WorkingOrder], approved: Sequence[Quote], strategy: StrategyConfig) -> RequotePlan:
    """The least that turns `working` into `approved`.

    An order is replaced only when its price should move by more than `requote_threshold_bps` or less than
    `min_remaining_fraction` of the quote is left of it. Several resting orders in one place: the first stays, the others go.
    """
    blocked: set[tuple[Side, int]] = set()
    resting: dict[tuple[Side, int], WorkingOrder] = {}
    keep, cancel = [], []
    for order in working:
        place = (order.side, order.level)
        if order.state not in RESTING_STATES:
            blocked.add(place)
            keep.append(order)
        elif place in resting:
            cancel.append(order)
        else:
            resting[place] = order
    new, replaced, waiting = [], [], []
    for quote in approved:
        place = (quote.side, quote.level)
        current = resting.pop(place, None)
        if place in blocked:
            waiting.append(quote)
            # Its own price is as old as the blocking order's; without proof nothing is sent for this place.
            if current is not None:
                keep.append(current)
        elif current is None:
            new.append(quote)
        elif needs_replacing(current, quote, strategy):
            replaced.append(Replacement(current, quote))
        else:
            keep.append(current)
    cancel.extend(resting.values())
    return RequotePlan(tuple(new), tuple(replaced), tuple(cancel), tuple(keep), tuple(waiting))


def needs_replacing(order: WorkingOrder, quote: Quote, strategy: StrategyConfig) -> bool:
    """Whether a resting order is too far from its quote, in price or in size."""
    if order.remaining < quote.quantity * strategy.min_remaining_fraction:
        return True
    moved: Decimal = abs(quote.price - order.price)
    return moved * BPS > strategy.requote_threshold_bps * order.price
