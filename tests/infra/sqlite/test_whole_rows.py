"""Rows that are written without the names of their columns: each value arrives where it belongs."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import attrs
import pytest

from neo.domain.messages.journal import (
    FeeCharged,
    OrderTransitioned,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.infra.sqlite.connection import Synchronous, connect_writer
from neo.infra.sqlite.market_store import market_path
from neo.infra.sqlite.migrations import MIGRATIONS, migrate
from neo.infra.sqlite.whole_row import BY_POSITION
from tests.infra.sqlite.books import START_NS, accept, fill, note, opened, order, session, snapshot


def _rows(database: Path, query: str) -> list[dict[str, Any]]:
    with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        cursor = connection.execute(query)
        return [dict(zip((column[0] for column in cursor.description), row, strict=True)) for row in cursor]


def test_the_columns_of_each_table_are_those_that_its_rows_are_written_for(tmp_path: Path) -> None:
    opened(tmp_path).close()
    grown = tmp_path / "grown.db"
    connection = connect_writer(grown, Synchronous.OFF)
    for version, step in enumerate(MIGRATIONS):
        migrate(connection, grown, found_version=version, before_change=lambda _: None, migrations=(step,))
    connection.close()

    for table, columns in BY_POSITION.items():
        for database in (
            (market_path(tmp_path / "neo.db"),)
            if table == "market_snapshots"
            else (
                tmp_path / "neo.db",
                grown,
            )
        ):
            found = _rows(database, f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
            assert tuple(row["name"] for row in found) == columns, (table, database)


def test_every_value_of_a_market_snapshot_is_in_the_column_of_its_name(tmp_path: Path) -> None:
    amounts = (
        "pool_mid anchor divergence_bps our_bid our_ask distance_to_bid_touch_bps distance_to_ask_touch_bps base_balance "
        "quote_balance"
    )
    different: dict[str, Any] = {name: Decimal(number) / 8 for number, name in enumerate(amounts.split(), 1)}
    given = attrs.evolve(snapshot(7, suspended="stale"), anchor_source="amm", **different)
    store = opened(tmp_path)
    store.record_snapshots([given, attrs.evolve(given, best_ask=None, our_bid=None)])
    store.close()

    full, partial = _rows(market_path(tmp_path / "neo.db"), "SELECT * FROM market_snapshots ORDER BY snapshot_id")
    expected = {
        name: str(value) if isinstance(value, Decimal) else value for name, value in attrs.asdict(given).items()
    }
    assert full == {"snapshot_id": 1, "mid": "0.512", **expected}
    assert partial == {**full, "snapshot_id": 2, "mid": None, "best_ask": None, "our_bid": None}


def test_an_order_its_transaction_and_its_money_have_every_value_in_the_column_of_its_name(tmp_path: Path) -> None:
    store = opened(tmp_path)
    placed = attrs.evolve(order(2), level=3, replaces_order_id="o1", expiration_s=77)
    prepared = SubmissionPrepared("H2", "o2", "xrpl", SubmissionPurpose.REPLACE, 101, 120, 12, 55)
    failed = OrderTransitioned("o2", OrderEvent.PROVED_FAILED, OrderState.FAILED, "tecKILLED")
    accept(store, session(), placed, prepared)
    accept(store, fill(4, of_order=2), FeeCharged("H2", "xrpl", "XRP", Decimal("0.000012")), at_ns=START_NS + 1)
    accept(store, SubmissionResolved("H2", "xrpl", "tecKILLED", 110), failed, at_ns=START_NS + 2)
    store.close()

    database = tmp_path / "neo.db"
    assert _rows(database, "SELECT * FROM orders") == [
        {
            "order_id": "o2", "intent_id": "i2", "session_id": "s1", "venue": "xrpl", "symbol": "XRP/RLUSD",
            "side": "buy", "price": "0.512", "quantity": "30", "quote_quantity": "15.36", "level": 3,
            "state": "FAILED", "offer_sequence": 100, "expiration_s": 77, "replaces_order_id": "o1", "adopted": 0,
            "filled_base": "10", "filled_quote": "5.12", "failure_reason": "tecKILLED", "created_lsn": 2,
            "created_at_ns": START_NS, "updated_at_ns": START_NS + 2,
        }
    ]  # fmt: skip
    assert _rows(database, "SELECT * FROM submissions") == [
        {
            "venue": "xrpl", "hash": "H2", "order_id": "o2", "purpose": "replace", "sequence": 101,
            "ticket_sequence": 55, "last_ledger_sequence": 120, "fee_drops": 12, "state": "resolved",
            "result": "tecKILLED", "ledger_index": 110, "prepared_lsn": 3, "prepared_at_ns": START_NS,
            "resolved_at_ns": START_NS + 2,
        }
    ]  # fmt: skip
    assert _rows(database, "SELECT * FROM fills") == [
        {
            "lsn": 4, "venue": "xrpl", "fill_id": "f4", "order_id": "o2", "session_id": "s1", "symbol": "XRP/RLUSD",
            "side": "buy", "base_quantity": "10", "quote_quantity": "5.12", "ledger_index": 1004, "position": 0,
            "transaction_hash": "T4", "traded_at_ns": START_NS, "is_maker": 1,
        }
    ]  # fmt: skip
    posted = {"session_id": "s1", "at_ns": START_NS + 1, "venue": "xrpl"}
    traded = {"lsn": 4, **posted, "counter_account": "trading", "reference": "f4"}
    assert _rows(database, "SELECT * FROM inventory_ledger ORDER BY entry_id") == [
        {"entry_id": 1, **traded, "asset": "XRP", "amount": "10", "new_balance": "10"},
        {"entry_id": 2, **traded, "asset": "RLUSD", "amount": "-5.12", "new_balance": "-5.12"},
        {"entry_id": 3, "lsn": 5, **posted, "counter_account": "fees", "reference": "H2", "asset": "XRP",
         "amount": "-0.000012", "new_balance": "9.999988"},
    ]  # fmt: skip


@pytest.mark.parametrize("events", [1, 2, 3, 7, 8, 9, 15, 16, 21])
def test_the_journal_has_each_event_of_a_write_with_its_number_however_many_there_are(
    tmp_path: Path, events: int
) -> None:
    store = opened(tmp_path)
    accept(store, session())
    notes = [note(f"text {number}", f"key {number}") for number in range(events)]
    accept(store, *notes, at_ns=START_NS + 5)
    store.close()

    assert _rows(tmp_path / "neo.db", "SELECT * FROM events WHERE lsn > 1 ORDER BY lsn") == [
        {
            "lsn": number + 2, "session_id": "s1", "at_ns": START_NS + 5, "sender": "test", "kind": "EngineStateSet",
            "schema_version": 1, "payload": f'{{"key":"key {number}","value":"text {number}"}}',
        }
        for number in range(events)
    ]  # fmt: skip


def test_what_comes_before_a_session_in_its_write_belongs_to_the_one_before(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"))
    accept(store, note("a"), note("b"), session("s2"), note("c"))
    store.close()

    rows = _rows(tmp_path / "neo.db", "SELECT lsn, session_id, kind FROM events ORDER BY lsn")
    assert [(row["lsn"], row["session_id"], row["kind"]) for row in rows] == [
        (1, "s1", "SessionOpened"),
        (2, "s1", "EngineStateSet"),
        (3, "s1", "EngineStateSet"),
        (4, "s2", "SessionOpened"),
        (5, "s2", "EngineStateSet"),
    ]
