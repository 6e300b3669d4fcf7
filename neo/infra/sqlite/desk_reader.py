"""What was noted of a drop buyer's money and data, read-only. A file without these tables has none: nothing depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

import apsw

from neo.infra.sqlite.books_rows import row_reader
from neo.infra.sqlite.connection import connect_reader
from neo.infra.sqlite.errors import storage_error
from neo.infra.sqlite.market_store import market_path
from neo.records import frozen

#: Since this version of the market database there are rows of exchanges.
_VERSION = 2
_NET = "CAST(value_quote AS REAL) - CAST(cost_quote AS REAL) + CAST(realised_quote AS REAL)"
_MARK = (
    "at_ns, venue, CAST(realised_quote AS REAL), CAST(value_quote AS REAL) - CAST(cost_quote AS REAL), "
    "CAST(free AS REAL), CAST(reserved AS REAL), CAST(committed AS REAL)"
)
_AGE = "at_ns, venue, age_p50_ms, age_p99_ms"
_SPAN = "SELECT count(*), min(at_ns), max(at_ns) FROM {table} WHERE session_id = ?1 AND at_ns >= ?2"
_ALL = "SELECT {columns} FROM {table} WHERE session_id = ?1 AND at_ns >= ?2 ORDER BY snapshot_id"
#: SQLite takes the other columns from the row that has the minimum or maximum (sqlite.org/lang_select.html#bareagg).
_EXTREMES = (
    "SELECT {columns}, {extreme}({by}) FROM {table} WHERE session_id = ?1 AND at_ns >= ?2 "
    "GROUP BY venue, (at_ns - ?2) / ?3"
)


@frozen
class DeskSnapshotRow:
    """One row of desk_snapshots; its fields as DeskSnapshot has them (neo/domain/messages/storage.py)."""

    table: ClassVar[str] = "desk_snapshots"
    snapshot_id: int
    session_id: str
    at_ns: int
    venue: str
    positions: int
    unpriced: int
    cost_quote: Decimal
    value_quote: Decimal
    realised_quote: Decimal
    free: Decimal
    reserved: Decimal
    committed: Decimal


class DeskReader:
    """Queries over ``<stem>.market.db`` beside ``database``. A context manager."""

    def __init__(self, database: Path) -> None:
        self.path = market_path(database)
        self._connection = connect_reader(self.path) if self.path.exists() else None

    def __enter__(self) -> DeskReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close(True)

    def snapshots(self, session_id: str) -> Iterator[DeskSnapshotRow]:
        """Every mark of a session, in order."""
        read = row_reader(DeskSnapshotRow)
        for row in self._read(f"{read.select} WHERE session_id = ?1 ORDER BY snapshot_id", session_id):
            yield read.build(row)

    def last_at_ns(self, session_id: str) -> int | None:
        """When a session's newest mark was made."""
        rows = self._read("SELECT max(at_ns) FROM desk_snapshots WHERE session_id = ?1", session_id)
        return next((row[0] for row in rows), None)

    def marks(self, session_id: str, from_ns: int, buckets: int) -> list[tuple[Any, ...]]:
        """For drawing, as floats: at_ns, venue, realised, unrealised, free, reserved, committed; see `_reduced`."""
        return self._reduced(("desk_snapshots", _MARK, _NET), session_id, from_ns, buckets)

    def ages(self, session_id: str, from_ns: int, buckets: int) -> list[tuple[Any, ...]]:
        """For drawing: at_ns, venue, median and 99th percentile of the data age in ms; see `_reduced`."""
        return self._reduced(("age_snapshots", _AGE, "age_p99_ms"), session_id, from_ns, buckets)

    def _reduced(
        self, wanted: tuple[str, str, str], session_id: str, from_ns: int, buckets: int
    ) -> list[tuple[Any, ...]]:
        """All rows since `from_ns`, or of each of `buckets` stretches of time and each venue the lowest and the highest, and
        the newest."""
        table, columns, by = wanted
        span = list(self._read(_SPAN.format(table=table), session_id, from_ns))
        count, first_ns, last_ns = span[0] if span else (0, 0, 0)
        everything = _ALL.format(columns=columns, table=table)
        if count <= 2 * buckets:
            return list(self._read(everything, session_id, from_ns))
        width_ns = max(1, (last_ns - first_ns) // buckets)
        found = {row[:2]: row for row in self._read(everything, session_id, last_ns)}
        for extreme in ("min", "max"):
            query = _EXTREMES.format(columns=columns, table=table, extreme=extreme, by=by)
            for row in self._read(query, session_id, first_ns, width_ns):
                found[row[:2]] = row[:-1]
        return [found[place] for place in sorted(found)]

    def _read(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            return
        try:
            if int(self._connection.pragma("user_version")) >= _VERSION:
                yield from self._connection.execute(query, values)
        except apsw.Error as error:
            raise storage_error(f"cannot read {self.path}", error) from error
