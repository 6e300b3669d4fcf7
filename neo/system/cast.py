"""Who plays: every actor of the engine with what it is given, its restart policy, and its place in the start order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from neo.actors import names
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
from neo.domain.market.instrument import Instrument
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded, JournalEvent
from neo.domain.orders.fills import Place
from neo.domain.orders.router_state import RouterSetup
from neo.domain.ports import Signer, StateStore, TelemetrySink
from neo.domain.safety.checkpoint import interval_ns
from neo.domain.units import seconds_ns

VENUE = "xrpl"

#: Who is told of which durable fact.
FOLLOWERS: Mapping[type[JournalEvent], tuple[str, ...]] = {
    FillRecorded: (names.INVENTORY,),
    FeeCharged: (names.INVENTORY,),
    CapitalRecorded: (names.INVENTORY,),
}

#: Writer, inventory, risk and router hold parts of the same truth: whoever comes first takes the ones behind it along.
_MONEY_PATH = (names.STATE_WRITER, names.INVENTORY, names.RISK, names.ORDER_ROUTER)


@attrs.frozen
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
        return Instrument(VENUE, self.config.xrpl.base, self.config.xrpl.quote)

    @property
    def place(self) -> Place:
        return Place(VENUE, self.instrument.symbol, self.config.xrpl.base, self.config.xrpl.quote, self.session_id)


def children(parts: Parts, policy: RestartPolicy) -> tuple[ChildSpec, ...]:
    """All actors below the supervisor, in start order."""
    config = parts.config
    tick_ns = seconds_ns(config.engine.tick_interval_seconds)
    made: dict[str, tuple[type, dict[str, object]]] = {
        names.TELEMETRY: (Telemetry, {"sink": parts.sink, "serialise": parts.serialise}),
        names.STATE_WRITER: (StateWriter, {"open_store": parts.open_store, "followers": FOLLOWERS}),
        names.INVENTORY: (Inventory, {"instrument": parts.instrument}),
        names.RISK: (
            Risk,
            {
                "session_id": parts.session_id,
                "risk": config.risk,
                "fee_headroom_drops": 2 * config.xrpl.fee_drops_max,
                "watch_interval_ns": tick_ns,
            },
        ),
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
        names.WAL_CHECKPOINTER: (
            WALCheckpointer,
            {"interval_ns": interval_ns(config.engine, config.checkpoint)},
        ),
        names.HEARTBEAT: (Heartbeat, {"heartbeat": config.heartbeat, "watched": _watched()}),
    }
    return tuple(ChildSpec(name, made[name][0], made[name][1], _policy(name, policy)) for name in names.START_ORDER)


def _watched() -> tuple[str, ...]:
    return tuple(name for name in names.START_ORDER if name != names.HEARTBEAT)


def _policy(name: str, policy: RestartPolicy) -> RestartPolicy:
    if name in _MONEY_PATH:
        return attrs.evolve(policy, restart_with=_MONEY_PATH[_MONEY_PATH.index(name) + 1 :])
    return policy


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
