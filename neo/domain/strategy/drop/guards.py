"""What may keep a drop from being bought. Every reason is looked at, so that a report can say what each one cost."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.units import BPS
from neo.records import frozen


class BlockReason(enum.Enum):
    """Why a drop was not bought."""

    TRADING_OFF = "global_trading"  # trading is switched off
    ORDER_FLOW = "order_flow"  # orders are switched off: drops are only watched
    STALE_QUOTE = "stale_quote"  # the quote is older than quote_max_age_s
    SPREAD = "spread"  # bid and ask are too far apart
    VOLUME = "volume"  # too little was traded in 24 h
    MOVING_AVERAGE = "moving_average"  # too far below its own moving average, or the average is not known
    VOLATILITY = "volatility"  # it moves too much, or how much is not known
    BTC_TREND = "btc_trend"  # BTC falls, or its trend is not known
    FALLING_MARKET = "falling_market"  # too many symbols fall together
    COOLDOWN = "cooldown"  # its last position was closed a moment ago
    POSITION_EXISTS = "position_exists"  # one position for each symbol
    MAX_POSITIONS = "max_positions"  # max_concurrent_positions are open
    MINIMUM_ORDER = "minimum_order"  # the market's minimum is more than position_size_usdt may be stretched to
    NOT_WATCHED = "not_watched"  # it is not on the watchlist, and quoted only because it is held


@frozen(kw_only=True)
class GuardRules:
    """Limits of the guards; None switches one off. `volume_24h_min` in quote currency, ratios as shares of 1."""

    quote_max_age_ns: int
    max_positions: int
    cooldown_ns: int
    global_trading: bool = True
    order_flow_enabled: bool = True
    spread_max_bps: Decimal | None = None
    volume_24h_min: Decimal | None = None
    below_average_max_bps: Decimal | None = None
    volatility_max_bps: Decimal | None = None
    btc_fall_max_bps: Decimal | None = None
    falling_share_max: Decimal | None = None


@frozen(kw_only=True)
class SymbolConditions:
    """What is known of one symbol at the moment of its drop. None: not known, which blocks where a guard needs it."""

    bid: Decimal
    ask: Decimal
    quote_age_ns: int
    order_is_possible: bool = True
    volume_24h: Decimal | None = None
    moving_average: Decimal | None = None
    volatility_bps: Decimal | None = None
    since_closed_ns: int | None = None
    has_position: bool = False
    is_on_watchlist: bool = True


@frozen(kw_only=True)
class MarketConditions:
    """What is known of the whole market. `btc_change_bps`: negative when BTC fell over the guard's window."""

    open_positions: int
    btc_change_bps: Decimal | None = None
    falling_share: Decimal | None = None


def block_reasons(rules: GuardRules, symbol: SymbolConditions, market: MarketConditions) -> tuple[BlockReason, ...]:
    """All reasons against buying, in the order of the enum; empty when the drop may be bought."""
    against = {
        BlockReason.TRADING_OFF: not rules.global_trading,
        BlockReason.ORDER_FLOW: not rules.order_flow_enabled,
        BlockReason.STALE_QUOTE: symbol.quote_age_ns > rules.quote_max_age_ns,
        BlockReason.SPREAD: _too_high(_spread_bps(symbol), rules.spread_max_bps),
        BlockReason.VOLUME: _too_low(symbol.volume_24h, rules.volume_24h_min),
        BlockReason.MOVING_AVERAGE: _too_high(_below_average_bps(symbol), rules.below_average_max_bps),
        BlockReason.VOLATILITY: _too_high(symbol.volatility_bps, rules.volatility_max_bps),
        BlockReason.BTC_TREND: _too_high(_fall_bps(market.btc_change_bps), rules.btc_fall_max_bps),
        BlockReason.FALLING_MARKET: _too_high(market.falling_share, rules.falling_share_max),
        BlockReason.COOLDOWN: symbol.since_closed_ns is not None and symbol.since_closed_ns < rules.cooldown_ns,
        BlockReason.POSITION_EXISTS: symbol.has_position,
        BlockReason.MAX_POSITIONS: market.open_positions >= rules.max_positions,
        BlockReason.MINIMUM_ORDER: not symbol.order_is_possible,
        BlockReason.NOT_WATCHED: not symbol.is_on_watchlist,
    }
    return tuple(reason for reason in BlockReason if against[reason])


def _too_high(value: Decimal | None, limit: Decimal | None) -> bool:
    """A guard without a limit blocks nothing; with one, an unknown value does."""
    return limit is not None and (value is None or value > limit)


def _too_low(value: Decimal | None, limit: Decimal | None) -> bool:
    return limit is not None and (value is None or value < limit)


def _spread_bps(symbol: SymbolConditions) -> Decimal | None:
    """None for a quote that is crossed or has no price: nothing can be said of its spread."""
    if not 0 < symbol.bid <= symbol.ask:
        return None
    return (symbol.ask - symbol.bid) * 2 / (symbol.ask + symbol.bid) * BPS


def _below_average_bps(symbol: SymbolConditions) -> Decimal | None:
    average = symbol.moving_average
    return None if average is None or average <= 0 else (average - symbol.ask) / average * BPS


def _fall_bps(change_bps: Decimal | None) -> Decimal | None:
    return None if change_bps is None else -change_bps
