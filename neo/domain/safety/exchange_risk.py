"""Risk of the exchange side: lets a proposed trade pass or not, and reports every limit that is broken.

Orders in flight count as if they were filled. A sale is never refused for money: it gives money back.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.messages.dropping import (
    PositionsChanged,
    QuotesUpdated,
    TradeApproved,
    TradeEnded,
    TradeProposed,
    TradePurpose,
    TradeRefusal,
    TradeRefused,
)
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach, RiskBreached
from neo.domain.safety import held_prices
from neo.domain.safety.breakers import Breaker, BreakerLimits, TradingRecord, closed, on_day_of, tripped
from neo.domain.safety.held_prices import HeldPrices
from neo.domain.safety.limits import orders_in_window
from neo.domain.safety.risk import counted
from neo.domain.safety.risk_state import AccountAnswers, GatewaySeen, OrderRate
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.units import NS_PER_S, ZERO, seconds_ns
from neo.records import frozen

#: An approval that the router's books do not contain after this long was lost: the router acts on none so old.
APPROVAL_LIFE_NS = 30 * NS_PER_S

ExchangeRiskInput = QuotesUpdated | PositionsChanged | TradeEnded | GatewayReported | PhaseChanged


@frozen
class ExchangeRiskState:
    """`on_the_way`: approved entries that the router's books do not contain yet. `breached`: told, and still over."""

    watching_since_ns: int
    phase: Phase = Phase.STARTING
    books: PositionsChanged | None = None
    on_the_way: tuple[TradeApproved, ...] = ()
    record: TradingRecord = attrs.field(factory=TradingRecord)
    quoted_at_ns: int | None = None
    gateway: GatewaySeen = attrs.field(factory=GatewaySeen)
    account: AccountAnswers = attrs.field(factory=AccountAnswers)
    rate: OrderRate = attrs.field(factory=OrderRate)
    prices: HeldPrices = attrs.field(factory=HeldPrices)
    breached: tuple[RiskBreach, ...] = ()


# -------------------------------------------------------------------------------------------------------------- approval


def approve(
    state: ExchangeRiskState, trade: TradeProposed, now_ns: int, risk: ExchangeRiskConfig
) -> tuple[ExchangeRiskState, TradeApproved | TradeRefused]:
    """The one answer to a proposal."""
    refusal = _refusal(state, trade, now_ns, risk)
    if refusal is not None:
        return state, TradeRefused(trade, *refusal)
    approved = TradeApproved(trade, now_ns)
    if trade.purpose is TradePurpose.ENTRY:
        state = attrs.evolve(state, on_the_way=(*_still_on_the_way(state, now_ns), approved))
    return state, approved


def _refusal(
    state: ExchangeRiskState, trade: TradeProposed, now_ns: int, risk: ExchangeRiskConfig
) -> tuple[TradeRefusal, str] | None:
    if state.phase is not Phase.TRADING or state.books is None:
        return TradeRefusal.NOT_TRADING, f"the engine is {state.phase.value}"
    age_ns = now_ns - trade.quote_at_ns
    if age_ns > seconds_ns(risk.quote_max_age_s):
        return TradeRefusal.STALE_QUOTE, f"the quote is {age_ns / NS_PER_S:.1f} s old, allowed {risk.quote_max_age_s} s"
    if trade.purpose is TradePurpose.EXIT:
        return None
    open_breakers = tripped(breaker_limits(risk), state.record, now_ns)
    if open_breakers:
        return TradeRefusal.BREAKER, ", ".join(breaker.value for breaker in open_breakers)
    result_today = on_day_of(state.record, now_ns).result_today
    without_price = held_prices.too_much_lost(state.prices, result_today, risk.daily_loss_max_usdt, now_ns)
    if without_price is not None:
        return TradeRefusal.STALE_POSITION, without_price
    return _unaffordable(state, state.books, trade, now_ns, risk)


def _unaffordable(
    state: ExchangeRiskState, books: PositionsChanged, trade: TradeProposed, now_ns: int, risk: ExchangeRiskConfig
) -> tuple[TradeRefusal, str] | None:
    waiting = _still_on_the_way(state, now_ns)
    cost, promised = cost_of(trade), sum((cost_of(each.trade) for each in waiting), ZERO)
    budget = books.budget
    exposure = budget.committed + budget.reserved + promised + cost
    if exposure > risk.max_quote_exposure:
        return TradeRefusal.QUOTE_EXPOSURE, f"{exposure} > {risk.max_quote_exposure}"
    if trade.symbol in books.working:
        return TradeRefusal.SYMBOL_CAP, f"an order in {trade.symbol} may still trade"
    in_symbol = sum((p.cost_quote for p in books.positions if p.symbol == trade.symbol), ZERO)
    in_symbol += sum((cost_of(each.trade) for each in waiting if each.trade.symbol == trade.symbol), ZERO)
    if in_symbol + cost > risk.symbol_cap_usdt:
        return TradeRefusal.SYMBOL_CAP, f"{in_symbol + cost} > {risk.symbol_cap_usdt} in {trade.symbol}"
    left = budget.free - promised - cost
    if left < ZERO:
        return TradeRefusal.BUDGET, f"{cost} needed, {budget.free - promised} free"
    if left < risk.cash_reserve_usdt:
        return TradeRefusal.CASH_RESERVE, f"{left} would be left, the reserve is {risk.cash_reserve_usdt}"
    return None


def cost_of(trade: TradeProposed) -> Decimal:
    """The most that a purchase can cost before fees: all of it at the worst of its limits."""
    return trade.quantity * max(trade.limits)


def _still_on_the_way(state: ExchangeRiskState, now_ns: int) -> tuple[TradeApproved, ...]:
    return tuple(each for each in state.on_the_way if now_ns - each.approved_at_ns <= APPROVAL_LIFE_NS)


# ----------------------------------------------------------------------------------------------------------------- facts


def learn(
    state: ExchangeRiskState, message: ExchangeRiskInput, now_ns: int, risk: ExchangeRiskConfig
) -> ExchangeRiskState:
    """The state after a fact. A GatewayReported of another venue must not come here."""
    match message:
        case QuotesUpdated(quotes=quotes):
            prices = held_prices.quoted(state.prices, quotes, now_ns, seconds_ns(risk.market_data_age_max_s))
            return attrs.evolve(state, quoted_at_ns=now_ns, prices=prices)
        case PositionsChanged():
            heard = frozenset(message.acted_intents)
            waiting = tuple(each for each in state.on_the_way if each.trade.intent_id not in heard)
            rate = counted(state.rate, now_ns, message.placed_total)
            prices = held_prices.holding(state.prices, message.positions, now_ns)
            return attrs.evolve(state, books=message, on_the_way=waiting, rate=rate, prices=prices)
        case TradeEnded():
            waiting = tuple(each for each in state.on_the_way if each.trade.intent_id != message.intent_id)
            record = state.record
            if message.result_quote is not None:
                record = closed(record, message.result_quote, message.ended_at_ns)
            return attrs.evolve(state, on_the_way=waiting, record=record)
        case GatewayReported(ok=True, of_account=True):
            # An exchange that answers for our account can be reached; prices that stay away are told by their age.
            return attrs.evolve(state, account=AccountAnswers(), gateway=GatewaySeen())
        case GatewayReported(detail=detail, of_account=True):
            return attrs.evolve(state, account=state.account.failed(now_ns, detail))
        case GatewayReported(ok=True):
            return attrs.evolve(state, gateway=GatewaySeen())
        case GatewayReported(detail=detail):
            since = now_ns if state.gateway.failing_since_ns is None else state.gateway.failing_since_ns
            return attrs.evolve(state, gateway=GatewaySeen(state.gateway.failures_in_row + 1, since, detail))
        case PhaseChanged(phase=phase):
            return _entered(state, phase, now_ns)


def look_at_prices(
    state: ExchangeRiskState, now_ns: int, risk: ExchangeRiskConfig, venue: str
) -> tuple[ExchangeRiskState, tuple[TelemetryEvent, ...]]:
    """Positions that have lost their price, and those that have one again."""
    if state.books is None:
        return state, ()
    age_max_ns = seconds_ns(risk.market_data_age_max_s)
    prices, told = held_prices.looked_at(state.prices, now_ns, age_max_ns, venue)
    return (attrs.evolve(state, prices=prices), told) if prices.stale or told else (state, ())


def _entered(state: ExchangeRiskState, phase: Phase, now_ns: int) -> ExchangeRiskState:
    """Whoever resumes a held session accepts the losses so far; what is still broken is reported again."""
    if state.phase is Phase.HELD and phase is Phase.RECONCILING:
        fresh = attrs.evolve(state.record, result_today=ZERO, losses_in_a_row=0)
        state = attrs.evolve(state, record=fresh)
    if phase is Phase.TRADING and state.phase is not Phase.TRADING:
        return attrs.evolve(state, phase=phase, watching_since_ns=now_ns, breached=())
    return attrs.evolve(state, phase=phase)


# -------------------------------------------------------------------------------------------------------------- breaches


def report(
    state: ExchangeRiskState, now_ns: int, risk: ExchangeRiskConfig, venue: str
) -> tuple[ExchangeRiskState, tuple[RiskBreached, ...]]:
    """Limits that are over now, each told once until it holds again. Nothing is over while nothing trades."""
    if state.phase is not Phase.TRADING:
        return state, ()
    broken = _broken(state, now_ns, risk)
    fresh = tuple(RiskBreached(breach, detail, venue) for breach, detail in broken if breach not in state.breached)
    if not broken and not state.breached:
        return state, ()
    return attrs.evolve(state, breached=tuple(breach for breach, _ in broken)), fresh


def _broken(state: ExchangeRiskState, now_ns: int, risk: ExchangeRiskConfig) -> list[tuple[RiskBreach, str]]:
    found: list[tuple[RiskBreach, str]] = []
    record, open_breakers = state.record, tripped(breaker_limits(risk), state.record, now_ns)
    if state.books is not None:
        exposure = state.books.budget.committed + state.books.budget.reserved
        if exposure > risk.max_quote_exposure:
            found.append((RiskBreach.QUOTE_EXPOSURE, f"quote exposure limit ({exposure} > {risk.max_quote_exposure})"))
    if Breaker.DAILY_LOSS in open_breakers:
        found.append((RiskBreach.DRAWDOWN, f"daily loss limit ({-record.result_today} >= {risk.daily_loss_max_usdt})"))
    if Breaker.LOSS_STREAK in open_breakers:
        found.append((RiskBreach.LOSS_STREAK, f"losses in a row ({record.losses_in_a_row} >= {risk.loss_streak_max})"))
    orders = orders_in_window(state.rate, now_ns)
    if orders > risk.max_exchange_orders_per_minute:
        detail = f"order rate limit ({orders} > {risk.max_exchange_orders_per_minute} a minute)"
        found.append((RiskBreach.ORDER_RATE, detail))
    return found + _deaf(state, now_ns, risk)


def _deaf(state: ExchangeRiskState, now_ns: int, risk: ExchangeRiskConfig) -> list[tuple[RiskBreach, str]]:
    found: list[tuple[RiskBreach, str]] = []
    gateway, account = state.gateway, state.account
    for failures, failure in (
        (gateway.failures_in_row, gateway.last_failure),
        (account.failures_in_row, f"in our account's name: {account.last_failure}"),
    ):
        if failures > risk.rpc_failures_max:
            found.append((RiskBreach.RPC_FAILURE, f"{failures} requests failed in a row: {failure}"))
            break
    patience_ns = seconds_ns(risk.gateway_unhealthy_s)
    account_ns = account.last_failed_ns - account.first_failed_ns
    if gateway.failing_since_ns is not None and now_ns - gateway.failing_since_ns > patience_ns:
        seconds = (now_ns - gateway.failing_since_ns) // NS_PER_S
        found.append((RiskBreach.GATEWAY_UNHEALTHY, f"no answer for {seconds} s: {gateway.last_failure}"))
    elif account_ns > patience_ns:
        text = f"no answer in our account's name for {account_ns // NS_PER_S} s: {account.last_failure}"
        found.append((RiskBreach.GATEWAY_UNHEALTHY, text))
    heard_ns = max(state.watching_since_ns, state.quoted_at_ns or 0)
    if now_ns - heard_ns > seconds_ns(risk.market_data_age_max_s):
        found.append((RiskBreach.STALE_MARKET_DATA, f"no quote for {(now_ns - heard_ns) // NS_PER_S} s"))
    return found


def breaker_limits(risk: ExchangeRiskConfig) -> BreakerLimits:
    """The circuit breakers that [exchange_risk] asks for."""
    return BreakerLimits(
        loss_streak_max=risk.loss_streak_max,
        daily_loss_max=risk.daily_loss_max_usdt,
        daily_trades_max=risk.daily_trades_max,
    )
