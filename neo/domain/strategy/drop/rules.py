"""Everything that the drop buyer's decisions depend on, by value, from the configuration."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.drop import DropConfig
from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.config.exits import ExitsConfig
from neo.domain.strategy.drop.anchor import AnchorRules, DropTriggerMode
from neo.domain.strategy.drop.exits import ExitRules
from neo.domain.strategy.drop.guards import GuardRules
from neo.domain.strategy.drop.sizing import SizeRules
from neo.domain.strategy.drop.trigger import TriggerRules
from neo.domain.units import NS_PER_MINUTE, NS_PER_S, seconds_ns
from neo.records import frozen


@frozen(kw_only=True)
class DropRules:
    """`average_minutes`: window of averages and trends; `btc_symbol`: whose trend is the market's. `price_age_max_ns`: a symbol
    whose quote is older than the exchange's newest by more than that is not quoted any more.
    """

    venue: str
    btc_symbol: str
    anchor: AnchorRules
    trigger: TriggerRules
    guards: GuardRules
    size: SizeRules
    exits: ExitRules
    average_minutes: int
    price_age_max_ns: int


def drop_rules(venue: str, quote: str, drop: DropConfig, exits: ExitsConfig, risk: ExchangeRiskConfig) -> DropRules:
    """The rules that the sections [drop], [exits] and [exchange_risk] stand for."""
    return DropRules(
        venue=venue,
        btc_symbol=f"BTC/{quote}",
        anchor=AnchorRules(
            mode=DropTriggerMode(drop.drop_trigger_mode),
            lookback_ns=drop.drop_trigger_lookback_min * NS_PER_MINUTE,
            clamp_above_peak_bps=drop.anchor_clamp_bps,
            stale_after_ns=drop.anchor_stale_min * NS_PER_MINUTE,
            start_above_max_bps=drop.anchor_start_max_bps,
        ),
        trigger=TriggerRules(
            value=drop.drop_trigger_value,
            rearm_bps=drop.rearm_bps,
            confirm_ticks=drop.confirm_ticks,
            debounce_ns=drop.debounce_s * NS_PER_S,
        ),
        guards=_guards(drop, risk),
        size=SizeRules(
            position_size=risk.position_size_usdt,
            size_up_max_share=drop.size_up_max_share,
            premium_bps=drop.entry_premium_bps,
            premium_step_bps=drop.entry_premium_step_bps,
            tries_max=drop.entry_tries_max,
        ),
        exits=_exits(exits),
        average_minutes=drop.average_min,
        price_age_max_ns=seconds_ns(risk.market_data_age_max_s),
    )


def _guards(drop: DropConfig, risk: ExchangeRiskConfig) -> GuardRules:
    return GuardRules(
        quote_max_age_ns=seconds_ns(risk.quote_max_age_s),
        max_positions=risk.max_concurrent_positions,
        cooldown_ns=drop.cooldown_s * NS_PER_S,
        global_trading=drop.global_trading,
        order_flow_enabled=drop.order_flow_enabled,
        spread_max_bps=_limit(drop.spread_max_bps),
        volume_24h_min=_limit(drop.volume_24h_min),
        below_average_max_bps=_limit(drop.below_average_max_bps),
        volatility_max_bps=_limit(drop.volatility_max_bps),
        btc_fall_max_bps=_limit(drop.btc_fall_max_bps),
        falling_share_max=_limit(drop.falling_share_max),
    )


def _limit(value: Decimal) -> Decimal | None:
    """0 switches a guard off."""
    return value if value > 0 else None


def _exits(exits: ExitsConfig) -> ExitRules:
    return ExitRules(
        take_profit_bps=exits.take_profit_bps,
        stop_loss_bps=exits.stop_loss_bps,
        switch_above_bps=exits.switch_above_bps,
        switch_below_bps=exits.switch_below_bps,
        switch_cooldown_ns=exits.switch_cooldown_s * NS_PER_S,
        time_limit_ns=exits.time_limit_min * NS_PER_MINUTE,
        trailing_from_bps=_limit(exits.trailing_from_bps),
        trailing_bps=exits.trailing_bps,
        ladder_bps=tuple(n * exits.ladder_step_bps for n in range(exits.exit_tries_max)),
    )
