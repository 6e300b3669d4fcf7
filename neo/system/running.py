"""A session of its own, with a directory on disk: what live, simulated and replayed sessions have in common."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from neo.actors import names
from neo.actors.runtime import Envelope, System
from neo.domain.config.configuration import Config
from neo.domain.messages.session import SessionEnded, StopRequested, StopSignal
from neo.domain.safety.halts import HaltReason
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import LogsCleaned
from neo.infra.config.canonical import canonical_text
from neo.infra.config.loader import Loaded
from neo.infra.control.status import EngineStatus
from neo.infra.session.code_version import code_version
from neo.infra.session.directory import SessionDirectory
from neo.infra.session.retention import LogRetention
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.telemetry.debug_trace import DebugTrace, open_debug_trace
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.logging_bridge import LoggingBridge
from neo.infra.telemetry.redaction import Redactor
from neo.records import frozen
from neo.system.books import StoreKeeper, make_sure_it_is_closed
from neo.system.exchange_secrets import secrets_in
from neo.system.identity import SessionIdentity
from neo.system.status import StatusKeeper

_log = logging.getLogger("neo.session")
MB = 1_000_000


@frozen
class Premises:
    """Where a session lives: directory, identity, log files."""

    directory: SessionDirectory
    identity: SessionIdentity
    sink: JsonlSink
    encoder: LineEncoder
    logs: LoggingBridge
    trace: DebugTrace


def move_in(loaded: Loaded, run_id: str, started_at_ns: int) -> Premises:
    """Make the session's directory and everything that writes into it, and clear old logs out of the way."""
    config = loaded.config
    base = Path(config.session.directory)
    directory = SessionDirectory.create(base, started_at_ns)
    redactor = Redactor(secrets_in(config, os.environ))
    logs = LoggingBridge(directory.logs, redactor)
    logs.install()
    retention = LogRetention(config.telemetry.retention_days, config.telemetry.retention_mb * MB)
    cleaned = retention.clean(base, time.time_ns(), keep=(directory.session_id,))
    for failure in cleaned.failed:
        _log.warning("an old log could not be removed: %s", failure)
    identity = SessionIdentity(
        directory.session_id,
        run_id,
        started_at_ns,
        code_version(),
        loaded.hash,
        canonical_text(config),
        directory.path,
    )
    encoder = LineEncoder(identity.session_id, identity.run_id, redactor)
    wanted = config.telemetry.debug_trace
    trace = open_debug_trace(None if wanted == "off" else Path(wanted), redactor)
    sink = JsonlSink(directory.events_file)
    if cleaned.files_removed:
        event = LogsCleaned(cleaned.files_removed, cleaned.bytes_removed, cleaned.bytes_kept)
        sink.write(encoder.encode(Emit(event, "start-up", started_at_ns)))
    return Premises(directory, identity, sink, encoder, logs, trace)


def store_keeper(config: Config, database: Path, identity: SessionIdentity, clock: StoreClock) -> StoreKeeper:
    settings = StoreSettings(database, config.storage.backups_keep)
    return StoreKeeper(settings, identity.session_id, clock)


class SessionOnDisk:
    """Base of the sessions that the command line drives."""

    def __init__(self, premises: Premises, database: Path, keeper: StoreKeeper, system: System, config: Config) -> None:
        self._premises = premises
        self._database = database
        self._keeper = keeper
        self._system = system
        self._status = StatusKeeper(system, premises.identity, config)
        if premises.trace.enabled:
            system.observe(self._trace)
        self._ended: SessionEnded | None = None
        self._problems: list[str] = []

    @property
    def session_id(self) -> str:
        return self._premises.identity.session_id

    @property
    def directory(self) -> Path:
        return self._premises.directory.path

    @property
    def database(self) -> Path:
        return self._database

    def stop(self, signal: StopSignal) -> None:
        self._system.tell(names.SUPERVISOR, StopRequested(signal))

    def status(self) -> EngineStatus:
        return self._status.status()

    def _log_crashes(self) -> None:
        """Tracebacks of dead actors belong into neo.log: telemetry only says that, where and of what."""
        crashes = self._system.crashes
        while crashes:
            crash = crashes.popleft()
            _log.error(
                "%s#%d died in %s: %s\n%s", crash.name, crash.incarnation, crash.phase, crash.error, crash.report
            )

    def _trace(self, envelope: Envelope) -> None:
        self._premises.trace.record(self._system.now_ns(), envelope.sender, envelope.receiver, envelope.message)

    def _outcome(self) -> SessionEnded | None:
        """What the supervisor left, or what has to be said when even the supervisor is gone."""
        self._log_crashes()
        outcome = self._system.outcome
        if isinstance(outcome, SessionEnded):
            return outcome
        reason = self._system.fatal_reason
        if reason is None:
            return None
        halt = HaltReason.ACTOR_FAILURE
        return SessionEnded(self.session_id, halt.value, reason, halt.exit_code)

    def _close_books(self, shutdown: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Actors first, then what they used."""
        stuck = shutdown()
        ended = self._ended or SessionEnded(
            self.session_id, HaltReason.ACTOR_FAILURE.value, "closed before its end", HaltReason.ACTOR_FAILURE.exit_code
        )
        problem = make_sure_it_is_closed(self._keeper, ended, self._system.now_ns())
        if problem is not None:
            _log.error("the session's end could not be written: %s", problem)
        self._premises.sink.close()
        self._premises.trace.close()
        self._premises.logs.uninstall()
        self._premises.directory.release()
        return stuck
