"""[exchange]: which exchange is polled and traded on, which symbols are watched, and how often."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import Text, above, at_least
from neo.domain.config.exchange_access import KEY_VARIABLE, SECRET_VARIABLE, ApiUrl, VariableName
from neo.domain.config.watchlist import Watchlist
from neo.records import frozen


@frozen(kw_only=True)
class ExchangeConfig:
    """Intervals in seconds, distances in bps of the trigger line."""

    name: str = attrs.field(
        default="mexc",
        validator=Text(r"[a-z0-9]{2,20}", "the name of an exchange as ccxt writes it"),
        metadata=about("the exchange, by the name that ccxt has for it"),
    )
    quote: str = attrs.field(
        default="USDT",
        validator=Text(r"[A-Z0-9]{2,10}", "a currency code in capitals"),
        metadata=about("currency that is spent and that every symbol is priced in"),
    )
    api_url: str = attrs.field(
        default="",
        validator=ApiUrl(),
        metadata=about("another place of the exchange's interface, a sandbox for example; empty: the real one"),
    )
    key_variable: str = attrs.field(
        default=KEY_VARIABLE,
        validator=VariableName(),
        metadata=about("environment variable that holds the API key; mode live needs it"),
    )
    secret_variable: str = attrs.field(
        default=SECRET_VARIABLE,
        validator=VariableName(),
        metadata=about("environment variable that holds the secret of the API key; mode live needs it"),
    )
    password_variable: str = attrs.field(
        default="",
        validator=VariableName(may_be_empty=True),
        metadata=about(
            "environment variable that holds the pass phrase, where the exchange has one; empty: it has none"
        ),
    )
    clock_offset_max_ms: int = attrs.field(
        default=2_000,
        validator=at_least(100, at_most=60_000),
        metadata=about(
            "difference between this machine's clock and the exchange's above which no session starts and nothing is bought",
            "ms",
        ),
    )
    watchlist: tuple[str, ...] = attrs.field(
        default=(),
        validator=Watchlist(),
        metadata=about("symbols to watch, as BASE/QUOTE"),
    )
    hot_interval_s: Decimal = attrs.field(
        default=Decimal("1.5"),
        validator=above(0, at_most=60),
        metadata=about("time between two looks at a symbol that dropped recently or is near its trigger", "s"),
    )
    warm_interval_s: Decimal = attrs.field(
        default=Decimal(3),
        validator=above(0, at_most=300),
        metadata=about("time between two looks at a symbol with a position or an order", "s"),
    )
    cold_interval_s: Decimal = attrs.field(
        default=Decimal(6),
        validator=above(0, at_most=3600),
        metadata=about("time between two looks at any other symbol", "s"),
    )
    hot_within_bps: Decimal = attrs.field(
        default=Decimal(60),
        validator=at_least(0),
        metadata=about("distance from its trigger within which a symbol becomes hot", "bps"),
    )
    cool_beyond_bps: Decimal = attrs.field(
        default=Decimal(100),
        validator=at_least(0),
        metadata=about("distance from its trigger beyond which a hot symbol may cool; above hot_within_bps", "bps"),
    )
    hot_after_drop_s: int = attrs.field(
        default=300,
        validator=at_least(0, at_most=86400),
        metadata=about("time that a symbol stays hot after a drop", "s"),
    )
    tier_dwell_s: int = attrs.field(
        default=60,
        validator=at_least(0, at_most=86400),
        metadata=about("least time in a tier before a symbol is looked at less often", "s"),
    )
    symbol_failures_max: int = attrs.field(
        default=3,
        validator=at_least(1, at_most=1000),
        metadata=about("answers in a row without a quote after which a symbol rests", "answers"),
    )
    symbol_rest_s: int = attrs.field(
        default=30,
        validator=at_least(1, at_most=3600),
        metadata=about("first rest of a failing symbol; each further failure doubles it, up to an hour", "s"),
    )
    skip_list_alert_per_hour: int = attrs.field(
        default=5,
        validator=at_least(1, at_most=1000),
        metadata=about(
            "symbols that the exchange may stop knowing within an hour before an alert is raised", "symbols"
        ),
    )
    market_reload_s: int = attrs.field(
        default=3600,
        validator=at_least(60, at_most=86400),
        metadata=about("time between two loads of the exchange's list of markets", "s"),
    )
    warm_up_minutes: int = attrs.field(
        default=60,
        validator=at_least(0, at_most=1000),
        metadata=about(
            "one-minute bars read of each symbol at the start, for anchors and averages; 0 reads none", "min"
        ),
    )
    websocket: bool = attrs.field(
        default=False,
        metadata=about("true: hot symbols are also told by WebSocket, where the exchange's stream is known"),
    )
    websocket_apart_bps: Decimal = attrs.field(
        default=Decimal(20),
        validator=above(0, at_most=10_000),
        metadata=about("distance between told and polled price beyond which the told one is in doubt", "bps"),
    )
    websocket_apart_s: Decimal = attrs.field(
        default=Decimal(5),
        validator=above(0, at_most=3600),
        metadata=about("time in doubt after which a symbol's stream is dropped", "s"),
    )
    websocket_rest_s: int = attrs.field(
        default=30,
        validator=at_least(1, at_most=3600),
        metadata=about("first rest of a dropped stream; each further drop doubles it, up to an hour", "s"),
    )
