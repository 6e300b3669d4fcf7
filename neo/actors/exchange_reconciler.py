"""ExchangeReconciler: holds the books against the exchange, at start, every reconcile_interval_s, and whenever asked."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import EXCHANGE_ROUTER, RISK, STATE_WRITER, SUPERVISOR
from neo.actors.runtime import RequestTimedOut, Tick, handles
from neo.domain.errors import BrokenInvariant
from neo.domain.exchange_orders.reconciliation import (
    DifferencesSeen,
    WalletFindings,
    compare,
    foreign_orders,
    ours_resting,
)
from neo.domain.exchange_orders.tracking import SETTLED_WITHIN_NS
from neo.domain.exchange_orders.work import RouterSetup
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    FetchOpenOrders,
    FetchWallet,
    OpenOrdersFetched,
    OrderNotFound,
    OrderReported,
    UnknownSymbol,
    WalletFetched,
)
from neo.domain.messages.reconcile import ExchangeBooksSeen, ExchangeBooksWanted
from neo.domain.messages.session import (
    EngineHaltRequested,
    GatewayReported,
    ReconcileAmbiguous,
    Reconciled,
    ReconcileNow,
)
from neo.domain.messages.storage import LoadRecovery, Persisted, PersistRefused, Recovery
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.units import NS_PER_S

CALL_TIMEOUT_NS = 10 * NS_PER_S
BOOKS_TIMEOUT_NS = 5 * NS_PER_S
RETRY_NS = 2 * NS_PER_S
#: So many intervals without one that succeeded, and the engine does not want to trade any more.
OVERDUE_INTERVALS = 10
#: However short the interval: what a crash left in doubt is compared only when it is settled, and that takes its time.
OVERDUE_AT_LEAST_NS = 2 * SETTLED_WITHIN_NS


class ExchangeReconciler(EngineActor):
    """One run at a time: the router is quiet, wallet and open orders are read, it is still quiet; then the comparison."""

    def __init__(self, setup: RouterSetup, interval_ns: int) -> None:
        super().__init__()
        self._setup = setup
        self._interval_ns = interval_ns
        self._running = False
        self._asked: int | None = None
        self._before: ExchangeBooksSeen | None = None
        self._wallet: WalletFetched | None = None
        self._opened: OpenOrdersFetched | None = None
        self._reading: tuple[int, ...] = ()
        self._seen = DifferencesSeen()
        self._writing: tuple[int, WalletFindings] | None = None
        self._agreed_ns = self.mono_ns

    def started(self) -> None:
        self.every("reconcile", self._interval_ns)

    @handles(ReconcileNow)
    def on_now(self, message: ReconcileNow) -> None:
        self._begin()

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == "retry" or not self._running:
            self._begin()
        overdue_ns = max(OVERDUE_INTERVALS * self._interval_ns, OVERDUE_AT_LEAST_NS)
        if self.mono_ns - self._agreed_ns > overdue_ns:
            # The same words each time: a halt that is repeated while its venue is dead adds nothing to the history.
            detail = f"books and exchange could not be compared for {overdue_ns // NS_PER_S} s"
            self.tell(SUPERVISOR, EngineHaltRequested(self.name, detail, self._setup.venue))
            self._agreed_ns = self.mono_ns  # said once, and again when it lasts as long once more

    def _begin(self) -> None:
        self._running = True
        self._before = self._wallet = self._opened = None
        self._reading = ()
        self._asked = self.request(EXCHANGE_ROUTER, ExchangeBooksWanted(), BOOKS_TIMEOUT_NS)

    def _again(self) -> None:
        """Something is under way, moved or failed: a little later, from the beginning."""
        self._before = self._wallet = self._opened = self._asked = None
        self._reading = ()
        self.once("retry", RETRY_NS)

    @handles(ExchangeBooksSeen)
    def on_books_seen(self, message: ExchangeBooksSeen) -> None:
        if self.envelope.correlation != self._asked:
            return
        if not message.quiet or (self._before is not None and self._before != message):
            self._again()
        elif self._before is None:
            self._before = message
            self._reading = (
                self.call(EXCHANGE_PORT, FetchWallet(), CALL_TIMEOUT_NS),
                self.call(EXCHANGE_PORT, FetchOpenOrders(), CALL_TIMEOUT_NS),
            )
        else:
            self._asked = self.request(STATE_WRITER, LoadRecovery(), BOOKS_TIMEOUT_NS)

    @handles(WalletFetched)
    def on_wallet(self, message: WalletFetched) -> None:
        if self.envelope.correlation in self._reading:
            self._wallet = message
            self._when_read()

    @handles(OpenOrdersFetched)
    def on_open_orders(self, message: OpenOrdersFetched) -> None:
        if self.envelope.correlation in self._reading:
            self._opened = message
            self._when_read()

    def _when_read(self) -> None:
        if self._wallet is not None and self._opened is not None:
            self.tell(RISK, GatewayReported(self._setup.venue, True, "", of_account=True))
            self._asked = self.request(EXCHANGE_ROUTER, ExchangeBooksWanted(), BOOKS_TIMEOUT_NS)

    @handles(Recovery)
    def on_books(self, recovery: Recovery) -> None:
        if self._wallet is None or self._opened is None or self.envelope.correlation != self._asked:
            return
        ours = ours_resting(self._opened)
        for order in ours:
            request = CancelExchangeOrder(order.symbol, order.client_order_id, order.venue_order_id)
            self.call(EXCHANGE_PORT, request, CALL_TIMEOUT_NS)
        if ours or any(trade.venue == self._setup.venue for trade in recovery.trades):
            self._again()
            return
        findings = compare(self._setup, recovery, self._wallet, self._seen, self.now_ns)
        self._seen = self._seen.seen(findings.differences)
        if findings.ambiguous:
            self._running = False
            self.tell(SUPERVISOR, ReconcileAmbiguous("; ".join(findings.ambiguous), self._setup.venue))
        elif findings.corrections:
            self._writing = (self.persist(*findings.corrections), findings)
        elif findings.differences:
            self._again()
        else:
            self._finish(findings)

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        if self._writing is not None and self._writing[0] == self.envelope.correlation:
            self._finish(self._writing[1])

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        if not message.storage_failed:
            raise BrokenInvariant(f"the journal refused a write of the exchange reconciler: {message.reason}")

    def _finish(self, findings: WalletFindings) -> None:
        foreign = foreign_orders(self._opened) if self._opened is not None else ()
        self._running, self._writing = False, None
        self._seen = DifferencesSeen()
        self._agreed_ns = self.mono_ns
        self.tell(SUPERVISOR, Reconciled(self._setup.venue, 0, (*findings.explained, *foreign)))

    # ----------------------------------------------------------------------------------------- cancels, and what fails

    @handles(OrderReported, OrderNotFound, UnknownSymbol)
    def on_canceled(self, message: OrderReported | OrderNotFound | UnknownSymbol) -> None:
        """How a cancel ended is seen in the next run, which the cancel has asked for."""

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        # Wallet and open orders are never refused to their owner: keys that the exchange no longer takes are a failure, too.
        if message.error is not PortError.REJECTED or self.envelope.correlation in self._reading:
            self.tell(RISK, GatewayReported(self._setup.venue, False, message.detail, of_account=True))
        if self.envelope.correlation in self._reading:
            self._again()

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        if message.to == EXCHANGE_PORT:
            unanswered = f"{message.request_type} was not answered"
            self.tell(RISK, GatewayReported(self._setup.venue, False, unanswered, of_account=True))
        if message.correlation in (self._asked, *self._reading):
            self._again()
        elif self._writing is not None and message.correlation == self._writing[0]:
            self._writing = None
            self._again()
