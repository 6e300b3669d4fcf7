"""The exchange router's decisions: what it may do with an order that is durable, after a restart, and in a halt."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

import attrs

from neo.domain.exchange_orders.booking import sent_now_or_never
from neo.domain.exchange_orders.client_ids import client_order_id
from neo.domain.exchange_orders.holdings import moved
from neo.domain.exchange_orders.work import (
    INTENTS_REMEMBERED,
    Decision,
    OrderInWork,
    Position,
    RouterSetup,
    RouterState,
    Step,
    TradeInWork,
    with_order,
)
from neo.domain.messages.dropping import TradePurpose
from neo.domain.messages.exchange import MarketRule
from neo.domain.messages.journal import CapitalRecorded, JournalEvent
from neo.domain.messages.storage import OrderRecord, Recovery, TradeRecord
from neo.domain.money.budget import Budget, Reservation, move_capital
from neo.domain.money.exact import difference, total
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.units import ZERO


def durable(setup: RouterSetup, state: RouterState, intent_id: str, now_ns: int) -> Decision:
    """The intent's order is in the journal: it is sent now or never, or waits for its time."""
    trade = state.trades.get(intent_id)
    if trade is None or trade.order.step is not Step.WRITING:
        return state, ()
    if trade.order.due_ns > now_ns:
        waiting = attrs.evolve(trade.order, step=Step.RESTING, next_step=Step.PLACING)
        return with_order(state, trade, waiting), ()
    return sent_now_or_never(setup, state, trade, now_ns)


def recovered(setup: RouterSetup, recovery: Recovery, now_ns: int) -> RouterState:
    """Rebuild from the books. Whatever was under way is in doubt: it may or may not have left the process."""
    orders = {order.order_id: order for order in recovery.orders if order.venue == setup.venue}
    trades = {
        record.intent_id: _restored(record, orders, now_ns) for record in recovery.trades if record.venue == setup.venue
    }
    positions = {
        record.symbol: Position(
            record.symbol,
            record.intent_id,
            record.quantity,
            record.spent_quote,
            record.fee_value_quote,
            record.bought,
            record.gross_quote,
            record.opened_at_ns,
        )
        for record in recovery.positions
        if record.venue == setup.venue
    }
    acted = tuple(intent for venue, intent in recovery.recent_intents if venue == setup.venue)
    return RouterState(
        trades=trades,
        positions=positions,
        holdings={
            row.asset: total(row.fills_only, row.capital) for row in recovery.balances if row.venue == setup.venue
        },
        budget=budget_of(setup, recovery),
        acted=acted[-INTENTS_REMEMBERED:],
        realised=reduce(
            total, (amount for *of, amount in recovery.realised if of == [setup.session_id, setup.venue]), ZERO
        ),
    )


def budget_of(setup: RouterSetup, recovery: Recovery) -> Budget:
    """The budget that the books imply: what we have of the quote currency, less what unfinished intents may spend."""
    have = reserved = committed = ZERO
    for balance in recovery.balances:
        if (balance.venue, balance.asset) == (setup.venue, setup.quote):
            have = total(balance.fills_only, balance.capital)
    reservations = []
    for trade in recovery.trades:
        if trade.venue == setup.venue and trade.reserved:
            reservations.append(Reservation(trade.intent_id, trade.reserved))
            reserved = total(reserved, trade.reserved)
    for position in recovery.positions:
        if position.venue == setup.venue:
            committed = total(committed, position.spent_quote)
    return Budget(difference(have, reserved), tuple(reservations), committed)


def _restored(record: TradeRecord, orders: dict[str, OrderRecord], now_ns: int) -> TradeInWork:
    name = client_order_id(record.intent_id, record.attempt)
    stored = orders[name]
    order = OrderInWork(
        name,
        stored.state,
        stored.price,
        stored.quantity,
        now_ns,
        step=Step.RESTING,
        next_step=Step.LOOKING,
        due_ns=now_ns,
    )
    if order.state in (OrderState.INTENDED, OrderState.SUBMITTED):
        order = order.moved(OrderEvent.OUTCOME_LOST, "restart")
    return TradeInWork(
        record.intent_id,
        TradePurpose(record.purpose),
        record.symbol,
        record.side,
        record.quantity,
        tuple(map(Decimal, record.limits.split())),
        record.proposed_at_ns,
        order,
        record.attempt,
        record.filled,
        record.filled_quote,
        record.result_quote,
    )


def rules_known(state: RouterState, rules: tuple[MarketRule, ...]) -> RouterState:
    """The exchange's rules for these symbols from now on."""
    return attrs.evolve(state, rules={**state.rules, **{rule.symbol: rule for rule in rules}})


def capital_moved(setup: RouterSetup, state: RouterState, event: JournalEvent) -> RouterState:
    """Money came in or went out: the budget follows the quote currency."""
    if not isinstance(event, CapitalRecorded) or event.venue != setup.venue:
        return state
    state = attrs.evolve(state, holdings=moved(state.holdings, event.asset, event.amount))
    if event.asset != setup.quote:
        return state
    return attrs.evolve(state, budget=move_capital(state.budget, event.amount))


def canceling(state: RouterState) -> RouterState:
    """From now on nothing is sent; what is under way is followed to its end, and cancelled where it rests."""
    return attrs.evolve(state, canceling_everything=True)


def phase_entered(state: RouterState, *, trading: bool) -> RouterState:
    if trading:
        return attrs.evolve(state, trading=True, canceling_everything=False)
    return attrs.evolve(state, trading=False)


def is_quiet(state: RouterState) -> bool:
    """Nothing is under way: what the exchange says of our money has to be what the books say."""
    return not state.trades


def unfinished(state: RouterState) -> tuple[str, ...]:
    """The orders whose end is not proved, in words. One that is only intended was not sent."""
    return tuple(
        f"{trade.order.client_order_id} ({trade.order.state.value} {trade.side.value} {trade.order.quantity} "
        f"{trade.symbol} at {trade.order.limit})"
        for trade in state.trades.values()
        if trade.order.state is not OrderState.INTENDED
    )
