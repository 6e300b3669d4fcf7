"""The ledger port on top of real nodes.

Everything that waits for the network lives on an event loop in a thread of its own (LedgerDesk); here is the side that the
engine sees: `submit` from any thread, pushes through `attach`, `start` and `stop`, as neo/infra/simulated/gateway.py has them.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from neo.domain.messages.venue import BookObserved, LedgerClosed, PortError, PortFailed
from neo.domain.ports import LEDGER_PORT
from neo.infra.loop_thread import LoopThread
from neo.infra.xrpl.entry_points import require_known_client
from neo.infra.xrpl.fleet import Report
from neo.infra.xrpl.ledger_desk import DeskSurroundings, GatewayPlan, LedgerDesk, Reply

Publish = Callable[[str, object], None]

#: Requests that may be under way; the engine has a handful. More are refused at once.
REQUESTS_MAX = 256
#: Real seconds for a thread to begin, and at least that long to end: a busy machine is slow whatever the engine's clock does.
THREAD_START_S = 30.0
THREAD_STOP_S = 5.0


class XrplGateway:
    """Port.submit(caller, request, done) for SubmitTransaction, FetchAccount, FetchOffers and FetchTransactions.

    `now_ns` is the engine's clock, which ledger times are compared with; `rng` spreads reconnections; `report` takes
    telemetry events from the gateway's thread and must not block.
    """

    def __init__(self, plan: GatewayPlan, *, now_ns: Callable[[], int], rng: random.Random, report: Report) -> None:
        self._plan = plan
        self._publish: Publish | None = None
        self._facts_to: tuple[str, ...] = ()
        self._books_to: tuple[str, ...] = ()
        self._around = DeskSurroundings(
            now_ns=now_ns, rng=rng, report=report, closed=self._push_closed, observed=self._push_book
        )
        self._desk: LedgerDesk | None = None
        self._thread = LoopThread(self._live, "neo-xrpl")
        self._first_ledger = threading.Event()
        self._under_way = 0
        self._lock = threading.Lock()

    # ------------------------------------------------------------------------------------------------------ life cycle

    def start(self) -> None:
        """Connect to all nodes, in the background. NotSynchronous for another client library than the known one."""
        require_known_client()
        self._thread.start(THREAD_START_S)

    def stop(self) -> bool:
        """Close every connection and answer what waits; whether that was done in time."""
        return self._thread.stop(max(2 * self._plan.timing.stop_s, THREAD_STOP_S))

    def wait_for_ledger(self, wait_s: float) -> bool:
        """Whether a first ledger was told within `wait_s` seconds: nodes are reachable, synced, on the right network."""
        return self._first_ledger.wait(wait_s)

    def complaint(self) -> str:
        """Why no node can be followed, for people; empty while one is."""
        desk = self._desk
        if desk is None:
            return "the gateway is not running"
        return "" if desk.fleet.leader is not None else desk.fleet.complaint()

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None:
        """Push LedgerClosed to `facts_to` and BookObserved to `books_to` from the next ledger on."""
        self._publish, self._facts_to, self._books_to = publish, facts_to, books_to

    def detach(self) -> None:
        """Push nothing any more."""
        self._publish = None

    async def _live(self) -> None:
        desk = LedgerDesk(self._plan, self._around)
        self._desk = desk
        try:
            await desk.run()
        finally:
            self._desk = None

    # -------------------------------------------------------------------------------------------------------- requests

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing; what is refused here never left the process."""
        del caller
        with self._lock:
            refused = self._under_way >= REQUESTS_MAX
            if not refused:
                self._under_way += 1
        if refused:
            done(_unavailable(f"{REQUESTS_MAX} requests are under way"))
        elif not self._thread.call(lambda: self._begin(request, done)):
            self._ended()
            done(_unavailable("the gateway is not running"))

    def _begin(self, request: object, done: Reply) -> None:
        desk = self._desk
        if desk is None:
            self._ended()
            done(_unavailable("the gateway is not running"))
            return

        def answered(reply: object) -> None:
            self._ended()
            done(reply)

        desk.arrived(request, answered)

    def _ended(self) -> None:
        with self._lock:
            self._under_way -= 1

    # ---------------------------------------------------------------------------------------------------------- pushes

    def _push_closed(self, ledger: LedgerClosed) -> None:
        self._push(self._facts_to, ledger)
        self._first_ledger.set()

    def _push_book(self, book: BookObserved) -> None:
        self._push(self._books_to, book)

    def _push(self, names: tuple[str, ...], message: object) -> None:
        publish = self._publish
        if publish is None:
            return
        for name in names:
            publish(name, message)


def _unavailable(detail: str) -> PortFailed:
    return PortFailed(LEDGER_PORT, PortError.UNAVAILABLE, detail)
