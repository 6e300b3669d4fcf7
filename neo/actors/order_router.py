"""OrderRouter: carries out what neo/domain/orders decides. Durable first, then handed to the venue."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.actors.engine_actor import EngineActor
from neo.actors.names import RISK, STATE_WRITER, STRATEGY, SUPERVISOR
from neo.actors.runtime import Envelope, MailboxSpec, Overflow, RequestTimedOut, Tick, handles
from neo.domain.errors import BrokenInvariant
from neo.domain.messages.quoting import QuotesApproved, WorkingOrder, WorkingOrdersChanged
from neo.domain.messages.reconcile import CatchUp, CaughtUp, TakeOverOffers
from neo.domain.messages.session import (
    CancelEverything,
    EverythingCanceled,
    GatewayReported,
    Phase,
    PhaseChanged,
    ReconcileAmbiguous,
)
from neo.domain.messages.storage import LoadRecovery, Persisted, PersistRefused, Recovery
from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    FetchAccount,
    FetchTransactions,
    LedgerClosed,
    PortError,
    PortFailed,
    SignedTransaction,
    SubmissionAnswered,
    SubmitTransaction,
)
from neo.domain.orders import routing
from neo.domain.orders.order import Order
from neo.domain.orders.router_state import (
    ApprovalSpent,
    Journal,
    OrdersMoved,
    ReadAccount,
    ReadTransactions,
    RouterOutput,
    RouterSetup,
    RouterState,
    Unexplained,
)
from neo.domain.orders.takeover import take_over
from neo.domain.ports import LEDGER_PORT, Signer
from neo.domain.telemetry.events import GatewayDown, GatewayUp
from neo.domain.units import NS_PER_S

CALL_TIMEOUT_NS = 8 * NS_PER_S
RECOVERY_TIMEOUT_NS = 5 * NS_PER_S
CANCEL_STEP_NS = NS_PER_S
BOOKS_UNREAD = "the order router could not read the books: open orders end by their Expiration"


class OrderRouter(EngineActor):
    """Never blocks, never resends: what is in doubt stays in doubt until the ledger has spoken."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)
    ready_when_started = False

    def __init__(self, setup: RouterSetup, signer: Signer) -> None:
        super().__init__()
        self._setup = attrs.evolve(setup, id_prefix=f"{setup.id_prefix}.{self.incarnation}")
        self._signer = signer
        self._state = RouterState()
        self._told: Mapping[str, Order] | None = None
        self._working: tuple[WorkingOrder, ...] = ()
        self._recovered = False
        self._awaiting_journal: dict[int, tuple[SignedTransaction, ...]] = {}
        self._submitting: dict[int, str] = {}
        self._reading_history: int | None = None
        self._catching_up: tuple[Envelope, int] | None = None
        self._changed_in = 0
        self._cancel: tuple[Envelope, CancelEverything, int] | None = None
        self._journaling = True
        self._down_since_ns: int | None = None

    # --------------------------------------------------------------------------------------------------- recovery

    def started(self) -> None:
        self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)

    @handles(Recovery)
    def on_recovery(self, recovery: Recovery) -> None:
        self._state = routing.recovered(recovery, self._setup.place.venue)
        self._recovered = True
        self._changed_in = self._state.ledger_index or 0
        if self._state.ledger_index is None:
            self._perform((ReadAccount(),))
        else:
            self._perform((ReadTransactions(self._state.ledger_index + 1),))
            if self._setup.tickets:
                self._perform((ReadAccount(),))  # a halt may need them before everything under way has its verdict
        self._tell_orders()
        self.ready()
        if self._cancel is not None:
            asked, order, _ = self._cancel
            self._cancel = (asked, order, len(self._state.orders))
            self._cancel_step()

    def stopping(self) -> None:
        self._state, journal = routing.journal_only(self._state)
        if journal is not None and self._journaling:
            self.note_down(*journal.events)

    # ------------------------------------------------------------------------------------------------------ quotes

    @handles(PhaseChanged)
    def on_phase(self, message: PhaseChanged) -> None:
        self._state = attrs.evolve(self._state, trading=message.phase is Phase.TRADING)
        if message.phase is Phase.TRADING:
            self._state = attrs.evolve(self._state, canceling_everything=False)
            self._cancel = None
            self.cancel("cancel")
            self._tell_orders()

    @handles(QuotesApproved)
    def on_approved(self, message: QuotesApproved) -> None:
        self._decide(routing.approved(self._setup, self._state, message, self.now_ns, self._signer.sign))

    # ----------------------------------------------------------------------------------------------- durable, sent

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        signed = self._awaiting_journal.pop(self.envelope.correlation, ())
        self._submit(signed)
        self._answer_catch_up()

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        """Nothing that was not written leaves the process."""
        signed = self._awaiting_journal.pop(self.envelope.correlation, ())
        if not message.storage_failed:
            raise BrokenInvariant(f"the journal refused a write of the order router: {message.reason}")
        for transaction in signed:
            self._decide(routing.in_doubt(self._state, transaction.hash, "not sent: storage failed"))

    def _submit(self, signed: tuple[SignedTransaction, ...]) -> None:
        if not signed:
            return
        self._decide(routing.durable(self._state, tuple(t.hash for t in signed)))
        for transaction in signed:
            correlation = self.call(LEDGER_PORT, SubmitTransaction(transaction), CALL_TIMEOUT_NS)
            self._submitting[correlation] = transaction.hash

    @handles(SubmissionAnswered)
    def on_answered(self, message: SubmissionAnswered) -> None:
        self._submitting.pop(self.envelope.correlation, None)
        self._report_gateway(True, "")
        self._decide(routing.answered(self._state, message))

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        if message.error is not PortError.REJECTED:
            self._report_gateway(False, message.detail)
        self._call_failed(self.envelope.correlation, f"{message.error.value}: {message.detail}")

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        if message.to == STATE_WRITER:
            if not self._recovered:
                self.request(STATE_WRITER, LoadRecovery(), RECOVERY_TIMEOUT_NS)
                return
            if not self._journaling:
                return
            raise BrokenInvariant("the state writer did not confirm a write: rebuild from the books")
        self._report_gateway(False, f"{message.request_type} was not answered")
        self._call_failed(message.correlation, "no answer in time")

    def _call_failed(self, correlation: int, why: str) -> None:
        hash_ = self._submitting.pop(correlation, None)
        if hash_ is not None:
            self._decide(routing.in_doubt(self._state, hash_, why))
        elif correlation == self._reading_history:
            self._reading_history = None
        else:
            self._state = routing.account_unread(self._state)

    # ------------------------------------------------------------------------------------------------- the ledger

    @handles(LedgerClosed)
    def on_ledger(self, message: LedgerClosed) -> None:
        if not self._recovered or message.venue != self._setup.place.venue:
            return
        self._decide(routing.ledger_closed(self._setup, self._state, message))
        if self._state.ledger_index is None and not self._state.reading_account:
            self._perform((ReadAccount(),))
        self._answer_catch_up()
        if self._cancel is not None:
            self._cancel_step()
        elif self._state.canceling_everything:
            # A held session does not trade: what could not be cancelled in time is cancelled when the venue is back.
            self._decide(routing.cancel_resting(self._setup, self._state, self.now_ns, self._signer.sign))

    @handles(AccountTransactions)
    def on_history(self, message: AccountTransactions) -> None:
        self._reading_history = None
        self._report_gateway(True, "")
        self._decide(routing.history_read(self._setup, self._state, message))
        self._answer_catch_up()

    @handles(AccountState)
    def on_account(self, message: AccountState) -> None:
        self._report_gateway(True, "")
        self._decide(routing.account_read(self._state, message))
        self._answer_catch_up()

    # ------------------------------------------------------------------------------------------------ reconciliation

    @handles(CatchUp)
    def on_catch_up(self, message: CatchUp) -> None:
        self._catching_up = (self.envelope, message.ledger_index)
        self._answer_catch_up()

    def _answer_catch_up(self) -> None:
        if self._catching_up is None or self._awaiting_journal or self._state.ledger_index is None:
            return
        asked, ledger_index = self._catching_up
        if self._state.ledger_index >= ledger_index:
            self._catching_up = None
            self.reply_to(asked, CaughtUp(self._state.ledger_index, self._changed_in))
        elif self._reading_history is None:
            self._perform((ReadTransactions(self._state.ledger_index + 1),))

    @handles(TakeOverOffers)
    def on_take_over(self, message: TakeOverOffers) -> None:
        self._decide(take_over(self._setup, self._state, message, self.now_ns, self._signer.sign))

    # ------------------------------------------------------------------------------------------------ cancel everything

    @handles(CancelEverything)
    def on_cancel_everything(self, message: CancelEverything) -> None:
        self._cancel = (self.envelope, message, len(self._state.orders))
        if not message.journal:
            self._journaling = False
            for signed in list(self._awaiting_journal.values()):
                for transaction in signed:
                    self._decide(routing.in_doubt(self._state, transaction.hash, "not sent: storage failed"))
            self._awaiting_journal.clear()
        self.every("cancel", CANCEL_STEP_NS)
        self._cancel_step()

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if self._cancel is not None:
            self._cancel_step()

    def _cancel_step(self) -> None:
        if self._cancel is None:
            return
        asked, order, found = self._cancel
        self._decide(routing.cancel_resting(self._setup, self._state, self.now_ns, self._signer.sign))
        # Before the books are read no order is known: that is no proof that there is none.
        done = self._recovered and not self._state.orders and not self._awaiting_journal
        if not done and self.now_ns < order.deadline_ns:
            return
        self._cancel = None
        self.cancel("cancel")
        left = tuple(
            f"{o.order_id} ({o.state.value} {o.side.value} {o.remaining} at {o.price})"
            for o in self._state.orders.values()
        )
        if not self._recovered:
            left = (BOOKS_UNREAD,)
        self.reply_to(asked, EverythingCanceled(max(0, found - len(left)), left))

    # ----------------------------------------------------------------------------------------------------- performing

    def _decide(self, decision: tuple[RouterState, tuple[RouterOutput, ...]]) -> None:
        self._state, outputs = decision
        self._perform(outputs)

    def _perform(self, outputs: tuple[RouterOutput, ...]) -> None:
        for output in outputs:
            if isinstance(output, Journal):
                self._write(output)
            elif isinstance(output, OrdersMoved):
                self._tell_orders()
            elif isinstance(output, ApprovalSpent):
                self._tell_orders(moved=False)
            elif isinstance(output, ReadAccount):
                self._state = attrs.evolve(self._state, reading_account=True)
                self.call(LEDGER_PORT, FetchAccount(self._setup.account), CALL_TIMEOUT_NS)
            elif isinstance(output, ReadTransactions):
                self._read_history(output.from_ledger)
            elif isinstance(output, Unexplained):
                self.tell(SUPERVISOR, ReconcileAmbiguous(output.detail, self._setup.place.venue))

    def _write(self, journal: Journal) -> None:
        self._changed_in = self._state.ledger_index or 0
        if self._journaling:
            self._awaiting_journal[self.persist(*journal.events)] = journal.then_submit
        else:
            self._submit(journal.then_submit)

    def _read_history(self, from_ledger: int) -> None:
        if self._reading_history is None:
            request = FetchTransactions(self._setup.account, from_ledger, 0)
            self._reading_history = self.call(LEDGER_PORT, request, CALL_TIMEOUT_NS)

    def _tell_orders(self, *, moved: bool = True) -> None:
        place, state = self._setup.place, self._state
        if state.orders is not self._told:
            self._told = state.orders
            self._working = tuple([order.working() for order in state.orders.values()])
        changed = WorkingOrdersChanged(place.venue, place.symbol, self._working, state.numbered, state.acted_tick)
        self.tell(RISK, changed)
        if moved:
            self.tell(STRATEGY, changed)

    def _report_gateway(self, ok: bool, detail: str) -> None:
        if not ok and self._down_since_ns is None:
            self._down_since_ns = self.now_ns
            self.emit(GatewayDown(self._setup.place.venue, detail))
        elif ok and self._down_since_ns is not None:
            down_s = (self.now_ns - self._down_since_ns) // NS_PER_S
            self._down_since_ns = None
            self.emit(GatewayUp(self._setup.place.venue, down_s))
        self.tell(RISK, GatewayReported(self._setup.place.venue, ok, detail))
