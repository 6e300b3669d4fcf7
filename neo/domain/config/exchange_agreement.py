"""The rules between the drop buyer's configuration keys; they are registered with those of agreement.py."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.agreement import agreement


@agreement("exchange.watchlist", "exchange.quote")
def every_symbol_is_priced_in_the_quote_currency(watchlist: tuple[str, ...], quote: str) -> str | None:
    if not watchlist:
        return "is empty, so nothing is ever bought: name the symbols to watch"
    wrong = [symbol for symbol in watchlist if symbol.partition("/")[2] != quote]
    return f"has {wrong[0]}, which is not priced in exchange.quote {quote}" if wrong else None


@agreement("exchange.cool_beyond_bps", "exchange.hot_within_bps")
def a_symbol_cools_further_out_than_it_becomes_hot(cool: Decimal, hot: Decimal) -> str | None:
    return None if cool > hot else f"must be above exchange.hot_within_bps, or tiers flicker: {cool} <= {hot}"


@agreement("exchange_risk.position_size_usdt", "exchange_risk.symbol_cap_usdt", "exchange_risk.max_quote_exposure")
def one_position_fits_into_its_limits(size: Decimal, cap: Decimal, exposure: Decimal) -> str | None:
    if size <= min(cap, exposure):
        return None
    return f"is above symbol_cap_usdt or max_quote_exposure, so nothing is ever bought: {size}, {cap}, {exposure}"


@agreement("exits.take_profit_bps", "exits.switch_above_bps")
def the_take_profit_is_beyond_its_switch(target: Decimal, switch: Decimal) -> str | None:
    return None if target > switch else f"must be above exits.switch_above_bps: {target} <= {switch}"


@agreement("exits.stop_loss_bps", "exits.switch_below_bps")
def the_stop_loss_is_beyond_its_switch(stop: Decimal, switch: Decimal) -> str | None:
    return None if stop > switch else f"must be above exits.switch_below_bps: {stop} <= {switch}"
