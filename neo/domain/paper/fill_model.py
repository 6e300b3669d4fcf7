"""Which of our imagined offers would have been filled in one ledger, by a named model.

| model | an offer of ours trades when |
| --- | --- |
| `touch` | somebody traded at our price or through it, or quotes across it: as if we were always first in the queue |
| `trade_through` | somebody traded strictly through our price, or quotes strictly across it: as if we were always last |
| `queue` | as trade_through; at our price itself only what traded after the queue before us was served |

Every model stays within what was traded or quoted, never fills better than our own limit for the other side, serves our
own offers best price first and then in the order they came, and decides once a ledger, when it has closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from neo.domain.changed import changed
from neo.domain.config.choices import FillModel
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import BookObserved
from neo.domain.paper.flow import BASE_STEP, Flow
from neo.domain.paper.offer import PaperOffer, advanced, by_priority
from neo.domain.units import ZERO
from neo.records import frozen

#: Finer than anybody trades in; the last fill of an offer takes whatever is left of it.
QUOTE_STEP = Decimal("1e-9")


@frozen
class Funds:
    """What the account may still give away: base above its reserve, and quote."""

    base: Decimal
    quote: Decimal


@frozen
class OfferFill:
    """`before` traded `base` for `quote` as maker. `after` is what is left of it, None when nothing is."""

    before: PaperOffer
    base: Decimal
    quote: Decimal
    after: PaperOffer | None


@frozen
class LedgerFills:
    """One ledger's fills, and every offer that still rests, with its place in the queue."""

    fills: tuple[OfferFill, ...]
    resting: tuple[PaperOffer, ...]


def fill_resting(model: FillModel, offers: Sequence[PaperOffer], book: BookObserved, funds: Funds) -> LedgerFills:
    """What the ledger of `book` did to offers that rested before it. An offer without funds trades as far as they go."""
    fills: list[OfferFill] = []
    resting: list[PaperOffer] = []
    for side in Side:
        flow = Flow(side, book)
        own = by_priority([offer for offer in offers if offer.side is side])
        levels = book.bids if side is Side.BUY else book.asks
        may_give = funds.quote if side is Side.BUY else funds.base
        for offer in own:
            fill = _filled(model, offer, flow, may_give)
            if fill is not None:
                fills.append(fill)
                may_give -= fill.quote if side is Side.BUY else fill.base
                if fill.after is None:
                    continue
                offer = fill.after
            gone_through = flow.traded_through(offer.price)
            resting.append(advanced(offer, flow.traded_at(offer.price), gone_through, levels))
    resting.sort(key=lambda offer: offer.sequence)
    return LedgerFills(tuple(fills), tuple(resting))


def _filled(model: FillModel, offer: PaperOffer, flow: Flow, may_give: Decimal) -> OfferFill | None:
    wanted = min(offer.base, _affordable(offer, may_give))
    if wanted <= ZERO:
        return None
    got = flow.take(offer.price, wanted, _served_after(model, offer), quotes_at_price=model is FillModel.TOUCH)
    return filled(offer, got)


def _served_after(model: FillModel, offer: PaperOffer) -> Decimal | None:
    """Of what trades at our price, how much goes to others first; None: all of it."""
    if model is FillModel.TOUCH:
        return ZERO
    return offer.ahead if model is FillModel.QUEUE else None


def _affordable(offer: PaperOffer, may_give: Decimal) -> Decimal:
    """Base that the funds allow."""
    if may_give <= ZERO:
        return ZERO
    if offer.side is Side.SELL or may_give >= offer.quote:
        return min(may_give, offer.base) if offer.side is Side.SELL else offer.base
    return (offer.base * may_give / offer.quote).quantize(BASE_STEP, ROUND_DOWN)


def filled(offer: PaperOffer, base: Decimal) -> OfferFill | None:
    """`base` of the offer traded at its own rate, rounded in the offer's favour as the ledger does; None for nothing."""
    base = min(base, offer.base).quantize(BASE_STEP, ROUND_DOWN)
    if base <= ZERO:
        return None
    if base == offer.base:
        return OfferFill(offer, base, offer.quote, None)
    rounding = ROUND_DOWN if offer.side is Side.BUY else ROUND_UP
    quote = min(offer.quote, (offer.quote * base / offer.base).quantize(QUOTE_STEP, rounding))
    left = changed(offer, base=offer.base - base, quote=offer.quote - quote)
    return OfferFill(offer, base, quote, left if left.quote > ZERO else None) if quote > ZERO else None
