"""Inventory: counts durable facts of every venue, and tells what we own."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import RISK, STATE_WRITER, STRATEGY, SUPERVISOR
from neo.actors.runtime import MailboxSpec, Overflow, RequestTimedOut, handles
from neo.domain.market.instrument import Instrument
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import Journaled, LoadRecovery, Recovery
from neo.domain.money.inventory import InventoryState, announcement, concerns, decide, everything, rebuild
from neo.domain.units import NS_PER_S

RECOVERY_TIMEOUT_NS = 5 * NS_PER_S


class Inventory(EngineActor):
    """Fed by the journal alone. The supervisor hears of every balance, because the last ones go into the session's end;
    those who make a market in `instrument` hear of its two assets. None when nobody does."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, instrument: Instrument | None) -> None:
        super().__init__()
        self._instrument = instrument
        self._state = InventoryState()
        self._early: list[Journaled] | None = []

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        self._state = rebuild(recovery)
        early, self._early = self._early or [], None
        self._announce_pair()
        self._announce(everything(self._state))
        self.ready()
        for fact in early:
            self.on_journaled(fact)

    @handles(Journaled)
    def on_journaled(self, fact: Journaled) -> None:
        if self._early is not None:
            self._early.append(fact)  # the books that were asked for may not contain it yet
            return
        self._state, change = decide(self._state, fact)
        if change is None:
            return
        if self._instrument is not None and concerns(self._instrument, change):
            self._announce_pair()
        self._announce(change)

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        """Who was rebuilt before trading goes on has to hear what we own."""
        if message.phase is Phase.TRADING and self._early is None:
            self._announce_pair()

    def _announce_pair(self) -> None:
        if self._instrument is not None:
            self._tell_market_maker(announcement(self._state, self._instrument))

    def _tell_market_maker(self, change: InventoryChanged) -> None:
        self.tell(RISK, change)
        self.tell(STRATEGY, change)

    def _announce(self, change: BalancesChanged) -> None:
        self.tell(SUPERVISOR, change)
