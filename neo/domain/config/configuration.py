"""The whole configuration as one value. Whoever holds a `Config` holds one whose parts agree."""

from __future__ import annotations

from decimal import Decimal

import attrs

import neo.domain.config.exchange_agreement  # noqa: F401  its rules apply wherever there is a configuration
from neo.domain.config.about import about
from neo.domain.config.agreement import contradictions, flatten
from neo.domain.config.alerts import AlertsConfig
from neo.domain.config.bounds import ValueRefused, above, at_least
from neo.domain.config.checkpoint import CheckpointConfig
from neo.domain.config.choices import Mode
from neo.domain.config.dashboard import DashboardConfig
from neo.domain.config.drop import DropConfig
from neo.domain.config.engine import EngineConfig
from neo.domain.config.exchange import ExchangeConfig
from neo.domain.config.exchange_risk import ExchangeRiskConfig, exchange_risk_unused
from neo.domain.config.exits import ExitsConfig, exits_unused
from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.config.order_size import OrderSizeConfig
from neo.domain.config.paper import PaperConfig
from neo.domain.config.reconcile import ReconcileConfig
from neo.domain.config.risk import RiskConfig
from neo.domain.config.session import SessionConfig
from neo.domain.config.sim import SimConfig
from neo.domain.config.storage import StorageConfig
from neo.domain.config.strategies import DROP_BUYER, MARKET_MAKER, NEEDED_BY, needed_by
from neo.domain.config.strategy import StrategyConfig
from neo.domain.config.telemetry import TelemetryConfig
from neo.domain.config.xrpl import XrplConfig
from neo.records import frozen


@frozen(kw_only=True)
class Config:
    """Every key that the engine reads. Building one whose values contradict each other raises ValueRefused."""

    mode: Mode = attrs.field(
        default=Mode.SIM,
        metadata=about("sim, replay, paper or live; live must also be asked for on the command line"),
    )
    allow_live: bool = attrs.field(
        default=False,
        metadata=about("the written consent to trade real money", file_only=True),
    )
    seed: int = attrs.field(
        default=0,
        validator=at_least(0, at_most=2**63 - 1),
        metadata=about("start of every random stream: the same seed is the same session in sim and replay"),
    )
    speed: Decimal = attrs.field(
        default=Decimal(1),
        validator=above(0, at_most=1_000_000),
        metadata=about("how many times faster than the clock on the wall a simulated session runs", "x"),
    )
    engine: EngineConfig = attrs.field(factory=EngineConfig)
    strategy: StrategyConfig = attrs.field(metadata=needed_by(MARKET_MAKER))
    order_size: OrderSizeConfig = attrs.field(factory=OrderSizeConfig, metadata=needed_by(MARKET_MAKER))
    risk: RiskConfig = attrs.field(metadata=needed_by(MARKET_MAKER))
    xrpl: XrplConfig = attrs.field(metadata=needed_by(MARKET_MAKER))
    exchange: ExchangeConfig = attrs.field(factory=ExchangeConfig, metadata=needed_by(DROP_BUYER))
    drop: DropConfig = attrs.field(factory=DropConfig, metadata=needed_by(DROP_BUYER))
    exits: ExitsConfig = attrs.field(factory=exits_unused, metadata=needed_by(DROP_BUYER))
    exchange_risk: ExchangeRiskConfig = attrs.field(factory=exchange_risk_unused, metadata=needed_by(DROP_BUYER))
    reconcile: ReconcileConfig = attrs.field(factory=ReconcileConfig)
    heartbeat: HeartbeatConfig = attrs.field(factory=HeartbeatConfig)
    telemetry: TelemetryConfig = attrs.field(factory=TelemetryConfig)
    storage: StorageConfig = attrs.field(factory=StorageConfig)
    checkpoint: CheckpointConfig = attrs.field(factory=CheckpointConfig)
    session: SessionConfig = attrs.field(factory=SessionConfig)
    dashboard: DashboardConfig = attrs.field(factory=DashboardConfig)
    alerts: AlertsConfig = attrs.field(factory=AlertsConfig)
    sim: SimConfig = attrs.field(factory=SimConfig)
    paper: PaperConfig = attrs.field(factory=PaperConfig)

    def __attrs_post_init__(self) -> None:
        sections = {each.name: each.metadata.get(NEEDED_BY) for each in attrs.fields(Config)}
        runs = self.engine.strategies
        idle = {name for name, strategy in sections.items() if strategy is not None and strategy not in runs}
        found = contradictions(flatten(self), idle)
        if found:
            raise ValueRefused("; ".join(f"{each.path} {each.message}" for each in found))
