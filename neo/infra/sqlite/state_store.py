"""The state store: the only read-write connection, behind ``neo.domain.ports.StateStore``.

Thread-compatible, not thread-safe: one owner at a time, the StateWriter actor.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import apsw

from neo.domain.messages.journal import JournalEvent, SessionOpened
from neo.domain.messages.storage import CheckpointMode, CheckpointReport, OrderRecord, Recovery, Snapshot
from neo.domain.ports import JournalWrite, WriteAccepted, WriteRefused
from neo.infra.sqlite.checkpoint import frames_in_log, run_checkpoint
from neo.infra.sqlite.errors import CheckpointIncomplete, CommitUnknown, StorageError, StoreClosed, storage_error
from neo.infra.sqlite.journal_rows import append_rows
from neo.infra.sqlite.payload import stored_form
from neo.infra.sqlite.projection import PROJECTIONS, settle
from neo.infra.sqlite.projection.sheet import Sheet
from neo.infra.sqlite.rebuild import rebuild_projections
from neo.infra.sqlite.recovery import load_orphans, load_recovery, reload_recovery
from neo.infra.sqlite.startup import OpenedDatabase, StartReport, StoreClock, StoreSettings, open_database
from neo.records import frozen

_LAST_LSN = "SELECT coalesce(max(lsn), 0) FROM events"
_LAST_SESSION = "SELECT session_id FROM events ORDER BY lsn DESC LIMIT 1"

#: What condemns one write and leaves the rest of its group standing: a constraint or a value that cannot be stored.
#: ValueError covers BooksContradiction and NoSuchTransition, ArithmeticError an amount that would have to be rounded.
_POISON = (
    apsw.ConstraintError,
    apsw.MismatchError,
    apsw.TooBigError,
    apsw.RangeError,
    ValueError,
    TypeError,
    ArithmeticError,
)


@frozen
class _Undo:
    """How one write of a transaction is taken back: statements before it, to take it back, and when it stands."""

    before: tuple[str, ...]
    undo: tuple[str, ...]
    after: tuple[str, ...]


_UNDO_ONE = _Undo(("SAVEPOINT one_write",), ("ROLLBACK TO one_write", "RELEASE one_write"), ("RELEASE one_write",))
#: Nearly always: nobody else's write has to stand, and a savepoint makes SQLite copy each page that it changes.
_UNDO_ALONE = _Undo((), ("ROLLBACK", "BEGIN IMMEDIATE"), ())


class SqliteStateStore:
    """Events and their projections in one transaction per group of writes. Made by ``open_state_store``."""

    def __init__(self, opened: OpenedDatabase, path: Path, clock: StoreClock) -> None:
        self.path = path
        self.report: StartReport = opened.report
        self._connection: apsw.Connection | None = opened.connection
        # One cursor for all: each result is read before the next statement, and a new cursor costs as much as a small insert.
        cursor = opened.connection.cursor()
        self._execute, self._execute_many = cursor.execute, cursor.executemany
        self._changes = opened.connection.changes
        self._file_version = opened.connection.data_version
        #: The file's version when it was last known to end with `_last_lsn`.
        self._version_seen: int | None = None
        self._market = opened.market
        self._lock = opened.lock
        self._clock = clock
        self._last_lsn = int(self._execute(_LAST_LSN).get)
        self._session_id = str(self._execute(_LAST_SESSION).get or "")
        self._path_text = os.fspath(path)
        self._inode = path.stat().st_ino
        self._recovered: Recovery | None = None
        #: Kinds of all events since it was read.
        self._kinds: set[type[JournalEvent]] = set()
        #: Venue and asset of what was posted since.
        self._posted: set[tuple[str, str]] = set()

    @property
    def last_lsn(self) -> int:
        """LSN of the newest durable event, 0 when there is none."""
        return self._last_lsn

    def commit(self, writes: Sequence[JournalWrite]) -> tuple[WriteAccepted | WriteRefused, ...]:
        """One transaction for all ``writes``, a savepoint for each where there are several; durable on return.

        Any failure that is not one write's own fault raises ``CommitUnknown`` and leaves the store closed.
        """
        connection = self._open_connection()
        self._require_the_file()
        before = (self._last_lsn, self._session_id)
        try:
            self._execute("BEGIN IMMEDIATE")
            self._require_no_other_writer()
            undo = _UNDO_ALONE if len(writes) == 1 else _UNDO_ONE
            results = tuple([self._apply(write, undo) for write in writes])
            self._execute("COMMIT")
            # A refusal began another transaction, and who wrote before that one was not looked for.
            self._version_seen = None if WriteRefused in map(type, results) else self._file_version()
        except apsw.Error as error:
            raise self._fail_stop("cannot commit to", error) from error
        finally:
            if self._connection is not None and connection.in_transaction:  # an error that is nobody's write
                self._execute("ROLLBACK")
                self._last_lsn, self._session_id = before
                self._recovered = None  # what was posted since is not in the books
        return results

    def record_snapshots(self, rows: Sequence[Snapshot]) -> None:
        """Append to the market database; the newest rows may be lost in a crash. ``StorageError`` when it cannot."""
        self._open_connection()
        self._market.append(rows)

    def checkpoint(self, mode: CheckpointMode) -> CheckpointReport:
        """Move the log into the database, between transactions."""
        return run_checkpoint(self._open_connection(), mode, self._clock.monotonic_ns)

    def log_frames(self) -> int:
        """Frames in the write-ahead log."""
        return frames_in_log(self._open_connection())[0]

    def recovery(self) -> Recovery:
        """Everything that actors rebuild themselves from, as of the last commit."""
        connection = self._open_connection()
        try:
            if self._recovered is None:
                self._recovered = load_recovery(connection)
            else:
                self._recovered = reload_recovery(connection, self._recovered, self._kinds, self._posted)
        except apsw.Error as error:
            raise storage_error(f"cannot read {self.path}", error) from error
        self._kinds.clear()
        self._posted.clear()
        return self._recovered

    def orphans(self, created_before_ns: int) -> tuple[OrderRecord, ...]:
        """Legacy orders SUBMITTED before ``created_before_ns`` with neither offer sequence nor transaction hash."""
        connection = self._open_connection()
        try:
            return load_orphans(connection, created_before_ns)
        except apsw.Error as error:
            raise storage_error(f"cannot read {self.path}", error) from error

    def rebuild(self) -> int:
        """Empty the projections and replay the journal through the same code; the number of events replayed."""
        connection = self._open_connection()
        self._recovered = None
        try:
            return rebuild_projections(connection)
        except apsw.Error as error:
            raise storage_error(f"cannot rebuild {self.path}", error) from error

    def close(self) -> None:
        """TRUNCATE, close, unlock. A failing or busy checkpoint raises after everything is closed: nothing is lost then."""
        if self._connection is None:
            return
        report = self.checkpoint(CheckpointMode.TRUNCATE)
        market_error = self._drop(truncate_market=True)
        if report.error is not None or report.busy:
            why = report.error or "a reader holds the write-ahead log"
            raise CheckpointIncomplete(f"the write-ahead log of {self.path} is not empty after closing", why)
        if market_error is not None:
            raise market_error

    def abandon(self) -> None:
        """End as kill -9 would: what is not committed is gone, the log stays as it is, the lock is free."""
        self._drop(truncate_market=False)

    def _apply(self, write: JournalWrite, undo: _Undo) -> WriteAccepted | WriteRefused:
        execute = self._execute
        if not write.events:
            return WriteRefused("a write without events")
        for statement in undo.before:
            execute(statement)
        try:
            accepted = self._write(write)
        except _POISON as error:
            for statement in undo.undo:
                execute(statement)
            return WriteRefused(f"{type(error).__name__}: {error}")
        for statement in undo.after:
            execute(statement)
        return accepted

    def _write(self, write: JournalWrite) -> WriteAccepted:
        """The journal's rows and what follows from them; nothing is known to have been written when this raises."""
        first, at_ns, sender = self._last_lsn + 1, write.at_ns, write.sender
        sheet = Sheet(first, at_ns, self._session_id, self._execute, self._execute_many, self._changes)
        told: list[str] = []  # kind and payload in turn, from `begun` on
        begun, kinds = first, self._kinds
        for lsn, given in enumerate(write.events, first):
            event, text = stored_form(given)
            kind = type(event)
            if kind is SessionOpened:  # what came before it belongs to the session before
                append_rows(self._execute, begun, sheet.session_id, at_ns, sender, told)
                begun, told = lsn, []
                sheet.session_id = event.session_id  # type: ignore[union-attr]  # what kind it is was just asked
            sheet.lsn = lsn
            kinds.add(kind)
            told += (kind.__name__, text)
            PROJECTIONS[kind](sheet, event)
        append_rows(self._execute, begun, sheet.session_id, at_ns, sender, told)
        settle(sheet)
        for posting in sheet.postings:
            self._posted.add((posting.venue, posting.asset))
        self._last_lsn, self._session_id = sheet.lsn, sheet.session_id
        return WriteAccepted(first, sheet.lsn)

    def _open_connection(self) -> apsw.Connection:
        if self._connection is None:
            raise StoreClosed(f"cannot use {self.path}", "the store is closed")
        return self._connection

    def _require_no_other_writer(self) -> None:
        """A writer that hung in its commit and was replaced may still finish it: what was read before is then out of date.

        SQLite counts each change of the file, and knows of those by others once a transaction has begun; asking it costs a
        tenth of reading the end of the journal.
        """
        if self._file_version() == self._version_seen:
            return
        found = int(self._execute(_LAST_LSN).get)
        if found != self._last_lsn:
            self._drop(truncate_market=False)
            why = f"the journal ends at {found} instead of {self._last_lsn}: somebody else wrote to it"
            raise CommitUnknown(f"cannot commit to {self.path}", why)

    def _require_the_file(self) -> None:
        """A removed or replaced file would take commits into nowhere. Asking for its state opens no second descriptor."""
        try:
            found = os.stat(self._path_text).st_ino  # noqa: PTH116  asked with each commit: Path.stat takes four times as long
        except OSError:
            found = None
        if found != self._inode:
            self._drop(truncate_market=False)
            raise CommitUnknown(
                f"{self.path} was removed or replaced while the engine ran",
                "what is written now would be lost",
                "Put the file back, or the newest backup with `neo db restore`, and start again.",
            )

    def _fail_stop(self, doing: str, error: apsw.Error) -> CommitUnknown:
        cause = storage_error(f"{doing} {self.path}", error)
        self._drop(truncate_market=False)
        return CommitUnknown(cause.what, cause.why, cause.advice)

    def _drop(self, *, truncate_market: bool) -> StorageError | None:
        connection, self._connection = self._connection, None
        if connection is None:
            return None
        try:
            connection.close(True)
            self._market.close(truncate=truncate_market)
        except StorageError as error:
            return error
        except apsw.Error as error:  # a thread that hangs inside SQLite still holds the connection
            return storage_error(f"cannot close {self.path}", error)
        finally:
            self._lock.release()
        return None


def open_state_store(
    settings: StoreSettings, *, session: str = "", clock: StoreClock | None = None
) -> SqliteStateStore:
    """Open the database through the whole start order (neo/infra/sqlite/startup.py); its errors are ``StorageError``."""
    used_clock = clock or StoreClock()
    return SqliteStateStore(open_database(settings, session=session, clock=used_clock), settings.path, used_clock)
