"""What others traded with each other and with the pool in one closed ledger, as somebody who watches the book sees it."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import MarketTrade
from neo.domain.units import drops_to_xrp
from neo.infra.simulated.amounts import NEAREST
from neo.infra.simulated.ledger import ClosedLedger
from neo.infra.simulated.metadata import BalanceEffect, OfferEffect
from neo.infra.simulated.state import POOL_ACCOUNT


def market_trades(closed: ClosedLedger, without: str) -> tuple[MarketTrade, ...]:
    """In ledger order, those of the account `without` left out. Needs a ledger that watches every account."""
    found: list[MarketTrade | None] = []
    for outcome in closed.outcomes:
        if outcome.transaction.account == without:
            continue
        found += [_by_offer(effect) for effect in outcome.offers if effect.owner != without]
        found += [_by_pool(effect) for effect in outcome.balances if effect.account == POOL_ACCOUNT]
    return tuple(trade for trade in found if trade is not None)


def _by_offer(effect: OfferEffect) -> MarketTrade | None:
    if effect.before is None:
        return None
    pays, gets = (before - after for before, after in zip(effect.before, effect.after, strict=True))
    if pays <= 0 or gets <= 0:
        return None
    drops, tokens = (gets, pays) if effect.gives_xrp else (pays, gets)
    return _trade(int(drops), Decimal(tokens), Side.BUY if effect.gives_xrp else Side.SELL, from_pool=False)


def _by_pool(effect: BalanceEffect) -> MarketTrade | None:
    drops = effect.drops_before - effect.drops_after
    tokens = NEAREST.subtract(effect.token_after, effect.token_before)
    if drops * tokens <= 0:
        return None  # a deposit or a withdrawal
    return _trade(abs(drops), abs(tokens), Side.BUY if drops > 0 else Side.SELL, from_pool=True)


def _trade(drops: int, tokens: Decimal, taker_side: Side, *, from_pool: bool) -> MarketTrade:
    base = drops_to_xrp(drops)
    return MarketTrade(NEAREST.divide(tokens, base), base, taker_side, from_pool)
