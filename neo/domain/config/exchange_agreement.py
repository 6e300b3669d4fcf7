"""The rules between the drop buyer's configuration keys; they are registered with those of agreement.py."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.agreement import agreement
from neo.domain.config.watchlist import listed
from neo.domain.units import BPS, ONE

#: bps below the bid: no try of a sale may give way by more, half of the price.
GIVE_WAY_MAX_BPS = 5_000


@agreement("exchange.watchlist", "exchange.quote")
def every_symbol_is_priced_in_the_quote_currency(watchlist: tuple[str, ...], quote: str) -> str | None:
    if not watchlist:
        return "is empty, so nothing is ever bought: name the symbols to watch"
    wrong = [symbol for symbol in watchlist if symbol.partition("/")[2] != quote]
    return f"has what is not priced in exchange.quote {quote}: {listed(wrong)}" if wrong else None


@agreement("exchange.cool_beyond_bps", "exchange.hot_within_bps")
def a_symbol_cools_further_out_than_it_becomes_hot(cool: Decimal, hot: Decimal) -> str | None:
    return None if cool > hot else f"must be above exchange.hot_within_bps, or tiers flicker: {cool} <= {hot}"


@agreement("exchange_risk.position_size_usdt", "exchange_risk.symbol_cap_usdt", "exchange_risk.max_quote_exposure")
def one_position_fits_into_its_limits(size: Decimal, cap: Decimal, exposure: Decimal) -> str | None:
    if size <= min(cap, exposure):
        return None
    return f"is above symbol_cap_usdt or max_quote_exposure, so nothing is ever bought: {size}, {cap}, {exposure}"


@agreement(
    "exchange_risk.symbol_cap_usdt",
    "exchange_risk.position_size_usdt",
    "drop.entry_premium_bps",
    "drop.entry_premium_step_bps",
    "drop.entry_tries_max",
)
def the_dearest_try_fits_into_the_symbol(
    cap: Decimal, size: Decimal, premium: Decimal, step: Decimal, tries: int
) -> str | None:
    """Risk counts a purchase at the worst of its limits."""
    dearest = size * (ONE + (premium + step * (tries - 1)) / BPS)
    if cap >= dearest or cap < size:
        return None
    return f"is less than position_size_usdt costs at the premium of its last try, so drops are refused: {cap} < {dearest:f}"


@agreement("exchange_risk.market_data_age_max_s", "exchange.cold_interval_s")
def a_quiet_market_is_no_stale_one(age: Decimal, interval: Decimal) -> str | None:
    if age > interval:
        return None
    return f"must be above exchange.cold_interval_s, or a session halts while nothing is hot: {age} <= {interval}"


@agreement("exits.take_profit_bps", "exits.switch_above_bps")
def the_take_profit_is_beyond_its_switch(target: Decimal, switch: Decimal) -> str | None:
    return None if target > switch else f"must be above exits.switch_above_bps: {target} <= {switch}"


@agreement("exits.stop_loss_bps", "exits.switch_below_bps")
def the_stop_loss_is_beyond_its_switch(stop: Decimal, switch: Decimal) -> str | None:
    return None if stop > switch else f"must be above exits.switch_below_bps: {stop} <= {switch}"


@agreement("exits.ladder_step_bps", "exits.exit_tries_max")
def no_try_of_a_sale_gives_the_position_away(step: Decimal, tries: int) -> str | None:
    lowest = step * (tries - 1)
    if lowest <= GIVE_WAY_MAX_BPS:
        return None
    return f"times exits.exit_tries_max - 1 must be at most {GIVE_WAY_MAX_BPS}, half of the price: {lowest}"
