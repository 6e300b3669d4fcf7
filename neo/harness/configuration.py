"""The configuration of a simulated world, without a file."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.config.risk import RiskConfig
from neo.domain.config.session import SessionConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.config.viability import ViabilityConfig
from neo.domain.config.xrpl import XrplConfig

ACCOUNT = "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"
ISSUER = "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"


def sim_config() -> Config:
    """The numbers of config/sim.toml, with a session that ends only when it is told to. Change them with attrs.evolve."""
    return Config(
        mode=Mode.SIM,
        strategy=StrategyConfig(
            bid_offset_bps=Decimal(6),
            ask_offset_bps=Decimal(6),
            skew_strength_bps=Decimal(4),
            price_floor=Decimal("0.10"),
            price_ceiling=Decimal(10),
            min_spread_bps=Decimal(4),
            viability=ViabilityConfig(adverse_move_bps=Decimal("1.5"), max_spread_bps=Decimal(60)),
        ),
        risk=RiskConfig(
            max_xrp_exposure=Decimal(2500),
            max_rlusd_exposure=Decimal(2500),
            max_drawdown_rlusd=Decimal(1500),
            max_orders_per_minute=120,
            ledger_age_max_s=Decimal(20),
            rpc_failures_max=10,
            market_data_age_max_s=Decimal(20),
            gateway_unhealthy_s=Decimal(60),
        ),
        xrpl=XrplConfig(issuer=ISSUER, account=ACCOUNT, fee_drops_max=2000),
        heartbeat=HeartbeatConfig(interval_s=Decimal(15), timeout_s=Decimal(45)),
        session=SessionConfig(duration_s=Decimal(0)),
    )
