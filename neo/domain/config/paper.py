"""[paper]: the imagined account that mode paper trades with, and how its fills are decided."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import at_least
from neo.domain.config.choices import ExchangeFillModel, FillModel
from neo.records import frozen


@frozen(kw_only=True)
class PaperConfig:
    """Amounts in whole units; they count at the first start only, later the books say what the account holds."""

    fill_model: FillModel = attrs.field(
        default=FillModel.QUEUE,
        metadata=about("what of our offers would have traded: touch, trade_through or queue"),
    )
    wallet_xrp: Decimal = attrs.field(
        default=Decimal(1000),
        validator=at_least(0),
        metadata=about("XRP of the imagined account at its first start, the reserve included", "XRP"),
    )
    wallet_rlusd: Decimal = attrs.field(
        default=Decimal(500),
        validator=at_least(0),
        metadata=about("RLUSD of the imagined account at its first start", "RLUSD"),
    )
    exchange_fill_model: ExchangeFillModel = attrs.field(
        default=ExchangeFillModel.TRADE_THROUGH,
        metadata=about("at which price our orders on an exchange would have traded: touch or trade_through"),
    )
    exchange_wallet: Decimal = attrs.field(
        default=Decimal(1000),
        validator=at_least(0),
        metadata=about(
            "exchange.quote in the imagined account at the exchange at its first start, later the books count", "USDT"
        ),
    )
    latency_ms: int = attrs.field(
        default=100,
        validator=at_least(0, at_most=60000),
        metadata=about("typical time of one request to the imagined node or account", "ms"),
    )
