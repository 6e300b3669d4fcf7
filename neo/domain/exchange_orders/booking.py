"""The end of an order: its trades counted once, with their fees; then the next try, or the end of the intent.

Everything that follows from one order's end is one write: after a crash the books have all of it or none.
"""

from __future__ import annotations

import attrs

from neo.domain.exchange_orders.approving import closed_position, may_be_sent, next_try, order_intended, placed
from neo.domain.exchange_orders.holdings import after_trades, paid_by_positions
from neo.domain.exchange_orders.sizes import orderable, share
from neo.domain.exchange_orders.sums import Sums, summed
from neo.domain.exchange_orders.work import (
    Decision,
    Journal,
    Position,
    RouterSetup,
    RouterState,
    Send,
    TradeInWork,
    books,
    with_trade,
    without_trade,
)
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeEnded, TradeOutcome, TradePurpose
from neo.domain.messages.exchange import ExchangeTrade
from neo.domain.messages.journal import (
    FeeCharged,
    FillRecorded,
    JournalEvent,
    PositionClosed,
    PositionRecorded,
    TradeAdvanced,
    TradeConcluded,
)
from neo.domain.money.budget import commit, release, settle, widen
from neo.domain.money.exact import difference, total
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.units import ZERO


def ended(
    setup: RouterSetup, state: RouterState, trade: TradeInWork, event: OrderEvent, reason: str, now_ns: int
) -> Decision:
    """The order took `event`, which is final; `order.trades` are all that it traded."""
    order = trade.order.moved(event, reason)
    sums = summed(setup, state, trade, order.trades)
    facts: list[JournalEvent] = []
    for each in order.trades:
        facts += _trade_facts(setup, trade, each)
    state, trade = _counted(state, attrs.evolve(trade, order=order), sums, now_ns)
    state, payers = paid_by_positions(setup, after_trades(setup, state, trade), trade)
    facts += order.unjournaled
    if sums.base:
        moved = {position.symbol: position for position in (state.positions[trade.symbol], *payers)}
        facts += [_recorded(setup, position) for position in moved.values()]
    follower = None if order.state is OrderState.FAILED and order.refused else next_try(state, trade, now_ns)
    if follower is None:
        return _concluded(setup, state, trade, facts, now_ns)
    facts += [_advanced(setup, state, follower), order_intended(setup, follower)]
    state = with_trade(state, follower)
    return state, (Journal(tuple(facts), (books(setup, state), Send(trade.intent_id))),)


def sent_now_or_never(setup: RouterSetup, state: RouterState, trade: TradeInWork, now_ns: int) -> Decision:
    """A durable order, when its time has come."""
    if may_be_sent(state, trade, now_ns):
        return placed(state, trade, now_ns)
    return ended(setup, state, trade, OrderEvent.WITHHELD, "not sent: too late, or the session does not trade", now_ns)


def _trade_facts(setup: RouterSetup, work: TradeInWork, trade: ExchangeTrade) -> list[JournalEvent]:
    """The side is that of our own order, whatever the exchange calls it: some give the taker's."""
    fill_id = f"{work.symbol}:{trade.trade_id}"
    facts: list[JournalEvent] = [
        FillRecorded(
            fill_id,
            setup.venue,
            work.order.client_order_id,
            work.symbol,
            work.side,
            trade.quantity,
            trade.quote_quantity,
            0,
            0,
            "",
            trade.at_ns,
            trade.is_maker,
        )
    ]
    for fee in trade.fees:
        fee_id = fill_id if fee is trade.fees[0] else f"{fill_id}:{fee.asset}"
        facts.append(FeeCharged(fee_id, setup.venue, fee.asset, fee.amount))
    return facts


# ------------------------------------------------------------------------------------------------- positions and budget


def _counted(state: RouterState, trade: TradeInWork, sums: Sums, now_ns: int) -> tuple[RouterState, TradeInWork]:
    if not sums.base:
        return state, trade
    trade = attrs.evolve(
        trade, filled=total(trade.filled, sums.base), filled_quote=total(trade.filled_quote, sums.quote)
    )
    if trade.side is Side.BUY:
        return _bought(state, trade, sums, now_ns), trade
    return _sold(state, trade, sums)


def _bought(state: RouterState, trade: TradeInWork, sums: Sums, now_ns: int) -> RouterState:
    spent = total(sums.quote, sums.quote_fees)
    budget = commit(widen(state.budget, trade.intent_id, spent), trade.intent_id, spent)
    before = state.positions.get(trade.symbol)
    if before is None:
        before = Position(trade.symbol, trade.intent_id, ZERO, ZERO, ZERO, ZERO, ZERO, now_ns)
    position = attrs.evolve(
        before,
        quantity=total(before.quantity, difference(sums.base, sums.base_fees)),
        spent=total(before.spent, spent),
        fee_value=total(before.fee_value, sums.other_fees),
        bought=total(before.bought, sums.base),
        gross=total(before.gross, sums.quote),
    )
    return attrs.evolve(state, budget=budget, positions={**state.positions, trade.symbol: position})


def _sold(state: RouterState, trade: TradeInWork, sums: Sums) -> tuple[RouterState, TradeInWork]:
    """What was sold takes its share of the cost along."""
    position = state.positions[trade.symbol]
    gone = total(sums.base, sums.base_fees)
    spent, fee_value = (share(amount, gone, position.quantity) for amount in (position.spent, position.fee_value))
    proceeds = difference(sums.quote, sums.quote_fees)
    left = attrs.evolve(
        position,
        quantity=max(ZERO, difference(position.quantity, gone)),
        spent=difference(position.spent, spent),
        fee_value=difference(position.fee_value, fee_value),
    )
    result = difference(difference(proceeds, total(spent, fee_value)), sums.other_fees)
    state = attrs.evolve(
        state,
        budget=settle(state.budget, spent, proceeds),
        positions={**state.positions, trade.symbol: left},
    )
    return state, attrs.evolve(trade, result=total(trade.result, result))


def _recorded(setup: RouterSetup, position: Position) -> PositionRecorded:
    return PositionRecorded(
        setup.venue,
        position.symbol,
        position.intent_id,
        position.quantity,
        position.spent,
        position.fee_value,
        position.bought,
        position.gross,
        position.opened_at_ns,
    )


# ----------------------------------------------------------------------------------------------------- end of an intent


def _concluded(
    setup: RouterSetup, state: RouterState, trade: TradeInWork, facts: list[JournalEvent], now_ns: int
) -> Decision:
    state = attrs.evolve(without_trade(state, trade.intent_id), budget=release(state.budget, trade.intent_id))
    outcome, result = _outcome(trade), None
    position = state.positions.get(trade.symbol)
    if trade.purpose is TradePurpose.EXIT:
        result = trade.result if trade.filled else None
        if trade.filled and position is not None and not _sellable(state, trade, position):
            state = closed_position(state, position)
            result = difference(trade.result, position.cost)
            trade = attrs.evolve(trade, result=result)
            outcome = _outcome_of_closed(state, trade, position)
            facts.append(PositionClosed(setup.venue, position.symbol, position.quantity))
        state = attrs.evolve(state, realised=total(state.realised, trade.result))
    elif trade.filled and position is not None and not position.quantity:
        state = closed_position(state, position)
        facts.append(PositionClosed(setup.venue, position.symbol, ZERO))
    end = TradeEnded(
        trade.intent_id, trade.purpose, trade.symbol, outcome, trade.filled, trade.filled_quote, result, now_ns
    )
    events = (*facts, _advanced(setup, state, trade), TradeConcluded(trade.intent_id, setup.venue, outcome.value))
    return state, (Journal(events, (books(setup, state), end)),)


def _sellable(state: RouterState, trade: TradeInWork, position: Position) -> bool:
    """Another exit could sell something of it, at the lowest limit of this one."""
    rule = state.rules.get(trade.symbol)
    if not position.quantity:
        return False
    return rule is None or bool(orderable(rule, position.quantity, min(trade.limits)))


def _outcome(trade: TradeInWork) -> TradeOutcome:
    if trade.filled >= trade.quantity:
        return TradeOutcome.FILLED
    if trade.filled:
        return TradeOutcome.PARTLY_FILLED
    refused = trade.order.state is OrderState.FAILED and trade.order.refused
    return TradeOutcome.REFUSED_BY_VENUE if refused else TradeOutcome.NOT_FILLED


def _outcome_of_closed(state: RouterState, trade: TradeInWork, position: Position) -> TradeOutcome:
    """Less than one step is no dust worth a word; more than that was given up."""
    rule = state.rules.get(trade.symbol)
    whole = rule is None or position.quantity < rule.quantity_step
    return TradeOutcome.FILLED if whole else TradeOutcome.DUST_WRITTEN_OFF


def _advanced(setup: RouterSetup, state: RouterState, trade: TradeInWork) -> TradeAdvanced:
    reservation = state.budget.reservation(trade.intent_id)
    return TradeAdvanced(
        trade.intent_id,
        setup.venue,
        trade.attempt,
        trade.filled,
        trade.filled_quote,
        ZERO if reservation is None else reservation.amount,
        trade.result,
    )
