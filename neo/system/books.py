"""Opening and closing the books of a session: what happens to the store before the first actor and after the last."""

from __future__ import annotations

from pathlib import Path

import attrs

from neo.domain.config.configuration import Config
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.journal import (
    EngineStateSet,
    JournalEvent,
    OrderTransitioned,
    SessionClosed,
    SessionCrashed,
    SessionOpened,
    SubmissionResolved,
)
from neo.domain.messages.session import SessionEnded
from neo.domain.messages.storage import CheckpointMode, Recovery
from neo.domain.orders.lifecycle import OrderEvent, transition
from neo.domain.orders.verdicts import NEVER_IN_LEDGER
from neo.domain.ports import JournalWrite, StateStore, StorageBroken, WriteRefused
from neo.domain.safety.halt_latch import DETAIL_KEY, REASON_KEY, VENUES_KEY, HaltLatch, recovered, state_of
from neo.domain.safety.halts import Halt, HaltReason
from neo.domain.session.fill_source import FILLED_BY_KEY
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import BackupMade
from neo.domain.telemetry.narration import narrate
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.errors import DatabaseLostCommits, StorageError, StorageFailed
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.sqlite.state_store import SqliteStateStore, open_state_store
from neo.infra.telemetry.newest_db_seq import newest_db_seq
from neo.records import frozen
from neo.system.identity import SessionIdentity

WRITER = "start-up"


class StoreKeeper:
    """Hands the StateWriter its store: the one that start-up opened, later a new one when the writer was rebuilt."""

    def __init__(self, settings: StoreSettings, session_id: str, clock: StoreClock) -> None:
        self._settings = settings
        self._session_id = session_id
        self._clock = clock
        self._store: SqliteStateStore | None = None
        self._taken = False
        self.was_opened = False

    @property
    def database(self) -> Path:
        return self._settings.path

    def open(self) -> SqliteStateStore:
        """Go through the whole start order; StorageError says what to do when it fails."""
        self._store = open_state_store(self._settings, session=self._session_id, clock=self._clock)
        self._settings = attrs.evolve(self._settings, runs_kept=0)  # one pre-run backup is enough for a session
        self.was_opened = True
        self._taken = False
        return self._store

    def take(self) -> StateStore:
        """For the StateWriter. A second taker is a rebuilt writer: the connection of the one before is given up."""
        if self._store is None or self._taken:
            self.abandon()
            self.open()
        self._taken = True
        if self._store is None:
            raise StorageFailed("the database could not be opened again", "see the log")
        return self._store

    def abandon(self) -> None:
        """Leave the database as kill -9 would: committed is committed, the rest is gone, the lock is free."""
        if self._store is not None:
            self._store.abandon()
            self._store = None


@frozen
class Opening:
    """How a session begins: the halt in force, and what telemetry has to tell of it once there is telemetry."""

    latch: HaltLatch
    told: tuple[Emit, ...]


def require_nothing_lost(store: SqliteStateStore, sessions: Path) -> None:
    """A crashed session's telemetry names journal numbers only after their commit: more than the journal has is loss."""
    for session_id in store.recovery().open_sessions:
        seen = newest_db_seq(sessions / session_id / "logs" / "events.jsonl")
        if seen > store.last_lsn:
            raise DatabaseLostCommits(
                f"the journal ends at {store.last_lsn}, but {session_id} had confirmed {seen}",
                f"{seen - store.last_lsn} confirmed events are gone from the database",
            )


def open_session(
    store: SqliteStateStore, identity: SessionIdentity, config: Config, now_ns: int, venue_is_new: bool = False
) -> Opening:
    """Close what a crash left open, and open this session.

    `venue_is_new`: the embedded ledger ended with the process that it lived in, and so did every order on it.
    """
    recovery = store.recovery()
    parent = recovery.open_sessions[-1] if recovery.open_sessions else None
    latch = _inherited(recovery) if parent is not None else HaltLatch()
    events: list[JournalEvent] = [
        SessionCrashed(session, now_ns, identity.session_id) for session in recovery.open_sessions
    ]
    if venue_is_new:
        events.extend(_ended_with_the_venue(recovery))
    events.append(
        SessionOpened(
            identity.session_id,
            identity.run_id,
            config.mode.value,
            identity.started_at_ns,
            identity.config_hash,
            identity.code_version,
            config.seed,
            str(identity.directory or ""),
            parent,
            identity.config_text,
        )
    )
    events.extend(state_of(latch))
    first_lsn = _write(store, now_ns, events)
    store.checkpoint(CheckpointMode.TRUNCATE)
    told = [_backup_told(store, now_ns)] if store.report.backup is not None else []
    for lsn, event in enumerate(events, first_lsn):
        story = narrate(event)
        if story is not None:
            told.append(Emit(story, WRITER, now_ns, lsn))
    return Opening(latch, tuple(told))


def note_fill_source(store: SqliteStateStore, filled_by: str, now_ns: int) -> None:
    """For the summary: a replay's mode does not say what decided its fills."""
    _write(store, now_ns, [EngineStateSet(FILLED_BY_KEY, filled_by)])


def _backup_told(store: SqliteStateStore, now_ns: int) -> Emit:
    path = store.report.backup
    size = path.stat().st_size if path is not None else 0
    return Emit(BackupMade(str(path), size), WRITER, now_ns)


def _ended_with_the_venue(recovery: Recovery) -> list[JournalEvent]:
    why = "the embedded ledger ended with its process"
    events: list[JournalEvent] = [
        SubmissionResolved(s.hash, s.venue, NEVER_IN_LEDGER, recovery.cursor(s.venue) or 0)
        for s in recovery.submissions
    ]
    for order in recovery.orders:
        if order.venue != LEDGER_VENUE:
            continue  # an embedded exchange goes on where the books stand: what is in doubt there is looked up
        state = transition(order.state, OrderEvent.PROVED_EXPIRED)
        events.append(OrderTransitioned(order.order_id, OrderEvent.PROVED_EXPIRED, state, why))
    return events


def _inherited(recovery: Recovery) -> HaltLatch:
    stored = dict(recovery.engine_state)
    return recovered(stored.get(REASON_KEY), stored.get(DETAIL_KEY), stored.get(VENUES_KEY))


def make_sure_it_is_closed(keeper: StoreKeeper, ended: SessionEnded, now_ns: int) -> str | None:
    """After the last actor: write the session's end if nobody could. Returns why that failed, None when all is well.

    A look is enough when all went well; only what is missing is worth the whole way in, which reads every page.
    """
    if not keeper.was_opened:
        return None
    keeper.abandon()
    try:
        with BooksReader(keeper.database) as reader:
            session = reader.session(ended.session_id)
        if session is not None and session.ended_at_ns is not None:
            return None
        store = keeper.open()
    except StorageError as error:
        return str(error)
    try:
        if ended.session_id in store.recovery().open_sessions:
            closed = SessionClosed(ended.session_id, now_ns, ended.halt_reason, ended.halt_detail)
            latch = HaltLatch((Halt(HaltReason(ended.halt_reason), ended.halt_detail),))
            _write(store, now_ns, [closed, *state_of(latch)])
        store.close()
    except StorageBroken as error:
        return str(error)
    return None


def _write(store: SqliteStateStore, now_ns: int, events: list[JournalEvent]) -> int:
    (result,) = store.commit([JournalWrite(WRITER, now_ns, tuple(events))])
    if isinstance(result, WriteRefused):
        raise StorageFailed("the session could not be written to the database", result.reason)
    return result.first_lsn
