"""Inventory: counts durable facts of every venue, and tells what we own."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import RISK, STATE_WRITER, STRATEGY, SUPERVISOR
from neo.actors.runtime import MailboxSpec, Overflow, RequestTimedOut, handles
from neo.domain.market.instrument import Instrument
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import AssetBalance, Journaled, LoadRecovery, Recovery
from neo.domain.money.inventory import InventoryState, Place, announcement, concerns, decide, everything, rebuild
from neo.domain.units import NS_PER_S

RECOVERY_TIMEOUT_NS = 5 * NS_PER_S


class Inventory(EngineActor):
    """Fed by the journal alone. The supervisor hears of every balance, because the last ones go into the session's end;
    those who make a market in `instrument` hear of its two assets. None when nobody does.

    Facts that lie in the mailbox together, as those of one ledger do, are counted one by one and told as one change.
    """

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, instrument: Instrument | None) -> None:
        super().__init__()
        self._instrument = instrument
        self._state = InventoryState()
        self._early: list[Journaled] | None = []
        self._untold: dict[Place, AssetBalance] = {}

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
        if change is not None:
            for each in change.balances:
                self._untold[each.venue, each.asset] = each
        if not self.waiting:
            self._tell_changes()

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        """Who was rebuilt before trading goes on has to hear what we own."""
        if message.phase is Phase.TRADING and self._early is None:
            self._announce_pair()
        self._tell_changes()

    def _tell_changes(self) -> None:
        if not self._untold:
            return
        change = BalancesChanged(self._state.lsn, tuple(self._untold.values()))
        self._untold.clear()
        if self._instrument is not None and concerns(self._instrument, change):
            self._announce_pair()
        self._announce(change)

    def _announce_pair(self) -> None:
        if self._instrument is not None:
            self._tell_market_maker(announcement(self._state, self._instrument))

    def _tell_market_maker(self, change: InventoryChanged) -> None:
        self.tell(RISK, change)
        self.tell(STRATEGY, change)

    def _announce(self, change: BalancesChanged) -> None:
        self.tell(SUPERVISOR, change)
