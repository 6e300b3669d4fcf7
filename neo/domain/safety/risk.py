"""Risk: takes every fact about money, market and venue; approves quotes, and reports a limit that is broken.

It reports facts (`RiskBreached`); what follows from them is the Supervisor's decision.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from neo.domain.changed import changed, changing
from neo.domain.config.risk import RiskConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.anchor import book_mid
from neo.domain.messages.quoting import (
    AccountObserved,
    InventoryChanged,
    MarketUpdated,
    QuoteRefused,
    QuotesApproved,
    QuotesProposed,
    WorkingOrder,
    WorkingOrdersChanged,
)
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreached
from neo.domain.safety.approval import judge
from neo.domain.safety.exposure import Commitment, committed_by
from neo.domain.safety.limits import aged, broken_limits, trading_result
from neo.domain.safety.risk_state import GatewaySeen, MarketSeen, OrderRate, RiskState
from neo.domain.strategy.requote import rests_already
from neo.domain.units import NS_PER_S
from neo.quickly_built import building

RATE_WINDOW_NS = 60 * NS_PER_S
#: So often an approval goes out although all of it rests already.
ASKED_ANYWAY_TICKS = 15

RiskInput = (
    QuotesProposed
    | MarketUpdated
    | InventoryChanged
    | WorkingOrdersChanged
    | AccountObserved
    | GatewayReported
    | PhaseChanged
)
RiskOutput = QuotesApproved | QuoteRefused | RiskBreached

_market_seen = building(MarketSeen)
_seen: Callable[[RiskState, MarketSeen], RiskState] = changing(RiskState, "market")
_at_market: Callable[[RiskState, MarketSeen, Decimal], RiskState] = changing(RiskState, "market", "mid")
_owning: Callable[[RiskState, InventoryChanged], RiskState] = changing(RiskState, "inventory")
_promised: Callable[[RiskState, tuple[QuotesApproved, ...], Commitment], RiskState] = changing(
    RiskState, "on_the_way", "commitment"
)
_with_orders: Callable[
    [RiskState, tuple[WorkingOrder, ...], Commitment, tuple[QuotesApproved, ...], Commitment, OrderRate], RiskState
] = changing(RiskState, "working", "resting", "on_the_way", "commitment", "rate")


def decide(
    state: RiskState,
    message: RiskInput | None,
    now_ns: int,
    risk: RiskConfig,
    fee_headroom_drops: int,
    requoting: StrategyConfig | None = None,
) -> tuple[RiskState, tuple[RiskOutput, ...]]:
    """State and outputs after `message`; None is a tick of the clock.

    A proposal is answered with one QuotesApproved and a QuoteRefused for each quote that did not pass; with nothing when
    all of it passed and rests already, which those can tell who know by `requoting` what is to be replaced. Whatever
    changes the state or moves the clock on, every limit is checked, and each breach is reported once until its limit holds
    again; but for news that can only free what an approval held back.
    """
    if isinstance(message, QuotesProposed):
        passed, refused = judge(state, message, now_ns, risk, fee_headroom_drops)
        if not refused and requoting is not None and _is_done(state, message, now_ns, requoting):
            return state, ()
        approved = QuotesApproved(message.tick, message.venue, message.symbol, passed, message.proposed_at_ns, now_ns)
        return _sent(state, approved), (approved, *refused)
    before = state
    if message is None:
        if not state.unjudged and not state.breached and not aged(state, now_ns, risk):
            return state, ()  # all else was judged when it changed
    else:
        state = _learn(state, message, now_ns)
        if state is before:
            return state, ()
        if not state.breached and not state.unjudged:
            if type(message) is WorkingOrdersChanged and _only_frees(before, state):
                return state, ()
            if type(message) is MarketUpdated and state.mid is before.mid and not aged(state, now_ns, risk):
                return state, ()  # no figure moved
    return _report(state, now_ns, risk)


def _is_done(state: RiskState, proposal: QuotesProposed, now_ns: int, requoting: StrategyConfig) -> bool:
    """Nothing that was approved is on its way, and what rests is what is wanted.

    Now and then the router is asked all the same: it alone knows of everything that waits to be done with an approval.
    """
    return (
        not state.on_the_way
        and proposal.tick % ASKED_ANYWAY_TICKS != 0
        and rests_already(state.working, proposal.quotes, now_ns, requoting)
    )


def _only_frees(before: RiskState, after: RiskState) -> bool:
    """The router acted on an approval, and nothing became of it."""
    return after.working is before.working and after.rate is before.rate


def _learn(state: RiskState, message: RiskInput, now_ns: int) -> RiskState:
    # Each ledger brings one of the first, nearly each other one of the next two.
    if type(message) is MarketUpdated:
        book = message.book
        mid = book_mid(book)
        market = _market_seen(mid, book.at_ns, message.received_at_ns)
        if mid is None or mid == state.mid:
            return _seen(state, market)
        return _marked(_at_market(state, market, mid))
    if type(message) is WorkingOrdersChanged:
        return _placed(state, message, now_ns)
    if type(message) is InventoryChanged:
        return _marked(_owning(state, message))
    match message:
        case AccountObserved():
            return changed(state, account=message)
        case GatewayReported():
            gateway = _heard(state.gateway, message, now_ns)
            return state if gateway is state.gateway else changed(state, gateway=gateway)
        case PhaseChanged(phase=phase):
            return _entered(state, phase, now_ns)
    return state


def _sent(state: RiskState, approved: QuotesApproved) -> RiskState:
    """Until the router says otherwise, what was approved may become orders.

    An approval without quotes is remembered only as the end of those before it: when the router has acted on it, they are
    either orders or lost. No limit has to be judged again: a quote that could break one was not approved.
    """
    before = state.on_the_way
    if not approved.quotes:
        if not before:
            return state
        before = before if before[-1].quotes else before[:-1]
    commitment = state.commitment.plus(approved.quotes)
    return _promised(state, (*before, approved), commitment)


def _placed(state: RiskState, message: WorkingOrdersChanged, now_ns: int) -> RiskState:
    """These orders contain the approval of `acted_tick` and all before it; ticks are compared, not ordered, because a
    restarted strategy counts from one again."""
    on_the_way = state.on_the_way
    # the router tells the very same orders when nothing became of an approval
    resting = state.resting if message.orders is state.working else committed_by(message.orders)
    for place, approval in enumerate(on_the_way):
        if approval.tick == message.acted_tick:
            on_the_way = on_the_way[place + 1 :]
            break
    commitment = committed_by(message.orders, on_the_way) if on_the_way else resting
    rate = counted(state.rate, now_ns, message.placed_total)
    return _with_orders(state, message.orders, resting, on_the_way, commitment, rate)


def _report(state: RiskState, now_ns: int, risk: RiskConfig) -> tuple[RiskState, tuple[RiskBreached, ...]]:
    broken = broken_limits(state, now_ns, risk)
    if not broken and not state.breached:
        return changed(state, unjudged=False) if state.unjudged else state, ()
    fresh = tuple(breach for breach in broken if breach.breach not in state.breached)
    return changed(state, breached=tuple(breach.breach for breach in broken), unjudged=False), fresh


def _marked(state: RiskState) -> RiskState:
    """The best trading result so far, at the newest price."""
    result = trading_result(state)
    if result is None or (state.peak_result is not None and result <= state.peak_result):
        return state
    return changed(state, peak_result=result)


def _heard(gateway: GatewaySeen, report: GatewayReported, now_ns: int) -> GatewaySeen:
    if report.ok:
        return gateway if gateway.failing_since_ns is None else GatewaySeen()
    since_ns = now_ns if gateway.failing_since_ns is None else gateway.failing_since_ns
    return GatewaySeen(gateway.failures_in_row + 1, since_ns, report.detail)


def _entered(state: RiskState, phase: Phase, now_ns: int) -> RiskState:
    """Trading that begins (again) is watched anew: a limit that is still broken is reported again.

    Whoever resumes a held session accepts what was lost so far; the drawdown counts from there.
    """
    if state.phase is Phase.HELD and phase is Phase.RECONCILING:
        state = changed(state, peak_result=trading_result(state))
    if phase is Phase.TRADING and state.phase is not Phase.TRADING:
        return changed(state, phase=phase, watching_since_ns=now_ns, breached=())
    return changed(state, phase=phase)


def counted(rate: OrderRate, now_ns: int, placed_total: int) -> OrderRate:
    """The rate after the router's running total became `placed_total`.

    The mark before the window stays as its base line. A total that shrank is a restarted router: counting starts again.
    """
    marks = rate.marks
    if marks and placed_total < marks[-1][1]:
        marks = ((marks[-1][0], 0),)
    if marks and placed_total == marks[-1][1]:
        return rate if marks is rate.marks else OrderRate(marks)
    first = 0
    while first + 1 < len(marks) and marks[first + 1][0] <= now_ns - RATE_WINDOW_NS:
        first += 1
    return OrderRate((*marks[first:], (now_ns, placed_total)))
