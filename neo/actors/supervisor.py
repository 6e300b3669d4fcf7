"""Supervisor: starts and restarts the actors, and alone decides what is a halt and when the session is over."""

from __future__ import annotations

import json
from decimal import Decimal

import attrs

from neo.actors.names import (
    DROP_BUYER,
    EXCHANGE_RECONCILER,
    EXCHANGE_ROUTER,
    INVENTORY,
    ORDER_ROUTER,
    RECONCILER,
    RISK,
    STATE_WRITER,
    STRATEGY,
    TELEMETRY,
)
from neo.actors.runtime import ChildSpec, MailboxSpec, Overflow, RequestTimedOut, Supervising, Tick, handles
from neo.domain.messages.journal import EngineStateSet, JournalEvent, SessionClosed
from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.session import (
    BeatsMissed,
    CancelEverything,
    EngineHaltRequested,
    EverythingCanceled,
    OperatorHalt,
    OperatorResume,
    Phase,
    PhaseChanged,
    ReconcileAmbiguous,
    Reconciled,
    ReconcileNow,
    RiskBreach,
    RiskBreached,
    SessionEnded,
    StartupFailed,
    StopRequested,
)
from neo.domain.messages.storage import LoadRecovery, Persist, Persisted, PersistRefused, Recovery, StorageFailed
from neo.domain.safety.facts import ActorFailed, ActorStuck, DurationElapsed
from neo.domain.safety.halt_latch import clearing_written, halt_written, state_of
from neo.domain.safety.halts import Halt, HaltFact, HaltLatch, classify, unexpected
from neo.domain.session.drift import ENGINE_STATE_KEY, inventory_drift
from neo.domain.session.lifecycle import PhaseEvent, next_phase
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.events import ActorBack, ActorDown, PhaseEntered, ReconcileFinished
from neo.domain.units import NS_PER_S

#: Who is told of the phase.
PHASE_FOLLOWERS = (INVENTORY, RISK, ORDER_ROUTER, STRATEGY, EXCHANGE_ROUTER, DROP_BUYER)
#: While one of these is rebuilt no order is placed, and the books are reconciled before trading goes on.
ORDER_PATH = frozenset(
    {
        *(STATE_WRITER, INVENTORY, RISK, ORDER_ROUTER, STRATEGY, RECONCILER),
        *(EXCHANGE_ROUTER, DROP_BUYER, EXCHANGE_RECONCILER),
    }
)

#: engine_state key of the balances that the engine believed at the end of its session.
BALANCES_KEY = "engine_balances_at_shutdown"
STARTUP_DEADLINE_NS = 120 * NS_PER_S
#: Two ledgers prove a cancel; the rest is for a node that lags and for transactions that have to run out.
CANCEL_DEADLINE_NS = 45 * NS_PER_S
#: After a restart or a resume Risk sees no limit broken while nothing trades, so somebody has to look at the clock.
RECONCILE_DEADLINE_NS = 120 * NS_PER_S
CLOSING_TIMEOUT_NS = 10 * NS_PER_S
STOP_DEADLINE_NS = 2 * NS_PER_S
#: What it means that a router did not say how cancelling went.
_SILENT = {
    ORDER_ROUTER: "the order router did not answer: open orders end by their Expiration",
    EXCHANGE_ROUTER: "the exchange router did not answer: orders under way trade at once or not at all",
}


@attrs.frozen
class VenueRoles:
    """Who places our orders at a venue, and who holds our books against it; how long it may take to prove that none is left."""

    venue: str
    router: str
    reconciler: str
    cancel_within_ns: int = CANCEL_DEADLINE_NS


LEDGER_ROLES = VenueRoles("xrpl", ORDER_ROUTER, RECONCILER)


@attrs.frozen
class SessionPlan:
    """What the supervisor needs to know of its session. `duration_ns` 0 runs until something stops it; `venues` trade."""

    session_id: str
    duration_ns: int
    hold_on_halt: bool
    heartbeat_warn_only: bool
    base: str
    quote: str
    venues: tuple[VenueRoles, ...] = (LEDGER_ROLES,)


class Supervisor(Supervising):
    """Facts come in as messages; the first one that is a halt classifies the session, later ones go into its history."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)

    def __init__(self, children: tuple[ChildSpec, ...], plan: SessionPlan, latch: HaltLatch) -> None:
        super().__init__(children)
        self._plan = plan
        self._latch = latch
        self._phase = Phase.STARTING
        self._writes = 0
        self._down: dict[str, str] = {}
        self._hung: dict[str, int] = {}
        self._followers = tuple(name for name in PHASE_FOLLOWERS if name in {spec.name for spec in children})
        self._agreed: set[str] = set()
        self._unverified: dict[str, tuple[str, ...]] = {}
        self._inventory: InventoryChanged | None = None
        self._canceling: dict[int, str] = {}
        self._closing: int | None = None
        self._storage_lost = False
        self._unconfirmed: dict[int, tuple[JournalEvent, ...]] = {}

    # ------------------------------------------------------------------------------------------------- starting

    def started(self) -> None:
        super().started()
        self.once("startup", STARTUP_DEADLINE_NS)
        if self._plan.duration_ns:
            self.once("duration", self._plan.duration_ns)

    def all_ready(self) -> None:
        if self._phase is Phase.STARTING:
            self._pass(PhaseEvent.ACTORS_READY, "every actor is ready")
            self._reconcile("start")

    def _reconcile(self, why: str) -> None:
        """Every venue anew: trading goes on when the books agree with all of them."""
        self._agreed.clear()
        for each in self._plan.venues:
            self.tell(each.reconciler, ReconcileNow(why))

    @handles(Reconciled)
    def on_reconciled(self, message: Reconciled) -> None:
        self._emit(ReconcileFinished(message.venue, message.ledger_index, message.explained))
        self._agreed.add(message.venue)
        agreed = all(each.venue in self._agreed for each in self._plan.venues)
        if agreed and self._phase is Phase.RECONCILING and not (ORDER_PATH & self._down.keys()):
            self.cancel("startup")
            before, self._latch = self._latch, self._latch.reconciled(self._agreed)
            cleared = clearing_written(before, self._latch, self._plan.session_id, "reconciliation")
            if cleared:
                self._persist(*cleared)
            if self._latch.inherited:
                for halt in self._latch.inherited:
                    self._halt(halt)  # it outlives a restart until somebody clears it
            else:
                self._pass(PhaseEvent.RECONCILED, f"reconciled in ledger {message.ledger_index}")

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == "reconcile" and self._phase is Phase.RECONCILING:
            seconds = RECONCILE_DEADLINE_NS // NS_PER_S
            detail = f"books and ledger could not be compared for {seconds} s after an interruption"
            self._fact(RiskBreached(RiskBreach.GATEWAY_UNHEALTHY, detail))
        elif message.key == "startup":
            self._fact(StartupFailed("the engine could not reconcile with the venue in time"))
        elif message.key == "duration":
            self._fact(DurationElapsed(Decimal(self._plan.duration_ns) / NS_PER_S))

    # ------------------------------------------------------------------------------------------------ supervision

    def child_down(self, name: str, error: str) -> None:
        self._down[name] = error
        self._emit(ActorDown(name, error))
        if name in ORDER_PATH and self._phase in (Phase.TRADING, Phase.RECONCILING):
            self._pass(PhaseEvent.ORDER_PATH_DOWN, f"{name} is being rebuilt")

    def child_back(self, name: str) -> None:
        self._down.pop(name, None)
        self._emit(ActorBack(name))
        if name in self._followers:
            self.tell(name, PhaseChanged(self._phase, self._plan.session_id))
        if self._phase is Phase.PAUSED and not (ORDER_PATH & self._down.keys()):
            self._pass(PhaseEvent.ORDER_PATH_BACK, "every actor is back")
            self.once("reconcile", RECONCILE_DEADLINE_NS)
            self._reconcile("restart")
        if self._phase is Phase.HALTING and name in ORDER_PATH:
            self._pass(PhaseEvent.ORDER_PATH_BACK, f"{name} is back")
            self._cancel_everything()

    def escalated(self, name: str, error: str) -> None:
        if name == STATE_WRITER:
            self._storage_lost = True
            self._fact(StorageFailed(f"{name}: {error}"))
        elif name in self._hung:
            self._fact(ActorStuck(name, self._hung[name]))
        else:
            self._fact(ActorFailed(name, error))

    @handles(BeatsMissed)
    def on_beats_missed(self, message: BeatsMissed) -> None:
        if not self._plan.heartbeat_warn_only:
            self._hung[message.name] = message.silent_s
            self.report_hung(message.name, f"{message.missed} beats missed, silent for {message.silent_s} s")

    # ------------------------------------------------------------------------------------------------------- facts

    @handles(RiskBreached, EngineHaltRequested, StopRequested, OperatorHalt, ReconcileAmbiguous, StorageFailed)
    def on_fact(self, message: HaltFact) -> None:
        if isinstance(message, StorageFailed):
            self._storage_lost = True
        self._fact(message)

    @handles(InventoryChanged)
    def on_inventory(self, message: InventoryChanged) -> None:
        self._inventory = message

    @handles(OperatorResume)
    def on_resume(self, message: OperatorResume) -> None:
        if self._phase is not Phase.HELD:
            return
        before, self._latch = self._latch, self._latch.cleared()
        self._persist(*clearing_written(before, self._latch, self._plan.session_id, message.who))
        self._pass(PhaseEvent.RESUMED, f"resumed by {message.who}")
        self.once("reconcile", RECONCILE_DEADLINE_NS)
        self._reconcile("resume")

    def _fact(self, fact: HaltFact) -> None:
        self._halt(classify(fact))

    # ------------------------------------------------------------------------------------------------------ halting

    def _halt(self, halt: Halt) -> None:
        before, self._latch = self._latch, self._latch.with_halt(halt)
        events = halt_written(before, halt, self._plan.session_id)
        if events and not self._storage_lost:
            self._persist(*events)
        if before.first is None:
            self.cancel("startup")  # halted: there is nothing any more that has to become ready
            self._pass(PhaseEvent.HALTED, f"{halt.reason.value}: {halt.detail}")
            self._cancel_everything()
        elif self._phase is Phase.HELD and self._latch.ends_session:
            self._close(PhaseEvent.STOP)

    def _cancel_everything(self) -> None:
        self._canceling.clear()
        for each in self._plan.venues:
            order = CancelEverything(self.now_ns + each.cancel_within_ns, journal=not self._storage_lost)
            self._canceling[self.request(each.router, order, each.cancel_within_ns + NS_PER_S)] = each.router

    @handles(EverythingCanceled)
    def on_canceled(self, message: EverythingCanceled) -> None:
        self._canceled(self.envelope.sender, message.unverified)

    def _canceled(self, router: str, unverified: tuple[str, ...]) -> None:
        self._unverified[router] = unverified
        self._canceling = {request: other for request, other in self._canceling.items() if other != router}
        first = self._latch.first
        if self._canceling or self._phase is not Phase.HALTING or first is None:
            return
        if self._plan.hold_on_halt and not self._latch.ends_session:
            self._pass(PhaseEvent.ORDERS_GONE_HOLD, f"{first.reason.value}: waiting for resume or stop")
        else:
            self._close(PhaseEvent.ORDERS_GONE_END)

    # ------------------------------------------------------------------------------------------------------- closing

    def _close(self, event: PhaseEvent) -> None:
        self._pass(event, "")
        if self._storage_lost:
            self.stop_children(STOP_DEADLINE_NS)
            return
        self._closing = self.request(STATE_WRITER, LoadRecovery(), CLOSING_TIMEOUT_NS)

    @handles(Recovery)
    def on_books(self, recovery: Recovery) -> None:
        """Last look: the books against what the engine believed, then the session's end is written, whatever stood there."""
        if self._phase is not Phase.STOPPING or self._latch.first is None:
            return
        halt = self._latch.first
        drift = inventory_drift(recovery, self._inventory, self._plan.base, self._plan.quote)
        events: list[JournalEvent] = [
            SessionClosed(self._plan.session_id, self.now_ns, halt.reason.value, halt.detail),
            *state_of(self._latch),
            EngineStateSet(ENGINE_STATE_KEY, drift.text if drift is not None else None),
            EngineStateSet(BALANCES_KEY, self._balances()),
        ]
        if drift is not None:
            self._emit(drift.event)
        self._closing = self._persist(*events)

    def _balances(self) -> str | None:
        """What the engine believes it owns, for the summary to hold against the books."""
        inventory = self._inventory
        if inventory is None:
            return None
        return json.dumps({self._plan.base: f"{inventory.base:f}", self._plan.quote: f"{inventory.quote:f}"})

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        self._unconfirmed.pop(self.envelope.correlation, None)
        if self._phase is Phase.STOPPING and self.envelope.correlation == self._closing:
            self.stop_children(STOP_DEADLINE_NS)

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        events = self._unconfirmed.pop(self.envelope.correlation, ())
        if message.send_again and events:
            again = self._persist(*events)
            self._closing = again if self._closing == self.envelope.correlation else self._closing
        elif self._phase is Phase.STOPPING:
            self.stop_children(STOP_DEADLINE_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self._unconfirmed.pop(message.correlation, None)
        router = self._canceling.get(message.correlation)
        if router is not None and self._phase is Phase.HALTING:
            self._canceled(router, (_SILENT.get(router, f"{router} did not answer"),))
        elif message.to == STATE_WRITER and self._phase is Phase.STOPPING:
            self.stop_children(STOP_DEADLINE_NS)

    def children_stopped(self, stuck: tuple[str, ...]) -> None:
        halt = self._latch.first
        if halt is None:
            halt = unexpected("the actors were stopped without a halt")
        self.finish(
            SessionEnded(
                self._plan.session_id,
                halt.reason.value,
                halt.detail,
                halt.reason.exit_code,
                stuck,
                tuple(each for unverified in self._unverified.values() for each in unverified),
            )
        )

    # ------------------------------------------------------------------------------------------------------- speaking

    def _pass(self, event: PhaseEvent, why: str) -> None:
        """Take the step that the table of phases has for `event`, and tell everybody whom it concerns."""
        phase = self._phase = next_phase(self._phase, event)
        self._emit(PhaseEntered(phase.value, why))
        for follower in self._followers:
            self.tell(follower, PhaseChanged(phase, self._plan.session_id, why))

    def _persist(self, *events: JournalEvent) -> int:
        self._writes += 1
        correlation = self.request(STATE_WRITER, Persist(self._writes, events), CLOSING_TIMEOUT_NS)
        self._unconfirmed[correlation] = events
        return correlation

    def _emit(self, event: TelemetryEvent) -> None:
        self.tell(TELEMETRY, Emit(event, self.name, self.now_ns))
