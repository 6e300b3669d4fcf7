"""[drop]: when a fall counts as a drop, and what keeps one from being bought."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import Bound, at_least
from neo.records import frozen


@frozen(kw_only=True)
class DropConfig:
    """Distances in bps, windows in minutes. A guard whose limit is 0 is off, but for cooldown_s."""

    drop_trigger_value: Decimal = attrs.field(
        default=Decimal("0.985"),
        validator=Bound(above=Decimal("0.5"), below=Decimal(1)),
        metadata=about("share of the anchor at or below which a price is a drop: 0.985 is 1.5 % down"),
    )
    drop_trigger_mode: int = attrs.field(
        default=4,
        validator=at_least(1, at_most=4),
        metadata=about(
            "the anchor: 1 session peak, 2 rolling peak, 3 the higher of both, "
            "4 persistent anchor that begins anew after a completed trade"
        ),
    )
    drop_trigger_lookback_min: int = attrs.field(
        default=5,
        validator=at_least(1, at_most=1440),
        metadata=about("window of the rolling peak", "min"),
    )
    anchor_clamp_bps: Decimal = attrs.field(
        default=Decimal(50),
        validator=at_least(0, at_most=10000),
        metadata=about("greatest distance of the persistent anchor above the rolling peak", "bps"),
    )
    anchor_stale_min: int = attrs.field(
        default=60,
        validator=at_least(1, at_most=10080),
        metadata=about("time after which a persistent anchor that no price confirmed is forgotten", "min"),
    )
    anchor_start_max_bps: Decimal = attrs.field(
        default=Decimal(100),
        validator=at_least(0, at_most=10000),
        metadata=about("greatest distance above the first price at which a stored anchor counts at a start", "bps"),
    )
    rearm_bps: Decimal = attrs.field(
        default=Decimal(20),
        validator=at_least(0, at_most=10000),
        metadata=about("distance above the line that a price must come back to before it can drop again", "bps"),
    )
    confirm_ticks: int = attrs.field(
        default=2,
        validator=at_least(1, at_most=100),
        metadata=about("prices in a row at or below the line that make a drop", "prices"),
    )
    debounce_s: int = attrs.field(
        default=30,
        validator=at_least(0, at_most=86400),
        metadata=about("least time between two drops of a symbol", "s"),
    )
    global_trading: bool = attrs.field(
        default=True, metadata=about("false: nothing is bought; positions are still sold")
    )
    order_flow_enabled: bool = attrs.field(
        default=True, metadata=about("false: drops are watched and counted, no order of any kind is sent")
    )
    spread_max_bps: Decimal = attrs.field(
        default=Decimal(30),
        validator=at_least(0),
        metadata=about("widest spread that is bought; 0: no guard", "bps"),
    )
    volume_24h_min: Decimal = attrs.field(
        default=Decimal(500_000),
        validator=at_least(0),
        metadata=about("least volume of the last 24 hours, in quote currency; 0 switches this guard off", "USDT"),
    )
    average_min: int = attrs.field(
        default=30,
        validator=at_least(2, at_most=240),
        metadata=about(
            "minutes of the moving average, of volatility, of BTC's trend, and of the share that falls", "min"
        ),
    )
    below_average_max_bps: Decimal = attrs.field(
        default=Decimal(800),
        validator=at_least(0),
        metadata=about("greatest distance below the moving average that is bought; 0 switches this guard off", "bps"),
    )
    volatility_max_bps: Decimal = attrs.field(
        default=Decimal(150),
        validator=at_least(0),
        metadata=about(
            "largest standard deviation of one-minute moves that is bought; 0 switches this guard off", "bps"
        ),
    )
    btc_fall_max_bps: Decimal = attrs.field(
        default=Decimal(200),
        validator=at_least(0),
        metadata=about(
            "greatest fall of BTC over average_min; needs BTC in the watchlist; 0 switches this guard off", "bps"
        ),
    )
    falling_share_max: Decimal = attrs.field(
        default=Decimal("0.8"),
        validator=at_least(0, at_most=1),
        metadata=about(
            "largest share of the watched symbols that falls at the same time; 0 switches this guard off", "of 1"
        ),
    )
    cooldown_s: int = attrs.field(
        default=300,
        validator=at_least(0, at_most=86400),
        metadata=about("time after a position was closed before its symbol is bought again", "s"),
    )
    entry_premium_bps: Decimal = attrs.field(
        default=Decimal(5),
        validator=at_least(0, at_most=1000),
        metadata=about("limit of the first try of an entry, above the ask", "bps"),
    )
    entry_premium_step_bps: Decimal = attrs.field(
        default=Decimal(10),
        validator=at_least(0, at_most=1000),
        metadata=about("what each further try pays more", "bps"),
    )
    entry_tries_max: int = attrs.field(
        default=3,
        validator=at_least(1, at_most=10),
        metadata=about("tries of an entry; then the drop is let go", "tries"),
    )
    size_up_max_share: Decimal = attrs.field(
        default=Decimal("0.2"),
        validator=at_least(0, at_most=1),
        metadata=about("greatest share by which an order below the market's minimum is made larger", "of 1"),
    )
