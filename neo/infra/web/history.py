"""What a page reads when it opens: the session so far, as columns for the charts and rows for the tables.

Every function is one short read of the databases and returns what becomes JSON. Times are milliseconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from neo.domain.experiments.experiment import results_from
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.money.position import Position, traded
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import FillRow, SessionRow
from neo.infra.sqlite.chart_reader import BUCKETS, TICK_COLUMNS, ChartReader
from neo.infra.sqlite.desk_reader import DeskReader

FILLS_MAX = 5_000
ORDERS_MAX = 60
SESSIONS_MAX = 100
_MS = 1_000_000
_ORDER_COLUMNS = (
    "order_id",
    "venue",
    "symbol",
    "side",
    "level",
    "price",
    "quantity",
    "filled",
    "state",
    "failure",
    "replaces",
    "created_ms",
    "updated_ms",
)
_TRADE_COLUMNS = (
    "intent_id",
    "venue",
    "symbol",
    "purpose",
    "side",
    "quantity",
    "filled",
    "value",
    "result",
    "outcome",
    "attempt",
    "created_ms",
    "ended_ms",
)
MARK_COLUMNS = ("realised", "unrealised", "free", "reserved", "committed")
AGE_COLUMNS = ("p50", "p99")
_FEES_STEP_NS = 60 * 1_000 * _MS


def charts(database: Path, session_id: str, from_ms: int) -> dict[str, Any]:
    """Ticks, profit and loss, fills and results of a session since `from_ms`. Profit, loss and fills are the market maker's:
    what was bought on an exchange is in another currency: `results` say what came of it, `desks` what each venue's money was
    worth, `ages` how old its data was."""
    with ChartReader(database) as reader:
        ticks = reader.ticks(session_id, from_ms * _MS)
        fees = reader.fees(session_id, LEDGER_VENUE, _FEES_STEP_NS)
        results = reader.results(session_id)
    with DeskReader(database) as reader_of_desks:
        marks = reader_of_desks.marks(session_id, from_ms * _MS, BUCKETS)
        ages = reader_of_desks.ages(session_id, from_ms * _MS, BUCKETS)
    with BooksReader(database) as books:
        fills = [fill for fill in books.fills(session_id) if fill.venue == LEDGER_VENUE]
        row = books.session(session_id)
    columns: dict[str, list[Any]] = {name: [tick[place] for tick in ticks] for place, name in enumerate(TICK_COLUMNS)}
    columns["at_ms"] = [at_ns / _MS for at_ns in columns["at_ms"]]
    base = _base_of(row)
    return {
        "session": session_id,
        "ticks": columns,
        "profit": _profit(columns, fills, [(at / _MS, asset == base, -amount) for at, asset, amount in fees]),
        "fills": _fills([fill for fill in fills if fill.traded_at_ns >= from_ms * _MS][-FILLS_MAX:]),
        "results": _running_sum(results),
        "desks": _by_venue(marks, MARK_COLUMNS),
        "ages": _by_venue(ages, AGE_COLUMNS),
        "halts": halts(database, session_id),
        "started_ms": row.started_at_ns / _MS if row is not None else None,
        "ended_ms": row.ended_at_ns / _MS if row is not None and row.ended_at_ns else None,
    }


def _profit(
    ticks: dict[str, list[Any]], fills: Sequence[FillRow], fees: Sequence[tuple[float, bool, float]]
) -> dict[str, list[Any]]:
    """Realised, unrealised (at the tick's mid) and fees so far at each tick that has a mid; in quote."""
    points: dict[str, list[Any]] = {"at_ms": [], "realised": [], "unrealised": [], "fees": []}
    position, paid_base, paid_quote, next_fill, next_fee = Position(), 0.0, 0.0, 0, 0
    for at_ms, mid in zip(ticks["at_ms"], ticks["clob"], strict=True):
        if mid is None:
            continue
        while next_fill < len(fills) and fills[next_fill].traded_at_ns <= at_ms * _MS:
            fill = fills[next_fill]
            position = traded(position, fill.side, fill.base_quantity, fill.quote_quantity)
            next_fill += 1
        while next_fee < len(fees) and fees[next_fee][0] <= at_ms:
            _, in_base, amount = fees[next_fee]
            paid_base, paid_quote = paid_base + amount * in_base, paid_quote + amount * (not in_base)
            next_fee += 1
        points["at_ms"].append(at_ms)
        points["realised"].append(float(position.realised))
        points["unrealised"].append(float(position.unrealised(Decimal(mid))))
        points["fees"].append(paid_base * mid + paid_quote)
    return points


def _fills(fills: Iterable[FillRow]) -> list[dict[str, Any]]:
    return [
        {
            "at_ms": fill.traded_at_ns / _MS,
            "venue": fill.venue,
            "symbol": fill.symbol,
            "side": fill.side.value,
            "price": float(fill.price),
            "quantity": float(fill.base_quantity),
            "value": float(fill.quote_quantity),
            "maker": fill.is_maker,
            "order_id": fill.order_id,
            "fill_id": fill.fill_id,
        }
        for fill in fills
    ]


def _by_venue(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    """Columns for each venue, from rows that begin with time in ns and venue; in ms since 1970."""
    desks: dict[str, dict[str, list[Any]]] = {}
    for at_ns, venue, *values in rows:
        columns = desks.setdefault(venue, {name: [] for name in ("at_ms", *names)})
        for name, value in zip(("at_ms", *names), (at_ns / _MS, *values), strict=True):
            columns[name].append(value)
    return desks


def _running_sum(results: Iterable[tuple[int, float, str, str]]) -> list[list[Any]]:
    total, points = 0.0, []
    for at_ns, result, symbol, intent_id in results:
        total += result
        points.append([at_ns / _MS, total, result, symbol, intent_id])
    return points


def halts(database: Path, session_id: str) -> list[dict[str, Any]]:
    """The halt history of a session."""
    with BooksReader(database) as books:
        return [
            {
                "at_ms": halt.at_ns / _MS,
                "to_ms": halt.cleared_at_ns / _MS if halt.cleared_at_ns is not None else None,
                "cleared_by": halt.cleared_by,
                "reason": halt.reason,
                "detail": halt.detail,
                "first": halt.first,
                "venue": halt.venue,
            }
            for halt in books.halts(session_id)
        ]


def orders(database: Path, session_id: str) -> dict[str, Any]:
    """The newest orders with each step of their life, and the newest trades on exchanges."""
    with ChartReader(database) as reader:
        rows = reader.orders(session_id, ORDERS_MAX)
        steps = reader.steps([row[0] for row in rows])
        trades = reader.trades(session_id, ORDERS_MAX)
    lives: dict[str, list[dict[str, Any]]] = {}
    for order_id, at_ns, event, state, reason in steps:
        lives.setdefault(order_id, []).append({"at_ms": at_ns / _MS, "event": event, "state": state, "reason": reason})
    return {
        "orders": [_named(_ORDER_COLUMNS, row) | {"life": lives.get(row[0], [])} for row in rows],
        "trades": [_named(_TRADE_COLUMNS, row) for row in trades],
    }


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """A row with names; times from ns to ms."""
    return {
        name: value / _MS if name.endswith("_ms") and value is not None else value
        for name, value in zip(names, row, strict=True)
    }


def limits(database: Path, session_id: str) -> dict[str, Any]:
    """The limits that the charts draw, from the configuration stored with the session; empty for an unknown session."""
    with BooksReader(database) as books:
        row = books.session(session_id)
    config = json.loads(row.config_json) if row is not None else {}
    wanted = {
        "base_exposure": config.get("risk.max_xrp_exposure"),
        "quote_exposure": config.get("risk.max_rlusd_exposure"),
        "positions": config.get("exchange_risk.max_concurrent_positions"),
        "quote_max_age_s": config.get("exchange_risk.quote_max_age_s"),
    }
    return {name: float(value) for name, value in wanted.items() if value is not None}


def sessions(database: Path) -> list[dict[str, Any]]:
    """The newest sessions, newest first, each with its figures and its line of the experiment log."""
    with BooksReader(database) as books, ChartReader(database) as reader:
        log = {row.session_id: row for row in books.experiments()}
        found = []
        for row in books.sessions(SESSIONS_MAX):
            experiment = log.get(row.session_id)
            found.append(
                {
                    "session": row.session_id,
                    "mode": row.mode,
                    "started_ms": row.started_at_ns / _MS,
                    "ended_ms": row.ended_at_ns / _MS if row.ended_at_ns else None,
                    "halt_reason": row.halt_reason,
                    "halt_detail": row.halt_detail,
                    "code_version": row.code_version,
                    "config_hash": row.config_hash,
                    "parent": row.parent_session,
                    "strategies": json.loads(row.config_json).get("engine.strategies", []),
                    **attrs.asdict(reader.counts(row.session_id)),
                    "results": _results(experiment.results) if experiment else {},
                    "note": experiment.note if experiment else "",
                }
            )
    return found


def configuration_differences(database: Path, session_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Keys whose values differ between these sessions: key, and the value in each of them."""
    with BooksReader(database) as books:
        flat = [books.config_of(session_id) or {} for session_id in session_ids]
    keys = sorted({key for one in flat for key in one})
    return [
        {"key": key, "values": [one.get(key) for one in flat]}
        for key in keys
        if len({json.dumps(one.get(key)) for one in flat}) > 1
    ]


def _results(text: str) -> dict[str, Any]:
    """What an experiment's results say; nothing when another version wrote something else."""
    try:
        results, _ = results_from(text)
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return {}
    return {name: float(value) for name, value in results.items()}


def _base_of(row: SessionRow | None) -> str:
    config = json.loads(row.config_json) if row is not None else {}
    return str(config.get("xrpl.base", "XRP"))
