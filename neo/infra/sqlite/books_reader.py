"""Read-only view of the books for commands and reports. Works while an engine runs; never writes or checkpoints."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import apsw

from neo.domain.messages.storage import AssetBalance, Recovery
from neo.domain.orders.lifecycle import OrderState
from neo.infra.sqlite.books_rows import (
    CapitalRow,
    EngineStateRow,
    ExperimentRow,
    FillRow,
    HaltRow,
    InventoryRow,
    JournalRow,
    OrderAtRow,
    OrderRow,
    PositionRow,
    PostedRow,
    SentRow,
    SessionRow,
    SubmissionRow,
    TradedRow,
    TradeRow,
    row_reader,
)
from neo.infra.sqlite.connection import connect_reader, require_readable
from neo.infra.sqlite.errors import DatabaseUnreadable, storage_error
from neo.infra.sqlite.migrations import SCHEMA_VERSION
from neo.infra.sqlite.positions_then import positions_when_ended
from neo.infra.sqlite.recovery import load_balances, load_recovery, one_instant

_Row = TypeVar("_Row")


class BooksReader:
    """Queries over the state database. A context manager; every read is short, so that the log can be reset."""

    def __init__(self, database: Path) -> None:
        """``DatabaseUnreadable`` when there is no database, ``SchemaTooOld`` and ``SchemaTooNew``, ``DatabaseDamaged``."""
        if not database.exists():
            raise DatabaseUnreadable(
                f"cannot read {database}", "there is no such file", "Start a session with `neo run`, or check the path."
            )
        self.path = database
        self._connection = connect_reader(database)
        try:
            with self._reading():
                require_readable(self._connection, database, SCHEMA_VERSION)
        except BaseException:
            self._connection.close(True)
            raise

    def __enter__(self) -> BooksReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        self._connection.close(True)

    @contextmanager
    def at_one_instant(self) -> Iterator[None]:
        """Everything read within is of one moment, and SQLite looks once for what the engine has written since."""
        with self._reading(), one_instant(self._connection):
            yield

    def sessions(self, limit: int | None = None) -> tuple[SessionRow, ...]:
        """Newest first, at most ``limit``."""
        return self._rows(SessionRow, "ORDER BY started_at_ns DESC, session_id DESC LIMIT ?", limit or -1)

    def session(self, session_id: str) -> SessionRow | None:
        """One session."""
        return self._one(SessionRow, "WHERE session_id = ?", session_id)

    def open_sessions(self) -> tuple[SessionRow, ...]:
        """Sessions without an end, oldest first: at most the running one, unless an engine crashed."""
        return self._rows(SessionRow, "WHERE ended_at_ns IS NULL ORDER BY started_at_ns")

    def orders(self, session_id: str) -> tuple[OrderRow, ...]:
        """Orders of a session in the order of their making."""
        return self._rows(OrderRow, "WHERE session_id = ? ORDER BY created_lsn", session_id)

    def orders_by_state(self, session_id: str) -> tuple[tuple[OrderState, int], ...]:
        """How many orders of a session are in each state that any of them is in."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT state, count(*) FROM orders WHERE session_id = ? GROUP BY state", (session_id,)
            )
            return tuple((OrderState(state), int(count)) for state, count in rows)

    def unfinished_orders(self, session_id: str) -> tuple[str, ...]:
        """Ids of a session's orders whose state is not final, in the order of their making."""
        where = "WHERE session_id = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY created_lsn"
        unfinished = json.dumps([state.value for state in OrderState if not state.is_final])
        return tuple(row.order_id for row in self._rows(OrderAtRow, where, session_id, unfinished))

    def first_order(self, session_id: str, venue: str) -> OrderRow | None:
        """The oldest order of a session on a venue."""
        where = "WHERE session_id = ? AND venue = ? ORDER BY created_lsn LIMIT 1"
        return self._one(OrderRow, where, session_id, venue)

    def fills(self, session_id: str) -> tuple[FillRow, ...]:
        """Fills recorded in a session, oldest first."""
        return self._rows(FillRow, "WHERE session_id = ? ORDER BY lsn", session_id)

    def traded(self, session_id: str, venue: str) -> tuple[TradedRow, ...]:
        """What the fills recorded in a session did on a venue, oldest first."""
        return self._rows(TradedRow, "WHERE session_id = ? AND venue = ? ORDER BY lsn", session_id, venue)

    def fills_before(self, session_id: str) -> tuple[FillRow, ...]:
        """Fills of all earlier sessions, oldest first: where the cost of what is held came from."""
        return self._rows(
            FillRow,
            "WHERE lsn < (SELECT min(lsn) FROM events WHERE session_id = ?) ORDER BY lsn",
            session_id,
        )

    def trades(self, session_id: str) -> tuple[TradeRow, ...]:
        """Intents of an exchange that a session took on, oldest first."""
        return self._rows(TradeRow, "WHERE session_id = ? ORDER BY created_lsn", session_id)

    def positions(self) -> tuple[PositionRow, ...]:
        """What was bought and not sold yet, as of the newest event, by venue and symbol."""
        return self._rows(PositionRow, "ORDER BY venue, symbol")

    def positions_when_ended(self, session_id: str) -> tuple[PositionRow, ...]:
        """What was bought and not sold when a session wrote its last event; reads the journal up to there."""
        with self._reading():
            return positions_when_ended(self._connection, session_id)

    def submissions(self, session_id: str) -> tuple[SubmissionRow, ...]:
        """Transactions of a session's orders, oldest first."""
        # None of them is older than the oldest order: what was sent before is not looked at.
        return self._rows(
            SubmissionRow,
            "WHERE prepared_lsn > (SELECT min(created_lsn) FROM orders WHERE session_id = ?1) "
            "AND order_id IN (SELECT order_id FROM orders WHERE session_id = ?1) ORDER BY prepared_lsn",
            session_id,
        )

    def sent(self, venue: str, hashes: Sequence[str]) -> tuple[SentRow, ...]:
        """The transactions among ``hashes`` that were written down, in no order."""
        # Without its venue a hash has no index, and every transaction there ever was would be read.
        where = "WHERE venue = ? AND hash IN (SELECT value FROM json_each(?))"
        return self._rows(SentRow, where, venue, json.dumps(list(hashes)))

    def newest_orders_at(self, venue: str, offer_sequences: Iterable[int]) -> dict[int, OrderAtRow]:
        """The order, finished or not, whose offer has each of these sequence numbers; the newest of several.

        Looked for from the newest order of the newest session back: whoever asks has seen the offers rest.
        """
        missing, found = set(offer_sequences), dict[int, OrderAtRow]()
        read = row_reader(OrderAtRow)
        query = f"{read.select} WHERE session_id = ? AND venue = ? ORDER BY created_lsn DESC"
        for session in self._session_ids() if missing else ():
            with self._reading(), closing(self._connection.cursor()) as cursor:
                for row in cursor.execute(query, (session, venue)):
                    if row[1] not in missing:
                        continue
                    found[row[1]] = read.build(row)
                    missing.remove(row[1])
                    if not missing:
                        return found
        return found

    def order_count(self) -> int:
        """Orders of all sessions."""
        with self._reading():
            return int(self._connection.execute("SELECT count(*) FROM orders").get)

    def halts(self, session_id: str) -> tuple[HaltRow, ...]:
        """Halt history of a session."""
        return self._rows(HaltRow, "WHERE session_id = ? ORDER BY lsn", session_id)

    def capital_events(self, session_id: str | None = None) -> tuple[CapitalRow, ...]:
        """Capital events of one session, or all of them."""
        return self._rows(CapitalRow, "WHERE ?1 IS NULL OR session_id = ?1 ORDER BY lsn", session_id)

    def inventory(self, session_id: str | None = None) -> tuple[InventoryRow, ...]:
        """Postings of the inventory ledger of one session, or all of them."""
        return self._rows(InventoryRow, "WHERE ?1 IS NULL OR session_id = ?1 ORDER BY entry_id", session_id)

    def posted(self, session_id: str) -> Iterator[PostedRow]:
        """What moved in a session, oldest first; one read transaction for as long as it is iterated, nothing is held."""
        read = row_reader(PostedRow)
        with self._reading():
            for row in self._connection.execute(f"{read.select} WHERE session_id = ? ORDER BY entry_id", (session_id,)):
                yield read.build(row)

    def balances(self) -> tuple[AssetBalance, ...]:
        """Fills-only balance and capital overlay of every asset, as of the newest event."""
        with self._reading():
            return load_balances(self._connection)

    def money_lsn(self) -> int:
        """LSN of the newest event that changed a balance, 0 when there is none."""
        with self._reading():
            # postings are numbered in the order of the journal, and only their numbers have an index
            posted = self._connection.execute("SELECT lsn FROM inventory_ledger ORDER BY entry_id DESC LIMIT 1").get
            moved = self._connection.execute("SELECT max(lsn) FROM capital_events").get
            return max(int(posted or 0), int(moved or 0))

    def engine_state(self) -> tuple[EngineStateRow, ...]:
        """All of engine_state, sorted by key."""
        return self._rows(EngineStateRow, "ORDER BY key")

    def engine_state_of(self, key: str) -> EngineStateRow | None:
        """One row of engine_state."""
        return self._one(EngineStateRow, "WHERE key = ?", key)

    def experiments(self) -> tuple[ExperimentRow, ...]:
        """The experiment log, oldest first."""
        return self._rows(ExperimentRow, "ORDER BY lsn")

    def journal(self, session_id: str | None = None) -> Iterator[JournalRow]:
        """The journal in order; one read transaction for as long as it is iterated."""
        read = row_reader(JournalRow)
        with self._reading():
            for row in self._connection.execute(
                f"{read.select} WHERE ?1 IS NULL OR session_id = ?1 ORDER BY lsn", (session_id,)
            ):
                yield read.build(row)

    def recovery(self, parts: Collection[str] | None = None) -> Recovery:
        """What the actors of an engine would rebuild themselves from now; only some ``parts`` of it where they are named."""
        with self._reading():
            return load_recovery(self._connection, parts)

    def last_lsn(self) -> int:
        """LSN of the newest event, 0 when there is none."""
        with self._reading():
            return int(self._connection.execute("SELECT coalesce(max(lsn), 0) FROM events").get)

    def config_of(self, session_id: str) -> Any:
        """The effective configuration stored with a session, as parsed JSON; None for an unknown session."""
        row = self.session(session_id)
        return None if row is None else json.loads(row.config_json)

    def _session_ids(self) -> tuple[str, ...]:
        """Newest first."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT session_id FROM sessions ORDER BY started_at_ns DESC, session_id DESC"
            )
            return tuple(str(session_id) for (session_id,) in rows)

    def _rows(self, row_class: type[_Row], where: str, *values: object) -> tuple[_Row, ...]:
        read = row_reader(row_class)
        with self._reading():
            return tuple(map(read.build, self._connection.execute(f"{read.select} {where}", values)))

    def _one(self, row_class: type[_Row], where: str, *values: object) -> _Row | None:
        rows = self._rows(row_class, where, *values)
        return rows[0] if rows else None

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            raise storage_error(f"cannot read {self.path}", error) from error
