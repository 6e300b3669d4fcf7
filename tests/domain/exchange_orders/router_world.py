"""The router's decisions with real books and the simulated exchange in virtual time, drawn from one seed: requests and
replies that are late, lost or doubled, writes that take a while, crashes between any two things that happen."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from decimal import Decimal

import apsw

from neo.domain.exchange_orders import routing, tracking
from neo.domain.exchange_orders.approving import approved
from neo.domain.exchange_orders.work import Ask, Decision, Journal, RouterOutput, RouterSetup, RouterState, Send
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import (
    PositionsChanged,
    TradeApproved,
    TradeEnded,
    TradeProposed,
    TradePurpose,
)
from neo.domain.messages.journal import CapitalKind, CapitalRecorded, JournalEvent, SessionOpened
from neo.domain.messages.storage import Recovery
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_S, ZERO
from neo.infra.sqlite.migrations import MIGRATIONS
from neo.infra.sqlite.payload import event_of, payload_of
from neo.infra.sqlite.projection import PROJECTIONS, settle
from neo.infra.sqlite.projection.sheet import on_sheet
from neo.infra.sqlite.recovery import load_recovery
from tests.domain.exchange_orders.exchange_stand import HABITS, SYMBOLS, D, ExchangeStand, Request, rule

SETUP = RouterSetup("mexc", "s1", "USDT")
START_NS = 1_700_000_000 * NS_PER_S
TRADES = 6
#: More often nobody could wait long enough for the proof that an order was never placed.
CRASHES_MAX = 8


class Books:
    """The journal and its tables, in memory: the projections of the real database."""

    def __init__(self) -> None:
        self.connection = apsw.Connection(":memory:")
        for migration in MIGRATIONS:
            for statement in migration.statements:
                self.connection.execute(statement)
        self.events: list[JournalEvent] = []

    def write(self, events: tuple[JournalEvent, ...], now_ns: int) -> None:
        with self.connection:
            for event in events:
                self.events.append(event)
                read_back = event_of(type(event).__name__, payload_of(event))
                lsn = len(self.events)
                self.connection.execute(
                    "INSERT INTO events VALUES(?, 's1', ?, 'router', ?, 1, ?)",
                    (lsn, now_ns, type(event).__name__, payload_of(event)),
                )
                sheet = on_sheet(self.connection, lsn, now_ns, "s1")
                PROJECTIONS[type(event)](sheet, read_back)
                settle(sheet)

    def tables(self) -> dict[str, list[str]]:
        """Every row of what trades change in tables that are projected: steps of orders are the journal itself."""
        names = ("trades", "positions", "orders", "fills", "inventory_ledger", "capital_events")
        return {name: sorted(map(repr, self.connection.execute(f"SELECT * FROM {name}"))) for name in names}

    def orders(self) -> dict[str, str]:
        """Where each order stands: its state in the table."""
        return dict(self.connection.execute("SELECT order_id, state FROM orders"))

    def steps(self) -> list[tuple[str, str, str]]:
        """Order, event and state of every step, as the journal has them, oldest first."""
        return list(self.connection.execute("SELECT order_id, event, state FROM order_events ORDER BY lsn"))

    def recovery(self) -> Recovery:
        return load_recovery(self.connection)


class World:
    """`run` plays everything; then nothing is under way any more."""

    def __init__(self, seed: int, *, crashes: float = 0.03, trouble: float = 0.2) -> None:
        self.rng = random.Random(seed)
        self.crashes, self.trouble = crashes, trouble
        self.stand = ExchangeStand(
            self.rng.choice(HABITS),
            self.rng,
            unsaid=self.rng.random() < 0.5,
            hidden_ms=self.rng.choice((0, 2_000, 20_000)),
        )
        self.books = Books()
        self.now_ns = START_NS
        self.life = 1
        self.crashed = 0
        self.ended: list[TradeEnded] = []
        self.told: PositionsChanged | None = None
        self.proposed: dict[str, TradeProposed] = {}
        self._queue: list[tuple[int, int, int | None, Callable[[], None]]] = []
        self._number = 0
        self._pending: deque[Journal] = deque()
        session = SessionOpened("s1", "r1", "sim", START_NS, "", "", 0, "")
        opening = [
            CapitalRecorded(f"open:{asset}", "s1", "mexc", asset, amount, CapitalKind.INITIAL)
            for asset, amount in self.stand.holdings().items()
        ]
        self.books.write((session, *opening), self.now_ns)
        self.state = RouterState()
        self._start()

    # ------------------------------------------------------------------------------------------------------- the run

    def run(self, watch: Callable[[World], None]) -> None:
        for number in range(TRADES):
            self._later(self.rng.randint(0, 40_000), lambda number=number: self._propose(number))  # type: ignore[misc]
        for _ in range(20_000):
            if not self._step(watch) and not self.state.trades:
                return
            if self._number > 3_000:
                self.crashes = self.trouble = 0.0  # the weather clears up: everything has to come to its end
        raise AssertionError(f"still under way: {routing.unfinished(self.state)}")

    def _step(self, watch: Callable[[World], None]) -> bool:
        """The next thing that happens; False when there is none but the clock."""
        waiting = bool(self._queue)
        look_ns = self.now_ns + NS_PER_S // 4
        if self._queue and self._queue[0][0] <= look_ns:
            self.now_ns, _, life, happens = heapq.heappop(self._queue)
            if life is None or life == self.life:
                happens()
        else:
            self.now_ns = look_ns
            self._decide(tracking.time_passed(SETUP, self.state, self.now_ns))
        watch(self)
        if self.crashed < CRASHES_MAX and self.rng.random() < self.crashes:
            self._crash()
        return waiting

    def _later(self, delay_ms: int, happens: Callable[[], None], *, survives: bool = True) -> None:
        """What does not survive a crash belongs to this life of the router."""
        self._number += 1
        entry = (self.now_ns + delay_ms * 1_000_000, self._number, None if survives else self.life, happens)
        heapq.heappush(self._queue, entry)

    def _crash(self) -> None:
        """Everything in memory is gone; what is on its way to the exchange arrives, of what waited to be written a part."""
        self.life += 1
        for _ in range(self.rng.randint(0, len(self._pending))):
            self.books.write(self._pending.popleft().events, self.now_ns)
        self._pending.clear()
        self.crashed += 1
        self._start()

    def _start(self) -> None:
        state = routing.recovered(SETUP, self.books.recovery(), self.now_ns)
        state = routing.rules_known(state, tuple(map(rule, SYMBOLS)))
        self.state = routing.phase_entered(state, trading=True)

    # -------------------------------------------------------------------------------------------------- what is wanted

    def _propose(self, number: int) -> None:
        symbol = self.rng.choice(SYMBOLS)
        bid, ask = self.stand.touch(symbol)
        position = self.state.positions.get(symbol)
        if position is not None and self.rng.random() < 0.8:
            limits = tuple(bid - D(step) / 100 for step in range(self.rng.randint(1, 3)))
            purpose, side, quantity = TradePurpose.EXIT, Side.SELL, position.quantity
        else:
            limits = tuple(ask + D(step) / 100 for step in range(self.rng.randint(1, 3)))
            purpose, side, quantity = TradePurpose.ENTRY, Side.BUY, D(self.rng.randint(50, 400)) / 10
        trade = TradeProposed(f"i{number}", purpose, symbol, side, quantity, limits, "drop", self.now_ns, self.now_ns)
        self.proposed[trade.intent_id] = trade
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            message = TradeApproved(trade, self.now_ns)
            self._later(
                self.rng.choice((1, 5, 300, 4_000, 17_000)),
                lambda message=message: self._decide(approved(SETUP, self.state, message, self.now_ns)),  # type: ignore[misc]
            )
        self._later(30_000, lambda: None)

    # ------------------------------------------------------------------------------------------------------- performing

    def _decide(self, decision: Decision) -> None:
        self.state, outputs = decision
        self._perform(outputs)

    def _perform(self, outputs: tuple[RouterOutput, ...]) -> None:
        for output in outputs:
            match output:
                case Journal():
                    self._pending.append(output)
                    self._later(1, self._write_next, survives=False)
                case Ask():
                    self._ask(output)
                case Send(intent_id=intent_id):
                    self._decide(routing.durable(SETUP, self.state, intent_id, self.now_ns))
                case PositionsChanged():
                    self.told = output
                case TradeEnded():
                    self.ended.append(output)

    def _write_next(self) -> None:
        """One write after another; the router hears of it a while later."""
        if not self._pending:
            return
        journal = self._pending.popleft()
        self.books.write(journal.events, self.now_ns)
        self._later(self.rng.choice((0, 1, 3_000)), lambda: self._perform(journal.then), survives=False)

    def _ask(self, ask: Ask) -> None:
        delay_ms, fate = self.rng.randint(1, 800), self.rng.random()
        lost = self.trouble / 4
        if fate < lost:  # never arrives
            self._reply(ask, PortFailed("exchange", PortError.UNAVAILABLE, "refused"), delay_ms)
        elif fate < 2 * lost:  # hangs, and never arrives
            self._silence(ask)
        elif fate < 3 * lost:  # hangs, arrives late, and the answer is lost
            self._later(self.rng.randint(1, 9_000), lambda: self._into_the_void(ask.request))
            self._silence(ask)
        else:
            self._later(delay_ms, lambda: self._carried_out(ask))

    def _carried_out(self, ask: Ask) -> None:
        answer = self._carry_out(ask.request)
        if self.rng.random() < self.trouble / 4:
            answer = PortFailed("exchange", PortError.OUTCOME_UNKNOWN, "reset")
        for _ in range(2 if self.rng.random() < self.trouble else 1):
            self._reply(ask, answer, self.rng.randint(1, 800))

    def _into_the_void(self, request: Request) -> None:
        self._carry_out(request)

    def _carry_out(self, request: Request) -> object:
        return self.stand.answer(request, self.now_ns)

    def _reply(self, ask: Ask, answer: object, delay_ms: int) -> None:
        def arrives() -> None:
            self._decide(tracking.answered(SETUP, self.state, ask.intent_id, ask.number, answer, self.now_ns))  # type: ignore[arg-type]

        self._later(delay_ms, arrives, survives=False)

    def _silence(self, ask: Ask) -> None:
        def gives_up() -> None:
            self._decide(tracking.unanswered(SETUP, self.state, ask.intent_id, ask.number, self.now_ns))

        self._later(10_000, gives_up, survives=False)

    # ---------------------------------------------------------------------------------------------------- what must hold

    def booked(self) -> dict[str, Decimal]:
        balances = self.books.recovery().balances
        return {b.asset: b.fills_only + b.capital for b in balances if b.fills_only + b.capital != ZERO}


__all__ = ["SETUP", "World"]
