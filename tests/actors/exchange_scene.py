"""Exchange router and reconciler with a real state writer and the simulated exchange, in virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from neo.actors import names
from neo.actors.exchange_reconciler import ExchangeReconciler
from neo.actors.exchange_router import ExchangeRouter
from neo.actors.runtime import Actor, ChildSpec, SimKernel, SimSystem, handles
from neo.actors.state_writer import StateWriter
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import (
    PositionsChanged,
    TradeApproved,
    TradeEnded,
    TradeProposed,
    TradePurpose,
)
from neo.domain.messages.exchange import (
    AssetHolding,
    FetchMarkets,
    FetchOpenOrders,
    FetchWallet,
    MarketsFetched,
    OpenOrdersFetched,
    OrderReported,
    PlaceExchangeOrder,
    WalletFetched,
)
from neo.domain.messages.journal import CapitalRecorded
from neo.domain.messages.session import (
    CancelEverything,
    EngineHaltRequested,
    EverythingCanceled,
    GatewayReported,
    Phase,
    PhaseChanged,
    ReconcileAmbiguous,
    Reconciled,
    ReconcileNow,
)
from neo.domain.messages.storage import (
    CheckpointMode,
    CheckpointReport,
    Journaled,
    Recovery,
    Snapshot,
    StorageFailed,
)
from neo.domain.ports import EXCHANGE_PORT, JournalWrite, StorageUnknown, WriteAccepted, WriteRefused
from neo.domain.telemetry.event import Emit, EmitAll
from neo.domain.units import NS_PER_MS, NS_PER_S, ZERO
from tests.domain.exchange_orders.exchange_stand import HABITS, SYMBOLS, ExchangeStand, rule
from tests.domain.exchange_orders.router_world import SETUP, Books

Message = TypeVar("Message")


class Ear(Actor):
    """Everybody else: keeps what it hears, and asks what it is told to ask."""

    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self._heard = heard

    @handles(
        Emit, EmitAll, Journaled, PositionsChanged, TradeEnded, GatewayReported, Reconciled, ReconcileAmbiguous,
        EverythingCanceled, EngineHaltRequested, StorageFailed,
    )  # fmt: skip
    def on_message(self, message: object) -> None:
        self._heard.append(message)

    @handles(CancelEverything)
    def on_script(self, message: CancelEverything) -> None:
        self.request(names.EXCHANGE_ROUTER, message, 600 * NS_PER_S)


class BookStore:
    """A state store whose tables are those of the real database, in memory."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.breaks = False

    def commit(self, writes: Sequence[JournalWrite]) -> tuple[WriteAccepted | WriteRefused, ...]:
        if self.breaks:
            raise StorageUnknown("disk full")
        results = []
        for write in writes:
            first = len(self.books.events) + 1
            self.books.write(write.events, write.at_ns)
            results.append(WriteAccepted(first, len(self.books.events)))
        return tuple(results)

    def record_snapshots(self, rows: Sequence[Snapshot]) -> None:
        raise AssertionError("nobody records here")

    def checkpoint(self, mode: CheckpointMode) -> CheckpointReport:
        raise AssertionError(f"nobody asks for a checkpoint {mode}")

    def recovery(self) -> Recovery:
        return self.books.recovery()

    def close(self) -> None:
        """Nothing to close."""


class StandPort:
    """Port. `swallow` decides about each request whether it is carried out without an answer."""

    def __init__(self, system: SimSystem, stand: ExchangeStand) -> None:
        self._system = system
        self._stand = stand
        self.swallow: Callable[[object], bool] = lambda _: False
        self.placed: list[PlaceExchangeOrder] = []
        self.resting: tuple[OrderReported, ...] = ()
        self.asked: list[object] = []

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        del caller
        self.asked.append(request)
        if isinstance(request, PlaceExchangeOrder):
            self.placed.append(request)
        self._system.after(100 * NS_PER_MS, lambda: self._answer(request, done))

    def _answer(self, request: object, done: Callable[[object], None]) -> None:
        answer = self._answered(request)
        if not self.swallow(request):
            done(answer)

    def _answered(self, request: object) -> object:
        now_ns = self._system.now_ns()
        match request:
            case FetchMarkets():
                return MarketsFetched(tuple(map(rule, SYMBOLS)), now_ns)
            case FetchWallet():
                held = tuple(AssetHolding(asset, amount, ZERO) for asset, amount in self._stand.holdings().items())
                return WalletFetched(held, now_ns)
            case FetchOpenOrders():
                return OpenOrdersFetched(self.resting, now_ns)
        return self._stand.answer(request, now_ns)  # type: ignore[arg-type]


class Scene:
    """Books are opened and trading has begun. `buy` proposes and approves at the ask."""

    def __init__(self, seed: int = 1) -> None:
        self.kernel = SimKernel(seed)
        self.system = SimSystem(self.kernel, policy="fifo")
        self.stand = ExchangeStand(HABITS[0], random.Random(seed), unsaid=False, hidden_ms=0)
        self.port = StandPort(self.system, self.stand)
        self.system.ports[EXCHANGE_PORT] = self.port
        self.books = Books()
        self.store = BookStore(self.books)
        self.heard: list[object] = []
        for name in (names.TELEMETRY, names.SUPERVISOR, names.DROP_BUYER, names.RISK):
            self.system.spawn(ChildSpec(name, Ear, {"heard": self.heard}))
        writer = {
            "open_store": lambda: self.store,
            "followers": {CapitalRecorded: (names.EXCHANGE_ROUTER,)},
        }
        self.system.spawn(ChildSpec(names.STATE_WRITER, StateWriter, writer))
        self.system.spawn(ChildSpec(names.EXCHANGE_ROUTER, ExchangeRouter, {"setup": SETUP}))
        interval = {"setup": SETUP, "interval_ns": 60 * NS_PER_S}
        self.system.spawn(ChildSpec(names.EXCHANGE_RECONCILER, ExchangeReconciler, interval))
        self.pass_time(1)
        self.system.tell(names.EXCHANGE_RECONCILER, ReconcileNow("start"))
        self.pass_time(2)
        self.phase(Phase.TRADING)

    def phase(self, phase: Phase) -> None:
        self.system.tell(names.EXCHANGE_ROUTER, PhaseChanged(phase, "s1"))
        self.pass_time(0)

    def pass_time(self, seconds: int) -> None:
        self.system.run_until(self.kernel.now_ns() + max(NS_PER_MS, seconds * NS_PER_S))

    def approved(self, intent: str, *, age_s: int = 0, symbol: str = SYMBOLS[0]) -> TradeProposed:
        _, ask = self.stand.touch(symbol)
        now_ns = self.kernel.now_ns()
        at_ns = now_ns - age_s * NS_PER_S
        trade = TradeProposed(
            intent, TradePurpose.ENTRY, symbol, Side.BUY, Decimal(20), (ask, ask + 1), "drop", at_ns, at_ns
        )
        self.system.tell(names.EXCHANGE_ROUTER, TradeApproved(trade, now_ns))
        return trade

    def of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.heard if isinstance(message, kind)]

    def events(self) -> list[str]:
        return [message.event.NAME for message in self.of(Emit)] + [
            event.NAME for message in self.of(EmitAll) for _, event in message.told
        ]
