"""What the books say we have of each asset, and who pays for a fee that is taken from a coin which we hold as a position.

Some exchanges take fees in a coin of their own as soon as the account has any of it, wherever it came from. What is not there
any more cannot be sold: the position becomes smaller, and its share of the cost is spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from neo.domain.exchange_orders.sizes import share
from neo.domain.exchange_orders.work import Position, RouterSetup, RouterState, TradeInWork
from neo.domain.market.instrument import Side
from neo.domain.money.budget import settle
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO


def moved(holdings: Mapping[str, Decimal], asset: str, amount: Decimal) -> Mapping[str, Decimal]:
    """The holdings with `amount` more (+) or less (-) of an asset."""
    return {**holdings, asset: total(holdings.get(asset, ZERO), amount)}


def after_trades(setup: RouterSetup, state: RouterState, work: TradeInWork) -> RouterState:
    """The trades of the order that has ended, and their fees, are in the holdings."""
    base, sign = work.symbol.partition("/")[0], 1 if work.side is Side.BUY else -1
    holdings = state.holdings
    for trade in work.order.trades:
        holdings = moved(holdings, base, sign * trade.quantity)
        holdings = moved(holdings, setup.quote, -sign * trade.quote_quantity)
        for fee in trade.fees:
            holdings = moved(holdings, fee.asset, -fee.amount)
    return attrs.evolve(state, holdings=holdings)


def paid_by_positions(setup: RouterSetup, state: RouterState, work: TradeInWork) -> tuple[RouterState, list[Position]]:
    """The positions that paid for fees, as they are now: of this order, and of orders booked before `work` bought the coin."""
    coins = {fee.asset for trade in work.order.trades for fee in trade.fees}
    payers = []
    for coin in sorted(coins | {work.symbol.partition("/")[0]}):
        position = state.positions.get(f"{coin}/{setup.quote}")
        held = max(ZERO, state.holdings.get(coin, ZERO))
        if position is None or held >= position.quantity:
            continue
        gone = difference(position.quantity, held)
        spent, fee_value = (share(amount, gone, position.quantity) for amount in (position.spent, position.fee_value))
        left = attrs.evolve(
            position,
            quantity=held,
            spent=difference(position.spent, spent),
            fee_value=difference(position.fee_value, fee_value),
        )
        state = attrs.evolve(
            state,
            positions={**state.positions, left.symbol: left},
            budget=settle(state.budget, spent, ZERO),
        )
        payers.append(left)
    return state, payers
