"""DropBuyer: prices in, trades proposed. Thin: neo/domain/strategy/drop decides."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import EXCHANGE_DATA, EXCHANGE_ROUTER, RISK, STATE_WRITER
from neo.actors.runtime import MailboxSpec, RequestTimedOut, Tick, handles
from neo.domain.messages.dropping import (
    BarsLoaded,
    BuyerStarted,
    MarketsUpdated,
    PositionsChanged,
    QuotesUpdated,
    StandingsChanged,
    StandingsWanted,
    StatisticsUpdated,
    TradeEnded,
    TradeProposed,
    TradeRefused,
)
from neo.domain.messages.session import PhaseChanged
from neo.domain.messages.storage import DeskSnapshot, LoadRecovery, RecordSnapshots, Recovery
from neo.domain.strategy.drop.buyer import BuyerState, DropMessage, decide, remembering
from neo.domain.strategy.drop.entering import top_drops
from neo.domain.strategy.drop.marking import marked
from neo.domain.strategy.drop.remembered import stored_anchors, stored_counts, to_rows
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.telemetry.drop_events import TopDrops
from neo.domain.units import NS_PER_S

RECOVERY_TIMEOUT_NS = 5 * NS_PER_S
#: How often anchors and counts are written down.
NOTE_NS = 60 * NS_PER_S
#: How often the top drops are told, and how many.
TOP_DROPS_NS = 10 * NS_PER_S
TOP_DROPS = 10
#: How often what we hold is marked at its quotes, and so many rows of it are written together.
MARK_NS = 10 * NS_PER_S
MARKS_AT_ONCE = 6


class DropBuyer(EngineActor):
    """Ready once it has read its anchors: a drop is measured from them."""

    ready_when_started = False
    mailbox = MailboxSpec(capacity=10_000)

    def __init__(self, rules: DropRules, session_id: str, id_prefix: str) -> None:
        super().__init__()
        self._rules = rules
        self._session_id = session_id
        self._id_prefix = f"{id_prefix}.{self.incarnation}"
        self._state = BuyerState()
        self._books: PositionsChanged | None = None
        self._marks: list[DeskSnapshot] = []

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        stored = stored_anchors(recovery, self._rules.venue)
        self._state = remembering(self._state, stored, stored_counts(recovery, self._session_id))
        self.every("note", NOTE_NS)
        self.every("top drops", TOP_DROPS_NS)
        self.every("mark", MARK_NS)
        self.tell(EXCHANGE_DATA, BuyerStarted())
        self.tell(EXCHANGE_ROUTER, BuyerStarted())
        self.ready()

    @handles(
        QuotesUpdated,
        MarketsUpdated,
        StatisticsUpdated,
        BarsLoaded,
        PositionsChanged,
        TradeEnded,
        TradeRefused,
        PhaseChanged,
        StandingsWanted,
    )
    def on_message(self, message: DropMessage) -> None:
        if isinstance(message, PositionsChanged):
            self._books = message
        self._state, outputs = decide(self._rules, self._state, message, self.now_ns, self._id_prefix)
        for output in outputs:
            if isinstance(output, TradeProposed):
                self.tell(RISK, output)
            elif isinstance(output, StandingsChanged):
                self.tell(EXCHANGE_DATA, output)
            else:
                self.emit(output)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == "note":
            self._note()
            return
        if message.key == "mark":
            self._mark()
            return
        state = self._state
        nearest = top_drops(
            self._rules, state.books, state.open_positions, TOP_DROPS, now_ns=self.now_ns, phase=state.phase
        )
        if nearest:
            self.emit(TopDrops(nearest))

    def stopping(self) -> None:
        self._note()
        self._mark()
        self._hand_over_marks()

    def _mark(self) -> None:
        """A row for the books as they are; they are told before there is anything in them."""
        if self._books is None:
            return
        age_ns = self._rules.price_age_max_ns
        self._marks.append(marked(self._books, self._state.books, self._session_id, self.now_ns, age_ns))
        if len(self._marks) >= MARKS_AT_ONCE:
            self._hand_over_marks()

    def _hand_over_marks(self) -> None:
        if self._marks:
            self.tell(STATE_WRITER, RecordSnapshots(tuple(self._marks)))
            self._marks.clear()

    def _note(self) -> None:
        self.note_down(*to_rows(self._state, self._rules.venue, self._session_id))
