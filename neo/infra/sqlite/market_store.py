"""The second database, ``<stem>.market.db``: one row per tick of the market maker, and every ten seconds of a drop buyer two.

Its newest rows may be lost in a crash; nothing in it is needed to recover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw

from neo.domain.messages.storage import AgeSnapshot, DeskSnapshot, MarketSnapshot, Snapshot
from neo.infra.sqlite.connection import Synchronous, connect_writer, require_neo_database
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.errors import DatabaseDamaged, storage_error
from neo.infra.sqlite.integrity import faults_in, set_aside
from neo.infra.sqlite.market_schema import MARKET_MIGRATIONS
from neo.infra.sqlite.migrations import migrate
from neo.infra.sqlite.whole_row import bound, insert_whole

_AUTO_CHECKPOINT_FRAMES = 1_000

_INSERT = insert_whole(
    "market_snapshots",
    {
        "snapshot_id": "NULL",  # the next number
        **bound("session_id at_ns venue symbol ledger_index"),
        **bound("best_bid best_ask mid pool_mid anchor", 8),
        **bound("anchor_source", 6),
        **bound("divergence_bps our_bid our_ask distance_to_bid_touch_bps distance_to_ask_touch_bps", 13),
        **bound("suspended", 7),
        **bound("base_balance quote_balance", 18),
    },
)
_INSERT_DESK = (
    "INSERT INTO desk_snapshots(session_id, at_ns, venue, positions, unpriced, cost_quote, value_quote, realised_quote, "
    "free, reserved, committed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_AGES = (
    "INSERT INTO age_snapshots(session_id, at_ns, venue, symbols, age_p50_ms, age_p99_ms) VALUES(?, ?, ?, ?, ?, ?)"
)


def market_path(database: Path) -> Path:
    """``<stem>.market.db`` beside the state database."""
    return database.with_name(f"{database.stem}.market.db")


class MarketStore:
    """Appends market snapshots. Owned by the state store."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    def append(self, rows: Sequence[Snapshot]) -> None:
        """Add the rows in one transaction; a ``StorageError`` means that none of them was added."""
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for kind, of_kind in groupby(rows, type):
                statement, values = _INSERTED[kind]
                self._connection.executemany(statement, map(values, of_kind))
            execute("COMMIT")
        except apsw.Error as error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise storage_error(f"cannot write market snapshots to {self.path}", error) from error

    def close(self, *, truncate: bool) -> None:
        """Close, after moving the whole log into the database when ``truncate``."""
        try:
            if truncate:
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.BusyError:
            return  # a reader is in the way: the rows stay in the log, where every reader finds them
        except apsw.Error as error:
            raise storage_error(f"cannot checkpoint {self.path}", error) from error
        finally:
            self._connection.close(True)


def open_market_store(database: Path, synchronous: Synchronous, at_ns: int) -> tuple[MarketStore, str]:
    """The market store beside ``database``, and a notice for the operator (empty when there is none).

    A damaged file is set aside and begun anew: nothing here is needed for recovery.
    """
    path = market_path(database)
    effective = Synchronous.OFF if synchronous is Synchronous.OFF else Synchronous.NORMAL
    try:
        return MarketStore(_prepare(path, effective), path), ""
    except DatabaseDamaged as damage:
        kept = set_aside(path, "damaged", at_ns)
        notice = f"{path} is damaged ({damage.why}); set aside as {kept.name}, market snapshots begin anew"
        return MarketStore(_prepare(path, effective), path), notice


def _prepare(path: Path, synchronous: Synchronous) -> apsw.Connection:
    with ExitStack() as undo:
        connection = connect_writer(path, synchronous, auto_checkpoint_frames=_AUTO_CHECKPOINT_FRAMES)
        undo.callback(connection.close, True)
        faults = faults_in(connection)
        if faults:
            raise DatabaseDamaged(f"{path} is damaged", faults)
        version = require_neo_database(connection, path, MARKET_MIGRATIONS[-1].version)
        migrate(connection, path, found_version=version, before_change=_nothing_to_keep, migrations=MARKET_MIGRATIONS)
        undo.pop_all()
    return connection


def _nothing_to_keep(found_version: int) -> None:
    """Market snapshots are not backed up: the state database is."""


def _values(row: MarketSnapshot) -> tuple[object, ...]:
    bid, ask = row.best_bid, row.best_ask
    amounts = (
        bid,
        ask,
        None if bid is None or ask is None else (bid + ask) / 2,
        row.pool_mid,
        row.anchor,
        row.divergence_bps,
        row.our_bid,
        row.our_ask,
        row.distance_to_bid_touch_bps,
        row.distance_to_ask_touch_bps,
        row.base_balance,
        row.quote_balance,
    )
    return (
        row.session_id,
        row.at_ns,
        row.venue,
        row.symbol,
        row.ledger_index,
        row.anchor_source,
        row.suspended,
        *[None if amount is None else decimal_text(amount) for amount in amounts],
    )


def _desk_values(row: DeskSnapshot) -> tuple[object, ...]:
    amounts = (row.cost_quote, row.value_quote, row.realised_quote, row.free, row.reserved, row.committed)
    return (row.session_id, row.at_ns, row.venue, row.positions, row.unpriced, *map(decimal_text, amounts))


def _age_values(row: AgeSnapshot) -> tuple[object, ...]:
    return (row.session_id, row.at_ns, row.venue, row.symbols, row.age_p50_ms, row.age_p99_ms)


_INSERTED: dict[type[Any], tuple[str, Callable[[Any], tuple[object, ...]]]] = {
    MarketSnapshot: (_INSERT, _values),
    DeskSnapshot: (_INSERT_DESK, _desk_values),
    AgeSnapshot: (_INSERT_AGES, _age_values),
}
