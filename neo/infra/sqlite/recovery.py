"""What actors rebuild themselves from: unfinished orders and submissions, balances, cursors, engine state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import apsw

from neo.domain.changed import changed
from neo.domain.market.instrument import Side
from neo.domain.messages import journal
from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.messages.storage import AssetBalance, OrderRecord, Recovery, SubmissionRecord
from neo.domain.orders.lifecycle import OrderState
from neo.infra.sqlite.decimal_text import exact_sum
from neo.infra.sqlite.projection.fills import NEWEST_BALANCE
from neo.infra.sqlite.trade_records import load_positions, load_realised, load_recent_intents, load_trades

_ORDER_COLUMNS = (
    "order_id, venue, symbol, side, price, quantity, quote_quantity, level, state, offer_sequence, filled_base, "
    "filled_quote, created_at_ns, expiration_s, replaces_order_id"
)
#: Word for word the condition of the index orders_unfinished, or SQLite reads every order there ever was.
UNFINISHED = "state <> 'FILLED' AND state <> 'CANCELED' AND state <> 'EXPIRED' AND state <> 'FAILED'"
_UNFINISHED_ORDERS = f"SELECT {_ORDER_COLUMNS} FROM orders WHERE {UNFINISHED} ORDER BY created_lsn"
_PENDING = (
    "SELECT hash, order_id, venue, purpose, sequence, last_ledger_sequence, fee_drops, ticket_sequence "
    "FROM submissions WHERE state = 'pending' ORDER BY prepared_lsn"
)
#: From one asset to the next through the index: GROUP BY would read every posting there ever was, once a minute.
_FILLS_ONLY = """
WITH RECURSIVE held(venue, asset) AS (
  SELECT * FROM (SELECT venue, asset FROM inventory_ledger ORDER BY venue, asset LIMIT 1)
  UNION ALL
  SELECT next.venue, next.asset FROM held JOIN inventory_ledger AS next ON next.entry_id = coalesce(
    (SELECT entry_id FROM inventory_ledger WHERE venue = held.venue AND asset > held.asset ORDER BY asset LIMIT 1),
    (SELECT entry_id FROM inventory_ledger WHERE venue > held.venue ORDER BY venue, asset LIMIT 1))
)
SELECT venue, asset, (
  SELECT new_balance FROM inventory_ledger AS posting
  WHERE posting.venue = held.venue AND posting.asset = held.asset ORDER BY entry_id DESC LIMIT 1
) FROM held
"""
_CAPITAL = "SELECT venue, asset, amount FROM capital_events ORDER BY lsn"
#: Never handed to any ledger as far as the books know, and older than the limit: nothing can prove such an order alive.
_ORPHANS = (
    f"SELECT {_ORDER_COLUMNS} FROM orders WHERE state = 'SUBMITTED' AND offer_sequence IS NULL AND created_at_ns < ? "
    "AND order_id NOT IN (SELECT order_id FROM submissions WHERE order_id IS NOT NULL) ORDER BY created_lsn"
)


def load_recovery(connection: apsw.Connection, parts: Collection[str] | None = None) -> Recovery:
    """Read the books in one read transaction; where ``parts`` are named, the others are empty."""
    with one_instant(connection):
        wanted = _READ if parts is None else {**_NOTHING, **{part: _READ[part] for part in parts}}
        return Recovery(lsn=_lsn(connection), **{part: read(connection) for part, read in wanted.items()})


def reload_recovery(
    connection: apsw.Connection, known: Recovery, kinds: AbstractSet[type[Any]], posted: AbstractSet[tuple[str, str]]
) -> Recovery:
    """The same, where ``kinds`` are those of all events since ``known`` was read: only what they change is read again.

    ``posted`` are venue and asset of each balance that fills and fees have moved since. The books are held against the
    venue once a minute, and most of them are as they were.
    """
    parts = {part for kind in kinds for part in CHANGED_BY[kind]}
    of_known = posted <= {(balance.venue, balance.asset) for balance in known.balances}
    with one_instant(connection):
        read = {part: _READ[part](connection) for part in sorted(parts - {"balances"})}
        if "balances" in parts:
            only_posted = of_known and journal.CapitalRecorded not in kinds
            read["balances"] = _moved(connection, known, posted) if only_posted else load_balances(connection)
        return changed(known, lsn=_lsn(connection), **read)


@contextmanager
def one_instant(connection: apsw.Connection) -> Iterator[None]:
    """One read transaction: the one that is under way, or a new one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _lsn(connection: apsw.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(lsn), 0) FROM events").get)


def _orders(connection: apsw.Connection) -> tuple[OrderRecord, ...]:
    return tuple(map(_order, connection.execute(_UNFINISHED_ORDERS)))


def _submissions(connection: apsw.Connection) -> tuple[SubmissionRecord, ...]:
    return tuple(map(_submission, connection.execute(_PENDING)))


def _cursors(connection: apsw.Connection) -> tuple[tuple[str, int], ...]:
    rows = connection.execute("SELECT venue, ledger_index FROM cursors ORDER BY venue")
    return tuple((str(venue), int(index)) for venue, index in rows)


def _engine_state(connection: apsw.Connection) -> tuple[tuple[str, str], ...]:
    return tuple((str(k), str(v)) for k, v in connection.execute("SELECT key, value FROM engine_state ORDER BY key"))


def _open_sessions(connection: apsw.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT session_id FROM sessions WHERE ended_at_ns IS NULL ORDER BY started_at_ns")
    return tuple(str(session_id) for (session_id,) in rows)


def load_balances(connection: apsw.Connection) -> tuple[AssetBalance, ...]:
    """Fills-only balance and capital overlay of every asset, sorted by venue and asset."""
    fills_only = {(v, a): Decimal(balance) for v, a, balance in connection.execute(_FILLS_ONLY)}
    capital: dict[tuple[str, str], Decimal] = {}
    for venue, asset, amount in connection.execute(_CAPITAL):
        capital[venue, asset] = exact_sum(capital.get((venue, asset), Decimal(0)), Decimal(amount))
    return tuple(
        AssetBalance(venue, asset, fills_only.get((venue, asset), Decimal(0)), capital.get((venue, asset), Decimal(0)))
        for venue, asset in sorted(fills_only.keys() | capital.keys())
    )


def _moved(
    connection: apsw.Connection, known: Recovery, posted: AbstractSet[tuple[str, str]]
) -> tuple[AssetBalance, ...]:
    """Every balance that was known, those that were ``posted`` to as they are now."""
    return tuple(
        changed(each, fills_only=Decimal(connection.execute(NEWEST_BALANCE, (each.venue, each.asset)).get))
        if (each.venue, each.asset) in posted
        else each
        for each in known.balances
    )


def load_orphans(connection: apsw.Connection, created_before_ns: int) -> tuple[OrderRecord, ...]:
    """Legacy orders: SUBMITTED, older than ``created_before_ns``, with neither offer sequence nor transaction hash."""
    return tuple(map(_order, connection.execute(_ORPHANS, (created_before_ns,))))


def _order(row: tuple[object, ...]) -> OrderRecord:
    order_id, venue, symbol, side, price, quantity, quote, level, state, sequence, base_filled, quote_filled, *rest = (
        row
    )
    created_at_ns, expiration_s, replaces_order_id = rest
    return OrderRecord(
        order_id=str(order_id),
        venue=str(venue),
        symbol=str(symbol),
        side=Side(side),
        price=Decimal(str(price)),
        quantity=Decimal(str(quantity)),
        quote_quantity=Decimal(str(quote)),
        level=_integer(level),
        state=OrderState(state),
        offer_sequence=_optional_integer(sequence),
        filled_base=Decimal(str(base_filled)),
        filled_quote=Decimal(str(quote_filled)),
        created_at_ns=_integer(created_at_ns),
        expiration_s=_optional_integer(expiration_s),
        replaces_order_id=None if replaces_order_id is None else str(replaces_order_id),
    )


def _submission(row: tuple[object, ...]) -> SubmissionRecord:
    transaction_hash, order_id, venue, purpose, sequence, last_ledger_sequence, fee_drops, ticket_sequence = row
    return SubmissionRecord(
        hash=str(transaction_hash),
        order_id=None if order_id is None else str(order_id),
        venue=str(venue),
        purpose=SubmissionPurpose(purpose),
        sequence=_integer(sequence),
        last_ledger_sequence=_integer(last_ledger_sequence),
        fee_drops=_integer(fee_drops),
        ticket_sequence=_optional_integer(ticket_sequence),
    )


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value


def _optional_integer(value: object) -> int | None:
    return None if value is None else _integer(value)


#: What reads each part of a Recovery.
_READ: Mapping[str, Callable[[apsw.Connection], Any]] = MappingProxyType(
    {
        "orders": _orders,
        "submissions": _submissions,
        "balances": load_balances,
        "cursors": _cursors,
        "engine_state": _engine_state,
        "open_sessions": _open_sessions,
        "trades": load_trades,
        "positions": load_positions,
        "recent_intents": load_recent_intents,
        "realised": load_realised,
    }
)
_NOTHING: Mapping[str, Callable[[apsw.Connection], Any]] = MappingProxyType(dict.fromkeys(_READ, lambda _: ()))
_TRADES = ("trades", "recent_intents", "realised")
#: Which parts each kind of event may change.
CHANGED_BY: Mapping[type[Any], tuple[str, ...]] = MappingProxyType(
    {
        journal.SessionOpened: ("open_sessions", "realised"),
        journal.SessionClosed: ("open_sessions", "realised"),
        journal.SessionCrashed: ("open_sessions", "realised"),
        journal.HaltRecorded: (),
        journal.HaltCleared: (),
        journal.OrderIntended: ("orders",),
        journal.OrderAdopted: ("orders",),
        journal.OrderTransitioned: ("orders",),
        journal.SubmissionPrepared: ("submissions",),
        journal.SubmissionResolved: ("submissions",),
        journal.FillRecorded: ("orders", "balances"),
        journal.FeeCharged: ("balances",),
        journal.CapitalRecorded: ("balances",),
        journal.CursorAdvanced: ("cursors",),
        journal.EngineStateSet: ("engine_state",),
        journal.TradeIntended: _TRADES,
        journal.TradeAdvanced: _TRADES,
        journal.TradeConcluded: _TRADES,
        journal.PositionRecorded: ("positions",),
        journal.PositionClosed: ("positions",),
        journal.ExperimentRecorded: (),
    }
)
