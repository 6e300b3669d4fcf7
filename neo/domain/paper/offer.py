"""An imagined offer of ours beside the real ones, and how the queue before it shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.changed import changed
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import Level, OpenOffer
from neo.domain.units import ZERO
from neo.records import frozen

#: Two prices closer than this share are one level: the ledger keeps 16 digits, feeds and rounding lose the last ones.
SAME_PRICE_SHARE = Decimal("1e-9")


@frozen
class PaperOffer:
    """What is left of an offer that rests. Amounts in whole units, `price` is the limit it was placed with.

    `ahead` is what others have at our price and would be served before us, None as long as our price lies deeper than
    the part of the book that we see. `level` is what others had there when we looked last.
    """

    sequence: int
    side: Side
    price: Decimal
    base: Decimal
    quote: Decimal
    expiration_s: int | None = None
    ahead: Decimal | None = ZERO
    level: Decimal = ZERO

    def open_offer(self) -> OpenOffer:
        """As the venue lists it."""
        return OpenOffer(self.sequence, self.side, self.base, self.quote, self.expiration_s)


def same_price(one: Decimal, other: Decimal) -> bool:
    """Whether two prices are one level of the book."""
    return abs(one - other) <= SAME_PRICE_SHARE * other


def is_through(side: Side, price: Decimal, ours: Decimal) -> bool:
    """Whether whoever traded at `price` went through an offer of `side` at `ours`: strictly worse for the other one."""
    return (price < ours if side is Side.BUY else price > ours) and not same_price(price, ours)


def by_priority(offers: Sequence[PaperOffer]) -> list[PaperOffer]:
    """Best price first, the earlier one first at the same price. For offers of one side."""
    return sorted(offers, key=lambda o: (-o.price if o.side is Side.BUY else o.price, o.sequence))


def resting_at(levels: Sequence[Level], side: Side, price: Decimal) -> Decimal | None:
    """What others have at `price` in their part of the book; None when `price` lies deeper than what is shown."""
    if not levels or is_through(side, price, levels[-1].price):
        return None
    return sum((level.quantity for level in levels if same_price(level.price, price)), ZERO)


def queued(offer: PaperOffer, levels: Sequence[Level]) -> PaperOffer:
    """A new offer goes to the end of its level."""
    resting = resting_at(levels, offer.side, offer.price)
    return changed(offer, ahead=resting, level=resting or ZERO)


def advanced(offer: PaperOffer, traded_at: Decimal, gone_through: bool, levels: Sequence[Level]) -> PaperOffer:
    """The queue after one ledger in which others traded `traded_at` at our price, or through it.

    Trades serve the front. What went without a trade was cancelled, and nobody says where in the queue: the share of it
    that was before us counts. What came stands behind us.
    """
    now = resting_at(levels, offer.side, offer.price)
    if gone_through:
        return changed(offer, ahead=ZERO, level=now or ZERO)
    if now is None:
        return offer if offer.ahead is None else changed(offer, ahead=max(ZERO, offer.ahead - traded_at))
    if offer.ahead is None:
        return changed(offer, ahead=now, level=now)
    ahead = max(ZERO, offer.ahead - traded_at)
    left = max(ZERO, offer.level - traded_at)
    canceled = max(ZERO, left - now)
    if canceled and left:
        ahead -= canceled * min(ahead, left) / left
    return changed(offer, ahead=max(ZERO, min(ahead, now)), level=now)
