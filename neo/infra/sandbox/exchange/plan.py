"""What a sandbox exchange is to be: data, decided before it starts."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from pathlib import Path

import attrs

from neo.infra.simulated_exchange.disturbance import Climate
from neo.records import frozen


class DialectName(Enum):
    MEXC = "mexc"
    BINANCE = "binance"


@frozen
class AccountPlan:
    """Somebody who may trade. The secret is the sandbox's own: it opens nothing anywhere else."""

    name: str = "trader"
    api_key: str = "sandbox-key"
    secret: str = attrs.field(default="sandbox-secret", repr=False)
    funds: tuple[tuple[str, Decimal], ...] = (("USDT", Decimal(10_000)),)


@frozen(kw_only=True)
class ExchangePlan:
    """`port` 0 takes a free one. `bars` are recorded one-minute files named BASE_USDT…, `books` consecutive recordings of one
    market's order book and trades (Binance messages) named likewise; their markets replace seeded ones of the same name.
    `limit_share` scales the exchange's request limits (0 switches them off). `clock_drift_ms` is how far the exchange's
    clock is ahead of this machine's. `dips_per_day`: sudden falls of each seeded market.
    """

    dialect: DialectName = DialectName.MEXC
    symbols: int = 150
    seed: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    bars: tuple[Path, ...] = ()
    books: tuple[Path, ...] = ()
    accounts: tuple[AccountPlan, ...] = (AccountPlan(),)
    climate: Climate = attrs.field(factory=Climate)
    limit_share: float = 1.0
    clock_drift_ms: int = 0
    dips_per_day: float = 2.0
