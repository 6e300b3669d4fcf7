"""Strategy: looks at the market every tick and proposes what should rest."""

from __future__ import annotations

from collections import deque

from neo.actors.engine_actor import EngineActor
from neo.actors.names import RISK, STATE_WRITER
from neo.actors.runtime import MailboxSpec, Tick, handles
from neo.domain.config.configuration import Config
from neo.domain.market.instrument import Instrument
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.quoting import InventoryChanged, MarketUpdated, WorkingOrder, WorkingOrdersChanged
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import MarketSnapshot, RecordSnapshots
from neo.domain.session.distance import TouchDistance
from neo.domain.session.distance_window import DistanceWindow, window_to_json
from neo.domain.strategy.quoting import Holdings
from neo.domain.strategy.tick import Outlook, TickDecision, decide_tick, snapshot
from neo.domain.telemetry.events import quote_tick
from neo.domain.units import NS_PER_S, seconds_ns
from neo.records import frozen

#: engine_state key of the rolling window of distances, its length in ticks, and how often it is written.
WINDOW_KEY = "tick_distance_to_touch"
WINDOW_TICKS = 60
WINDOW_EVERY_TICKS = 60
#: Rows of market_snapshots are written for so many ticks together.
SNAPSHOTS_AT_ONCE = 15
#: From the moment that trading is possible to the first look; the newest book is there by then.
FIRST_TICK_NS = NS_PER_S


@frozen
class StrategySetup:
    """Everything that the market maker needs to know by value."""

    instrument: Instrument
    session_id: str
    config: Config


class MarketMaker(EngineActor):
    """Thin: keeps the newest facts, asks neo/domain/strategy once a tick, passes the answer on."""

    mailbox = MailboxSpec(conflate={MarketUpdated: lambda update: (update.book.venue, update.book.symbol)})

    def __init__(self, setup: StrategySetup) -> None:
        super().__init__()
        self._setup = setup
        self._market: MarketUpdated | None = None
        self._holdings: Holdings | None = None
        self._working: tuple[WorkingOrder, ...] = ()
        self._phase = Phase.STARTING
        self._tick = 0
        self._outlook: Outlook | None = None
        #: The newest ticks' moments and distances: the rows of the window are made when it is written.
        self._distances: deque[tuple[int, TouchDistance]] = deque(maxlen=WINDOW_TICKS)
        self._snapshots: list[MarketSnapshot] = []

    def started(self) -> None:
        self._keep_looking()

    @handles(MarketUpdated)
    def on_market(self, message: MarketUpdated) -> None:
        self._market = message

    @handles(InventoryChanged)
    def on_inventory(self, message: InventoryChanged) -> None:
        self._holdings = Holdings(message.base, message.quote)

    @handles(WorkingOrdersChanged)
    def on_working_orders(self, message: WorkingOrdersChanged) -> None:
        self._working = message.orders

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        if message.phase is Phase.TRADING and self._phase is not Phase.TRADING:
            # A first look soon, not after a whole interval: what was withdrawn for a halt or a restart comes back.
            self._keep_looking(FIRST_TICK_NS)
        elif self._phase is Phase.TRADING:
            self._hand_over_snapshots()
        self._phase = message.phase

    def _keep_looking(self, first_ns: int | None = None) -> None:
        self.every("tick", seconds_ns(self._setup.config.strategy.requote_interval_seconds), first_ns)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if self._phase is not Phase.TRADING:
            return
        self._tick += 1
        config = self._setup.config
        instrument = self._setup.instrument
        decision = decide_tick(
            self._tick,
            self.now_ns,
            instrument.venue,
            instrument.symbol,
            self._market,
            self._holdings,
            self._working,
            config.strategy,
            config.order_size,
            config.xrpl.fee_drops_max,
            self._outlook,
        )
        self._outlook = decision.outlook
        self.tell(RISK, decision.proposal)
        self._record(decision)

    def _record(self, decision: TickDecision) -> None:
        self._snapshots.append(snapshot(decision, self._setup.session_id))
        if len(self._snapshots) >= SNAPSHOTS_AT_ONCE:
            self._hand_over_snapshots()
        self.emit(quote_tick(decision))
        self._distances.append((decision.proposal.proposed_at_ns, decision.distance))
        if self._tick % WINDOW_EVERY_TICKS == 0:
            self._note_distances()

    def _note_distances(self) -> None:
        window = DistanceWindow.of(WINDOW_TICKS, self._distances)
        self.note_down(EngineStateSet(WINDOW_KEY, window_to_json(window)))

    def _hand_over_snapshots(self) -> None:
        if self._snapshots:
            self.tell(STATE_WRITER, RecordSnapshots(tuple(self._snapshots)))
            self._snapshots.clear()

    def stopping(self) -> None:
        self._hand_over_snapshots()
        if self._distances:
            self._note_distances()
