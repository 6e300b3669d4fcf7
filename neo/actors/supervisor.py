"""Supervisor: starts and restarts the actors, and alone decides what is a halt and when the session is over."""

from __future__ import annotations

from decimal import Decimal

from neo.actors.names import STATE_WRITER, TELEMETRY
from neo.actors.runtime import ChildSpec, MailboxSpec, Overflow, RequestTimedOut, Supervising, Tick, handles
from neo.actors.session_plan import SessionPlan
from neo.domain.messages.journal import JournalEvent
from neo.domain.messages.quoting import BalancesChanged
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
from neo.domain.safety.halt_latch import clearing_written, halt_written
from neo.domain.safety.halting import Onward, onward, put_out_of_trade, resumable
from neo.domain.safety.halts import ClearedBy, Halt, HaltFact, HaltLatch, classify, unexpected
from neo.domain.session.closing import closing_written
from neo.domain.session.course import LIVE, Course
from neo.domain.session.drift import inventory_drift
from neo.domain.session.lifecycle import PhaseEvent
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.events import ActorBack, ActorDown, PhaseEntered, ReconcileFinished, VenuePhaseEntered
from neo.domain.units import NS_PER_S

STARTUP_DEADLINE_NS = 120 * NS_PER_S
#: After a restart or a resume Risk sees no limit broken while nothing trades, so somebody has to look at the clock.
RECONCILE_DEADLINE_NS = 120 * NS_PER_S
CLOSING_TIMEOUT_NS = 10 * NS_PER_S
STOP_DEADLINE_NS = 2 * NS_PER_S
#: Keys of its timers; that of a reconciliation is followed by the venue.
STARTUP, DURATION, RECONCILE = "startup", "duration", "reconcile "


class Supervisor(Supervising):
    """Facts come in as messages; the first one that is a halt classifies the session, later ones go into its history."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)

    def __init__(self, children: tuple[ChildSpec, ...], plan: SessionPlan, latch: HaltLatch) -> None:
        super().__init__(children)
        self._plan = plan
        self._latch = latch
        self._course = Course.starting(each.venue for each in plan.venues)
        self._present = frozenset(spec.name for spec in children)
        self._starting = True
        self._writes = 0
        self._down: dict[str, str] = {}
        self._hung: dict[str, int] = {}
        self._agreed: set[str] = set()
        self._unverified: dict[str, tuple[str, ...]] = {}
        self._owned: dict[tuple[str, str], Decimal] = {}
        self._canceling: dict[int, str] = {}
        self._closing: int | None = None
        self._storage_lost = False
        self._unconfirmed: dict[int, tuple[JournalEvent, ...]] = {}

    # ------------------------------------------------------------------------------------------------- starting

    def started(self) -> None:
        super().started()
        self.once(STARTUP, self.patient(STARTUP_DEADLINE_NS))
        if self._plan.duration_ns:
            self.once(DURATION, self._plan.duration_ns)

    def all_ready(self) -> None:
        starting = self._course.venues_in(Phase.STARTING)
        if starting:
            self._pass(PhaseEvent.ACTORS_READY, "every actor is ready", starting)
            self._reconcile("start", starting)

    def _reconcile(self, why: str, venues: tuple[str, ...]) -> None:
        """These venues anew: trading goes on there when the books agree with them."""
        self._agreed.difference_update(venues)
        for each in self._plan.venues:
            if each.venue in venues:
                self.tell(each.reconciler, ReconcileNow(why))

    @handles(Reconciled)
    def on_reconciled(self, message: Reconciled) -> None:
        self._emit(ReconcileFinished(message.venue, message.ledger_index, message.explained))
        self._agreed.add(message.venue)
        agreed = self._settled(Phase.RECONCILING)
        # A session begins on all its venues at once: a start that fails must have traded nowhere.
        if not agreed or (self._starting and len(agreed) < len(self._course.venues_in(*LIVE))):
            return
        self._starting = False
        self.cancel(STARTUP)
        before, self._latch = self._latch, self._latch.reconciled(agreed)
        cleared = clearing_written(before, self._latch, self._plan.session_id, ClearedBy.RECONCILIATION.value)
        if cleared:
            self._persist(*cleared)
        for halt in self._latch.inherited:
            if put_out_of_trade(self._course, halt):
                self._halt(halt)  # it outlives a restart until somebody clears it
        agreed = self._settled(Phase.RECONCILING)
        if agreed:
            self._pass(PhaseEvent.RECONCILED, f"reconciled in ledger {message.ledger_index}", agreed)

    def _settled(self, phase: Phase) -> tuple[str, ...]:
        """Venues in `phase` that agree with the books and whose order path is complete."""
        return tuple(venue for venue in self._with_path(phase) if venue in self._agreed)

    def _with_path(self, phase: Phase) -> tuple[str, ...]:
        there = self._course.venues_in(phase)
        return tuple(
            each.venue for each in self._plan.venues if each.venue in there and not each.order_path & self._down.keys()
        )

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if message.key == STARTUP:
            missing = [venue for venue in self._course.venues_in(*LIVE) if venue not in self._agreed]
            who = ", ".join(missing) if len(self._plan.venues) > 1 else "the venue"
            self._fact(StartupFailed(f"the engine could not reconcile with {who} in time"))
        elif message.key == DURATION:
            self._fact(DurationElapsed(Decimal(self._plan.duration_ns) / NS_PER_S))
        elif message.key.startswith(RECONCILE):
            self._overdue(message.key.removeprefix(RECONCILE))

    def _overdue(self, venue: str) -> None:
        if self._course.of(venue) is Phase.RECONCILING:
            seconds = self.patient(RECONCILE_DEADLINE_NS) // NS_PER_S
            detail = f"books and {venue} could not be compared for {seconds} s after an interruption"
            self._fact(RiskBreached(RiskBreach.GATEWAY_UNHEALTHY, detail, venue))

    def _reconcile_in_time(self, why: str, venues: tuple[str, ...]) -> None:
        for venue in venues:
            self.once(f"{RECONCILE}{venue}", self.patient(RECONCILE_DEADLINE_NS))
        self._reconcile(why, venues)

    # ------------------------------------------------------------------------------------------------ supervision

    def child_down(self, name: str, error: str) -> None:
        self._down[name] = error
        self._emit(ActorDown(name, error))
        hit = self._needing(name, Phase.TRADING, Phase.RECONCILING)
        if hit:
            self._pass(PhaseEvent.ORDER_PATH_DOWN, f"{name} is being rebuilt", hit)

    def child_back(self, name: str) -> None:
        self._down.pop(name, None)
        self._emit(ActorBack(name))
        for each in self._plan.venues:
            if name in each.followers:
                self.tell(name, PhaseChanged(self._course.of(each.venue), self._plan.session_id, "", each.venue))
        back = self._with_path(Phase.PAUSED)
        if back:
            self._pass(PhaseEvent.ORDER_PATH_BACK, "every actor is back", back)
            self._reconcile_in_time("restart", back)
        halting = self._needing(name, Phase.HALTING)
        if halting:
            self._pass(PhaseEvent.ORDER_PATH_BACK, f"{name} is back", halting)
            self._cancel_everything(halting)

    def _needing(self, name: str, *phases: Phase) -> tuple[str, ...]:
        """Venues in `phases` whose orders pass through an actor."""
        there = self._course.venues_in(*phases)
        return tuple(each.venue for each in self._plan.venues if each.venue in there and name in each.order_path)

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

    @handles(BalancesChanged)
    def on_balances(self, message: BalancesChanged) -> None:
        self._owned.update({(each.venue, each.asset): each.total for each in message.balances})

    @handles(OperatorResume)
    def on_resume(self, message: OperatorResume) -> None:
        venues = resumable(self._course, self._latch, message.venue)
        if not venues:
            return
        before, self._latch = self._latch, self._latch.cleared(message.venue)
        self._persist(*clearing_written(before, self._latch, self._plan.session_id, message.who))
        self._pass(PhaseEvent.RESUMED, f"resumed by {message.who}", venues)
        self._reconcile_in_time("resume", venues)

    def _fact(self, fact: HaltFact) -> None:
        self._halt(classify(fact))

    # ------------------------------------------------------------------------------------------------------ halting

    def _halt(self, halt: Halt) -> None:
        before, self._latch = self._latch, self._latch.with_halt(halt)
        events = halt_written(before, halt, self._plan.session_id)
        if events and not self._storage_lost:
            self._persist(*events)
        hit = put_out_of_trade(self._course, halt)
        if hit:
            self._pass(PhaseEvent.HALTED, f"{halt.reason.value}: {halt.detail}", hit)
            if not self._course.venues_in(*LIVE):
                self.cancel(STARTUP)  # halted: there is nothing any more that has to become ready
            self._cancel_everything((*hit, *self._left_behind()))
        elif self._course.phase is Phase.HELD and self._latch.ends_session:
            self._close()

    def _left_behind(self) -> tuple[str, ...]:
        """Venues that are held with orders that could not be verified: an end is a good moment to look again."""
        held = self._course.venues_in(Phase.HELD) if self._latch.ends_session else ()
        return tuple(
            each.venue for each in self._plan.venues if each.venue in held and self._unverified.get(each.router)
        )

    def _cancel_everything(self, venues: tuple[str, ...]) -> None:
        for each in self._plan.venues:
            if each.venue in venues:
                self._answered(each.router)
                order = CancelEverything(self.now_ns + each.cancel_within_ns, journal=not self._storage_lost)
                self._canceling[self.request(each.router, order, each.cancel_within_ns + NS_PER_S)] = each.router

    def _answered(self, router: str) -> None:
        self._canceling = {request: other for request, other in self._canceling.items() if other != router}

    @handles(EverythingCanceled)
    def on_canceled(self, message: EverythingCanceled) -> None:
        self._canceled(self.envelope.sender, message.unverified)

    def _canceled(self, router: str, unverified: tuple[str, ...]) -> None:
        self._unverified[router] = unverified
        self._answered(router)
        halting = self._course.venues_in(Phase.HALTING)
        if not halting:
            return
        way = onward(self._course, self._latch, hold_on_halt=self._plan.hold_on_halt, asking=bool(self._canceling))
        if way is Onward.END:
            self._close()
        elif way is Onward.HOLD:
            asked = {self._plan.roles_of_router(other).venue for other in self._canceling.values()}
            for venue in halting:
                if venue not in asked:
                    why = f"{self._latch.halt_of(venue).reason.value}: waiting for resume or stop"
                    self._pass(PhaseEvent.ORDERS_GONE_HOLD, why, (venue,))

    # ------------------------------------------------------------------------------------------------------- closing

    def _close(self) -> None:
        self._pass(PhaseEvent.STOP, "", self._course.venues_in(Phase.HELD))
        self._pass(PhaseEvent.ORDERS_GONE_END, "", self._course.venues_in(Phase.HALTING))
        if self._storage_lost:
            self.stop_children(STOP_DEADLINE_NS)
            return
        self._closing = self.request(STATE_WRITER, LoadRecovery(), CLOSING_TIMEOUT_NS)

    @handles(Recovery)
    def on_books(self, recovery: Recovery) -> None:
        """Last look: the books against what the engine believed, then the session's end is written, whatever stood there."""
        halt = self._latch.first
        if self._course.phase is not Phase.STOPPING or halt is None:
            return
        drift = inventory_drift(recovery, self._owned)
        if drift is not None:
            self._emit(drift.event)
        events = closing_written(self._plan.session_id, self.now_ns, halt, self._latch, drift, self._owned)
        self._closing = self._persist(*events)

    @handles(Persisted)
    def on_persisted(self, message: Persisted) -> None:
        self._unconfirmed.pop(self.envelope.correlation, None)
        if self._course.phase is Phase.STOPPING and self.envelope.correlation == self._closing:
            self.stop_children(STOP_DEADLINE_NS)

    @handles(PersistRefused)
    def on_refused(self, message: PersistRefused) -> None:
        events = self._unconfirmed.pop(self.envelope.correlation, ())
        if message.send_again and events:
            again = self._persist(*events)
            self._closing = again if self._closing == self.envelope.correlation else self._closing
        elif self._course.phase is Phase.STOPPING:
            self.stop_children(STOP_DEADLINE_NS)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self._unconfirmed.pop(message.correlation, None)
        router = self._canceling.get(message.correlation)
        if router is not None:
            self._canceled(router, (self._plan.roles_of_router(router).silent,))
        elif message.to == STATE_WRITER and self._course.phase is Phase.STOPPING:
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

    def _pass(self, event: PhaseEvent, why: str, venues: tuple[str, ...]) -> None:
        """Take the step that the table of phases has for `event` on these venues, and tell everybody whom it concerns."""
        if not venues:
            return
        before, self._course = self._course, self._course.after(event, venues)
        phase = self._course.phase
        if phase is not before.phase or len(venues) == len(self._plan.venues):
            self._emit(PhaseEntered(phase.value, why))
        if len(self._plan.venues) > 1:
            for venue in venues:
                self._emit(VenuePhaseEntered(venue, self._course.of(venue).value, why))
        for name, venue in self._plan.followers_of(venues):
            if name in self._present:
                self.tell(name, PhaseChanged(self._course.of(venue), self._plan.session_id, why, venue))

    def _persist(self, *events: JournalEvent) -> int:
        self._writes += 1
        correlation = self.request(STATE_WRITER, Persist(self._writes, events), CLOSING_TIMEOUT_NS)
        self._unconfirmed[correlation] = events
        return correlation

    def _emit(self, event: TelemetryEvent) -> None:
        self.tell(TELEMETRY, Emit(event, self.name, self.now_ns))
