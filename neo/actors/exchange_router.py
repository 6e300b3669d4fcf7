"""ExchangeRouter: carries out what neo/domain/exchange_orders decides. Durable first, then sent, then followed to its end."""

from __future__ import annotations

import attrs

from neo.actors.engine_actor import EngineActor
from neo.actors.names import DROP_BUYER, RISK, STATE_WRITER
from neo.actors.runtime import Envelope, MailboxSpec, Overflow, RequestTimedOut, Tick, handles
from neo.domain.errors import BrokenInvariant
from neo.domain.exchange_orders import routing, tracking
from neo.domain.exchange_orders.approving import approved
from neo.domain.exchange_orders.work import Ask, Decision, Journal, RouterOutput, RouterSetup, RouterState, Send, books
from neo.domain.messages.dropping import BuyerStarted, MarketsUpdated, PositionsChanged, TradeApproved, TradeEnded
from neo.domain.messages.exchange import (
    FetchMarkets,
    MarketsFetched,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    QuotesFetched,
    UnknownSymbol,
)
from neo.domain.messages.reconcile import ExchangeBooksSeen, ExchangeBooksWanted
from neo.domain.messages.session import CancelEverything, EverythingCanceled, GatewayReported, Phase, PhaseChanged
from neo.domain.messages.storage import Journaled, LoadRecovery, Persisted, PersistRefused, Recovery
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.trade_events import TradeFinished
from neo.domain.units import NS_PER_S

MARKETS_TIMEOUT_NS = 60 * NS_PER_S
RECOVERY_TIMEOUT_NS = 5 * NS_PER_S
#: How often it is looked whether a question to the exchange is due.
LOOK_NS = NS_PER_S // 4
RETRY_NS = 5 * NS_PER_S
BOOKS_UNREAD = "the exchange router could not read the books: what is under way is followed at the next start"


class ExchangeRouter(EngineActor):
    """Never blocks, never resends: what is in doubt stays in doubt until the exchange has spoken."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, setup: RouterSetup) -> None:
        super().__init__()
        self._setup = setup
        self._state = RouterState()
        self._recovered_lsn: int | None = None
        self._early: list[Journaled] = []
        self._writing: dict[int, tuple[RouterOutput, ...]] = {}
        self._asked: dict[int, Ask] = {}
        self._loading: int | None = None
        self._told: PositionsChanged | None = None
        self._journaling = True
        self._cancel: tuple[Envelope, CancelEverything, int] | None = None

    # --------------------------------------------------------------------------------------------------- recovery

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        before = self._state
        state = routing.recovered(self._setup, recovery, self.now_ns)
        self._state = attrs.evolve(
            state, trading=before.trading, canceling_everything=before.canceling_everything, rules=before.rules
        )
        self._recovered_lsn = recovery.lsn
        for fact in self._early:
            self._count(fact)
        self._early.clear()
        self._tell_books(books(self._setup, self._state))
        self.every("look", LOOK_NS, first_ns=0)
        self._load_markets()
        self.ready()

    @handles(Journaled)
    def on_journaled(self, fact: Journaled) -> None:
        if self._recovered_lsn is None:
            self._early.append(fact)  # the books that were asked for may not contain it yet
        else:
            self._count(fact)
            self._tell_books(books(self._setup, self._state), only_if_quiet=True)

    def _count(self, fact: Journaled) -> None:
        if self._recovered_lsn is not None and fact.lsn > self._recovered_lsn:
            self._state = routing.capital_moved(self._setup, self._state, fact.event)

    # ------------------------------------------------------------------------------------------------------- rules

    def _load_markets(self) -> None:
        """Rules come with every reload of the markets; whoever is rebuilt in between asks for them itself."""
        if self._loading is None and not self._state.rules:
            self._loading = self.call(EXCHANGE_PORT, FetchMarkets(), MARKETS_TIMEOUT_NS)

    @handles(MarketsFetched)
    def on_markets_fetched(self, message: MarketsFetched) -> None:
        self._loading = None
        self._state = routing.rules_known(self._state, message.rules)

    @handles(MarketsUpdated)
    def on_markets(self, message: MarketsUpdated) -> None:
        self._state = routing.rules_known(self._state, message.rules)

    # ------------------------------------------------------------------------------------------------------ trades

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        trading = message.phase is Phase.TRADING
        self._state = routing.phase_entered(self._state, trading=trading)
        if trading:
            self._cancel = None
            if self._told is not None:
                self._tell_books(self._told)  # who was rebuilt meanwhile has to hear them

    @handles(BuyerStarted)
    def on_buyer(self, message: BuyerStarted) -> None:
        if self._told is not None:
            self._tell_books(self._told)

    @handles(TradeApproved)
    def on_approved(self, message: TradeApproved) -> None:
        if self._recovered_lsn is not None:  # before that nobody knows which intents were handled already
            self._decide(approved(self._setup, self._state, message, self.now_ns))

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == "markets":
            self._load_markets()
            return
        self._decide(tracking.time_passed(self._setup, self._state, self.now_ns))
        if self._cancel is not None:
            self._cancel_step()

    # --------------------------------------------------------------------------------------------- durable, then sent

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        self._perform(self._writing.pop(self.envelope.correlation, ()))

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        """Nothing that was not written leaves the process; what the books did not take is read from them again."""
        self._writing.pop(self.envelope.correlation, None)
        if not message.storage_failed:
            raise BrokenInvariant(f"the journal refused a write of the exchange router: {message.reason}")

    def _perform(self, outputs: tuple[RouterOutput, ...]) -> None:
        for output in outputs:
            if isinstance(output, Journal):
                if self._journaling:
                    self._writing[self.persist(*output.events)] = output.then
            elif isinstance(output, Ask):
                self._asked[self.call(EXCHANGE_PORT, output.request, tracking.ANSWER_NS)] = output
            elif isinstance(output, Send):
                self._decide(routing.durable(self._setup, self._state, output.intent_id, self.now_ns))
            elif isinstance(output, PositionsChanged):
                self._tell_books(output)
            elif isinstance(output, TradeEnded):
                self.tell(DROP_BUYER, output)
                self.tell(RISK, output)
                self.emit(TradeFinished.of(output))
            elif isinstance(output, TelemetryEvent):
                self.emit(output)

    def _decide(self, decision: Decision) -> None:
        self._state, outputs = decision
        self._perform(outputs)

    def _tell_books(self, told: PositionsChanged, *, only_if_quiet: bool = False) -> None:
        """Only what is durable is told: the books as of a write, or as they are while nothing is being written."""
        if only_if_quiet and self._writing:
            return
        self._told = told
        self.tell(DROP_BUYER, told)
        self.tell(RISK, told)

    # ----------------------------------------------------------------------------------------------- the exchange speaks

    @handles(OrderReported, OrderNotFound, OrderTradesFetched, QuotesFetched, UnknownSymbol)
    def on_answer(self, message: tracking.Answer) -> None:
        asked = self._asked.pop(self.envelope.correlation, None)
        self.tell(RISK, GatewayReported(self._setup.venue, True, "", of_account=True))
        if asked is not None:
            self._decide(
                tracking.answered(self._setup, self._state, asked.intent_id, asked.number, message, self.now_ns)
            )

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        correlation = self.envelope.correlation
        if message.error is not PortError.REJECTED:
            self.tell(RISK, GatewayReported(self._setup.venue, False, message.detail, of_account=True))
        asked = self._asked.pop(correlation, None)
        if asked is not None:
            self._decide(
                tracking.answered(self._setup, self._state, asked.intent_id, asked.number, message, self.now_ns)
            )
        self._markets_failed(correlation)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        if message.to == STATE_WRITER:
            if self._recovered_lsn is None:
                self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)
            elif self._journaling:
                raise BrokenInvariant("the state writer did not confirm a write: rebuild from the books")
            return
        unanswered = f"{message.request_type} was not answered"
        self.tell(RISK, GatewayReported(self._setup.venue, False, unanswered, of_account=True))
        asked = self._asked.pop(message.correlation, None)
        if asked is not None:
            self._decide(tracking.unanswered(self._setup, self._state, asked.intent_id, asked.number, self.now_ns))
        self._markets_failed(message.correlation)

    def _markets_failed(self, correlation: int) -> None:
        if correlation == self._loading:
            self._loading = None
            self.once("markets", RETRY_NS)

    # ------------------------------------------------------------------------------------------------ reconciliation

    @handles(ExchangeBooksWanted)
    def on_books_wanted(self, message: ExchangeBooksWanted) -> None:
        quiet = self._recovered_lsn is not None and routing.is_quiet(self._state) and not self._writing
        self.reply(ExchangeBooksSeen(quiet, self._state.moves, self.incarnation))

    # ------------------------------------------------------------------------------------------------ cancel everything

    @handles(CancelEverything)
    def on_cancel_everything(self, message: CancelEverything) -> None:
        """Orders trade at once or not at all: what is under way is followed until the exchange says how it ended."""
        if not message.journal:
            self._journaling = False
            self._writing.clear()
        self._cancel = (self.envelope, message, len(self._state.trades))
        self._state = routing.canceling(self._state)
        self._cancel_step()

    def _cancel_step(self) -> None:
        if self._cancel is None:
            return
        asked, order, found = self._cancel
        done = self._recovered_lsn is not None and not routing.unfinished(self._state) and not self._writing
        if not done and self.now_ns < order.deadline_ns:
            return
        self._cancel = None
        left = routing.unfinished(self._state) if self._recovered_lsn is not None else (BOOKS_UNREAD,)
        self.reply_to(asked, EverythingCanceled(max(0, found - len(left)), left))
