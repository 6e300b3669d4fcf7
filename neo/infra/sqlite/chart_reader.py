"""What charts and tables of the dashboard draw of a session, reduced inside SQLite: floats, for drawing only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import apsw

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.orders.lifecycle import FINAL_STATES
from neo.infra.sqlite.connection import connect_reader, require_readable
from neo.infra.sqlite.errors import DatabaseUnreadable, storage_error
from neo.infra.sqlite.market_store import market_path
from neo.infra.sqlite.migrations import SCHEMA_VERSION
from neo.records import frozen

#: A chart has fewer pixels than twice this; each bucket of time keeps the ticks with the lowest and the highest price.
BUCKETS = 1_500
TICK_COLUMNS = (
    "at_ms",
    "best_bid",
    "best_ask",
    "clob",
    "amm",
    "anchor",
    "bid",
    "ask",
    "distance_bid",
    "distance_ask",
    "base",
    "quote",
    "suspended",
)
_PRICES = ("best_bid", "best_ask", "mid", "pool_mid", "anchor", "our_bid", "our_ask")
_REALS = (*_PRICES, "distance_to_bid_touch_bps", "distance_to_ask_touch_bps", "base_balance", "quote_balance")
_TICK = "at_ns, " + ", ".join(f"CAST({name} AS REAL)" for name in _REALS) + ", suspended"
_WITHIN = "session_id = ?1 AND at_ns >= ?2 AND at_ns <= ?3"
_ALL = f"SELECT {_TICK} FROM market_snapshots WHERE {_WITHIN} ORDER BY snapshot_id"
#: SQLite takes the other columns from the row that has the minimum or maximum (sqlite.org/lang_select.html#bareagg).
_EXTREMES = (
    f"SELECT {_TICK}, {{}}(CAST(coalesce(mid, anchor) AS REAL)) FROM market_snapshots WHERE {_WITHIN} "
    "GROUP BY (at_ns - ?2) / ?4"
)
_SPAN = "SELECT count(*), min(at_ns), max(at_ns) FROM market_snapshots WHERE session_id = ?1 AND at_ns >= ?2"
_FEES = (
    "SELECT at_ns, asset, sum(CAST(amount AS REAL)) FROM inventory_ledger WHERE session_id = ? AND venue = ? "
    "AND counter_account = 'fees' GROUP BY (at_ns / ?), asset ORDER BY at_ns"
)
_ORDERS = (
    "SELECT order_id, venue, symbol, side, level, CAST(price AS REAL), CAST(quantity AS REAL), CAST(filled_base AS REAL), "
    "state, failure_reason, replaces_order_id, created_at_ns, updated_at_ns FROM orders WHERE session_id = ? "
    "ORDER BY created_lsn DESC LIMIT ?"
)
_BEGAN = "SELECT count(*), min(created_lsn) FROM orders WHERE order_id IN (SELECT value FROM json_each(?))"
#: Read from the journal, from where the oldest of these orders began: whoever has seen all of them end stops reading.
_STEPS = (
    "SELECT order_id, at_ns, event, state, reason FROM order_events "
    "WHERE lsn > ? AND order_id IN (SELECT value FROM json_each(?)) ORDER BY lsn"
)
_TRADES = (
    "SELECT intent_id, venue, symbol, purpose, side, CAST(quantity AS REAL), CAST(filled AS REAL), CAST(filled_quote AS REAL), "
    "CAST(result_quote AS REAL), outcome, attempt, created_at_ns, ended_at_ns FROM trades WHERE session_id = ? "
    "ORDER BY created_lsn DESC LIMIT ?"
)
_RESULTS = (
    "SELECT ended_at_ns, CAST(result_quote AS REAL), symbol, intent_id FROM trades "
    "WHERE session_id = ? AND side = 'sell' AND ended_at_ns IS NOT NULL AND CAST(filled AS REAL) > 0 ORDER BY ended_at_ns"
)
_COUNTS = (
    "SELECT (SELECT count(*) FROM fills WHERE session_id = ?1 AND venue = ?2), "
    "(SELECT count(*) FROM fills WHERE session_id = ?1 AND venue <> ?2), "
    "(SELECT count(*) FROM trades WHERE session_id = ?1 AND side = 'buy' AND filled <> '0'), "
    "(SELECT count(*) FROM trades WHERE session_id = ?1 AND side = 'sell' AND filled <> '0')"
)
_TIMES_MAX = 2**62
_FINAL = frozenset(state.value for state in FINAL_STATES)
_Step = tuple[str, int, str, str, str]


@frozen
class TradeCounts:
    """`maker_fills` are those on the ledger, `drop_fills` those on exchanges; drops `bought` and `sold` are intents that
    traded, however many fills and tries they took."""

    maker_fills: int
    drop_fills: int
    bought: int
    sold: int


class ChartReader:
    """Both databases, read-only. A context manager; each query is short, so that the write-ahead log can be reset."""

    def __init__(self, database: Path) -> None:
        """``DatabaseUnreadable`` when there is no database; ``SchemaTooOld`` and the like as for every reader."""
        if not database.exists():
            raise DatabaseUnreadable(f"cannot read {database}", "there is no such file")
        self._path = database
        with ExitStack() as undo:
            self._books = connect_reader(database)
            undo.callback(self._books.close, True)
            require_readable(self._books, database, SCHEMA_VERSION)
            market = market_path(database)
            self._market = connect_reader(market) if market.exists() else None
            undo.pop_all()

    def __enter__(self) -> ChartReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._books.close(True)
        if self._market is not None:
            self._market.close(True)

    def ticks(self, session_id: str, from_ns: int = 0, buckets: int = BUCKETS) -> list[tuple[Any, ...]]:
        """Ticks since `from_ns` in the order of TICK_COLUMNS (at_ms is still at_ns): all of them, or the ticks with the lowest
        and the highest price of each of `buckets` stretches of time, and the newest."""
        span = self._rows(self._market, _SPAN, session_id, from_ns)
        count, first_ns, last_ns = span[0] if span else (0, 0, 0)
        if not count:
            return []
        if count <= 2 * buckets:
            return self._rows(self._market, _ALL, session_id, from_ns, _TIMES_MAX)
        width_ns = max(1, (last_ns - first_ns) // buckets)
        found: dict[int, tuple[Any, ...]] = {}
        for extreme in ("min", "max"):
            query = _EXTREMES.format(extreme)
            for row in self._rows(self._market, query, session_id, first_ns, _TIMES_MAX, width_ns):
                found[row[0]] = row[:-1]
        for row in self._rows(self._market, _ALL, session_id, last_ns, _TIMES_MAX):
            found[row[0]] = row
        return [found[at_ns] for at_ns in sorted(found)]

    def fees(self, session_id: str, venue: str, step_ns: int) -> list[tuple[int, str, float]]:
        """What fees of a venue took (negative), summed over stretches of `step_ns`: time, asset, amount."""
        return self._rows(self._books, _FEES, session_id, venue, step_ns)

    def orders(self, session_id: str, limit: int) -> list[tuple[Any, ...]]:
        """The newest orders, newest first: id, venue, symbol, side, level, price, quantity, filled, state, failure, replaces,
        created and updated (ns)."""
        return self._rows(self._books, _ORDERS, session_id, limit)

    def steps(self, order_ids: Sequence[str]) -> list[_Step]:
        """The life of these orders, whichever session ended them, oldest step first: id, at_ns, event, state, reason."""
        wanted, steps = json.dumps(list(order_ids)), list[_Step]()
        unfinished, began_lsn = self._rows(self._books, _BEGAN, wanted)[0]
        with self._reading(), closing(self._books.cursor()) as cursor:
            for step in cursor.execute(_STEPS, (began_lsn, wanted)):
                steps.append(step)
                # nothing follows a final state; with an order that has none yet the journal is read to its end
                unfinished -= step[3] in _FINAL
                if not unfinished:
                    break
        return steps

    def trades(self, session_id: str, limit: int) -> list[tuple[Any, ...]]:
        """The newest trades on exchanges, newest first."""
        return self._rows(self._books, _TRADES, session_id, limit)

    def results(self, session_id: str) -> list[tuple[int, float, str, str]]:
        """Result of each sale of a drop: ended_at_ns, result in quote, symbol, intent."""
        return self._rows(self._books, _RESULTS, session_id)

    def counts(self, session_id: str) -> TradeCounts:
        """What a session traded, the market maker's and the drop buyer's apart."""
        return TradeCounts(*self._rows(self._books, _COUNTS, session_id, LEDGER_VENUE)[0])

    def _rows(self, connection: apsw.Connection | None, query: str, *values: object) -> list[Any]:
        if connection is None:
            return []
        with self._reading():
            return list(connection.execute(query, values))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            raise storage_error(f"cannot read {self._path}", error) from error
