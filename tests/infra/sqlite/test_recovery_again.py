"""A recovery that is read again reads only what the events since then may have changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CursorAdvanced,
    FeeCharged,
    JournalEvent,
    OrderAdopted,
    OrderTransitioned,
    PositionClosed,
    PositionRecorded,
    SessionClosed,
    SessionCrashed,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
    TradeAdvanced,
    TradeConcluded,
    TradeIntended,
)
from neo.domain.messages.storage import Recovery
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.payload import EVENT_CLASSES
from neo.infra.sqlite.recovery import CHANGED_BY
from neo.infra.sqlite.state_store import SqliteStateStore
from tests.infra.sqlite.books import START_NS, accept, deposit, fill, note, opened, order, refuse, session, write

_ONE, _TWO = Decimal(1), Decimal(2)

#: Each of them changes what an engine would rebuild itself from.
_STORY: tuple[JournalEvent, ...] = (
    session("s1"),
    order(1),
    SubmissionPrepared("H1", "o1", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12),
    OrderTransitioned("o1", OrderEvent.HANDED_OVER, OrderState.SUBMITTED),
    SubmissionResolved("H1", "xrpl", "tesSUCCESS", 110),
    OrderAdopted("o2", "s1", "xrpl", "XRP/RLUSD", Side.BUY, _ONE, _ONE, _ONE, 101),
    fill(1, of_order=1),
    FeeCharged("fee1", "xrpl", "XRP", Decimal("0.000012")),
    deposit(1),
    CursorAdvanced("xrpl", 110),
    note("a"),
    TradeIntended("t1", "s1", "mexc", "exit", "DOGE/USDT", Side.SELL, _TWO, "1", _ONE, START_NS),
    TradeAdvanced("t1", "mexc", 2, _ONE, _ONE, _ONE, _TWO),
    TradeConcluded("t1", "mexc", "filled"),
    PositionRecorded("mexc", "DOGE/USDT", "t1", _ONE, _ONE, _ONE, _ONE, _ONE, START_NS),
    PositionClosed("mexc", "DOGE/USDT", Decimal(0)),
    SessionClosed("s1", START_NS + 1, "duration_elapsed", ""),
    session("s2", START_NS + 1),
    SessionCrashed("s2", START_NS + 2, "s3"),
)


def _in_the_books(store: SqliteStateStore) -> Recovery:
    with BooksReader(store.path) as books:
        return books.recovery()


def test_a_recovery_read_again_after_each_kind_of_event_is_what_the_books_have(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for event in _STORY:
        before = store.recovery()
        accept(store, event)
        assert store.recovery() == _in_the_books(store)
        assert {part for part in CHANGED_BY[type(event)] if getattr(before, part) != getattr(store.recovery(), part)}
    store.close()


def test_a_recovery_read_again_knows_of_every_write_of_a_group_and_of_none_that_was_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"))
    store.recovery()
    refuse(store, order(1), order(1))
    store.commit([write(note("a")), write(order(2)), write(note("b"), order(2))])
    assert store.recovery() == _in_the_books(store)
    assert [row.order_id for row in store.recovery().orders] == ["o2"]
    store.close()


def test_balances_read_again_are_those_that_were_posted_to_and_those_that_are_new(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), order(1), fill(1, of_order=1), deposit(1))
    store.recovery()
    for number, asset in enumerate(("XRP", "RLUSD", "XRP", "MX")):
        accept(store, FeeCharged(f"fee{number}", "xrpl", asset, Decimal("0.5")))
        accept(store, FeeCharged(f"other{number}", "mexc", asset, _ONE))
        assert store.recovery().balances == _in_the_books(store).balances
    assert len(store.recovery().balances) == 6
    store.close()


def test_a_recovery_read_again_knows_of_no_write_of_a_group_that_was_given_up(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), deposit(1))
    before = store.recovery()
    no_event: Any = _ONE
    with pytest.raises(KeyError):
        store.commit([write(FeeCharged("fee", "xrpl", before.balances[0].asset, _ONE)), write(no_event)])

    assert store.recovery() == before == _in_the_books(store)
    store.close()


def test_after_a_rebuild_a_recovery_is_read_anew(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), note("a"))
    store._execute("UPDATE engine_state SET value = 'forged'")
    assert dict(store.recovery().engine_state) == {"note": "forged"}
    store.rebuild()
    assert dict(store.recovery().engine_state) == {"note": "a"}
    store.close()


def test_it_is_known_of_every_event_what_it_changes_in_a_recovery() -> None:
    assert set(CHANGED_BY) == set(EVENT_CLASSES)


def _sale(intent_id: str, result: Decimal) -> tuple[JournalEvent, ...]:
    intended = TradeIntended(intent_id, "s1", "mexc", "exit", "DOGE/USDT", Side.SELL, _TWO, "1", _ONE, START_NS)
    return intended, TradeAdvanced(intent_id, "mexc", 1, _ONE, _ONE, _ONE, result)


def test_a_sale_counts_for_the_session_in_which_it_ended(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), *_sale("ended", _ONE), *_sale("inherited", _TWO))
    accept(store, TradeConcluded("ended", "mexc", "filled"), at_ns=START_NS + 1)
    assert store.recovery().realised == (("s1", "mexc", _ONE),)

    accept(store, SessionCrashed("s1", START_NS + 2, "s2"), session("s2", START_NS + 3), at_ns=START_NS + 3)
    assert store.recovery().realised == ()
    accept(store, TradeConcluded("inherited", "mexc", "filled"), at_ns=START_NS + 4)
    assert store.recovery().realised == (("s2", "mexc", _TWO),) == _in_the_books(store).realised
    store.rebuild()
    assert store.recovery().realised == (("s2", "mexc", _TWO),)
    store.close()


def test_a_session_that_begins_in_an_hour_in_which_the_one_before_has_sold_has_sold_nothing_yet(tmp_path: Path) -> None:
    """Ten times faster than the clock on the wall, a session is soon far ahead of it."""
    store = opened(tmp_path)
    hour_later_ns = START_NS + 3_600 * 10**9
    accept(store, session("s1"), *_sale("sold", _ONE))
    accept(store, TradeConcluded("sold", "mexc", "filled"), at_ns=hour_later_ns)
    accept(store, SessionCrashed("s1", START_NS + 1, "s2"), session("s2", START_NS + 1), at_ns=START_NS + 1)
    assert store.recovery().realised == _in_the_books(store).realised == ()
    store.close()
