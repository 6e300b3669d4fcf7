"""A session on real threads: modes sim, paper and live differ in their venue only."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from neo.actors import names
from neo.actors.runtime import ThreadSystem
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.messages.session import OperatorHalt, OperatorResume, SessionEnded
from neo.domain.messages.storage import Recovery
from neo.domain.ports import EXCHANGE_PORT, LEDGER_PORT
from neo.domain.safety.halts import HaltReason
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.events import HaltRaised
from neo.infra.config.loader import Loaded
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.polling_thread import PollingThread
from neo.infra.control.status_board import StatusBoard
from neo.infra.control.watcher import ControlWatcher
from neo.infra.session.run_id import new_run_id
from neo.infra.sqlite.startup import StoreClock
from neo.infra.sqlite.state_store import SqliteStateStore
from neo.infra.telemetry.watched_sink import WatchedSink
from neo.system.alerts import SessionAlerts
from neo.system.assembly import assemble
from neo.system.books import open_session, require_nothing_lost
from neo.system.cast import Parts
from neo.system.consent import require_startable
from neo.system.dashboard import SessionDashboard
from neo.system.exchange_venue import QUOTES_TO
from neo.system.pace import REAL_TIME, Pace, with_grace
from neo.system.running import Premises, SessionOnDisk, move_in, store_keeper
from neo.system.service_watch import ServiceWatch
from neo.system.session_venue import SessionVenue
from neo.system.short_pauses import short_pauses
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO
from neo.system.venue_standings import resume_refusal
from neo.system.venues import open_venue

_log = logging.getLogger("neo.session")
#: Who speaks in telemetry when the venue's connections do.
GATEWAY = "gateway"
START_UP = "start-up"
CONTROL_POLL_S = 0.2
STATUS_EVERY_S = 2.0
#: Real seconds that each actor gets to stop.
STOP_GRACE_S = 2.0


#: Makes the venue when the books are open; NeoError when the session must not start.
OpenVenue = Callable[[Recovery], SessionVenue]


class ThreadedSession(SessionOnDisk):
    """Opened by `start_on_threads`; the main thread waits in slices, so that signals are handled at once."""

    def __init__(self, loaded: Loaded, premises: Premises, system: ThreadSystem, speed: Decimal) -> None:
        config = loaded.config
        database = Path(config.storage.path)
        clock = StoreClock(system.now_ns, time.monotonic_ns)
        keeper = store_keeper(config, database, premises.identity, clock)
        super().__init__(premises, database, keeper, system, config)
        #: For benchmarks and tests: observers, ports, mailbox figures.
        self.system = system
        self._config = with_grace(config, speed)
        self._venue: SessionVenue | None = None
        control = ControlDirectory.beside(database)
        self._board = StatusBoard(control)
        self._watcher = ControlWatcher(control, premises.identity.session_id, self._command)
        self._polling = PollingThread(self._watcher.poll, CONTROL_POLL_S)
        self._posting = PollingThread(self._post_status, STATUS_EVERY_S, "neo-status")
        self.dashboard = SessionDashboard(config.dashboard)
        self._alerts = SessionAlerts(config, premises.identity.session_id)
        self._service = ServiceWatch(system, float(config.heartbeat.timeout_s))
        self._while_open = contextlib.ExitStack()

    @property
    def config(self) -> Config:
        """As the actors get it: limits on ages have room for the speed of the clock."""
        return self._config

    def open(self, open_venue: OpenVenue) -> None:
        """Books first: a database that cannot be trusted stops everything before an actor exists; then the venue."""
        self._while_open.enter_context(short_pauses(self.system))
        identity, system, config = self._premises.identity, self.system, self._config
        log = WatchedSink(self._premises.sink, ControlDirectory.beside(self._database).watched_file)
        sink = self._alerts.beside(log)
        store = self._keeper.open()
        recovery = store.recovery()
        require_nothing_lost(store, Path(config.session.directory))
        try:
            venue = self._venue = open_venue(recovery)
        except NeoError as refusal:
            self._refused(store, recovery, refusal)
            raise
        opening = open_session(store, identity, config, system.now_ns(), venue_is_new=venue.is_new)
        if venue.exchange is not None:
            system.ports[EXCHANGE_PORT] = venue.exchange
            venue.exchange.attach(self._push, QUOTES_TO)
        if venue.ledger is not None:
            system.ports[LEDGER_PORT] = venue.ledger
            venue.ledger.attach(self._push, FACTS_TO, BOOKS_TO)
        parts = Parts(
            config,
            identity.session_id,
            identity.run_id,
            self._keeper.take,
            self.dashboard.beside(sink),
            self._premises.encoder.line,
            venue.signer,
        )
        assemble(system, parts, opening)
        if venue.ledger is not None and not venue.is_running:
            venue.ledger.start()
        self._watcher.open()
        self._polling.start()
        self._posting.start()
        self.dashboard.open(self._database, self.status, identity.code_version)
        self._service.ready()

    def _push(self, name: str, message: object) -> None:
        """What the venue tells. Before the actor was first made nobody misses it: actors read what was before themselves."""
        if self.system.incarnation(name):
            self.system.tell(name, message)

    def _refused(self, store: SqliteStateStore, recovery: Recovery, refusal: NeoError) -> None:
        """The books remember a start that failed, unless a crashed session waits: then the next start must still find it."""
        _log.error("the session cannot start: %s", refusal)
        halt = HaltReason.STARTUP_FAILURE
        self._write(Emit(HaltRaised(halt.value, refusal.problem, first=True), START_UP, self.system.now_ns()))
        self._ended = SessionEnded(self.session_id, halt.value, refusal.problem, halt.exit_code)
        if not recovery.open_sessions:
            open_session(store, self._premises.identity, self._config, self.system.now_ns())

    def report(self, event: TelemetryEvent) -> None:
        """What the venue's gateway has to tell, from any thread, also before and after there are actors."""
        emit = Emit(event, GATEWAY, self.system.now_ns())
        if self.system.is_up(names.TELEMETRY):
            self.system.tell(names.TELEMETRY, emit)
        else:
            self._write(emit)

    def _write(self, emit: Emit) -> None:
        """Past the actor of telemetry, while there is none."""
        self._alerts.beside(self._premises.sink).write(self._premises.encoder.encode(emit))

    def wait(self, slice_s: float) -> SessionEnded | None:
        self.system.wait(slice_s)
        self._service.beat(lambda: self.status().phase)
        self._ended = self._outcome()
        return self._ended

    def close(self) -> tuple[str, ...]:
        """Threads, files, lock: in the reverse order of opening. The venue goes last of all that has a thread."""
        self._service.stopping()
        self.dashboard.close()
        self._polling.stop()
        self._posting.stop()
        if self._keeper.was_opened:  # else the board belongs to another engine
            self._post_status()
        with self._while_open:
            stuck = self._close_books(self._shutdown)
        self._service.close()
        return stuck

    def abandon(self) -> None:
        """Drop everything as kill -9 would, as far as a process can that goes on: nothing more is written or sent."""
        self._service.close()
        self.dashboard.close()
        self._polling.stop()
        self._posting.stop()
        if self._venue is not None:
            self._venue.stop()
        self._keeper.abandon()
        self.system.shutdown(STOP_GRACE_S)
        self._alerts.close()
        self._premises.sink.close()
        self._premises.trace.close()
        self._premises.logs.uninstall()
        self._while_open.close()

    def _shutdown(self) -> tuple[str, ...]:
        stuck = self.system.shutdown(STOP_GRACE_S)
        if self._venue is not None:
            self._venue.stop()
        self._alerts.close()  # while the log still masks what a library may say about an address
        return stuck

    def _post_status(self) -> None:
        self._board.write(self.status())

    def _command(self, command: OperatorHalt | OperatorResume) -> str | None:
        if isinstance(command, OperatorResume):
            refusal = resume_refusal(self.status(), command.venue)
            if refusal is not None:
                return refusal
        self.system.tell(names.SUPERVISOR, command)
        return None


def start_on_threads(loaded: Loaded, pace: Pace | None = None) -> ThreadedSession:
    """Start a session of mode sim, paper or live. NeoError for everything in the way; nothing was sent then.

    `pace` is for tests whose ledger runs faster than the clock on the wall; only simulation has a speed in its configuration.
    """
    config = loaded.config
    require_startable(loaded)
    started_at_ns = time.time_ns()
    pace = pace or _pace(config, started_at_ns)
    premises = move_in(loaded, new_run_id(), pace.start_ns or started_at_ns)
    system = ThreadSystem(config.seed, pace.speed, pace.start_ns)
    session = ThreadedSession(loaded, premises, system, Decimal(pace.speed))
    try:
        session.open(lambda recovery: open_venue(session.config, system, pace, recovery, session.report))
    except BaseException:
        session.close()
        raise
    return session


def _pace(config: Config, started_at_ns: int) -> Pace:
    return Pace(float(config.speed), started_at_ns) if config.mode is Mode.SIM else REAL_TIME
