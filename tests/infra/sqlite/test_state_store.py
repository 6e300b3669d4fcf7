from __future__ import annotations

import queue
import threading
from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CursorAdvanced,
    FeeCharged,
    OrderTransitioned,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.storage import AssetBalance, CheckpointMode
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.ports import JournalWrite, StateStore, StorageUnknown, WriteAccepted, WriteRefused
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.errors import CheckpointIncomplete, StoreClosed
from neo.infra.sqlite.integrity import faults_in
from neo.infra.sqlite.snapshots_reader import SnapshotsReader
from neo.infra.sqlite.state_store import SqliteStateStore
from tests.infra.sqlite.books import (
    START_NS,
    HandClock,
    accept,
    deposit,
    fill,
    note,
    opened,
    order,
    refuse,
    session,
    snapshot,
    write,
)
from tests.patience import PATIENCE_S


def test_it_is_a_state_store(tmp_path: Path) -> None:
    store: StateStore = opened(tmp_path)
    store.close()


def test_lsns_count_events_from_one_without_gaps(tmp_path: Path) -> None:
    store = opened(tmp_path)
    results = store.commit([write(session(), order(1)), write(note("a"))])
    assert results == (WriteAccepted(1, 2), WriteAccepted(3, 3))
    assert store.recovery().lsn == 3
    store.close()


def test_a_poison_write_fails_alone_and_its_lsns_are_used_by_the_next(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    good, poison, after = store.commit([write(note("a")), write(note("b"), fill(1, of_order=99)), write(note("c"))])
    assert good == WriteAccepted(2, 2)
    assert isinstance(poison, WriteRefused)
    assert after == WriteAccepted(3, 3)
    assert dict(store.recovery().engine_state) == {"note": "c"}
    store.close()


def test_a_poison_write_cannot_change_the_session_of_the_writes_after_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"))
    store.commit([write(session("s2"), fill(1, of_order=99)), write(note("c"))])
    store.close()
    with BooksReader(store.path) as books:
        assert [row.session_id for row in books.journal()] == ["s1", "s1"]


def test_a_fill_is_booked_exactly_once(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1), fill(1))
    reason = refuse(store, fill(1))
    assert "UNIQUE" in reason
    assert store.recovery().orders[0].filled_base == Decimal(10)
    store.close()


def test_fees_and_capital_are_booked_exactly_once(tmp_path: Path) -> None:
    store = opened(tmp_path)
    fee = FeeCharged("fee1", "xrpl", "XRP", Decimal("0.000012"))
    accept(store, session(), fee, deposit(1))
    assert "UNIQUE" in refuse(store, fee)
    assert "UNIQUE" in refuse(store, deposit(1))
    store.close()


def test_an_amount_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    assert "not an amount" in refuse(store, FeeCharged("fee1", "xrpl", "XRP", Decimal("NaN")))
    store.close()


def test_a_write_without_events_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert "without events" in refuse(store)
    store.close()


def test_a_transition_that_the_life_cycle_does_not_have_changes_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1))
    wrong_event = OrderTransitioned("o1", OrderEvent.CANCEL_PROVED_FAILED, OrderState.OPEN)
    wrong_state = OrderTransitioned("o1", OrderEvent.HANDED_OVER, OrderState.OPEN)
    assert "cannot take" in refuse(store, wrong_event)
    assert "not OPEN" in refuse(store, wrong_state)
    assert "not in the books" in refuse(store, OrderTransitioned("o9", OrderEvent.HANDED_OVER, OrderState.SUBMITTED))
    assert store.recovery().orders[0].state is OrderState.INTENDED
    store.close()


def test_recovery_has_unfinished_orders_and_pending_submissions_only(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1), order(2))
    for number in (1, 2):
        sent = SubmissionPrepared(f"H{number}", f"o{number}", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12)
        accept(store, sent, OrderTransitioned(f"o{number}", OrderEvent.HANDED_OVER, OrderState.SUBMITTED))
    accept(
        store,
        SubmissionResolved("H1", "xrpl", "tecKILLED", 110),
        OrderTransitioned("o1", OrderEvent.PROVED_FAILED, OrderState.FAILED, "tecKILLED"),
        CursorAdvanced("xrpl", 110),
        CursorAdvanced("xrpl", 105),
    )
    store.abandon()
    recovery = opened(tmp_path).recovery()
    assert [row.order_id for row in recovery.orders] == ["o2"]
    assert [row.hash for row in recovery.submissions] == ["H2"]
    assert recovery.cursor("xrpl") == 110
    assert recovery.open_sessions == ("s1",)


def test_a_verdict_may_be_repeated_but_not_changed(tmp_path: Path) -> None:
    store = opened(tmp_path)
    sent = SubmissionPrepared("H1", "o1", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12)
    accept(store, session(), order(1), sent, SubmissionResolved("H1", "xrpl", "tesSUCCESS", 110))
    accept(store, SubmissionResolved("H1", "xrpl", "tesSUCCESS", 110))
    assert "has the verdict tesSUCCESS" in refuse(store, SubmissionResolved("H1", "xrpl", "expired", 130))
    assert "never prepared" in refuse(store, SubmissionResolved("H2", "xrpl", "expired", 130))
    store.close()


def test_the_balance_is_fills_only_plus_the_capital_overlay(tmp_path: Path) -> None:
    store = opened(tmp_path)
    fee = FeeCharged("fee1", "xrpl", "XRP", Decimal("0.000012"))
    accept(store, session(), deposit(1), order(1), fill(1), order(2, Side.SELL), fill(2, 2, Side.SELL, "4", "2.1"), fee)
    rlusd, xrp = store.recovery().balances
    assert rlusd == AssetBalance("xrpl", "RLUSD", Decimal("-3.02"), Decimal(0))
    assert xrp == AssetBalance("xrpl", "XRP", Decimal("5.999988"), Decimal(1000))
    store.close()


def test_the_inventory_ledger_states_the_balance_after_each_posting(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1), fill(1), fill(2))
    store.close()
    with BooksReader(store.path) as books:
        postings = [(row.asset, row.amount, row.new_balance, row.counter_account) for row in books.inventory()]
    assert postings == [
        ("XRP", Decimal(10), Decimal(10), "trading"),
        ("RLUSD", Decimal("-5.12"), Decimal("-5.12"), "trading"),
        ("XRP", Decimal(10), Decimal(20), "trading"),
        ("RLUSD", Decimal("-5.12"), Decimal("-10.24"), "trading"),
    ]


def test_orphans_are_old_submitted_orders_with_neither_sequence_nor_hash(tmp_path: Path) -> None:
    store = opened(tmp_path)
    handed_over = [OrderTransitioned(f"o{n}", OrderEvent.HANDED_OVER, OrderState.SUBMITTED) for n in (1, 2, 3, 4)]
    with_hash = SubmissionPrepared("H3", "o3", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12)
    old = [order(1, offer_sequence=None), order(2), order(3, offer_sequence=None)]
    accept(store, session(), *old, with_hash, *handed_over[:3])
    accept(store, order(4, offer_sequence=None), handed_over[3], at_ns=START_NS + 10)
    assert [row.order_id for row in store.orphans(START_NS + 5)] == ["o1"]
    reason = "orphan cleanup 2026-09-21"
    accept(store, OrderTransitioned("o1", OrderEvent.PROVED_CANCELED, OrderState.CANCELED, reason))
    assert store.orphans(START_NS + 5) == ()
    store.close()
    with BooksReader(store.path) as books:
        assert books.orders("s1")[0].failure_reason == reason


def test_abandoning_loses_nothing_committed_and_frees_the_lock(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1))
    store.abandon()
    again = opened(tmp_path)
    assert [row.order_id for row in again.recovery().orders] == ["o1"]
    assert again.last_lsn == 2
    again.close()


def test_the_log_is_empty_after_closing(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.record_snapshots([snapshot(1)])
    store.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*-wal")}
    assert sizes == {"neo.db-wal": 0, "neo.market.db-wal": 0}


def test_a_reader_that_keeps_the_log_from_emptying_is_reported_and_nothing_is_lost(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store._execute("PRAGMA busy_timeout = 1")
    reader = apsw.Connection(str(store.path), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("BEGIN; SELECT * FROM sessions").fetchall()
    with pytest.raises(CheckpointIncomplete, match="Nothing is lost"):
        store.close()
    reader.close()
    assert opened(tmp_path).recovery().open_sessions == ("s1",)


def test_a_closed_store_refuses_every_use(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.close()
    store.close()
    for use in (
        lambda: store.commit([write(note("a"))]),
        store.recovery,
        lambda: store.record_snapshots([snapshot(1)]),
    ):
        with pytest.raises(StoreClosed):
            use()


def test_a_checkpoint_reports_frames_and_takes_its_time_from_the_clock(tmp_path: Path) -> None:
    ticking = HandClock()

    def now_ns() -> int:
        ticking.at_ns += 2_500_000
        return ticking.at_ns

    store = opened(tmp_path)
    store._clock = type(store._clock)(now_ns, now_ns)
    accept(store, session())
    report = store.checkpoint(CheckpointMode.PASSIVE)
    assert (report.busy, report.error, report.elapsed_ms) == (False, None, Decimal("2.5"))
    assert report.log_frames == report.checkpointed == store.log_frames() > 0
    store.checkpoint(CheckpointMode.TRUNCATE)
    assert store.log_frames() == 0
    store.close()


def test_a_failed_commit_is_unknown_and_stops_the_store(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    accept(store, note("before"))
    store._execute("PRAGMA max_page_count = 1")  # raised to the present size: the file may not grow
    with pytest.raises(StorageUnknown, match=r"full .*SQLITE_FULL"):
        store.commit([write(note("x" * 200_000))])
    with pytest.raises(StoreClosed):
        store.commit([write(note("b"))])
    again = opened(tmp_path)
    assert dict(again.recovery().engine_state) == {"note": "before"}
    accept(again, note("after"))
    again.close()


def test_an_error_that_is_nobodys_write_rolls_the_group_back(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    foreign = JournalWrite("test", START_NS, (object(),))  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        store.commit([write(note("a")), foreign])
    assert accept(store, note("b")) == WriteAccepted(2, 2)
    store.close()


def test_snapshots_are_counted_and_read_back(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.record_snapshots([snapshot(1), snapshot(2, suspended="divergence")])
    store.close()
    with SnapshotsReader(store.path) as reader:
        statistics = reader.statistics("s1")
        last = reader.last("s1")
        assert list(reader.distances("s1")) == [(Decimal("-1.95"), Decimal("-1.95"))] * 2
        assert len(list(reader.snapshots("s1"))) == 2
    assert (statistics.ticks, statistics.ticks_suspended) == (2, 1)
    assert statistics.anchor_sources == (("amm", 1),)
    assert last is not None
    assert (last.mid, last.suspended) == (Decimal("0.512"), "divergence")


def test_readers_see_what_is_committed_while_the_engine_runs(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    with BooksReader(store.path) as books:
        accept(store, order(1), fill(1))
        assert [row.session_id for row in books.sessions()] == ["s1"]
        assert books.fills("s1")[0].price == Decimal("0.512")
        assert books.last_lsn() == 3
        assert store.checkpoint(CheckpointMode.TRUNCATE).busy is False
    store.close()


def test_a_thousand_concurrent_writes_survive_a_checkpoint_between_every_few(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    inbox: queue.Queue[JournalWrite] = queue.Queue()
    acknowledged: list[int] = []
    producers = [threading.Thread(target=_produce, args=(inbox, number)) for number in range(10)]
    for producer in producers:
        producer.start()
    modes = [CheckpointMode.PASSIVE, CheckpointMode.TRUNCATE]
    while len(acknowledged) < 1000:
        acknowledged += _write_group(store, inbox)
        report = store.checkpoint(modes[len(acknowledged) % 2])
        assert (report.busy, report.error) == (False, None)
    for producer in producers:
        producer.join()
    assert sorted(acknowledged) == list(range(2, 1002))
    assert faults_in(store._open_connection(), full=True) == ""
    keys = {key for key, _ in store.recovery().engine_state}
    assert keys == {f"k{producer}.{number}" for producer in range(10) for number in range(100)}
    store.close()


def _produce(inbox: queue.Queue[JournalWrite], producer: int) -> None:
    for number in range(100):
        inbox.put(write(note("x", key=f"k{producer}.{number}")))


def _write_group(store: SqliteStateStore, inbox: queue.Queue[JournalWrite]) -> list[int]:
    group = [inbox.get(timeout=PATIENCE_S)]
    while len(group) < 16 and not inbox.empty():
        group.append(inbox.get())
    results = store.commit(group)
    return [result.first_lsn for result in results if isinstance(result, WriteAccepted)]
