"""A session on real threads: simulated venue with a scaled clock now, real venues behind the same port later."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors import names
from neo.actors.runtime import ThreadSystem
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.messages.session import OperatorHalt, OperatorResume, SessionEnded
from neo.domain.ports import LEDGER_PORT
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.infra.config.loader import Loaded
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.polling_thread import PollingThread
from neo.infra.control.status_board import StatusBoard
from neo.infra.control.watcher import ControlWatcher
from neo.infra.session.run_id import new_run_id
from neo.infra.simulated.gateway import SimulatedLedgerGateway
from neo.infra.sqlite.startup import StoreClock
from neo.system.assembly import assemble
from neo.system.books import open_session, require_nothing_lost
from neo.system.cast import Parts
from neo.system.running import Premises, SessionOnDisk, move_in, store_keeper
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO, continued_wallet, simulated_signer, simulated_venue

CONTROL_POLL_S = 0.2
STATUS_EVERY_S = 2.0
#: Real seconds that each actor gets to stop.
STOP_GRACE_S = 2.0


#: Real seconds that this machine may stand still, whatever the speed, before somebody counts as stuck or data as old.
GRACE_S = Decimal(2)


def with_grace(config: Config) -> Config:
    """At 60 times the clock a stall of the machine counts sixtyfold; limits on ages get that much more room.

    At speed 1 nothing changes: there the limits mean what they say.
    """
    if config.speed <= 1:
        return config
    more_s = GRACE_S * config.speed
    risk, heartbeat = config.risk, config.heartbeat
    return attrs.evolve(
        config,
        risk=attrs.evolve(
            risk,
            ledger_age_max_s=risk.ledger_age_max_s + more_s,
            market_data_age_max_s=risk.market_data_age_max_s + more_s,
        ),
        heartbeat=attrs.evolve(heartbeat, timeout_s=heartbeat.timeout_s + more_s),
    )


class VenueMissing(NeoError):
    """The mode needs a venue that this version cannot reach."""

    exit_code = UNAVAILABLE


class ThreadedSession(SessionOnDisk):
    """Opened by `start_on_threads`; the main thread waits in slices, so that signals are handled at once."""

    def __init__(self, loaded: Loaded, premises: Premises, system: ThreadSystem) -> None:
        config = loaded.config
        database = Path(config.storage.path)
        clock = StoreClock(system.now_ns, time.monotonic_ns)
        keeper = store_keeper(config, database, premises.identity, clock)
        super().__init__(premises, database, keeper, system, config)
        #: For benchmarks and tests: observers, ports, mailbox figures.
        self.system = system
        self._config = with_grace(config)
        self._gateway: SimulatedLedgerGateway | None = None
        control = ControlDirectory.beside(database)
        self._board = StatusBoard(control)
        self._watcher = ControlWatcher(control, premises.identity.session_id, self._command)
        self._polling = PollingThread(self._watcher.poll, CONTROL_POLL_S)
        self._posting = PollingThread(self._post_status, STATUS_EVERY_S, "neo-status")

    def open(self) -> None:
        """Books first: a database that cannot be trusted stops everything before an actor exists."""
        identity, system = self._premises.identity, self.system
        store = self._keeper.open()
        recovery = store.recovery()
        require_nothing_lost(store, Path(self._config.session.directory))
        opening = open_session(store, identity, self._config, system.now_ns(), venue_is_new=True)
        gateway = simulated_venue(self._config, system, continued_wallet(self._config, recovery))
        system.ports[LEDGER_PORT] = gateway
        gateway.attach(system.tell, FACTS_TO, BOOKS_TO)
        self._gateway = gateway
        parts = Parts(
            self._config,
            identity.session_id,
            identity.run_id,
            self._keeper.take,
            self._premises.sink,
            self._premises.encoder.encode,
            simulated_signer(self._config),
        )
        assemble(system, parts, opening)
        gateway.start()
        self._watcher.open()
        self._polling.start()
        self._posting.start()

    def wait(self, slice_s: float) -> SessionEnded | None:
        self.system.wait(slice_s)
        self._ended = self._outcome()
        return self._ended

    def close(self) -> tuple[str, ...]:
        """Threads, files, lock: in the reverse order of opening."""
        if self._gateway is not None:
            self._gateway.stop()
        self._polling.stop()
        self._posting.stop()
        if self._keeper.was_opened:  # else the board belongs to another engine
            self._post_status()
        return self._close_books(lambda: self.system.shutdown(STOP_GRACE_S))

    def _post_status(self) -> None:
        self._board.write(self.status())

    def _command(self, command: OperatorHalt | OperatorResume) -> str | None:
        phase = self.status().phase
        if isinstance(command, OperatorResume) and phase != "held":
            return f"the session is {phase}: there is no halt to resume from"
        self.system.tell(names.SUPERVISOR, command)
        return None


def start_on_threads(loaded: Loaded) -> ThreadedSession:
    """Start a session of mode sim. NeoError for a mode whose venue is not built in, and for everything in the way."""
    config = loaded.config
    if config.mode is not Mode.SIM:
        raise VenueMissing(
            f"mode {config.mode.value} needs the gateway to a real venue, which this version does not have",
            'Use mode = "sim", or neo replay for recorded data.',
        )
    started_at_ns = time.time_ns()
    premises = move_in(loaded, new_run_id(), started_at_ns)
    system = ThreadSystem(config.seed, float(config.speed), started_at_ns)
    session = ThreadedSession(loaded, premises, system)
    try:
        session.open()
    except BaseException:
        session.close()
        raise
    return session
