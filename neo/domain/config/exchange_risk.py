"""[exchange_risk]: what the drop buyer may spend and lose. No limit has a default: who trades writes it down."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.records import frozen


@frozen(kw_only=True)
class ExchangeRiskConfig:
    """Amounts in the quote currency, ages in seconds."""

    position_size_usdt: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "amount spent on one drop", "USDT", protects="against a single purchase that is too large", example="25"
        ),
    )
    max_concurrent_positions: int = attrs.field(
        validator=at_least(1, at_most=1000),
        metadata=about(
            "most positions at the same time",
            "positions",
            protects="against everything riding on one fall",
            example="10",
        ),
    )
    max_quote_exposure: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "most that may be spent and reserved at the same time, orders in flight counted",
            "USDT",
            protects="against too much money in positions",
            example="250",
        ),
    )
    symbol_cap_usdt: Decimal = attrs.field(
        validator=above(0),
        metadata=about("most that may be spent on one symbol", "USDT", protects="against one bad coin", example="30"),
    )
    cash_reserve_usdt: Decimal = attrs.field(
        validator=at_least(0),
        metadata=about(
            "amount that is never spent", "USDT", protects="the money that stays in the account", example="50"
        ),
    )
    quote_max_age_s: Decimal = attrs.field(
        validator=above(0, at_most=3600),
        metadata=about(
            "greatest age of a quote that is traded on", "s", protects="against yesterday's price", example="3"
        ),
    )
    loss_streak_max: int = attrs.field(
        validator=at_least(1, at_most=1000),
        metadata=about(
            "losing trades in a row after which it halts", "trades", protects="against a bad day", example="5"
        ),
    )
    daily_loss_max_usdt: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "loss of one UTC day at which it halts", "USDT", protects="against a day that goes on losing", example="25"
        ),
    )
    daily_trades_max: int = attrs.field(
        validator=at_least(1, at_most=100000),
        metadata=about(
            "most trades that are closed in one UTC day", "trades", protects="against churning", example="200"
        ),
    )
    max_exchange_orders_per_minute: int = attrs.field(
        validator=at_least(1, at_most=100000),
        metadata=about(
            "most orders sent in any minute", "orders/min", protects="against a loop that burns fees", example="60"
        ),
    )
    rpc_failures_max: int = attrs.field(
        validator=at_least(1, at_most=10000),
        metadata=about(
            "most requests to the exchange that may fail in a row",
            "requests",
            protects="against trading half blind",
            example="20",
        ),
    )
    gateway_unhealthy_s: Decimal = attrs.field(
        validator=above(0, at_most=86400),
        metadata=about(
            "longest time without an answer from the exchange",
            "s",
            protects="positions that nobody can sell",
            example="60",
        ),
    )
    market_data_age_max_s: Decimal = attrs.field(
        validator=above(0, at_most=3600),
        metadata=about(
            "longest time without any quote; without one of a held symbol that is reported, and nothing halts",
            "s",
            protects="against trading on a dead feed",
            example="30",
        ),
    )


def exchange_risk_unused() -> ExchangeRiskConfig:
    """For a configuration whose engine buys no drops: nobody reads it, and it would let nothing pass."""
    least = Decimal("0.01")
    return ExchangeRiskConfig(
        position_size_usdt=least,
        max_concurrent_positions=1,
        max_quote_exposure=least,
        symbol_cap_usdt=least,
        cash_reserve_usdt=least,
        quote_max_age_s=least,
        loss_streak_max=1,
        daily_loss_max_usdt=least,
        daily_trades_max=1,
        max_exchange_orders_per_minute=1,
        rpc_failures_max=1,
        gateway_unhealthy_s=least,
        market_data_age_max_s=least,
    )
