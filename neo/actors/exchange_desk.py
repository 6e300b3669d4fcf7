"""The exchange half of Risk: what the Risk actor does with the facts and proposals of the drop buyer's venue."""

from __future__ import annotations

import attrs

from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.messages.dropping import TradeApproved, TradeProposed, TradeRefused
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.session import RiskBreached
from neo.domain.messages.storage import Recovery
from neo.domain.safety.breakers import TradingRecord
from neo.domain.safety.exchange_record import record_from, record_key, record_text
from neo.domain.safety.exchange_risk import (
    ExchangeRiskInput,
    ExchangeRiskState,
    approve,
    learn,
    look_at_prices,
    report,
)
from neo.domain.safety.held_prices import remembering, stale_prices_key, stale_prices_row
from neo.domain.telemetry.event import TelemetryEvent
from neo.records import frozen


@frozen
class ExchangeRiskSetup:
    """Whose trades are judged, by which limits."""

    venue: str
    limits: ExchangeRiskConfig


class ExchangeDesk:
    """State of one venue; owned by the Risk actor."""

    def __init__(self, setup: ExchangeRiskSetup, now_ns: int) -> None:
        self.venue = setup.venue
        self._limits = setup.limits
        self._state = ExchangeRiskState(now_ns)

    @property
    def record(self) -> TradingRecord:
        """The day's trades and losses so far."""
        return self._state.record

    def recovered(self, recovery: Recovery, session_id: str, now_ns: int) -> None:
        stale = dict(recovery.engine_state).get(stale_prices_key(session_id, self.venue))
        prices = remembering(self._state.prices, stale, now_ns)
        self._state = attrs.evolve(self._state, record=record_from(recovery, self.venue), prices=prices)

    def judged(self, trade: TradeProposed, now_ns: int) -> TradeApproved | TradeRefused:
        self._state, answer = approve(self._state, trade, now_ns, self._limits)
        return answer

    def learned(self, message: ExchangeRiskInput | None, now_ns: int) -> tuple[RiskBreached, ...]:
        """Breaches after a fact; None is a tick of the clock."""
        if message is not None:
            self._state = learn(self._state, message, now_ns, self._limits)
        self._state, breaches = report(self._state, now_ns, self._limits, self.venue)
        return breaches

    def prices_looked_at(self, now_ns: int) -> tuple[TelemetryEvent, ...]:
        """An event for each position that has lost its price or has it again."""
        self._state, told = look_at_prices(self._state, now_ns, self._limits, self.venue)
        return told

    def prices_row(self, session_id: str) -> EngineStateSet:
        """Which positions have no price, as it has to be written whenever that has changed."""
        return stale_prices_row(self._state.prices, session_id, self.venue)

    def record_row(self) -> EngineStateSet:
        """The trading record as it has to be written whenever it has changed."""
        return EngineStateSet(record_key(self.venue), record_text(self._state.record))
