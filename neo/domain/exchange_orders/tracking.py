"""What becomes of an order that was sent: every answer of the exchange, and every silence, as (state, fact) -> decision.

Nothing is sent a second time. An order that cannot be found counts as never placed only when it was looked for long enough
and often enough: an exchange may show an accepted order late.
"""

from __future__ import annotations

import attrs

from neo.domain.exchange_orders.booking import ended, sent_now_or_never
from neo.domain.exchange_orders.work import (
    Ask,
    Decision,
    ExchangeRequest,
    OrderInWork,
    RouterOutput,
    RouterSetup,
    RouterState,
    Step,
    TradeInWork,
    with_order,
)
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeOrderStatus,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    QuotesFetched,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.money.exact import total
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.units import NS_PER_S, ZERO

#: An order in doubt that was looked for so long and so often without a trace was never placed: well beyond the time after
#: which an exchange refuses a signed request as too old, and beyond the time that it may hide an accepted order.
ABSENT_AFTER_NS = 60 * NS_PER_S
ABSENT_LOOKS = 5
#: The same for one that the exchange itself refused: of a request that arrived twice the second may be refused, while the
#: first was accepted and is not shown yet. So it has to last longer than an exchange hides an accepted order.
REFUSED_AFTER_NS = 15 * NS_PER_S
REFUSED_LOOKS = 3
#: Time until the next look: short at first, and longer with each request that failed.
PAUSE_NS = NS_PER_S // 2
PAUSE_MAX_NS = 16 * NS_PER_S
#: An answer that did not come after this long does not come any more.
ANSWER_NS = 10 * NS_PER_S
#: So long it takes at most to prove how an order ended, while no more than two of the questions go unanswered.
SETTLED_WITHIN_NS = ABSENT_AFTER_NS + 2 * (ANSWER_NS + PAUSE_MAX_NS)
#: An order that should have traded at once or not at all, and was seen resting so often, is cancelled.
OPEN_LOOKS = 2

Answer = OrderReported | OrderNotFound | OrderTradesFetched | QuotesFetched | UnknownSymbol | PortFailed


def answered(
    setup: RouterSetup, state: RouterState, intent_id: str, number: int, answer: Answer, now_ns: int
) -> Decision:
    """The answer to request `number` of an intent's order. Only the newest request has one that counts."""
    trade = state.trades.get(intent_id)
    if trade is None or trade.order.asks != number or trade.order.step in (Step.WRITING, Step.RESTING):
        return state, ()
    match answer:
        case PortFailed():
            return _failed(setup, state, trade, answer.error, answer.detail, now_ns)
        case OrderReported():
            return _reported(setup, state, trade, answer, now_ns)
        case OrderNotFound():
            return _not_found(setup, state, trade, now_ns)
        case UnknownSymbol(detail=detail):
            if trade.order.step is Step.PLACING:
                return _failed(setup, state, trade, PortError.REJECTED, detail or "unknown symbol", now_ns)
            return _not_found(setup, state, trade, now_ns)
        case OrderTradesFetched():
            return _trades(setup, state, trade, answer, now_ns)
        case QuotesFetched():
            return _priced(setup, state, trade, answer, now_ns)


def unanswered(setup: RouterSetup, state: RouterState, intent_id: str, number: int, now_ns: int) -> Decision:
    """Silence: for an order that was sent, nobody knows."""
    lost = PortFailed("exchange", PortError.OUTCOME_UNKNOWN, "no answer in time")
    return answered(setup, state, intent_id, number, lost, now_ns)


def time_passed(setup: RouterSetup, state: RouterState, now_ns: int) -> Decision:
    """Ask what is due, and send what waited for its time."""
    outputs: list[RouterOutput] = []
    for trade in state.trades.values():
        order = trade.order
        if order.step is not Step.RESTING or order.due_ns > now_ns:
            continue
        if order.next_step is Step.PLACING:
            state, due = sent_now_or_never(setup, state, trade, now_ns)
        else:
            state, due = _ask(state, trade, order, order.next_step)
        outputs += due
    return state, tuple(outputs)


# --------------------------------------------------------------------------------------------------------------- asking


def _ask(state: RouterState, trade: TradeInWork, order: OrderInWork, step: Step) -> tuple[RouterState, tuple[Ask, ...]]:
    order = attrs.evolve(order, step=step, asks=order.asks + 1)
    return with_order(state, trade, order), (Ask(trade.intent_id, order.asks, _request(state, trade, order)),)


def _request(state: RouterState, trade: TradeInWork, order: OrderInWork) -> ExchangeRequest:
    name = (trade.symbol, order.client_order_id, order.venue_order_id)
    match order.step:
        case Step.CANCELING:
            return CancelExchangeOrder(*name)
        case Step.TRADES:
            return FetchOrderTrades(*name)
        case Step.PRICING:
            return FetchQuotes(_unpriced(state, trade, order))
        case _:
            return FetchOrder(*name)


def _later(state: RouterState, trade: TradeInWork, order: OrderInWork, step: Step, now_ns: int) -> Decision:
    pause_ns = min(PAUSE_MAX_NS, PAUSE_NS * 2 ** min(order.failures, 8))
    resting = attrs.evolve(order, step=Step.RESTING, next_step=step, due_ns=now_ns + pause_ns)
    return with_order(state, trade, resting), ()


def _doubted(order: OrderInWork, why: str) -> OrderInWork:
    """In doubt, if the table has that for its state; an order that is proved to rest stays where it is."""
    if order.state in (OrderState.INTENDED, OrderState.SUBMITTED):
        return order.moved(OrderEvent.OUTCOME_LOST, why)
    return order


# -------------------------------------------------------------------------------------------------------------- failures


def _failed(
    setup: RouterSetup, state: RouterState, trade: TradeInWork, error: PortError, detail: str, now_ns: int
) -> Decision:
    order = attrs.evolve(trade.order, failures=trade.order.failures + 1)
    if order.step is Step.PRICING:
        return _booked(setup, state, attrs.evolve(trade, order=order), now_ns)
    if order.step is not Step.PLACING:
        step = Step.LOOKING if order.step is Step.CANCELING else order.step
        return _later(state, trade, order, step, now_ns)
    if error is PortError.UNAVAILABLE:
        trade = attrs.evolve(trade, order=order, unsent=trade.unsent + 1)
        return ended(setup, state, trade, OrderEvent.PROVED_FAILED, detail, now_ns)
    if error is PortError.REJECTED:
        order = attrs.evolve(order, refused=detail or "refused", since_ns=now_ns, failures=0)
    else:
        order = attrs.evolve(_doubted(order, detail), since_ns=now_ns, failures=0)
    return _later(state, trade, order, Step.LOOKING, now_ns)


def _not_found(setup: RouterSetup, state: RouterState, trade: TradeInWork, now_ns: int) -> Decision:
    """No proof of anything for an order that the exchange has acknowledged; else one look more without a trace."""
    order = attrs.evolve(trade.order, absent=trade.order.absent + 1)
    if order.venue_order_id is not None:
        step = Step.LOOKING if order.step is Step.CANCELING else order.step
        order = attrs.evolve(order, failures=order.failures + 1)
        return _later(state, trade, order, step, now_ns)
    looks, after_ns = (REFUSED_LOOKS, REFUSED_AFTER_NS) if order.refused else (ABSENT_LOOKS, ABSENT_AFTER_NS)
    if order.absent < looks or now_ns - order.since_ns < after_ns:
        order = attrs.evolve(order, failures=min(order.failures + 1, 3))
        return _later(state, trade, order, Step.LOOKING, now_ns)
    why = order.refused or f"the exchange has no such order after {(now_ns - order.since_ns) // NS_PER_S} s"
    return ended(setup, state, attrs.evolve(trade, order=order), OrderEvent.PROVED_FAILED, why, now_ns)


# --------------------------------------------------------------------------------------------------------------- reports


def _reported(
    setup: RouterSetup, state: RouterState, trade: TradeInWork, report: OrderReported, now_ns: int
) -> Decision:
    order = trade.order
    if report.client_order_id != order.client_order_id:
        return _later(state, trade, attrs.evolve(order, failures=order.failures + 1), Step.LOOKING, now_ns)
    order = attrs.evolve(order, venue_order_id=report.venue_order_id or order.venue_order_id, refused="")
    if not report.status.is_final:
        return _unfinished(state, trade, order, report, now_ns)
    trade = attrs.evolve(trade, order=order)
    if report.filled_quantity is None:
        return _soon(state, trade, order, now_ns)
    order = attrs.evolve(order, report=report)
    trade = attrs.evolve(trade, order=order)
    if report.filled_quantity > ZERO:
        return _ask(state, trade, order, Step.TRADES)
    event = _final_event(order, report)
    if event is OrderEvent.PROVED_FAILED:
        trade = attrs.evolve(trade, order=attrs.evolve(order, refused="rejected by the exchange"))
    return ended(setup, state, trade, event, f"the exchange: {report.status.value}, nothing traded", now_ns)


def _unfinished(
    state: RouterState, trade: TradeInWork, order: OrderInWork, report: OrderReported, now_ns: int
) -> Decision:
    """Acknowledged without a status, or seen resting where nothing should rest."""
    if report.status is ExchangeOrderStatus.UNSAID:
        return _soon(state, trade, order, now_ns)
    if order.state in (OrderState.SUBMITTED, OrderState.UNKNOWN):
        order = order.moved(OrderEvent.PROVED_RESTING)
    order = attrs.evolve(order, seen_open=order.seen_open + 1)
    if order.seen_open < OPEN_LOOKS and not state.canceling_everything:
        return _later(state, trade, order, Step.LOOKING, now_ns)
    if order.step is Step.CANCELING:
        return _later(state, trade, order, Step.LOOKING, now_ns)  # a cancel that answers "open" is looked at again
    if order.state in (OrderState.OPEN, OrderState.PARTIALLY_FILLED):
        order = order.moved(OrderEvent.CANCEL_HANDED_OVER, "it should not rest")
    return _ask(state, trade, order, Step.CANCELING)


def _soon(state: RouterState, trade: TradeInWork, order: OrderInWork, now_ns: int) -> Decision:
    """An answer that leaves something open: the first look at once, the next after a pause."""
    if order.step is Step.PLACING or order.step is Step.CANCELING:
        return _ask(state, trade, order, Step.LOOKING)
    return _later(state, trade, attrs.evolve(order, failures=order.failures + 1), Step.LOOKING, now_ns)


def _final_event(order: OrderInWork, report: OrderReported) -> OrderEvent:
    match report.status:
        case ExchangeOrderStatus.FILLED:
            return OrderEvent.PROVED_FILLED
        case ExchangeOrderStatus.EXPIRED:
            return OrderEvent.PROVED_EXPIRED
        case ExchangeOrderStatus.REJECTED if order.state in (OrderState.SUBMITTED, OrderState.UNKNOWN):
            return OrderEvent.PROVED_FAILED
        case _:
            return OrderEvent.PROVED_CANCELED


# ---------------------------------------------------------------------------------------------------------------- trades


def _trades(
    setup: RouterSetup, state: RouterState, trade: TradeInWork, answer: OrderTradesFetched, now_ns: int
) -> Decision:
    """All of them, or none yet: what is booked has to be the sum that the exchange itself names."""
    order, report = trade.order, trade.order.report
    if report is None or report.filled_quantity is None or answer.client_order_id != order.client_order_id:
        return _later(state, trade, order, Step.LOOKING, now_ns)
    trades = tuple({each.trade_id: each for each in answer.trades}.values())
    found = ZERO
    for each in trades:
        found = total(found, each.quantity)
    if found != report.filled_quantity:
        step = Step.TRADES if found < report.filled_quantity else Step.LOOKING
        return _later(state, trade, attrs.evolve(order, failures=order.failures + 1), step, now_ns)
    order = attrs.evolve(order, trades=trades)
    trade = attrs.evolve(trade, order=order)
    if _unpriced(state, trade, order, setup.quote):
        state = attrs.evolve(state, coin_prices={})
        return _ask(state, trade, order, Step.PRICING)
    return _booked(setup, state, trade, now_ns)


def _unpriced(state: RouterState, trade: TradeInWork, order: OrderInWork, quote: str = "") -> tuple[str, ...]:
    """Symbols that fees in third currencies are valued with."""
    base, _, symbol_quote = trade.symbol.partition("/")
    known = (base, quote or symbol_quote)
    assets = sorted({fee.asset for each in order.trades for fee in each.fees})
    return tuple(f"{asset}/{symbol_quote}" for asset in assets if asset not in known)


def _priced(setup: RouterSetup, state: RouterState, trade: TradeInWork, answer: QuotesFetched, now_ns: int) -> Decision:
    prices = {quote.symbol.partition("/")[0]: quote.mid for quote in answer.quotes if quote.mid > ZERO}
    return _booked(setup, attrs.evolve(state, coin_prices=prices), trade, now_ns)


def _booked(setup: RouterSetup, state: RouterState, trade: TradeInWork, now_ns: int) -> Decision:
    order, report = trade.order, trade.order.report
    if report is None:
        return _later(state, trade, order, Step.LOOKING, now_ns)
    event = _final_event(order, report)
    if event is OrderEvent.PROVED_FAILED:
        event = OrderEvent.PROVED_CANCELED  # it traded: whatever the exchange calls its end, it was an order
    state = attrs.evolve(state, moves=state.moves + 1)
    return ended(setup, state, trade, event, f"the exchange: {report.status.value}", now_ns)
