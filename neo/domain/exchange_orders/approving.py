"""From an approval to a durable order: what is refused, what is promised, which try comes next."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.exchange_orders.client_ids import client_order_id
from neo.domain.exchange_orders.sizes import dearest, orderable
from neo.domain.exchange_orders.work import (
    APPROVAL_LIFE_NS,
    TRY_LIFE_NS,
    Ask,
    Decision,
    Journal,
    OrderInWork,
    Position,
    PurchaseLimits,
    RouterSetup,
    RouterState,
    Send,
    Step,
    TradeInWork,
    books,
    remembered,
    with_order,
    with_trade,
)
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeApproved, TradeEnded, TradeOutcome, TradeProposed, TradePurpose
from neo.domain.messages.exchange import MarketRule, PlaceExchangeOrder, TimeInForce
from neo.domain.messages.journal import OrderIntended, PositionClosed, TradeAdvanced, TradeConcluded, TradeIntended
from neo.domain.money.budget import reserve, settle
from neo.domain.money.exact import difference, total
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.telemetry.trade_events import TradeNotTakenOn
from neo.domain.units import NS_PER_S, ZERO

#: Before the next try after one that never left, and twice as long after each more: the exchange wants quiet, or is out of reach.
UNSENT_PAUSE_NS = NS_PER_S // 2
UNSENT_DOUBLINGS_MAX = 4


def approved(setup: RouterSetup, state: RouterState, message: TradeApproved, now_ns: int) -> Decision:
    """Take an intent on, once however often it comes. What cannot be taken on ends at once, with nothing traded."""
    trade = message.trade
    if trade.intent_id in state.acted:
        return state, ()
    state = remembered(state, trade.intent_id)
    rule = state.rules.get(trade.symbol)
    why = _obstacle(state, trade, rule, now_ns)
    if rule is None or why:
        return _not_taken_on(setup, state, trade, now_ns, why)
    if trade.purpose is TradePurpose.ENTRY:
        return _entry(setup, state, trade, rule, now_ns)
    return _exit(setup, state, trade, rule, now_ns)


def _obstacle(state: RouterState, trade: TradeProposed, rule: MarketRule | None, now_ns: int) -> str:
    """What keeps any trade from being taken on, in words; empty when nothing does."""
    if rule is None:
        return "the rules of its market are not known"
    if now_ns - trade.proposed_at_ns > APPROVAL_LIFE_NS:
        return "it comes too late"
    if not state.trading or state.canceling_everything:
        return "the session does not trade"
    if any(other.symbol == trade.symbol for other in state.trades.values()):
        return "another intent of this symbol is under way"
    return "" if trade.limits else "it has no limits"


def _not_taken_on(setup: RouterSetup, state: RouterState, trade: TradeProposed, now_ns: int, why: str) -> Decision:
    """Written as well: should it come again after a restart, it is over."""
    end = TradeEnded(trade.intent_id, trade.purpose, trade.symbol, TradeOutcome.NOT_FILLED, ZERO, ZERO, None, now_ns)
    told = TradeNotTakenOn(trade.intent_id, trade.symbol, trade.purpose.value, why)
    events = (_intended(setup, state, trade), TradeConcluded(trade.intent_id, setup.venue, end.outcome.value))
    return state, (Journal(events, (told, books(setup, state), end)),)


def _entry(setup: RouterSetup, state: RouterState, trade: TradeProposed, rule: MarketRule, now_ns: int) -> Decision:
    quantity = orderable(rule, trade.quantity, trade.limits[0])
    if trade.side is not Side.BUY or not quantity:
        return _not_taken_on(setup, state, trade, now_ns, "too little for the market's minimum")
    cost, limits = dearest(rule, quantity, trade.limits), setup.limits
    over = _over_limits(state, cost, limits)
    if over:
        return _not_taken_on(setup, state, trade, now_ns, over)
    budget, refusal = reserve(state.budget, trade.intent_id, cost, keep_free=limits.cash_reserve)
    if refusal is not None:
        return _not_taken_on(setup, state, trade, now_ns, f"budget: {refusal.value}")
    state = attrs.evolve(state, budget=budget)
    return _taken_on(setup, state, attrs.evolve(trade, quantity=quantity), now_ns)


def _over_limits(state: RouterState, cost: Decimal, limits: PurchaseLimits) -> str:
    """Here everything is known to the last digit: the fee, and what was taken on while Risk or the buyer were rebuilt."""
    exposure = total(total(state.budget.committed, state.budget.reserved), cost)
    if exposure > limits.exposure_max:
        return f"exposure: {exposure} > {limits.exposure_max}"
    buying = {trade.symbol for trade in state.trades.values() if trade.purpose is TradePurpose.ENTRY}
    if len(buying | state.positions.keys()) >= limits.positions_max:
        return f"{limits.positions_max} positions are open"
    return ""


def _exit(setup: RouterSetup, state: RouterState, trade: TradeProposed, rule: MarketRule, now_ns: int) -> Decision:
    position = state.positions.get(trade.symbol)
    if position is None or trade.side is not Side.SELL:
        return _not_taken_on(setup, state, trade, now_ns, "there is no position to sell")
    quantity = orderable(rule, min(trade.quantity, position.quantity), trade.limits[0])
    if not quantity:
        return _written_off(setup, state, trade, position, now_ns)
    return _taken_on(setup, state, attrs.evolve(trade, quantity=quantity), now_ns)


def _written_off(
    setup: RouterSetup, state: RouterState, trade: TradeProposed, position: Position, now_ns: int
) -> Decision:
    """Too little to sell: the position is closed for nothing."""
    state = closed_position(state, position)
    state = attrs.evolve(state, realised=difference(state.realised, position.cost))
    end = TradeEnded(
        trade.intent_id,
        trade.purpose,
        trade.symbol,
        TradeOutcome.DUST_WRITTEN_OFF,
        ZERO,
        ZERO,
        -position.cost,
        now_ns,
    )
    events = (
        _intended(setup, state, trade),
        TradeAdvanced(trade.intent_id, setup.venue, 1, ZERO, ZERO, ZERO, -position.cost),
        TradeConcluded(trade.intent_id, setup.venue, end.outcome.value),
        PositionClosed(setup.venue, position.symbol, position.quantity),
    )
    return state, (Journal(events, (books(setup, state), end)),)


def closed_position(state: RouterState, position: Position) -> RouterState:
    """Without the position; what it cost and did not bring is lost."""
    positions = {symbol: each for symbol, each in state.positions.items() if symbol != position.symbol}
    return attrs.evolve(state, positions=positions, budget=settle(state.budget, position.spent, ZERO))


def _taken_on(setup: RouterSetup, state: RouterState, trade: TradeProposed, now_ns: int) -> Decision:
    work = TradeInWork(
        trade.intent_id,
        trade.purpose,
        trade.symbol,
        trade.side,
        trade.quantity,
        trade.limits,
        trade.proposed_at_ns,
        first_order(trade, now_ns),
    )
    state = with_trade(state, work)
    events = (_intended(setup, state, trade), order_intended(setup, work))
    return state, (Journal(events, (books(setup, state), Send(trade.intent_id))),)


def first_order(trade: TradeProposed, now_ns: int) -> OrderInWork:
    return OrderInWork(
        client_order_id(trade.intent_id, 1), OrderState.INTENDED, trade.limits[0], trade.quantity, now_ns
    )


def _intended(setup: RouterSetup, state: RouterState, trade: TradeProposed) -> TradeIntended:
    reservation = state.budget.reservation(trade.intent_id)
    return TradeIntended(
        trade.intent_id,
        setup.session_id,
        setup.venue,
        trade.purpose.value,
        trade.symbol,
        trade.side,
        trade.quantity,
        " ".join(f"{limit:f}" for limit in trade.limits),
        ZERO if reservation is None else reservation.amount,
        trade.proposed_at_ns,
        trade.reason,
        trade.touch,
    )


def order_intended(setup: RouterSetup, trade: TradeInWork) -> OrderIntended:
    """The order of the try that the trade stands at. Its client id is its name in the books too."""
    order = trade.order
    return OrderIntended(
        order_id=order.client_order_id,
        intent_id=f"{trade.intent_id}/{trade.attempt}",
        session_id=setup.session_id,
        venue=setup.venue,
        symbol=trade.symbol,
        side=trade.side,
        price=order.limit,
        quantity=order.quantity,
        quote_quantity=order.limit * order.quantity,
        level=trade.level,
        offer_sequence=None,
    )


def next_try(state: RouterState, trade: TradeInWork, now_ns: int) -> TradeInWork | None:
    """The trade with the order for what is missing; None when nothing more is to be tried.

    After one that never left it is the same limit again, after a pause that gets longer: at once it would not leave either.
    """
    rule = state.rules.get(trade.symbol)
    following = trade.attempt - trade.unsent
    over = following >= len(trade.limits) or now_ns - trade.proposed_at_ns > TRY_LIFE_NS
    if rule is None or over or not state.trading or state.canceling_everything:
        return None
    limit = trade.limits[following]
    quantity = orderable(rule, difference(trade.quantity, trade.filled), limit)
    position = state.positions.get(trade.symbol)
    if trade.purpose is TradePurpose.EXIT:
        quantity = orderable(rule, min(quantity, position.quantity), limit) if position is not None else ZERO
    if not quantity:
        return None
    attempt = trade.attempt + 1
    due_ns = now_ns
    if trade.order.state is OrderState.FAILED:
        due_ns += UNSENT_PAUSE_NS * 2 ** min(max(trade.unsent - 1, 0), UNSENT_DOUBLINGS_MAX)
    name = client_order_id(trade.intent_id, attempt)
    order = OrderInWork(name, OrderState.INTENDED, limit, quantity, now_ns, due_ns=due_ns)
    return attrs.evolve(trade, attempt=attempt, order=order)


def may_be_sent(state: RouterState, trade: TradeInWork, now_ns: int) -> bool:
    """Writing took its time: what is too old by now, or came into a halt, is not sent."""
    in_time = now_ns - trade.proposed_at_ns <= TRY_LIFE_NS
    return in_time and state.trading and not state.canceling_everything


def placed(state: RouterState, trade: TradeInWork, now_ns: int) -> Decision:
    """Hand the durable order over."""
    order = attrs.evolve(
        trade.order.moved(OrderEvent.HANDED_OVER), step=Step.PLACING, asks=trade.order.asks + 1, since_ns=now_ns
    )
    request = PlaceExchangeOrder(
        order.client_order_id, trade.symbol, trade.side, order.limit, order.quantity, TimeInForce.IOC
    )
    state = attrs.evolve(with_order(state, trade, order), moves=state.moves + 1, placed_total=state.placed_total + 1)
    return state, (Ask(trade.intent_id, order.asks, request),)
