"""Read-only view of the market database. An absent file is an empty one: nothing in it is needed for anything else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import apsw

from neo.infra.sqlite.books_rows import SnapshotRow, row_reader
from neo.infra.sqlite.connection import connect_reader
from neo.infra.sqlite.decimal_text import optional_decimal
from neo.infra.sqlite.errors import storage_error
from neo.infra.sqlite.market_store import market_path
from neo.records import frozen

_BY_SOURCE = (
    "SELECT anchor_source, count(*) FROM market_snapshots WHERE session_id = ? AND anchor_source IS NOT NULL "
    "GROUP BY anchor_source ORDER BY anchor_source"
)
_BY_SUSPENSION = (
    "SELECT suspended, count(*) FROM market_snapshots WHERE session_id = ? AND suspended IS NOT NULL "
    "GROUP BY suspended ORDER BY suspended"
)
_SPAN = "SELECT count(*), min(at_ns), max(at_ns) FROM market_snapshots WHERE session_id = ?"
_DISTANCES = (
    "SELECT distance_to_bid_touch_bps, distance_to_ask_touch_bps FROM market_snapshots "
    "WHERE session_id = ? ORDER BY snapshot_id"
)


@frozen
class SnapshotStatistics:
    """Ticks of a session: how many, from when to when, suspended by reason, anchored by source."""

    ticks: int
    first_at_ns: int | None
    last_at_ns: int | None
    suspended: tuple[tuple[str, int], ...]
    anchor_sources: tuple[tuple[str, int], ...]

    @property
    def ticks_suspended(self) -> int:
        """Ticks that quoted nothing."""
        return sum(count for _, count in self.suspended)


class SnapshotsReader:
    """Queries over ``<stem>.market.db`` beside ``database``. A context manager."""

    def __init__(self, database: Path) -> None:
        self.path = market_path(database)
        self._connection = connect_reader(self.path) if self.path.exists() else None

    def __enter__(self) -> SnapshotsReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        if self._connection is not None:
            self._connection.close(True)

    def statistics(self, session_id: str) -> SnapshotStatistics:
        """Counts over all ticks of a session."""
        spans = list(self._read(_SPAN, session_id)) or [(0, None, None)]
        ticks, first_at_ns, last_at_ns = spans[0]
        return SnapshotStatistics(
            ticks=ticks,
            first_at_ns=first_at_ns,
            last_at_ns=last_at_ns,
            suspended=tuple((str(reason), int(count)) for reason, count in self._read(_BY_SUSPENSION, session_id)),
            anchor_sources=tuple((str(source), int(count)) for source, count in self._read(_BY_SOURCE, session_id)),
        )

    def distances(self, session_id: str) -> Iterator[tuple[Decimal | None, Decimal | None]]:
        """Distance to the touch (bid, ask) in bps of every tick, in order."""
        for bid, ask in self._read(_DISTANCES, session_id):
            yield optional_decimal(bid), optional_decimal(ask)

    def snapshots(self, session_id: str) -> Iterator[SnapshotRow]:
        """Every tick of a session, in order."""
        read = row_reader(SnapshotRow)
        for row in self._read(f"{read.select} WHERE session_id = ? ORDER BY snapshot_id", session_id):
            yield read.build(row)

    def last(self, session_id: str) -> SnapshotRow | None:
        """The newest tick of a session."""
        read = row_reader(SnapshotRow)
        query = f"{read.select} WHERE session_id = ? ORDER BY snapshot_id DESC LIMIT 1"
        return next((read.build(row) for row in self._read(query, session_id)), None)

    def _read(self, query: str, session_id: str) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            return
        try:
            yield from self._connection.execute(query, (session_id,))
        except apsw.Error as error:
            raise storage_error(f"cannot read {self.path}", error) from error
