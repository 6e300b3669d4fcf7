"""Risk: lets quotes pass or not, and reports every limit that is broken."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import ORDER_ROUTER, SUPERVISOR
from neo.actors.runtime import MailboxSpec, Tick, handles
from neo.domain.config.risk import RiskConfig
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
from neo.domain.safety.risk import RiskInput, decide
from neo.domain.safety.risk_state import RiskState
from neo.domain.telemetry.events import QuoteRefusedEvent, RiskBreachedEvent


class Risk(EngineActor):
    """Every fact goes through one decision; an approval is the only thing the OrderRouter acts on."""

    mailbox = MailboxSpec(conflate={MarketUpdated: lambda update: (update.book.venue, update.book.symbol)})

    def __init__(self, risk: RiskConfig, fee_headroom_drops: int, watch_interval_ns: int) -> None:
        super().__init__()
        self._risk = risk
        self._fee_headroom_drops = fee_headroom_drops
        self._watch_interval_ns = watch_interval_ns
        self._state = RiskState(self.now_ns)

    def started(self) -> None:
        self.every("watch", self._watch_interval_ns)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self._decide(None)

    @handles(
        QuotesProposed,
        MarketUpdated,
        InventoryChanged,
        WorkingOrdersChanged,
        AccountObserved,
        GatewayReported,
        PhaseChanged,
    )
    def on_fact(self, message: RiskInput) -> None:
        self._decide(message)

    def _decide(self, message: RiskInput | None) -> None:
        self._state, outputs = decide(self._state, message, self.now_ns, self._risk, self._fee_headroom_drops)
        for output in outputs:
            if isinstance(output, QuotesApproved):
                self.tell(ORDER_ROUTER, output)
            elif isinstance(output, QuoteRefused):
                self.emit(QuoteRefusedEvent.of(output))
            elif isinstance(output, RiskBreached):
                self.emit(RiskBreachedEvent.of(output))
                self.tell(SUPERVISOR, output)
