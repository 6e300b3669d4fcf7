"""What an order traded, and what it cost: sums of its trades, fees by where they were taken."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.exchange_orders.sizes import rounded_up
from neo.domain.exchange_orders.work import RouterSetup, RouterState, TradeInWork
from neo.domain.messages.exchange import ExchangeTrade, MarketRule
from neo.domain.money.exact import total
from neo.domain.units import ZERO


@attrs.frozen
class Sums:
    """What an order traded. Fees by where they were taken; `other_fees` is what those in other currencies are worth."""

    base: Decimal = ZERO
    quote: Decimal = ZERO
    base_fees: Decimal = ZERO
    quote_fees: Decimal = ZERO
    other_fees: Decimal = ZERO


def summed(setup: RouterSetup, state: RouterState, trade: TradeInWork, trades: tuple[ExchangeTrade, ...]) -> Sums:
    """What `trades` add up to, fees apart."""
    sums = Sums()
    base = trade.symbol.partition("/")[0]
    rule = state.rules.get(trade.symbol)
    for each in trades:
        sums = attrs.evolve(sums, base=total(sums.base, each.quantity), quote=total(sums.quote, each.quote_quantity))
        if each.fee_asset == base:
            sums = attrs.evolve(sums, base_fees=total(sums.base_fees, each.fee_amount))
        elif each.fee_asset == setup.quote:
            sums = attrs.evolve(sums, quote_fees=total(sums.quote_fees, each.fee_amount))
        elif each.fee_amount:
            worth = fee_worth(state, rule, each)
            sums = attrs.evolve(sums, other_fees=total(sums.other_fees, worth))
    return sums


def fee_worth(state: RouterState, rule: MarketRule | None, trade: ExchangeTrade) -> Decimal:
    """A fee in a third currency in quote: at the price that was looked up, else what the fee schedule would have taken."""
    price = state.coin_prices.get(trade.fee_asset)
    if price is not None:
        return rounded_up(trade.fee_amount * price)
    rate = ZERO if rule is None else max(rule.taker_fee, ZERO)
    return rounded_up(trade.quote_quantity * rate)
