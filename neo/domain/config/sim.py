"""[sim]: the embedded market that modes sim and replay trade in."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.records import frozen


@frozen(kw_only=True)
class SimConfig:
    """A pool, a book with other traders, and our wallet. Prices in RLUSD for one XRP."""

    start_price: Decimal = attrs.field(
        default=Decimal("0.52"),
        validator=above(0),
        metadata=about("fair price at the start; recorded data replaces it in a replay", "RLUSD per XRP"),
    )
    volatility_per_day_bps: Decimal = attrs.field(
        default=Decimal(400),
        validator=at_least(0, at_most=100000),
        metadata=about("standard deviation of one day's move of the fair price", "bps"),
    )
    pool_xrp: Decimal = attrs.field(
        default=Decimal(2_000_000),
        validator=above(0),
        metadata=about("XRP side of the automated pool; the other side follows from the price", "XRP"),
    )
    maker_size_xrp: Decimal = attrs.field(
        default=Decimal(400),
        validator=above(0),
        metadata=about("typical offer of the other market makers", "XRP"),
    )
    taker_size_xrp: Decimal = attrs.field(
        default=Decimal(60),
        validator=above(0),
        metadata=about("typical order that takes from the book", "XRP"),
    )
    wallet_xrp: Decimal = attrs.field(
        default=Decimal(1000),
        validator=at_least(0),
        metadata=about("our XRP at the start, the reserve included", "XRP"),
    )
    wallet_rlusd: Decimal = attrs.field(
        default=Decimal(1000),
        validator=at_least(0),
        metadata=about("our RLUSD at the start", "RLUSD"),
    )
    ledger_close_s: Decimal = attrs.field(
        default=Decimal(4),
        validator=above(0, at_most=60),
        metadata=about("time between two ledgers", "s"),
    )
    latency_ms: int = attrs.field(
        default=40,
        validator=at_least(0, at_most=60000),
        metadata=about("typical time of one request to the simulated node or exchange", "ms"),
    )
    exchange_wallet: Decimal = attrs.field(
        default=Decimal(1000),
        validator=at_least(0),
        metadata=about("our money on the simulated exchange at the start, in exchange.quote", "USDT"),
    )
    exchange_drops_per_day: Decimal = attrs.field(
        default=Decimal(24),
        validator=at_least(0, at_most=1440),
        metadata=about("sudden falls of 1.5 to 6 % that each simulated symbol has in a day", "falls/day"),
    )
