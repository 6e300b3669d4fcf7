"""Inventory: counts durable facts, and tells what we own."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import RISK, STATE_WRITER, STRATEGY, SUPERVISOR
from neo.actors.runtime import MailboxSpec, Overflow, RequestTimedOut, handles
from neo.domain.market.instrument import Instrument
from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import Journaled, LoadRecovery, Recovery
from neo.domain.money.inventory import InventoryState, announcement, decide, rebuild
from neo.domain.units import NS_PER_S

RECOVERY_TIMEOUT_NS = 5 * NS_PER_S


class Inventory(EngineActor):
    """Fed by the journal alone; the supervisor hears of every change because the last one goes into the session's end."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, instrument: Instrument) -> None:
        super().__init__()
        self._state = InventoryState(instrument)
        self._early: list[Journaled] | None = []

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        self._state = rebuild(self._state.instrument, recovery)
        early, self._early = self._early or [], None
        self._announce((announcement(self._state),))
        self.ready()
        for fact in early:
            self.on_journaled(fact)

    @handles(Journaled)
    def on_journaled(self, fact: Journaled) -> None:
        if self._early is not None:
            self._early.append(fact)  # the books that were asked for may not contain it yet
            return
        self._state, changes = decide(self._state, fact)
        self._announce(changes)

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        """Who was rebuilt before trading goes on has to hear what we own."""
        mine = message.venue in ("", self._state.instrument.venue)
        if mine and message.phase is Phase.TRADING and self._early is None:
            self._announce((announcement(self._state),))

    def _announce(self, changes: tuple[InventoryChanged, ...]) -> None:
        for change in changes:
            self.tell(RISK, change)
            self.tell(STRATEGY, change)
            self.tell(SUPERVISOR, change)
