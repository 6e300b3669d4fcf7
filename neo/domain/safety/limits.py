"""The limits that halt trading, each with the numbers that broke it."""

from __future__ import annotations

from bisect import bisect_right
from decimal import ROUND_UP, Decimal
from operator import itemgetter

from neo.domain.config.risk import RiskConfig
from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.session import Phase, RiskBreach, RiskBreached
from neo.domain.money.inventory import equity
from neo.domain.safety.exposure import worst_base_value, worst_quote_value
from neo.domain.safety.risk_state import OrderRate, RiskState
from neo.domain.units import NS_PER_S, seconds_ns

RATE_WINDOW_NS = 60 * NS_PER_S
_FINE = Decimal("0.0001")
_mark_ns = itemgetter(0)
_Breaches = tuple[RiskBreached, ...]
_WATCHED_PHASES = (Phase.TRADING, Phase.PAUSED)


def broken_limits(state: RiskState, now_ns: int, risk: RiskConfig) -> tuple[RiskBreached, ...]:
    """Every limit that does not hold at `now_ns`. Ages are only watched while the session trades or is paused."""
    inventory, mid = state.inventory, state.mid
    known: _Breaches = ()
    if inventory is not None and mid is not None:
        known = _exposure(state, inventory, mid, risk) + _drawdown(state, inventory, mid, risk)
    return known + _order_rate(state, now_ns, risk) + aged(state, now_ns, risk)


def aged(state: RiskState, now_ns: int, risk: RiskConfig) -> _Breaches:
    """Those of them that can stop to hold while nothing but the time goes on."""
    if state.phase not in _WATCHED_PHASES:
        return ()
    market = state.market
    if (
        market is not None
        and now_ns - market.ledger_closed_ns <= risk.ledger_age_max_ns
        and now_ns - market.received_ns <= risk.market_data_age_max_ns
        and state.gateway.failing_since_ns is None
    ):
        return ()  # all of them hold, as nearly always
    return _ages(state, now_ns, risk) + _gateway(state, now_ns, risk)


def holds_for_ns(state: RiskState, now_ns: int, risk: RiskConfig) -> int:
    """So long after `now_ns` nothing is `aged`, whatever is heard meanwhile but an older ledger; 0: look again soon.

    What is heard only makes ages smaller, and a venue that begins to fail has its whole `gateway_unhealthy_s` from then on.
    """
    if state.phase not in _WATCHED_PHASES or state.gateway.failing_since_ns is not None:
        return 0
    ledger_ns, data_ns = _newest_ages_ns(state, now_ns)
    left_ns = min(risk.ledger_age_max_ns - ledger_ns, risk.market_data_age_max_ns - data_ns)
    return max(0, min(left_ns, seconds_ns(risk.gateway_unhealthy_s)))


def trading_result(state: RiskState) -> Decimal | None:
    """What trading and fees made since the books were opened, at the newest price; None before price and balances are known.

    Capital is not in it: neither a deposit nor the price of what was deposited is a trading profit or loss.
    """
    inventory, mid = state.inventory, state.mid
    if inventory is None or mid is None:
        return None
    return equity(inventory.base_fills_only, inventory.quote_fills_only, mid)


def orders_in_window(rate: OrderRate, now_ns: int) -> int:
    """Orders placed in the minute before `now_ns`."""
    marks = rate.marks
    if not marks:
        return 0
    outside = bisect_right(marks, now_ns - RATE_WINDOW_NS, key=_mark_ns)
    return marks[-1][1] - marks[max(0, outside - 1)][1]


def _exposure(state: RiskState, inventory: InventoryChanged, mid: Decimal, risk: RiskConfig) -> _Breaches:
    base_value = worst_base_value(inventory.base, state.commitment, mid)
    quote_value = worst_quote_value(inventory.quote, state.commitment)
    found: _Breaches = ()
    if base_value > risk.max_xrp_exposure:
        found = (_over(RiskBreach.XRP_EXPOSURE, "xrp exposure limit", base_value, risk.max_xrp_exposure),)
    if quote_value > risk.max_rlusd_exposure:
        detail = "rlusd exposure limit"
        found += (_over(RiskBreach.RLUSD_EXPOSURE, detail, quote_value, risk.max_rlusd_exposure),)
    return found


def _drawdown(state: RiskState, inventory: InventoryChanged, mid: Decimal, risk: RiskConfig) -> _Breaches:
    if state.peak_result is None:
        return ()
    fallen = state.peak_result - equity(inventory.base_fills_only, inventory.quote_fills_only, mid)
    if fallen <= risk.max_drawdown_rlusd:
        return ()
    return (_over(RiskBreach.DRAWDOWN, "drawdown limit in RLUSD", fallen, risk.max_drawdown_rlusd),)


def _order_rate(state: RiskState, now_ns: int, risk: RiskConfig) -> _Breaches:
    marks = state.rate.marks
    if not marks or marks[-1][1] - marks[0][1] <= risk.max_orders_per_minute:
        return ()  # so few in more than the minute
    orders = orders_in_window(state.rate, now_ns)
    if orders <= risk.max_orders_per_minute:
        return ()
    detail = f"orders per minute limit ({orders} > {risk.max_orders_per_minute})"
    return (RiskBreached(RiskBreach.ORDER_RATE, detail),)


def _ages(state: RiskState, now_ns: int, risk: RiskConfig) -> _Breaches:
    ledger_ns, data_ns = _newest_ages_ns(state, now_ns)
    found: _Breaches = ()
    if ledger_ns > risk.ledger_age_max_ns:
        age_s, limit_s = Decimal(ledger_ns) / NS_PER_S, risk.ledger_age_max_s
        found = (_over(RiskBreach.STALE_LEDGER, "age of the last ledger in s", age_s, limit_s),)
    if data_ns > risk.market_data_age_max_ns:
        age_s, limit_s = Decimal(data_ns) / NS_PER_S, risk.market_data_age_max_s
        found += (_over(RiskBreach.STALE_MARKET_DATA, "age of market data in s", age_s, limit_s),)
    return found


def _gateway(state: RiskState, now_ns: int, risk: RiskConfig) -> _Breaches:
    gateway = state.gateway
    if gateway.failing_since_ns is None:
        return ()
    found: _Breaches = ()
    if gateway.failures_in_row > risk.rpc_failures_max:
        numbers = f"({gateway.failures_in_row} > {risk.rpc_failures_max})"
        detail = f"failed requests in a row {numbers}, the last: {gateway.last_failure}"
        found = (RiskBreached(RiskBreach.RPC_FAILURE, detail),)
    failing_s = Decimal(now_ns - gateway.failing_since_ns) / NS_PER_S
    if failing_s > risk.gateway_unhealthy_s:
        found += (_over(RiskBreach.GATEWAY_UNHEALTHY, "venue unreachable for s", failing_s, risk.gateway_unhealthy_s),)
    return found


def _newest_ages_ns(state: RiskState, now_ns: int) -> tuple[int, int]:
    """Of the newest ledger and of the newest market data."""
    market, since_ns = state.market, state.watching_since_ns
    return (
        _age_ns(now_ns, since_ns, market.ledger_closed_ns if market else None),
        _age_ns(now_ns, since_ns, market.received_ns if market else None),
    )


def _age_ns(now_ns: int, watching_since_ns: int, seen_ns: int | None) -> int:
    """Age of the newest sight, but never longer than we have been watching. Whole ns: compared with every message."""
    newest_ns = watching_since_ns if seen_ns is None or seen_ns < watching_since_ns else seen_ns
    return now_ns - newest_ns


def _over(breach: RiskBreach, what: str, value: Decimal, limit: Decimal) -> RiskBreached:
    """Two decimals, or as many as show that the value is over."""
    shown = Decimal(f"{value:.2f}")
    if shown <= limit:
        shown = value.quantize(_FINE, ROUND_UP)
    return RiskBreached(breach, f"{what} ({shown} > {limit})")
