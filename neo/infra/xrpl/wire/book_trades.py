"""What others traded in one transaction: offers that were consumed, and what went through the pool."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import MarketTrade
from neo.infra.xrpl.wire.amounts import EXACT, NEAREST
from neo.infra.xrpl.wire.kept_pool import PoolFlow
from neo.infra.xrpl.wire.offer_changes import OfferNode


def book_trades(consumed: Sequence[OfferNode]) -> tuple[MarketTrade, ...]:
    """One trade for each offer, in the order in which a taker meets them: best price first."""
    bought = sorted((_trade(offer) for offer in consumed if offer.is_ask), key=lambda trade: trade.price)
    sold = sorted((_trade(offer) for offer in consumed if not offer.is_ask), key=lambda trade: -trade.price)
    return (*bought, *sold)


def pool_trade(flow: PoolFlow) -> MarketTrade | None:
    """A swap moves the two assets in opposite directions; a deposit or withdrawal does not, and is no trade."""
    base, quote = flow
    if not base or not quote or (base > 0) is (quote > 0):
        return None
    side = Side.BUY if base < 0 else Side.SELL
    return MarketTrade(NEAREST.divide(abs(quote), abs(base)), abs(base), side, from_pool=True)


def _trade(offer: OfferNode) -> MarketTrade:
    base = EXACT.subtract(offer.base_before, offer.base_after)
    quote = EXACT.subtract(offer.quote_before, offer.quote_after)
    return MarketTrade(NEAREST.divide(quote, base), base, Side.BUY if offer.is_ask else Side.SELL)
