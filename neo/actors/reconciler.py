"""Reconciler: holds the books against the venue, at start, every reconcile_interval_s, and whenever asked."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import ORDER_ROUTER, RISK, STATE_WRITER, SUPERVISOR
from neo.actors.runtime import RequestTimedOut, Tick, handles
from neo.domain.errors import BrokenInvariant
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.quoting import AccountObserved
from neo.domain.messages.reconcile import CatchUp, CaughtUp, TakeOverOffers
from neo.domain.messages.session import (
    EngineHaltRequested,
    GatewayReported,
    ReconcileAmbiguous,
    Reconciled,
    ReconcileNow,
)
from neo.domain.messages.storage import LoadRecovery, Persisted, PersistRefused, Recovery
from neo.domain.messages.venue import AccountState, FetchAccount, FetchOffers, OpenOffers, PortFailed
from neo.domain.orders.fills import Place
from neo.domain.orders.reconciliation import Findings, compare, noted_wallet
from neo.domain.ports import LEDGER_PORT
from neo.domain.units import NS_PER_S

CALL_TIMEOUT_NS = 8 * NS_PER_S
#: A router that has a gap to fill needs a few calls; one that is down is rebuilt meanwhile.
CATCH_UP_TIMEOUT_NS = 30 * NS_PER_S
RETRY_NS = 2 * NS_PER_S
#: In so many ledgers one after the other nothing explained the difference: then it is real.
LEDGERS_IN_DOUBT = 2
#: So many intervals without one that succeeded, and the engine does not want to trade any more.
OVERDUE_INTERVALS = 10


class Reconciler(EngineActor):
    """One run at a time: account and offers of one ledger, then the books as of that ledger, then the comparison."""

    def __init__(
        self, place: Place, account: str, interval_ns: int, cancel_unknown_offers: bool, note_wallet: bool = False
    ) -> None:
        super().__init__()
        self._place = place
        self._account_name = account
        self._interval_ns = interval_ns
        self._cancel_unknown = cancel_unknown_offers
        self._note_wallet = note_wallet
        self._running = False
        self._account: AccountState | None = None
        self._offers: OpenOffers | None = None
        self._writing: Findings | None = None
        self._asked: int | None = None
        self._agreed_ns = self.mono_ns
        self._doubted_in: frozenset[int] = frozenset()

    def started(self) -> None:
        self.every("reconcile", self._interval_ns)

    @handles(ReconcileNow)
    def on_now(self, message: ReconcileNow) -> None:
        self._begin()

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == "retry" or not self._running:
            self._begin()
        overdue_ns = OVERDUE_INTERVALS * self._interval_ns
        if self.mono_ns - self._agreed_ns > overdue_ns:
            # The same words each time: a halt that is repeated while its venue is dead adds nothing to the history.
            detail = f"books and ledger could not be compared for {overdue_ns // NS_PER_S} s"
            self.tell(SUPERVISOR, EngineHaltRequested(self.name, detail, self._place.venue))
            self._agreed_ns = self.mono_ns  # said once, and again when it lasts as long once more

    def _begin(self) -> None:
        self._running = True
        self._account = self._offers = self._writing = self._asked = None
        self.call(LEDGER_PORT, FetchAccount(self._account_name), CALL_TIMEOUT_NS)
        self.call(LEDGER_PORT, FetchOffers(self._account_name), CALL_TIMEOUT_NS)

    def _again(self) -> None:
        """Something moved or failed under way: a little later, from the beginning. Risk watches how long that lasts."""
        self._account = self._offers = self._asked = None
        self.once("retry", RETRY_NS)

    @handles(AccountState)
    def on_account(self, message: AccountState) -> None:
        self._account = message
        self.tell(RISK, GatewayReported(self._place.venue, True, ""))
        self._compare_when_complete()

    @handles(OpenOffers)
    def on_offers(self, message: OpenOffers) -> None:
        self._offers = message
        self._compare_when_complete()

    def _compare_when_complete(self) -> None:
        if self._account is None or self._offers is None:
            return
        if self._account.ledger_index != self._offers.ledger_index:
            self._again()
            return
        self._asked = self.request(ORDER_ROUTER, CatchUp(self._account.ledger_index), CATCH_UP_TIMEOUT_NS)

    @handles(CaughtUp)
    def on_caught_up(self, message: CaughtUp) -> None:
        if self.envelope.correlation != self._asked:
            return  # the answer to a run that began before this one: older books than this account
        if self._account is None or message.changed_in > self._account.ledger_index:
            self._again()  # the books moved on while we looked
            return
        self._asked = self.request(STATE_WRITER, LoadRecovery(), CALL_TIMEOUT_NS)

    @handles(Recovery)
    def on_books(self, recovery: Recovery) -> None:
        if self._account is None or self._offers is None or self.envelope.correlation != self._asked:
            return
        cursor = recovery.cursor(self._place.venue) or 0
        if cursor > self._account.ledger_index:
            self._again()
            return
        findings = compare(recovery, self._account, self._offers, self._place, self.now_ns)
        if findings.ambiguous:
            self._doubted(findings, self._account.ledger_index)
            return
        self._doubted_in = frozenset()
        notes = self._wallet_notes(recovery, self._account, self._offers) if not findings.corrections else ()
        if findings.corrections or notes:
            self._writing = findings
            self.persist(*findings.corrections, *notes)
        else:
            self._finish(findings)

    def _doubted(self, findings: Findings, ledger_index: int) -> None:
        """What cannot be explained is looked at again in another ledger: one answer of one node is no reason to halt."""
        self._doubted_in |= {ledger_index}
        if len(self._doubted_in) < LEDGERS_IN_DOUBT:
            self._again()
            return
        self._running = False
        self._doubted_in = frozenset()
        self.tell(SUPERVISOR, ReconcileAmbiguous("; ".join(findings.ambiguous), self._place.venue))

    def _wallet_notes(
        self, recovery: Recovery, account: AccountState, offers: OpenOffers
    ) -> tuple[EngineStateSet, ...]:
        """Where money is real, whoever reads the session wants to see the wallet explained."""
        return noted_wallet(recovery, account, offers, self._place) if self._note_wallet else ()

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        if self._writing is not None:
            self._finish(self._writing)

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        if not message.storage_failed:
            raise BrokenInvariant(f"the journal refused a write of the reconciler: {message.reason}")

    def _finish(self, findings: Findings) -> None:
        account = self._account
        if account is None:
            return
        self._running = False
        self._writing = None
        self._agreed_ns = self.mono_ns
        if findings.unknown_offers:
            self.tell(ORDER_ROUTER, TakeOverOffers(findings.unknown_offers, self._cancel_unknown))
        self.tell(
            RISK,
            AccountObserved(
                self._place.venue,
                account.ledger_index,
                account.base,
                account.quote,
                account.owner_count,
                account.reserve_base_drops,
                account.reserve_increment_drops,
                len(self._offers.offers) if self._offers is not None else 0,
            ),
        )
        self.tell(SUPERVISOR, Reconciled(self._place.venue, account.ledger_index, findings.explained))

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        self.tell(RISK, GatewayReported(self._place.venue, False, message.detail))
        self._again()

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        if message.to == LEDGER_PORT:
            self.tell(RISK, GatewayReported(self._place.venue, False, f"{message.request_type} was not answered"))
        self._again()
