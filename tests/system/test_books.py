"""Before the first actor and after the last: what happens to the books of a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.messages.journal import HaltRecorded, JournalEvent, OrderIntended, OrderTransitioned
from neo.domain.messages.session import SessionEnded
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.ports import JournalWrite, WriteAccepted
from neo.domain.safety.halt_latch import HaltLatch, state_of
from neo.domain.safety.halts import Halt, HaltReason
from neo.harness import sim_config
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.errors import DatabaseLostCommits
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import SqliteStateStore
from neo.system.books import Opening, StoreKeeper, make_sure_it_is_closed, open_session, require_nothing_lost
from neo.system.identity import SessionIdentity
from tests.infra.sqlite.books import START_NS, HandClock, order

STALE = Halt(HaltReason.RISK_STALE_LEDGER, "age of the last ledger in s (22.00 > 20)")


def keeper(directory: Path) -> StoreKeeper:
    return StoreKeeper(StoreSettings(directory / "neo.db", 0, Synchronous.OFF), "s", HandClock().clock())


def identity(session_id: str, at_ns: int = START_NS) -> SessionIdentity:
    return SessionIdentity(session_id, "0123abcd", at_ns, "1.0", "hash", "{}")


def opened(store: SqliteStateStore, session_id: str, at_ns: int = START_NS, *, venue_is_new: bool = False) -> Opening:
    return open_session(store, identity(session_id, at_ns), sim_config(), at_ns, venue_is_new)


def wrote(store: SqliteStateStore, *events: JournalEvent) -> None:
    (result,) = store.commit([JournalWrite("test", START_NS, events)])
    assert isinstance(result, WriteAccepted), result


def halt_in_force(database: Path) -> str | None:
    with BooksReader(database) as reader:
        row = reader.engine_state_of("halt.reason")
    return None if row is None else row.value


def test_a_session_found_open_is_closed_as_crashed_and_becomes_the_parent(tmp_path: Path) -> None:
    first = keeper(tmp_path)
    opened(first.open(), "s1")
    first.abandon()

    second = keeper(tmp_path)
    opened(second.open(), "s2", START_NS + 1)
    second.abandon()

    with BooksReader(tmp_path / "neo.db") as reader:
        crashed, running = reader.session("s1"), reader.session("s2")
    assert crashed is not None
    assert running is not None
    assert (crashed.ended_at_ns, crashed.crash_noticed_by) == (START_NS + 1, "s2")
    assert (running.parent_session, running.ended_at_ns) == ("s1", None)


def test_a_recovery_session_begins_with_the_halt_of_its_parent(tmp_path: Path) -> None:
    first = keeper(tmp_path)
    store = first.open()
    opened(store, "s1")
    wrote(store, HaltRecorded("s1", STALE.reason.value, STALE.detail, True), *state_of(HaltLatch((STALE,))))
    first.abandon()

    second = keeper(tmp_path)
    opening = opened(second.open(), "s2", START_NS + 1)
    second.abandon()

    assert opening.latch.inherited == (STALE,)
    assert halt_in_force(tmp_path / "neo.db") == STALE.reason.value


def test_a_session_after_a_clean_end_begins_with_nothing_in_force(tmp_path: Path) -> None:
    first = keeper(tmp_path)
    store = first.open()
    opened(store, "s1")
    wrote(store, *state_of(HaltLatch((STALE,))))
    first.abandon()
    ended = SessionEnded("s1", STALE.reason.value, STALE.detail, STALE.reason.exit_code)
    assert make_sure_it_is_closed(first, ended, START_NS) is None

    second = keeper(tmp_path)
    opening = opened(second.open(), "s2", START_NS + 1)
    second.abandon()

    assert opening.latch.in_force is None
    assert halt_in_force(tmp_path / "neo.db") is None


def test_the_end_of_a_session_is_written_when_its_actors_could_not(tmp_path: Path) -> None:
    books = keeper(tmp_path)
    opened(books.open(), "s1")

    problem = make_sure_it_is_closed(books, SessionEnded("s1", "storage_failure", "disk full", 95), START_NS + 9)

    assert problem is None
    with BooksReader(tmp_path / "neo.db") as reader:
        row = reader.session("s1")
    assert row is not None
    assert (row.halt_reason, row.halt_detail, row.ended_at_ns) == ("storage_failure", "disk full", START_NS + 9)
    assert halt_in_force(tmp_path / "neo.db") == "storage_failure"


def test_an_end_that_was_written_is_left_alone(tmp_path: Path) -> None:
    books = keeper(tmp_path)
    opened(books.open(), "s1")
    make_sure_it_is_closed(books, SessionEnded("s1", "kill_switch", "cli", 91), START_NS + 9)

    make_sure_it_is_closed(books, SessionEnded("s1", "actor_failure", "later", 94), START_NS + 10)

    with BooksReader(tmp_path / "neo.db") as reader:
        row = reader.session("s1")
    assert row is not None
    assert (row.halt_reason, row.ended_at_ns) == ("kill_switch", START_NS + 9)


def test_a_session_that_never_opened_its_database_has_nothing_to_close(tmp_path: Path) -> None:
    assert make_sure_it_is_closed(keeper(tmp_path), SessionEnded("s1", "startup_failure", "", 96), START_NS) is None
    assert not (tmp_path / "neo.db").exists()


@pytest.mark.parametrize("venue_is_new", [True, False])
def test_orders_end_with_the_embedded_ledger_only_when_that_has_ended(tmp_path: Path, venue_is_new: bool) -> None:
    first = keeper(tmp_path)
    store = first.open()
    opened(store, "s1")
    intended: OrderIntended = order()
    wrote(store, intended, OrderTransitioned("o1", OrderEvent.HANDED_OVER, OrderState.SUBMITTED))
    first.abandon()

    second = keeper(tmp_path)
    opened(second.open(), "s2", START_NS + 1, venue_is_new=venue_is_new)
    second.abandon()

    with BooksReader(tmp_path / "neo.db") as reader:
        (row,) = reader.orders("s1")
    assert row.state is (OrderState.EXPIRED if venue_is_new else OrderState.SUBMITTED)


def test_the_second_taker_of_a_store_gets_a_new_connection_with_everything_that_was_confirmed(tmp_path: Path) -> None:
    books = keeper(tmp_path)
    opened(books.open(), "s1")
    first = books.take()

    second = books.take()

    assert second is not first
    assert second.recovery().open_sessions == ("s1",)
    books.abandon()


def test_telemetry_that_knows_more_than_the_journal_is_loss(tmp_path: Path) -> None:
    books = keeper(tmp_path)
    store = books.open()
    opened(store, "s1")
    log = tmp_path / "sessions" / "s1" / "logs" / "events.jsonl"
    log.parent.mkdir(parents=True)

    log.write_text(f'{{"v":1,"seq":1,"db_seq":{store.last_lsn},"event":"X"}}\n')
    require_nothing_lost(store, tmp_path / "sessions")
    log.write_text(f'{{"v":1,"seq":2,"db_seq":{store.last_lsn + 3},"event":"X"}}\n')

    with pytest.raises(DatabaseLostCommits, match="3 confirmed events are gone"):
        require_nothing_lost(store, tmp_path / "sessions")
    books.abandon()
