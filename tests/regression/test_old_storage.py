"""What went wrong: writes were lost while a checkpoint ran, and the write-ahead log was not empty after a clean shutdown."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path

import apsw

from neo.actors import names
from neo.actors.engine_actor import EngineActor
from neo.actors.runtime import ChildSpec, Envelope, ThreadSystem, Tick, handles
from neo.actors.state_writer import StateWriter
from neo.actors.telemetry import Telemetry
from neo.actors.wal_checkpointer import WALCheckpointer
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.session import StopSignal
from neo.domain.messages.storage import Persisted, PersistRefused
from neo.domain.telemetry.events import WalCheckpoint
from neo.domain.units import NS_PER_MS
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.on_threads import start_on_threads
from tests.patience import PATIENCE_S, the_end_of
from tests.regression.sim_file import loaded_in

CLERKS, BURSTS, AT_ONCE = 10, 20, 5
WRITES = CLERKS * BURSTS * AT_ONCE
BURST_EVERY_NS = 50 * NS_PER_MS
CHECKPOINT_EVERY_NS = 100 * NS_PER_MS
CHECKPOINTS = 3


class Clerk(EngineActor):
    """Writes in bursts, so that the writes of all clerks meet and last for several checkpoints."""

    def __init__(self) -> None:
        super().__init__()
        self._bursts = 0

    def started(self) -> None:
        self.every("burst", BURST_EVERY_NS)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if self._bursts == BURSTS:
            return
        self._bursts += 1
        for number in range(AT_ONCE):
            self.persist(EngineStateSet(f"{self.name}:{self._bursts}:{number}", "written"))

    @handles(Persisted, PersistRefused)
    def on_answer(self, message: Persisted | PersistRefused) -> None:
        """Counted by the test, on the way here."""


class Confirmations:
    """Every answer of the writer to a clerk."""

    def __init__(self) -> None:
        self.complete = threading.Event()
        self.refused: list[str] = []
        self._lsns: list[int] = []
        self._lock = threading.Lock()

    def see(self, envelope: Envelope) -> None:
        message = envelope.message
        if not envelope.receiver.startswith("clerk"):
            return
        with self._lock:
            if isinstance(message, Persisted):
                self._lsns.append(message.last_lsn)
            elif isinstance(message, PersistRefused):
                self.refused.append(message.reason)
        if len(self._lsns) + len(self.refused) == WRITES:
            self.complete.set()

    @property
    def lsns(self) -> set[int]:
        return set(self._lsns)


def integrity(database: Path) -> str:
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return str(connection.execute("PRAGMA integrity_check").get)
    finally:
        connection.close()


def wal_bytes(database: Path) -> int:
    wal = database.with_name(f"{database.name}-wal")
    return wal.stat().st_size if wal.exists() else 0


def cast(database: Path, sink: MemorySink) -> list[ChildSpec]:
    """The real writer with real commits, the real checkpointer, and ten who write."""

    def open_store() -> object:
        return open_state_store(StoreSettings(database, 0, Synchronous.FULL))

    encode = LineEncoder("s", "0123abcd").line
    return [
        ChildSpec(names.TELEMETRY, Telemetry, {"sink": sink, "serialise": encode}),
        ChildSpec(names.STATE_WRITER, StateWriter, {"open_store": open_store, "followers": {}}),
        ChildSpec(names.WAL_CHECKPOINTER, WALCheckpointer, {"interval_ns": CHECKPOINT_EVERY_NS}),
        *(ChildSpec(f"clerk{number}", Clerk) for number in range(CLERKS)),
    ]


def test_no_write_of_a_thousand_is_lost_while_a_checkpoint_runs_every_100_ms(tmp_path: Path) -> None:
    database, sink, confirmations = tmp_path / "neo.db", MemorySink(), Confirmations()
    system = ThreadSystem()
    system.observe(confirmations.see)
    try:
        for spec in cast(database, sink):
            system.spawn(spec)
        complete = confirmations.complete.wait(PATIENCE_S)
        give_up_s = time.monotonic() + PATIENCE_S
        while len(sink.events(WalCheckpoint.NAME)) < CHECKPOINTS and time.monotonic() < give_up_s:
            system.wait(0.01)
        checkpoints = sink.events(WalCheckpoint.NAME)
    finally:
        stuck = system.shutdown(PATIENCE_S)

    assert complete
    assert stuck == ()
    assert confirmations.refused == []
    assert len(confirmations.lsns) == WRITES
    assert len(checkpoints) >= CHECKPOINTS
    with BooksReader(database) as reader:
        rows = Counter(row.lsn for row in reader.journal())
        assert {row.key for row in reader.engine_state()} == {
            f"clerk{clerk}:{burst}:{number}"
            for clerk in range(CLERKS)
            for burst in range(1, BURSTS + 1)
            for number in range(AT_ONCE)
        }
    assert rows == Counter(confirmations.lsns)
    assert integrity(database) == "ok"
    assert wal_bytes(database) == 0


def test_the_log_is_empty_after_a_clean_shutdown(tmp_path: Path) -> None:
    session = start_on_threads(loaded_in(tmp_path, speed="60", session__duration_s="0"))
    database = session.database
    try:
        give_up_s = time.monotonic() + PATIENCE_S
        while not wal_bytes(database):  # there is something to empty
            assert session.wait(0.05) is None and time.monotonic() < give_up_s
        session.stop(StopSignal.SIGTERM)
        ended = the_end_of(session)
    finally:
        stuck = session.close()

    assert stuck == ()
    assert (ended.halt_reason, ended.exit_code) == ("interrupted_sigterm", 0)
    logs = sorted(database.parent.glob("*-wal"))
    assert [(path.name, path.stat().st_size) for path in logs if path.stat().st_size] == []
    assert integrity(database) == "ok"
