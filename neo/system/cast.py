"""Who plays: every actor of the engine with what it is given, its restart policy, and its place in the start order.

The actors of the exchange and what they are given are imported where they play: without them a simulation of the market maker
starts a quarter sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from neo.actors import names
from neo.actors.exchange_desk import ExchangeRiskSetup
from neo.actors.heartbeat import Heartbeat
from neo.actors.inventory import Inventory
from neo.actors.market_data import MarketData
from neo.actors.order_router import OrderRouter
from neo.actors.reconciler import Reconciler
from neo.actors.risk import Risk
from neo.actors.runtime import ChildSpec, RestartPolicy
from neo.actors.state_writer import StateWriter
from neo.actors.strategy import MarketMaker, StrategySetup
from neo.actors.telemetry import Serialise, Telemetry
from neo.actors.wal_checkpointer import WALCheckpointer
from neo.domain.config.choices import Mode, UnknownOffers
from neo.domain.config.configuration import Config
from neo.domain.config.strategies import DROP_BUYER, MARKET_MAKER
from neo.domain.market.instrument import LEDGER_VENUE, Instrument
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded, JournalEvent
from neo.domain.orders.fills import Place
from neo.domain.orders.router_state import RouterSetup
from neo.domain.ports import Signer, StateStore, TelemetrySink
from neo.domain.safety.checkpoint import interval_ns
from neo.domain.units import NS_PER_S, seconds_ns
from neo.records import frozen

if TYPE_CHECKING:
    from neo.domain.exchange_orders.work import RouterSetup as ExchangeRouterSetup
    from neo.domain.market.quote_desk import DeskRules

#: An actor's class and what it is made with.
Made = tuple[type, dict[str, object]]

#: Who is told of which durable fact.
FOLLOWERS: Mapping[type[JournalEvent], tuple[str, ...]] = {
    FillRecorded: (names.INVENTORY,),
    FeeCharged: (names.INVENTORY,),
    CapitalRecorded: (names.INVENTORY, names.EXCHANGE_ROUTER),
}

#: Writer, inventory, risk and router hold parts of the same truth: whoever comes first takes the ones behind it along. The
#: router of one venue leaves that of another alone. A rebuilt drop buyer has to hear of the markets again, which exchange
#: data tells when it starts.
_SHARED = (names.STATE_WRITER, names.INVENTORY, names.RISK)
_PATHS = (
    (*_SHARED, names.ORDER_ROUTER),
    (*_SHARED, names.EXCHANGE_ROUTER),
    (names.DROP_BUYER, names.EXCHANGE_DATA),
)


@frozen
class Parts:
    """Everything from outside that the actors are given."""

    config: Config
    session_id: str
    run_id: str
    open_store: Callable[[], StateStore]
    sink: TelemetrySink
    serialise: Serialise
    signer: Signer

    @property
    def instrument(self) -> Instrument:
        return Instrument(LEDGER_VENUE, self.config.xrpl.base, self.config.xrpl.quote)

    @property
    def place(self) -> Place:
        return Place(
            LEDGER_VENUE, self.instrument.symbol, self.config.xrpl.base, self.config.xrpl.quote, self.session_id
        )


def children(parts: Parts, policy: RestartPolicy) -> tuple[ChildSpec, ...]:
    """All actors below the supervisor, in start order."""
    made = _for_everybody(parts)
    if makes_markets(parts.config):
        made |= _ledger_side(parts)
    if buys_drops(parts.config):
        made |= _exchange_side(parts)
    order = start_order(parts.config)
    return tuple(ChildSpec(name, made[name][0], made[name][1], _policy(name, policy, order)) for name in order)


def makes_markets(config: Config) -> bool:
    return MARKET_MAKER in config.engine.strategies


def buys_drops(config: Config) -> bool:
    return DROP_BUYER in config.engine.strategies


def start_order(config: Config) -> tuple[str, ...]:
    """Names of the actors that this configuration needs, leaf first."""
    left_out: frozenset[str] = frozenset()
    if not makes_markets(config):
        left_out |= names.LEDGER_SIDE
    if not buys_drops(config):
        left_out |= names.EXCHANGE_SIDE
    return tuple(name for name in names.START_ORDER if name not in left_out)


def followers(config: Config) -> Mapping[type[JournalEvent], tuple[str, ...]]:
    """FOLLOWERS as far as they play."""
    present = start_order(config)
    return {kind: tuple(name for name in told if name in present) for kind, told in FOLLOWERS.items()}


def exchange_setup(parts: Parts) -> ExchangeRouterSetup:
    """Whose orders the exchange router sends."""
    from neo.domain.exchange_orders.work import PurchaseLimits
    from neo.domain.exchange_orders.work import RouterSetup as ExchangeRouterSetup

    exchange = parts.config.exchange
    risk = parts.config.exchange_risk
    limits = PurchaseLimits(risk.cash_reserve_usdt, risk.max_quote_exposure, risk.max_concurrent_positions)
    return ExchangeRouterSetup(exchange.name, parts.session_id, exchange.quote, limits)


def _for_everybody(parts: Parts) -> dict[str, Made]:
    config = parts.config
    tick_ns = seconds_ns(config.engine.tick_interval_seconds)
    return {
        names.TELEMETRY: (Telemetry, {"sink": parts.sink, "serialise": parts.serialise}),
        names.STATE_WRITER: (StateWriter, {"open_store": parts.open_store, "followers": followers(config)}),
        names.INVENTORY: (Inventory, {"instrument": parts.instrument if makes_markets(config) else None}),
        names.RISK: (
            Risk,
            {
                "session_id": parts.session_id,
                "risk": config.risk if makes_markets(config) else None,
                "fee_headroom_drops": 2 * config.xrpl.fee_drops_max,
                "watch_interval_ns": tick_ns,
                "exchange": _exchange_limits(config),
                "venue": LEDGER_VENUE,
                "requoting": config.strategy if makes_markets(config) else None,
            },
        ),
        names.WAL_CHECKPOINTER: (
            WALCheckpointer,
            {"interval_ns": interval_ns(config.engine, config.checkpoint)},
        ),
        names.HEARTBEAT: (Heartbeat, {"heartbeat": config.heartbeat, "watched": _watched(config)}),
    }


def _exchange_limits(config: Config) -> ExchangeRiskSetup | None:
    return ExchangeRiskSetup(config.exchange.name, config.exchange_risk) if buys_drops(config) else None


def _ledger_side(parts: Parts) -> dict[str, Made]:
    config = parts.config
    return {
        names.ORDER_ROUTER: (OrderRouter, {"setup": _router_setup(parts), "signer": parts.signer}),
        names.MARKET_DATA: (MarketData, {"subscribers": (names.STRATEGY, names.RISK)}),
        names.STRATEGY: (
            MarketMaker,
            {"setup": StrategySetup(parts.instrument, parts.session_id, config)},
        ),
        names.RECONCILER: (
            Reconciler,
            {
                "place": parts.place,
                "account": config.xrpl.account,
                "interval_ns": seconds_ns(config.reconcile.reconcile_interval_s),
                "note_wallet": config.mode in (Mode.PAPER, Mode.LIVE),
                "cancel_unknown_offers": config.xrpl.adopt_unknown_offers is UnknownOffers.CANCEL,
            },
        ),
    }


def _exchange_side(parts: Parts) -> dict[str, Made]:
    from neo.actors.drop_buyer import DropBuyer
    from neo.actors.exchange_data import DataSetup, ExchangeData
    from neo.actors.exchange_reconciler import ExchangeReconciler
    from neo.actors.exchange_router import ExchangeRouter
    from neo.domain.market.desk_rules import desk_rules
    from neo.domain.strategy.drop.rules import drop_rules

    config, setup, desk = parts.config, exchange_setup(parts), desk_rules(parts.config.exchange)
    exchange = config.exchange
    rules = drop_rules(exchange.name, exchange.quote, config.drop, config.exits, config.exchange_risk)
    data = DataSetup(desk, exchange.market_reload_s * NS_PER_S, exchange.warm_up_minutes, parts.session_id)
    made: dict[str, Made] = {
        names.EXCHANGE_ROUTER: (ExchangeRouter, {"setup": setup}),
        names.DROP_BUYER: (
            DropBuyer,
            {"rules": rules, "session_id": parts.session_id, "id_prefix": parts.run_id},
        ),
        names.EXCHANGE_DATA: (ExchangeData, {"setup": data}),
        names.EXCHANGE_RECONCILER: (
            ExchangeReconciler,
            {"setup": setup, "interval_ns": seconds_ns(config.reconcile.reconcile_interval_s)},
        ),
    }
    return made | _pollers(exchange.name, desk)


def _pollers(venue: str, desk: DeskRules) -> dict[str, Made]:
    from neo.actors.exchange_data import POLLERS
    from neo.actors.poller import TierPoller

    return {
        name: (TierPoller, {"venue": venue, "tier": tier, "interval_ns": desk.intervals_ns[tier]})
        for tier, name in POLLERS.items()
    }


def _watched(config: Config) -> tuple[str, ...]:
    return tuple(name for name in start_order(config) if name != names.HEARTBEAT)


def _policy(name: str, policy: RestartPolicy, order: tuple[str, ...]) -> RestartPolicy:
    behind = [other for path in _PATHS if name in path for other in path[path.index(name) + 1 :] if other in order]
    return attrs.evolve(policy, restart_with=tuple(dict.fromkeys(behind))) if behind else policy


def _router_setup(parts: Parts) -> RouterSetup:
    config = parts.config
    return RouterSetup(
        parts.place,
        config.xrpl.account,
        parts.run_id,
        config.xrpl.fee_drops_max,
        config.xrpl.last_ledger_offset,
        config.strategy,
        config.xrpl.tickets,
    )
