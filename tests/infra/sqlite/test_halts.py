"""What a session's row and the halts table say of halts."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.messages.journal import HaltCleared, HaltRecorded, SessionClosed, SessionCrashed
from neo.infra.sqlite.books_reader import BooksReader
from tests.infra.sqlite.books import START_NS, accept, opened, session


def test_the_reason_chosen_at_shutdown_replaces_whatever_stood_there(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), HaltRecorded("s1", "risk_drawdown", "12 > 10", True))
    accept(
        store, HaltCleared("s1", "risk_drawdown", "operator"), SessionClosed("s1", START_NS + 5, "kill_switch", "me")
    )
    store.close()
    with BooksReader(store.path) as books:
        row = books.session("s1")
        (halt,) = books.halts("s1")
    assert row is not None
    assert (row.ended_at_ns, row.halt_reason, row.halt_detail) == (START_NS + 5, "kill_switch", "me")
    assert (halt.reason, halt.cleared_by) == ("risk_drawdown", "operator")


def test_clearing_the_halt_of_one_venue_leaves_the_same_halt_of_another(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), HaltRecorded("s1", "risk_drawdown", "12 > 10", True, "xrpl"))
    accept(store, HaltRecorded("s1", "risk_drawdown", "9 > 8", False, "mexc"))
    accept(store, HaltCleared("s1", "risk_drawdown", "ann", "xrpl"))
    store.close()
    with BooksReader(store.path) as books:
        found = [(halt.venue, halt.detail, halt.cleared_by) for halt in books.halts("s1")]
    assert found == [("xrpl", "12 > 10", "ann"), ("mexc", "9 > 8", None)]


@pytest.mark.parametrize(("resumed", "left"), [("xrpl", "9 > 8"), ("mexc", "12 > 10")])
def test_a_session_of_which_one_venue_was_resumed_crashes_with_the_halt_of_the_other(
    tmp_path: Path, resumed: str, left: str
) -> None:
    store = opened(tmp_path)
    accept(store, session(), HaltRecorded("s1", "risk_drawdown", "12 > 10", True, "xrpl"))
    accept(store, HaltRecorded("s1", "risk_drawdown", "9 > 8", False, "mexc"))
    accept(store, HaltCleared("s1", "risk_drawdown", "ann", resumed), SessionCrashed("s1", START_NS + 9, "s2"))
    store.close()
    with BooksReader(store.path) as books:
        row = books.session("s1")
    assert row is not None
    assert (row.halt_reason, row.halt_detail) == ("risk_drawdown", left)


def test_a_latched_halt_does_not_outlive_the_reason_chosen_at_shutdown(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), HaltRecorded("s1", "risk_drawdown", "12 > 10", True))
    accept(store, SessionClosed("s1", START_NS + 5, "interrupted_sigint", ""))
    store.close()
    with BooksReader(store.path) as books:
        row = books.session("s1")
    assert row is not None
    assert (row.halt_reason, row.halt_detail) == ("interrupted_sigint", "")


def test_a_crashed_session_keeps_the_halt_that_it_had_latched(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), HaltRecorded("s1", "risk_drawdown", "12 > 10", True))
    accept(store, HaltRecorded("s1", "kill_switch", "later", False), SessionCrashed("s1", START_NS + 9, "s2"))
    store.close()
    with BooksReader(store.path) as books:
        row = books.session("s1")
    assert row is not None
    assert (row.halt_reason, row.crash_noticed_by) == ("risk_drawdown", "s2")
