"""ExchangeData: the newest quote of every watched symbol, and how often each is asked for."""

from __future__ import annotations

from collections import deque

import attrs

from neo.actors.engine_actor import EngineActor
from neo.actors.names import DROP_BUYER, EXCHANGE_ROUTER, POLLER_COLD, POLLER_HOT, POLLER_WARM, RISK, STATE_WRITER
from neo.actors.runtime import MailboxSpec, RequestTimedOut, Tick, handles
from neo.domain.market import quote_desk, streaming
from neo.domain.market.held_symbols import held_in, is_held_one_skipped, with_held_symbols
from neo.domain.market.quote_ages import ages_of
from neo.domain.market.quote_desk import DeskRules, QuoteDesk, SkipsChanged
from neo.domain.market.skip_list_text import restored, skip_list_key, to_text
from neo.domain.market.streaming import Streaming
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import (
    BarsLoaded,
    BuyerStarted,
    CyclePolled,
    MarketsUpdated,
    PollerStarted,
    PollSymbols,
    QuotesUpdated,
    StandingsChanged,
    StandingsWanted,
    StatisticsUpdated,
)
from neo.domain.messages.exchange import (
    BarsFetched,
    FetchBars,
    FetchMarkets,
    FetchStatistics,
    MarketsFetched,
    QuotesStreamed,
    StatisticsFetched,
    StreamChanged,
    StreamQuotes,
    StreamsAssigned,
    UnknownSymbol,
)
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.storage import AgeSnapshot, LoadRecovery, RecordSnapshots, Recovery
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.polling_events import MdSkipListAlert
from neo.domain.units import NS_PER_S
from neo.records import frozen

POLLERS = {Tier.HOT: POLLER_HOT, Tier.WARM: POLLER_WARM, Tier.COLD: POLLER_COLD}
RECOVERY_TIMEOUT_NS = 5 * NS_PER_S
MARKETS_TIMEOUT_NS = 60 * NS_PER_S
BARS_TIMEOUT_NS = 20 * NS_PER_S
RETRY_NS = 5 * NS_PER_S
#: How often dwell times and rests are looked at, statistics read, and health told.
LOOK_NS = NS_PER_S
STATISTICS_NS = 60 * NS_PER_S
HEALTH_NS = 60 * NS_PER_S
#: How often the list of markets is read while it does not have a symbol that is held: nobody can sell it until then.
RELOAD_FOR_HELD_NS = 300 * NS_PER_S
#: How often the ages of all quotes are noted, and so many rows of them are written together.
AGES_NS = 10 * NS_PER_S
AGES_AT_ONCE = 6


@frozen
class DataSetup:
    """By value. `reload_ns`: time between two market loads; `warm_up_minutes`: bars to read of each symbol, 0 for none."""

    rules: DeskRules
    reload_ns: int
    warm_up_minutes: int
    session_id: str = ""


class ExchangeData(EngineActor):
    """Ready once the skip list is read and the exchange has said which markets it has."""

    ready_when_started = False
    mailbox = MailboxSpec(capacity=10_000)

    def __init__(self, setup: DataSetup) -> None:
        super().__init__()
        self._setup = setup
        self._desk = QuoteDesk(streaming=Streaming(rules=setup.rules.streams))
        self._loading: int | None = None
        self._counting: int | None = None
        self._to_warm: deque[str] = deque()
        self._warming: int | None = None
        self._assigning: int | None = None
        self._to_assign: StreamQuotes | None = None
        self._loaded = False
        self._ages: list[AgeSnapshot] = []
        self._held_at_start: tuple[str, ...] = ()

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        rules, held = with_held_symbols(self._setup.rules, recovery)
        self._setup = attrs.evolve(self._setup, rules=rules)
        self._held_at_start = held_in(recovery, rules.venue)
        self._perform(held)
        self._desk = attrs.evolve(self._desk, skips=restored(recovery, rules.venue))
        self._load_markets()

    # -------------------------------------------------------------------------------------------------- what is told

    @handles(PollerStarted)
    def on_poller(self, message: PollerStarted) -> None:
        self._perform(quote_desk.poller_started(self._desk, message.tier))

    @handles(BuyerStarted)
    def on_buyer(self, message: BuyerStarted) -> None:
        """One that was rebuilt must not wait for a reload: there may be positions to sell."""
        if self._loaded:
            rules, listed = self._setup.rules, tuple(self._desk.listed.values())
            self.tell(DROP_BUYER, MarketsUpdated(rules.venue, listed, (), (), rules.sell_only))
            self._count()

    @handles(CyclePolled)
    def on_cycle(self, message: CyclePolled) -> None:
        self._desk, outputs = quote_desk.cycle_polled(self._setup.rules, self._desk, message, self.now_ns)
        self._perform(outputs)

    @handles(StandingsChanged)
    def on_standings(self, message: StandingsChanged) -> None:
        self._desk, outputs = quote_desk.standings_changed(
            self._setup.rules, self._desk, message.standings, self.now_ns
        )
        self._perform(outputs)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        match message.key:
            case "reload" | "retry":
                self._load_markets()
            case "held":
                if is_held_one_skipped(self._desk, self._held_at_start):
                    self._load_markets()
            case "statistics":
                self._count()
            case "health":
                self._perform(quote_desk.health_report(self._desk))
            case "ages":
                self._note_ages()
            case "streams":
                self._desk = attrs.evolve(self._desk, streaming=streaming.to_be_asked_again(self._desk.streaming))
            case _:
                self._desk, outputs = quote_desk.time_passed(self._setup.rules, self._desk, self.now_ns)
                self._perform(outputs)

    def stopping(self) -> None:
        self._hand_over_ages()

    def _note_ages(self) -> None:
        ages = ages_of(self._desk, self._setup.rules.venue, self._setup.session_id, self.now_ns)
        if ages is not None:
            self._ages.append(ages)
        if len(self._ages) >= AGES_AT_ONCE:
            self._hand_over_ages()

    def _hand_over_ages(self) -> None:
        if self._ages:
            self.tell(STATE_WRITER, RecordSnapshots(tuple(self._ages)))
            self._ages.clear()

    # ----------------------------------------------------------------------------------------------- what is streamed

    @handles(QuotesStreamed)
    def on_streamed(self, message: QuotesStreamed) -> None:
        self._desk, outputs = quote_desk.quotes_streamed(self._setup.rules, self._desk, message)
        self._perform(outputs)

    @handles(StreamChanged)
    def on_stream_changed(self, message: StreamChanged) -> None:
        self._streaming(streaming.connection_changed(self._desk.streaming, message))

    @handles(StreamsAssigned)
    def on_assigned(self, message: StreamsAssigned) -> None:
        self._streaming(streaming.assigned(self._desk.streaming, message))
        self._assigning, request, self._to_assign = None, self._to_assign, None
        if request is not None:
            self._assign(request)

    def _assign(self, request: StreamQuotes) -> None:
        """One request at a time: two lists of symbols must not overtake each other."""
        if self._assigning is None:
            self._assigning = self.call(EXCHANGE_PORT, request, MARKETS_TIMEOUT_NS)
        else:
            self._to_assign = request

    def _streaming(self, said: streaming.Said) -> None:
        state, events = said
        self._desk = attrs.evolve(self._desk, streaming=state)
        self._perform(events)

    # ------------------------------------------------------------------------------------------------- what is fetched

    def _load_markets(self) -> None:
        if self._loading is None:
            self._loading = self.call(EXCHANGE_PORT, FetchMarkets(), MARKETS_TIMEOUT_NS)

    def _count(self) -> None:
        if self._counting is None and self._desk.listed:
            self._counting = self.call(EXCHANGE_PORT, FetchStatistics(tuple(self._desk.listed)), MARKETS_TIMEOUT_NS)

    @handles(MarketsFetched)
    def on_markets(self, message: MarketsFetched) -> None:
        self._loading = None
        self._desk, outputs = quote_desk.markets_fetched(self._setup.rules, self._desk, message, self.now_ns)
        self._perform(outputs)
        if not self._loaded:
            self._loaded = True
            self.every("look", LOOK_NS)
            self.every("reload", self._setup.reload_ns)
            self.every("held", RELOAD_FOR_HELD_NS)
            self.every("statistics", STATISTICS_NS, first_ns=0)
            self.every("health", HEALTH_NS)
            self.every("ages", AGES_NS)
            if self._setup.warm_up_minutes:
                self._to_warm.extend(self._desk.listed)
                self._warm_next()
            self.tell(DROP_BUYER, StandingsWanted())
            self.ready()

    @handles(StatisticsFetched)
    def on_statistics(self, message: StatisticsFetched) -> None:
        self._counting = None
        self.tell(DROP_BUYER, StatisticsUpdated(self._setup.rules.venue, message.statistics))

    def _warm_next(self) -> None:
        """One symbol after another: warming up must not stand in the way of polling."""
        self._warming = None
        if self._to_warm:
            request = FetchBars(self._to_warm.popleft(), self._setup.warm_up_minutes)
            self._warming = self.call(EXCHANGE_PORT, request, BARS_TIMEOUT_NS)

    @handles(BarsFetched)
    def on_bars(self, message: BarsFetched) -> None:
        self.tell(DROP_BUYER, BarsLoaded(self._setup.rules.venue, message.symbol, message.bars))
        self._warm_next()

    @handles(UnknownSymbol)
    def on_unknown(self, message: UnknownSymbol) -> None:
        """Bars of a symbol that is listed but cannot be read: it begins cold."""
        self._warm_next()

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        if self.envelope.correlation == self._assigning and message.error is PortError.REJECTED:
            self._assigning = self._to_assign = None
            self._streaming(streaming.refused_for_good(self._desk.streaming, message.detail))
        else:
            self._unanswered(self.envelope.correlation)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        if message.to == STATE_WRITER:
            self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)
        else:
            self._unanswered(message.correlation)

    def _unanswered(self, correlation: int) -> None:
        if correlation == self._loading:
            self._loading = None
            self.once("retry", RETRY_NS)
        elif correlation == self._counting:
            self._counting = None
        elif correlation == self._warming:
            self._warm_next()
        elif correlation == self._assigning:
            self._assigning = self._to_assign = None
            self.once("streams", RETRY_NS)  # then everything that is wanted is new

    # ------------------------------------------------------------------------------------------------------ performing

    def _perform(self, outputs: tuple[quote_desk.DeskOutput, ...]) -> None:
        for output in outputs:
            if isinstance(output, TelemetryEvent):
                self.emit(output)
                if isinstance(output, MdSkipListAlert):
                    self._load_markets()  # many unknown symbols at once: perhaps it is our list of markets that is old
            elif isinstance(output, PollSymbols):
                self.tell(POLLERS[output.tier], output)
            elif isinstance(output, StreamQuotes):
                self._assign(output)
            elif isinstance(output, SkipsChanged):
                self.note_down(EngineStateSet(skip_list_key(self._setup.rules.venue), to_text(output.skips)))
            elif isinstance(output, QuotesUpdated):
                self.tell(DROP_BUYER, output)
                self.tell(RISK, output)
            elif isinstance(output, MarketsUpdated):
                self.tell(DROP_BUYER, output)
                self.tell(EXCHANGE_ROUTER, output)
