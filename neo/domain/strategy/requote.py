"""Which of our orders stay, which are replaced, and which go: the difference between what rests and what should.

An order whose state is not proved (INTENDED, SUBMITTED, UNKNOWN, CANCELING) is left alone and blocks its side and level:
a second order there might trade beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import Quote
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import BPS, ripple_time_s
from neo.quickly_built import quickly_built
from neo.records import frozen

#: States in which the venue has proved that the order rests, so that one transaction can replace it.
RESTING_STATES = (OrderState.OPEN, OrderState.PARTIALLY_FILLED)


class Working(Protocol):
    """An order that may still trade, as its owner holds it or as others are told of it."""

    @property
    def side(self) -> Side: ...
    @property
    def level(self) -> int: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def remaining(self) -> Decimal: ...
    @property
    def state(self) -> OrderState: ...
    @property
    def expiration_s(self) -> int | None: ...


Order = TypeVar("Order", bound=Working)


@quickly_built
@frozen
class Replacement(Generic[Order]):
    """`order` goes and `quote` comes, in one transaction."""

    order: Order
    quote: Quote


@quickly_built
@frozen
class RequotePlan(Generic[Order]):
    """What to do now. `waiting` are quotes whose place is blocked by an order in doubt; the next tick looks again."""

    place: tuple[Quote, ...]
    replace: tuple[Replacement[Order], ...]
    cancel: tuple[Order, ...]
    keep: tuple[Order, ...]
    waiting: tuple[Quote, ...]

    @property
    def is_idle(self) -> bool:
        """Nothing has to be sent."""
        return not (self.place or self.replace or self.cancel)


def plan(working: Sequence[Order], approved: Sequence[Quote], strategy: StrategyConfig) -> RequotePlan[Order]:
    """The least that turns `working` into `approved`.

    An order is replaced only when its price should move by more than `requote_threshold_bps` or less than
    `min_remaining_fraction` of the quote is left of it. Several resting orders in one place: the first stays, the others go.
    """
    blocked: set[tuple[Side, int]] = set()
    resting: dict[tuple[Side, int], Order] = {}
    keep: list[Order] = []
    cancel: list[Order] = []
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


def needs_replacing(order: Working, quote: Quote, strategy: StrategyConfig) -> bool:
    """Whether a resting order is too far from its quote, in price or in size."""
    if order.remaining < quote.quantity * strategy.min_remaining_fraction:
        return True
    moved: Decimal = abs(quote.price - order.price)
    return moved * BPS > strategy.requote_threshold_bps * order.price


def is_about_to_expire(order: Working, now_ns: int, strategy: StrategyConfig) -> bool:
    """In the last third of its life a resting order is placed anew: an expired offer only looks as if it were quoting."""
    return (
        order.expiration_s is not None
        and order.expiration_s <= ripple_time_s(now_ns) + strategy.expiration_s // 3
        and order.state in RESTING_STATES
    )


def rests_already(working: Sequence[Working], quotes: Sequence[Quote], now_ns: int, strategy: StrategyConfig) -> bool:
    """Whether an order that needs no replacing rests for each of `quotes`, and no other order does anything.

    An order in doubt says no: who carries the quotes out decides what waits for it.
    """
    if len(working) != len(quotes):
        return False
    for quote in quotes:
        for order in working:
            if order.level == quote.level and order.side is quote.side:
                break
        else:
            return False
        if (
            order.state not in RESTING_STATES
            or needs_replacing(order, quote, strategy)
            or is_about_to_expire(order, now_ns, strategy)
        ):
            return False
    return True
