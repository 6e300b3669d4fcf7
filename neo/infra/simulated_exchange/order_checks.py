"""Does an order fit its market's units and limits? Fees, balances and the book are judged elsewhere."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import ZERO
from neo.infra.simulated_exchange.exact import product
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import OrderKind, OrderTicket
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason

#: A limit price may lie this many times above or below the market's mid (Binance: PERCENT_PRICE_BY_SIDE).
PRICE_TIMES_MAX = 5


def misfit(ticket: OrderTicket, rules: MarketRules, mid: Decimal) -> Refusal | None:
    """The first rule that the order breaks, or None. `mid` values a MARKET order."""
    if ticket.quote_quantity:
        return _notional_misfit(ticket.quote_quantity, rules)
    refusal = _quantity_misfit(ticket.quantity, rules)
    if refusal is None and ticket.kind is not OrderKind.MARKET:
        refusal = _price_misfit(ticket.price, rules, mid)
    if refusal is not None:
        return refusal
    price = mid if ticket.kind is OrderKind.MARKET else ticket.price
    return _notional_misfit(product(price, ticket.quantity), rules)


def _quantity_misfit(quantity: Decimal, rules: MarketRules) -> Refusal | None:
    if quantity % rules.step:
        return Refusal(RefusalReason.QUANTITY_NOT_ON_STEP, rules.step)
    if quantity < rules.min_quantity or quantity <= ZERO:
        return Refusal(RefusalReason.QUANTITY_TOO_SMALL, rules.min_quantity)
    if quantity > rules.max_quantity:
        return Refusal(RefusalReason.QUANTITY_TOO_LARGE, rules.max_quantity)
    return None


def _price_misfit(price: Decimal, rules: MarketRules, mid: Decimal) -> Refusal | None:
    if price <= ZERO or price % rules.tick:
        return Refusal(RefusalReason.PRICE_NOT_ON_TICK, rules.tick)
    if price > mid * PRICE_TIMES_MAX or price * PRICE_TIMES_MAX < mid:
        return Refusal(RefusalReason.PRICE_OUT_OF_BOUNDS, mid)
    return None


def _notional_misfit(notional: Decimal, rules: MarketRules) -> Refusal | None:
    if notional < rules.min_notional:
        return Refusal(RefusalReason.NOTIONAL_TOO_SMALL, rules.min_notional)
    if notional > rules.max_notional:
        return Refusal(RefusalReason.NOTIONAL_TOO_LARGE, rules.max_notional)
    return None
