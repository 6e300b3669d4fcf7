"""[engine]: the engine's own rhythm."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.domain.config.strategies import MARKET_MAKER, Strategies
from neo.records import frozen


@frozen(kw_only=True)
class EngineConfig:
    """Who trades, and intervals in seconds."""

    strategies: tuple[str, ...] = attrs.field(
        default=(MARKET_MAKER,),
        validator=Strategies(),
        metadata=about("what trades: market_maker on the ledger, drop_buyer on the exchange, or both"),
    )

    tick_interval_seconds: Decimal = attrs.field(
        default=Decimal(4),
        validator=above(0, at_most=3600),
        metadata=about("time between two decisions of the strategy", "s"),
    )
    wal_checkpoint_interval_seconds: Decimal = attrs.field(
        default=Decimal(60),
        validator=at_least(0, at_most=86400),
        metadata=about("time between two checkpoints of the write-ahead log; 0 switches them off", "s"),
    )
