from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from neo.domain.messages.journal import OrderTransitioned
from neo.domain.messages.storage import AgeSnapshot, DeskSnapshot
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.infra.sqlite import migrations, startup
from neo.infra.sqlite.backups import examine_backup
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.chart_reader import ChartReader
from neo.infra.sqlite.connection import Synchronous, connect_writer
from neo.infra.sqlite.desk_reader import DeskReader
from neo.infra.sqlite.errors import MigrationFailed, SchemaTooOld
from neo.infra.sqlite.market_schema import MARKET_MIGRATIONS
from neo.infra.sqlite.market_store import market_path
from neo.infra.sqlite.migrations import MIGRATIONS, SCHEMA_VERSION, Migration, migrate
from neo.infra.sqlite.payload import payload_of
from neo.infra.sqlite.recovery import load_recovery
from tests.infra.sqlite.books import accept, opened, session

_NEXT = Migration(
    SCHEMA_VERSION + 1,
    (
        "ALTER TABLE sessions ADD COLUMN host TEXT",
        "UPDATE sessions SET host = 'here'",
        "CREATE INDEX sessions_by_host ON sessions(host)",
    ),
)


def _migrated(database: Path, steps: tuple[Migration, ...]) -> tuple[int, list[int]]:
    connection = connect_writer(database, Synchronous.OFF)
    backed_up: list[int] = []
    try:
        found = int(connection.pragma("user_version"))
        migrate(connection, database, found_version=found, before_change=backed_up.append, migrations=steps)
        return int(connection.pragma("user_version")), backed_up
    finally:
        connection.close(True)


def _columns_and_version(database: Path) -> tuple[list[str], int]:
    connection = apsw.Connection(str(database))
    try:
        names = [str(row[1]) for row in connection.execute("PRAGMA table_info(sessions)")]
        return names, int(connection.pragma("user_version"))
    finally:
        connection.close()


def test_versions_count_up_from_one() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_transactions_of_the_first_schema_are_kept_and_may_now_belong_to_no_order(tmp_path: Path) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:1])[0] == 1
    connection = apsw.Connection(str(database))
    connection.execute(
        "INSERT INTO orders(order_id, session_id, venue, symbol, side, price, quantity, quote_quantity, level, state, "
        "created_lsn, created_at_ns, updated_at_ns) VALUES('o1', 's', 'xrpl', 'XRP/RLUSD', 'buy', '1', '1', '1', 0, "
        "'OPEN', 1, 1, 1)"
    )
    connection.execute("INSERT INTO submissions VALUES('xrpl','H1','o1','place',7,99,12,'pending',NULL,NULL,2,3,NULL)")
    connection.close()

    assert _migrated(database, MIGRATIONS) == (SCHEMA_VERSION, [1])

    connection = apsw.Connection(str(database))
    connection.execute(
        "INSERT INTO submissions VALUES('xrpl','H2',NULL,'tickets',8,NULL,99,12,'pending',NULL,NULL,4,5,NULL)"
    )
    rows = [(row.hash, row.order_id, row.sequence, row.last_ledger_sequence, row.ticket_sequence)
            for row in load_recovery(connection).submissions]  # fmt: skip
    connection.close()
    assert rows == [("H1", "o1", 7, 99, None), ("H2", None, 8, 99, None)]


def test_transactions_of_the_seventh_schema_are_kept_with_their_verdicts_in_the_order_of_the_journal(
    tmp_path: Path,
) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:7])[0] == 7
    connection = apsw.Connection(str(database))
    resolved = ("xrpl", "HA", None, "tickets", 8, 3, 99, 12, "resolved", "tesSUCCESS", 98, 7, 5, 6)
    pending = ("xrpl", "HB", None, "tickets", 7, None, 99, 12, "pending", None, None, 4, 3, None)
    for row in (resolved, pending):
        connection.execute("INSERT INTO submissions VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()

    assert _migrated(database, MIGRATIONS) == (SCHEMA_VERSION, [7])

    connection = apsw.Connection(str(database))
    assert list(connection.execute("SELECT * FROM submissions")) == [pending, resolved]
    assert [row.hash for row in load_recovery(connection).submissions] == ["HB"]
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        connection.execute("INSERT INTO submissions SELECT * FROM submissions WHERE hash = 'HA'")
    connection.close()


def test_steps_of_orders_that_an_older_version_wrote_are_read_from_its_journal(tmp_path: Path) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:7])[0] == 7
    connection = apsw.Connection(str(database))
    connection.execute(
        "INSERT INTO orders(order_id, session_id, venue, symbol, side, price, quantity, quote_quantity, level, state, "
        "created_lsn, created_at_ns, updated_at_ns) VALUES('o1', 's', 'xrpl', 'XRP/RLUSD', 'buy', '1', '1', '1', 0, "
        "'FAILED', 1, 1, 1)"
    )
    for lsn, step in ((2, ("handed_over", "SUBMITTED", "")), (3, ("proved_failed", "FAILED", "why \\"))):
        event = OrderTransitioned("o1", OrderEvent(step[0]), OrderState(step[1]), step[2])
        written = (lsn, "s", 10 * lsn, "router", "OrderTransitioned", 1, payload_of(event))
        connection.execute("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?)", written)
        connection.execute("INSERT INTO order_events VALUES(?, 'o1', ?, ?, ?, ?)", (lsn, 10 * lsn, *step))
    before = list(connection.execute("SELECT * FROM order_events"))
    connection.close()

    assert _migrated(database, MIGRATIONS) == (SCHEMA_VERSION, [7])

    connection = apsw.Connection(str(database))
    assert list(connection.execute("SELECT * FROM order_events")) == before
    connection.close()
    with ChartReader(database) as reader:
        assert [step[2:] for step in reader.steps(["o1"])] == [row[3:] for row in before]
        assert reader.steps(["o2"]) == []


def test_halts_that_an_older_version_wrote_concern_the_whole_engine(tmp_path: Path) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:4])[0] == 4
    connection = apsw.Connection(str(database))
    connection.execute("INSERT INTO halts VALUES(7, 's1', 3, 'kill_switch', 'ann', 1, NULL, NULL)")
    connection.close()

    assert _migrated(database, MIGRATIONS) == (SCHEMA_VERSION, [4])

    connection = apsw.Connection(str(database))
    rows = list(connection.execute("SELECT lsn, reason, detail, first, venue FROM halts"))
    connection.close()
    assert rows == [(7, "kill_switch", "ann", 1, "")]


def test_trades_that_an_older_version_wrote_have_no_reason(tmp_path: Path) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:5])[0] == 5
    connection = apsw.Connection(str(database))
    connection.execute(
        "INSERT INTO trades VALUES('mexc', 'i1', 's', 'exit', 'A/USDT', 'sell', '1', '2', 3, 1, '1', '2', '0', '0.1', "
        "'filled', 4, 5, 6)"
    )
    connection.close()

    assert _migrated(database, MIGRATIONS) == (SCHEMA_VERSION, [5])

    with BooksReader(database) as reader:
        (trade,) = reader.trades("s")
    assert (trade.intent_id, trade.outcome, trade.reason, trade.touch) == ("i1", "filled", "", None)


def test_a_step_runs_once_after_one_backup(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    assert _migrated(store.path, (*MIGRATIONS, _NEXT)) == (SCHEMA_VERSION + 1, [SCHEMA_VERSION])
    assert _migrated(store.path, (*MIGRATIONS, _NEXT)) == (SCHEMA_VERSION + 1, [])


@pytest.mark.parametrize("crash_point", range(len(_NEXT.statements) + 1))
def test_a_failure_at_any_statement_leaves_the_old_schema_whole(tmp_path: Path, crash_point: int) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    before = _columns_and_version(store.path)
    broken = (*_NEXT.statements[:crash_point], "INSERT INTO nowhere VALUES(1)", *_NEXT.statements[crash_point:])
    with pytest.raises(MigrationFailed, match="no such table: nowhere"):
        _migrated(store.path, (*MIGRATIONS, Migration(SCHEMA_VERSION + 1, broken)))
    assert _columns_and_version(store.path) == before


def test_a_process_that_dies_in_a_migration_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.close()
    before = _columns_and_version(store.path)
    connection = connect_writer(store.path, Synchronous.OFF)
    connection.execute("BEGIN EXCLUSIVE")
    for statement in _NEXT.statements:
        connection.execute(statement)
    connection.pragma("user_version", SCHEMA_VERSION + 1)
    connection.close(True)  # without COMMIT: what a kill leaves
    assert _columns_and_version(store.path) == before


def test_the_start_path_backs_up_before_it_migrates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    steps = (*MIGRATIONS, _NEXT)
    monkeypatch.setattr(startup, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr(startup, "migrate", lambda *args, **named: migrations.migrate(*args, **named, migrations=steps))
    store = opened(tmp_path)
    store.close()
    assert (store.report.schema_found, store.report.schema_now) == (SCHEMA_VERSION, SCHEMA_VERSION + 1)
    assert store.report.migration_backup is not None
    assert _columns_and_version(store.report.migration_backup)[1] == SCHEMA_VERSION
    assert _columns_and_version(store.path)[1] == SCHEMA_VERSION + 1


def test_a_backup_that_was_cut_short_is_not_good(tmp_path: Path) -> None:
    opened(tmp_path, 5).close()
    store = opened(tmp_path, 5)
    store.close()
    assert store.report.backup is not None
    whole = store.report.backup.read_bytes()
    store.report.backup.write_bytes(whole[: len(whole) // 2])
    assert examine_backup(store.report.backup).faults != ""


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
@pytest.mark.parametrize("reader", [BooksReader, ChartReader])
def test_books_of_an_older_neo_are_not_read_but_the_way_to_read_them_is_told(
    tmp_path: Path, version: int, reader: type[BooksReader] | type[ChartReader]
) -> None:
    database = tmp_path / "old.db"
    assert _migrated(database, MIGRATIONS[:version])[0] == version
    before = database.read_bytes()

    with pytest.raises(SchemaTooOld, match="neo db migrate") as refused:
        reader(database)

    assert f"schema version {version}" in str(refused.value)
    assert database.read_bytes() == before


def test_a_market_database_from_before_marks_reads_as_one_without_and_takes_them_from_now_on(tmp_path: Path) -> None:
    database = tmp_path / "neo.db"
    connection = connect_writer(market_path(database), Synchronous.OFF)
    migrate(
        connection,
        market_path(database),
        found_version=0,
        before_change=lambda _: None,
        migrations=MARKET_MIGRATIONS[:1],
    )
    connection.close(True)

    with DeskReader(database) as reader:
        before = (
            list(reader.snapshots("s")),
            reader.last_at_ns("s"),
            reader.marks("s", 0, 10),
            reader.ages("s", 0, 10),
        )
    store = opened(tmp_path)
    money = [Decimal(n) for n in range(6)]
    store.record_snapshots([DeskSnapshot("s", 7, "mexc", 2, 1, *money), AgeSnapshot("s", 8, "mexc", 3, 4, 5)])
    store.close()

    assert before == ([], None, [], [])
    with DeskReader(database) as reader:
        (row,) = reader.snapshots("s")
        assert (row.at_ns, row.positions, row.unpriced, row.cost_quote, row.committed) == (7, 2, 1, money[0], money[5])
        assert reader.marks("s", 0, 10) == [(7, "mexc", 2.0, 1.0, 3.0, 4.0, 5.0)]
        assert reader.ages("s", 0, 10) == [(8, "mexc", 4, 5)]
