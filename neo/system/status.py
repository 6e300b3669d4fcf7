"""What a running engine shows: read off the messages that pass, never asked of an actor."""

from __future__ import annotations

import os
from decimal import Decimal

import attrs

from neo.actors import names
from neo.actors.runtime import Envelope, Pong, System
from neo.domain.config.configuration import Config
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded
from neo.domain.messages.quoting import InventoryChanged, MarketUpdated, WorkingOrdersChanged
from neo.domain.messages.session import PhaseChanged
from neo.domain.messages.storage import Journaled
from neo.domain.money.profit import ProfitTally
from neo.domain.telemetry.event import Emit, EmitAll, TelemetryEvent
from neo.domain.telemetry.events import HaltEnded, HaltRaised, HeartbeatMissed, QuoteTick, TickSuspended
from neo.domain.units import NS_PER_S, seconds_ns
from neo.infra.control.status import (
    ActorState,
    ActorStatus,
    EngineStatus,
    MarketStatus,
    MoneyStatus,
    QuoteStatus,
)
from neo.system.assembly import venues_of
from neo.system.cast import buys_drops, makes_markets
from neo.system.desk_status import DeskKeeper
from neo.system.identity import SessionIdentity
from neo.system.venue_standings import VenueStandings


class StatusKeeper:
    """Watches deliveries to a few actors. Every write replaces one value, so a reader on another thread sees a whole one."""

    def __init__(self, system: System, identity: SessionIdentity, config: Config) -> None:
        self._system = system
        self._identity = identity
        self._config = config
        self._standings = VenueStandings(tuple(each.venue for each in venues_of(config)))
        self._makes_markets = makes_markets(config)
        self._desk = DeskKeeper(config) if buys_drops(config) else None
        self._market = MarketStatus(
            venue=LEDGER_VENUE,
            symbol=f"{config.xrpl.base}/{config.xrpl.quote}",
            base=config.xrpl.base,
            quote=config.xrpl.quote,
        )
        self._inventory: InventoryChanged | None = None
        self._orders = WorkingOrdersChanged("", "", (), 0)
        self._missed: dict[str, int] = {}
        self._answered_ns: dict[str, int] = {}
        self._tally = ProfitTally()
        self._fills = 0
        self._mid: Decimal | None = None
        self._within = [0, 0, 0]
        system.observe(self._seen)

    def _seen(self, envelope: Envelope) -> None:
        message, receiver = envelope.message, envelope.receiver
        if self._desk is not None:
            self._desk.seen(envelope)
        if isinstance(message, Emit):
            self._emitted(message.event, message.at_ns)
        elif isinstance(message, EmitAll):
            for _, event in message.told:
                self._emitted(event, message.at_ns)
        elif isinstance(message, PhaseChanged):
            self._standings.entered(message)
        elif receiver == names.STRATEGY:
            self._strategy_hears(message)
        elif receiver == names.INVENTORY and isinstance(message, Journaled):
            self._booked(message)
        elif receiver == names.HEARTBEAT and isinstance(message, Pong):
            self._answered(message.name)

    def _answered(self, name: str) -> None:
        self._answered_ns[name] = self._system.now_ns()
        if self._missed.get(name):
            self._missed = {**self._missed, name: 0}

    def _strategy_hears(self, message: object) -> None:
        if isinstance(message, InventoryChanged):
            self._inventory = message
        elif isinstance(message, WorkingOrdersChanged):
            self._orders = message
        elif isinstance(message, MarketUpdated):
            self._book_seen(message)

    def _book_seen(self, message: MarketUpdated) -> None:
        book = message.book
        bid = book.bids[0].price if book.bids else None
        ask = book.asks[0].price if book.asks else None
        if bid is not None and ask is not None:
            self._mid = (bid + ask) / 2
            self._tally.mid(book.at_ns, self._mid)
        self._market = attrs.evolve(
            self._market, ledger_index=book.ledger_index, book_at_ns=book.at_ns, best_bid=bid, best_ask=ask
        )

    def _booked(self, fact: Journaled) -> None:
        event = fact.event
        if not isinstance(event, FillRecorded | FeeCharged | CapitalRecorded) or event.venue != LEDGER_VENUE:
            return
        if isinstance(event, FillRecorded):
            self._fills += 1
            self._tally.fill(event.traded_at_ns, event.side, event.base_quantity, event.quote_quantity)
        elif isinstance(event, FeeCharged):
            self._tally.fee(event.amount, event.asset == self._config.xrpl.base)
        elif isinstance(event, CapitalRecorded) and event.asset == self._config.xrpl.base:
            self._tally.capital(event.amount)

    def _emitted(self, event: TelemetryEvent, at_ns: int) -> None:
        if self._desk is not None:
            self._desk.emitted(event)
        if isinstance(event, QuoteTick):
            self._ticked(event)
        elif isinstance(event, TickSuspended):
            self._market = attrs.evolve(self._market, suspended=event.reason, divergence_bps=event.divergence_bps)
        elif isinstance(event, HaltRaised):
            self._standings.raised(event, at_ns)
        elif isinstance(event, HaltEnded):
            self._standings.ended(event)
        elif isinstance(event, HeartbeatMissed):
            self._missed = {**self._missed, event.name: event.missed}

    def _ticked(self, event: QuoteTick) -> None:
        bid_bps, ask_bps = event.distance_to_clob_bid_bps, event.distance_to_clob_ask_bps
        ticks, bids, asks = self._within
        near_bid = bid_bps is not None and abs(bid_bps) <= 2
        near_ask = ask_bps is not None and abs(ask_bps) <= 2
        self._within = [ticks + 1, bids + near_bid, asks + near_ask]
        self._market = attrs.evolve(
            self._market,
            anchor=event.anchor,
            anchor_source=event.source,
            divergence_bps=event.divergence_bps,
            suspended=None,
            distance_bid_bps=bid_bps,
            distance_ask_bps=ask_bps,
            within_2bps_bid_percent=Decimal(100 * self._within[1]) / self._within[0],
            within_2bps_ask_percent=Decimal(100 * self._within[2]) / self._within[0],
        )

    # ------------------------------------------------------------------------------------------------------- telling

    def status(self) -> EngineStatus:
        """All of it, as of now."""
        identity, config = self._identity, self._config
        ends_at_ns = None
        if config.session.duration_s:
            ends_at_ns = identity.started_at_ns + seconds_ns(config.session.duration_s)
        now_ns = self._system.now_ns()
        return EngineStatus(
            session_id=identity.session_id,
            run_id=identity.run_id,
            mode=config.mode.value,
            phase=self._standings.phase,
            pid=os.getpid(),
            directory=str(identity.directory or ""),
            started_at_ns=identity.started_at_ns,
            now_ns=now_ns,
            speed=config.speed,
            ends_at_ns=ends_at_ns,
            strategies=config.engine.strategies,
            market=self._market if self._makes_markets else None,
            money=self._money() if self._makes_markets else None,
            desks=(self._desk.status(now_ns),) if self._desk is not None else (),
            quotes=self._quotes(),
            halts=self._standings.halts,
            venues=self._standings.status(),
            actors=self._actors(),
            pending=self._pending(),
        )

    def _money(self) -> MoneyStatus:
        inventory, mid = self._inventory, self._mid
        profit = self._tally.profit()
        return MoneyStatus(
            base_balance=inventory.base if inventory else None,
            quote_balance=inventory.quote if inventory else None,
            equity=inventory.base * mid + inventory.quote if inventory and mid else None,
            realised=profit.realised,
            unrealised=profit.unrealised,
            fees=profit.fees,
            fills=self._fills,
            volume=profit.volume,
            orders_placed=self._orders.placed_total,
        )

    def _quotes(self) -> tuple[QuoteStatus, ...]:
        return tuple(
            QuoteStatus(order.side.value, order.level, order.price, order.remaining, order.state.value)
            for order in self._orders.orders
        )

    def _actors(self) -> tuple[ActorStatus, ...]:
        found = []
        stopping = self._standings.phase == "stopping"
        for name, stats in self._system.mailbox_stats().items():
            if name.startswith("driver:") or (stopping and not self._system.is_up(name)):
                continue
            state = ActorState.OK if self._system.is_up(name) else self._not_up(name)
            if state is ActorState.OK and self._missed.get(name):
                state = ActorState.LATE
            restarts = max(0, self._system.incarnation(name) - 1)
            found.append(ActorStatus(name, state, stats.queued, restarts, self._last_beat_s(name)))
        return tuple(found)

    def _last_beat_s(self, name: str) -> Decimal | None:
        answered_ns = self._answered_ns.get(name)
        return None if answered_ns is None else Decimal(max(0, self._system.now_ns() - answered_ns)) / NS_PER_S

    def _not_up(self, name: str) -> ActorState:
        """At a start one actor comes after another: who was never up and never crashed is not down."""
        crashed = {crash.name for crash in tuple(self._system.crashes)}  # a copy: others append while this thread reads
        is_first = self._system.incarnation(name) <= 1 and name not in crashed
        return ActorState.STARTING if is_first and self._standings.phase == "starting" else ActorState.DOWN

    def _pending(self) -> tuple[str, ...]:
        if all(each.phase != "halting" for each in self._standings.status()):
            return ()
        ledger = (f"{o.side.value} {o.remaining} at {o.price} ({o.state.value})" for o in self._orders.orders)
        return (*ledger, *(self._desk.pending() if self._desk is not None else ()))
