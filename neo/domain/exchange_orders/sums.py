"""What an order traded, and what it cost: sums of its trades, fees by where they were taken."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.exchange_orders.sizes import rounded_up
from neo.domain.exchange_orders.work import RouterSetup, RouterState, TradeInWork
from neo.domain.messages.exchange import ExchangeTrade, MarketRule
from neo.domain.money.exact import total
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
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
        for fee in each.fees:
            if fee.asset == base:
                sums = attrs.evolve(sums, base_fees=total(sums.base_fees, fee.amount))
            elif fee.asset == setup.quote:
                sums = attrs.evolve(sums, quote_fees=total(sums.quote_fees, fee.amount))
        worth = worth_of_other_fees(state, rule, each, (base, setup.quote))
        sums = attrs.evolve(sums, other_fees=total(sums.other_fees, worth))
    return sums


def worth_of_other_fees(
    state: RouterState, rule: MarketRule | None, trade: ExchangeTrade, known: tuple[str, str]
) -> Decimal:
    """Fees in other than the `known` currencies, in quote: each at the price that was looked up.

    For those without a price, once, what the fee schedule would have taken.
    """
    worth, is_unpriced = ZERO, False
    for fee in trade.fees:
        if fee.asset in known:
            continue
        price = state.coin_prices.get(fee.asset)
        if price is None:
            is_unpriced = True
        else:
            worth = total(worth, rounded_up(fee.amount * price))
    rate = ZERO if rule is None or not is_unpriced else max(rule.taker_fee, ZERO)
    return total(worth, rounded_up(trade.quote_quantity * rate))
