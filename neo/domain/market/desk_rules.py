"""From the configuration to the rules of polling."""

from __future__ import annotations

from neo.domain.config.exchange import ExchangeConfig
from neo.domain.market.quote_desk import DeskRules
from neo.domain.market.stream_watch import StreamRules
from neo.domain.market.symbol_health import DegradationRules
from neo.domain.market.tiers import Tier, TierRules
from neo.domain.units import NS_PER_S, seconds_ns

REST_MAX_NS = 3600 * NS_PER_S


def desk_rules(exchange: ExchangeConfig) -> DeskRules:
    """The venue has the exchange's name."""
    return DeskRules(
        venue=exchange.name,
        watchlist=exchange.watchlist,
        tiers=TierRules(
            hot_within_bps=exchange.hot_within_bps,
            cool_beyond_bps=exchange.cool_beyond_bps,
            hot_after_drop_ns=exchange.hot_after_drop_s * NS_PER_S,
            dwell_ns=exchange.tier_dwell_s * NS_PER_S,
        ),
        degradation=DegradationRules(
            failures_max=exchange.symbol_failures_max,
            backoff_first_ns=exchange.symbol_rest_s * NS_PER_S,
            backoff_max_ns=REST_MAX_NS,
        ),
        intervals_ns={
            Tier.HOT: seconds_ns(exchange.hot_interval_s),
            Tier.WARM: seconds_ns(exchange.warm_interval_s),
            Tier.COLD: seconds_ns(exchange.cold_interval_s),
        },
        skip_list_alert_per_hour=exchange.skip_list_alert_per_hour,
        streams=stream_rules(exchange) if exchange.websocket else None,
    )


def stream_rules(exchange: ExchangeConfig) -> StreamRules:
    return StreamRules(
        apart_bps_max=exchange.websocket_apart_bps,
        apart_ns_max=seconds_ns(exchange.websocket_apart_s),
        rest_first_ns=exchange.websocket_rest_s * NS_PER_S,
        rest_max_ns=REST_MAX_NS,
    )
