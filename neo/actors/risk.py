"""Risk: lets quotes pass or not, and reports every limit that is broken."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.actors.engine_actor import EngineActor
from neo.actors.exchange_desk import ExchangeDesk, ExchangeRiskSetup
from neo.actors.names import DROP_BUYER, EXCHANGE_ROUTER, ORDER_ROUTER, STATE_WRITER, SUPERVISOR
from neo.actors.runtime import MailboxSpec, RequestTimedOut, Tick, handles
from neo.domain.config.risk import RiskConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.messages.dropping import (
    PositionsChanged,
    QuotesUpdated,
    TradeApproved,
    TradeEnded,
    TradeProposed,
    TradeRefused,
)
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.quoting import (
    AccountObserved,
    InventoryChanged,
    MarketUpdated,
    QuoteRefused,
    QuotesApproved,
    QuotesProposed,
    WorkingOrdersChanged,
)
from neo.domain.messages.session import GatewayReported, PhaseChanged, RiskBreached
from neo.domain.messages.storage import LoadRecovery, Recovery
from neo.domain.safety.exchange_risk import ExchangeRiskInput
from neo.domain.safety.limits import holds_for_ns
from neo.domain.safety.peak import PEAK_KEY, later_peak, peak_from, peak_text
from neo.domain.safety.risk import RiskInput, decide
from neo.domain.safety.risk_state import RiskState
from neo.domain.telemetry.events import QuoteRefusedEvent, RiskBreachedEvent
from neo.domain.units import NS_PER_S

RECOVERY_TIMEOUT_NS = 5 * NS_PER_S


class Risk(EngineActor):
    """Every fact goes through one decision; an approval is the only thing that a router acts on.

    `risk` judges the market maker, who trades on `venue`, and `exchange` the drop buyer; either is None when its strategy
    does not run. `requoting` says when an order is replaced: what rests already needs no approval.
    """

    ready_when_started = False
    mailbox = MailboxSpec(conflate={MarketUpdated: lambda update: (update.book.venue, update.book.symbol)})

    def __init__(
        self,
        session_id: str,
        risk: RiskConfig | None,
        fee_headroom_drops: int,
        watch_interval_ns: int,
        exchange: ExchangeRiskSetup | None = None,
        venue: str = "",
        requoting: StrategyConfig | None = None,
    ) -> None:
        super().__init__()
        self._venue = venue
        self._requoting = requoting
        self._exchange = ExchangeDesk(exchange, self.now_ns) if exchange is not None else None
        self._session_id = session_id
        self._risk = risk
        self._fee_headroom_drops = fee_headroom_drops
        self._watch_interval_ns = watch_interval_ns
        #: By the wall clock; the timer goes by the one that stands still while the machine sleeps.
        self._look_at_ns = self.now_ns + watch_interval_ns
        self._state = RiskState(self.now_ns)
        self._peak_written: Decimal | None = None
        self._peak_judged: Decimal | None = None

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        """A rebuilt Risk measures the drawdown from the same peak: n crashes must not allow n drawdowns."""
        self._peak_written = peak_from(recovery, self._session_id)
        self._peak_judged = None
        peak = later_peak(self._state.peak_result, self._peak_written)
        self._state = attrs.evolve(self._state, peak_result=peak, unjudged=True)
        if self._exchange is not None:
            self._exchange.recovered(recovery, self._session_id, self.now_ns)
        self._look_in(self._watch_interval_ns)
        self.ready()

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self._look()

    def _look(self) -> None:
        self._decide(None)
        self._watch_exchange(None)
        self._look_again()

    def _look_again(self) -> None:
        """The moment after the last at which all that ages is sure to hold; otherwise, and for an exchange, each interval."""
        state, holds_ns = self._state, 0
        if self._risk is not None and self._exchange is None and not (state.unjudged or state.breached):
            holds_ns = holds_for_ns(state, self.now_ns, self._risk)
        self._look_in(holds_ns + 1 if holds_ns else self._watch_interval_ns)

    def _look_in(self, delay_ns: int) -> None:
        self._look_at_ns = self.now_ns + delay_ns
        self.once("watch", delay_ns)

    @handles(QuotesProposed)
    def on_proposed(self, message: QuotesProposed) -> None:
        """They come each interval, however silent the market is: with them a machine that slept, or was set ahead, is noticed."""
        self._decide(message)
        if self.now_ns > self._look_at_ns:
            self._look()  # of the exchange too: the timer begins anew

    @handles(MarketUpdated)
    def on_market(self, message: MarketUpdated) -> None:
        before = self._state.market
        self._decide(message)
        if before is not None and message.book.at_ns < before.ledger_closed_ns:
            self._look_again()  # the age of the ledger jumped

    @handles(InventoryChanged, WorkingOrdersChanged, AccountObserved)
    def on_fact(self, message: RiskInput) -> None:
        self._decide(message)

    @handles(GatewayReported)
    def on_gateway(self, message: GatewayReported) -> None:
        if self._exchange is not None and message.venue == self._exchange.venue:
            self._watch_exchange(message)
        else:
            self._decide(message)

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        """Each venue has its own; a phase without one is that of all."""
        if self._exchange is None or message.venue != self._exchange.venue:
            self._decide(message)
        if self._exchange is not None and message.venue in ("", self._exchange.venue):
            self._watch_exchange(message)

    # ------------------------------------------------------------------------------------------------- the exchange

    @handles(TradeProposed)
    def on_trade(self, message: TradeProposed) -> None:
        if self._exchange is None:
            return
        answer = self._exchange.judged(message, self.now_ns)
        if isinstance(answer, TradeApproved):
            self.tell(EXCHANGE_ROUTER, answer)
        elif isinstance(answer, TradeRefused):
            self.tell(DROP_BUYER, answer)

    @handles(QuotesUpdated, PositionsChanged, TradeEnded)
    def on_exchange_fact(self, message: ExchangeRiskInput) -> None:
        self._watch_exchange(message)

    def _watch_exchange(self, message: ExchangeRiskInput | None) -> None:
        if self._exchange is None:
            return
        before = self._exchange.record
        for breach in self._exchange.learned(message, self.now_ns):
            self._report(breach)
        told = self._exchange.prices_looked_at(self.now_ns)
        for event in told:
            self.emit(event)
        if told:
            self.note_down(self._exchange.prices_row(self._session_id))
        if self._exchange.record != before:
            self.note_down(self._exchange.record_row())

    def _report(self, breach: RiskBreached) -> None:
        self.emit(RiskBreachedEvent.of(breach))
        self.tell(SUPERVISOR, breach)

    # --------------------------------------------------------------------------------------------------- the ledger

    def _decide(self, message: RiskInput | None) -> None:
        if self._risk is None:
            return
        self._state, outputs = decide(
            self._state, message, self.now_ns, self._risk, self._fee_headroom_drops, self._requoting
        )
        self._keep_peak()
        for output in outputs:
            if isinstance(output, QuotesApproved):
                self.tell(ORDER_ROUTER, output)
            elif isinstance(output, QuoteRefused):
                self.emit(QuoteRefusedEvent.of(output))
            elif isinstance(output, RiskBreached):
                self._report(attrs.evolve(output, venue=self._venue))

    def _keep_peak(self) -> None:
        """Write the peak when it rose by a hundredth of the limit, or was set back by a resume."""
        peak, written = self._state.peak_result, self._peak_written
        if peak is self._peak_judged:
            return  # the very same number as last time, in all but a few of the decisions
        self._peak_judged = peak
        if (
            self._risk is None
            or peak is None
            or (written is not None and 0 <= peak - written < self._risk.max_drawdown_rlusd / 100)
        ):
            return
        self._peak_written = peak
        self.note_down(EngineStateSet(PEAK_KEY, peak_text(self._session_id, peak)))
