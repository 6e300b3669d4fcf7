from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    CursorAdvanced,
    EngineStateSet,
    ExperimentRecorded,
    FeeCharged,
    FillRecorded,
    HaltCleared,
    HaltRecorded,
    JournalEvent,
    OrderAdopted,
    OrderIntended,
    OrderTransitioned,
    SessionClosed,
    SessionCrashed,
    SessionOpened,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.orders.lifecycle import TABLE, OrderEvent, OrderState
from neo.domain.ports import WriteAccepted
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.payload import EVENT_CLASSES, event_of, payload_of, stored_form
from neo.infra.sqlite.projection import PROJECTED_TABLES, PROJECTIONS
from neo.infra.sqlite.state_store import SqliteStateStore
from tests.infra.sqlite.books import START_NS, opened, session, write

_few = st.integers(1, 4)
_text = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
_amounts = st.decimals(min_value="0.000001", max_value="100000", places=6)
_signed = st.decimals(min_value="-100000", max_value="100000", places=6)
_sides = st.sampled_from(Side)


def _named(letter: str) -> st.SearchStrategy[str]:
    return _few.map(lambda number: f"{letter}{number}")


_orders = st.builds(
    OrderIntended,
    order_id=_named("o"),
    intent_id=_named("i"),
    session_id=_named("s"),
    venue=st.just("xrpl"),
    symbol=st.just("XRP/RLUSD"),
    side=_sides,
    price=_amounts,
    quantity=_amounts,
    quote_quantity=_amounts,
    level=st.integers(0, 3),
    offer_sequence=st.none() | st.integers(1, 9),
    replaces_order_id=st.none() | _named("o"),
    expiration_s=st.none() | st.integers(1, 9),
)
_adoptions = st.builds(
    OrderAdopted,
    order_id=_named("o"),
    session_id=_named("s"),
    venue=st.just("xrpl"),
    symbol=st.just("XRP/RLUSD"),
    side=_sides,
    price=_amounts,
    quantity=_amounts,
    quote_quantity=_amounts,
    offer_sequence=st.integers(1, 9),
)
_transitions = st.tuples(_named("o"), st.sampled_from(sorted(TABLE, key=str)), _text).map(
    lambda drawn: OrderTransitioned(drawn[0], drawn[1][1], TABLE[drawn[1]], drawn[2])
)
_fills = st.builds(
    FillRecorded,
    fill_id=_named("f"),
    venue=st.just("xrpl"),
    order_id=_named("o"),
    symbol=st.just("XRP/RLUSD"),
    side=_sides,
    base_quantity=_amounts,
    quote_quantity=_amounts,
    ledger_index=_few,
    position=_few,
    transaction_hash=_named("T"),
    traded_at_ns=st.just(START_NS),
    is_maker=st.booleans(),
)
_events: st.SearchStrategy[JournalEvent] = st.one_of(
    st.builds(SessionOpened, *[_named("s"), *[_text] * 2], st.just(1), *[_text] * 2, st.integers(0, 9), _text),
    st.builds(SessionClosed, _named("s"), _few, _text, _text),
    st.builds(SessionCrashed, _named("s"), _few, _text),
    st.builds(HaltRecorded, _named("s"), _named("reason"), _text, st.booleans()),
    st.builds(HaltCleared, _named("s"), _named("reason"), _text),
    _orders,
    _adoptions,
    _transitions,
    st.builds(
        SubmissionPrepared, _named("H"), _named("o"), st.just("xrpl"), st.sampled_from(SubmissionPurpose), *[_few] * 3
    ),
    st.builds(SubmissionResolved, _named("H"), st.just("xrpl"), _named("tes"), _few),
    _fills,
    st.builds(FeeCharged, _named("fee"), st.just("xrpl"), st.just("XRP"), _amounts),
    st.builds(
        CapitalRecorded,
        _named("c"),
        _named("s"),
        st.just("xrpl"),
        _named("A"),
        _signed,
        st.sampled_from(CapitalKind),
        _text,
    ),
    st.builds(CursorAdvanced, st.just("xrpl"), _few),
    st.builds(EngineStateSet, _named("k"), st.none() | _text),
    st.builds(ExperimentRecorded, _named("s"), st.none() | _text, _text, _text, _text),
)


def _tables(store: SqliteStateStore) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(map(tuple, store._execute(f"SELECT * FROM {table}")), key=repr) for table in PROJECTED_TABLES}


@settings(max_examples=60, deadline=None)
@given(groups=st.lists(st.lists(st.lists(_events, min_size=1, max_size=4), min_size=1, max_size=4), max_size=8))
def test_rebuilding_from_the_journal_gives_the_same_tables(groups: list[list[list[JournalEvent]]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = opened(Path(directory))
        for group in groups:
            store.commit([write(*events) for events in group])
        before, journal = _tables(store), list(store._execute("SELECT * FROM events"))
        assert store.rebuild() == len(journal) == store.last_lsn
        assert _tables(store) == before
        assert list(store._execute("SELECT * FROM events")) == journal
        store.abandon()


def test_a_rebuild_repairs_a_table_that_was_changed_behind_the_journal(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.commit([write(EngineStateSet("k", "true"))])
    store._execute("UPDATE engine_state SET value = 'forged'")
    store.rebuild()
    assert store.recovery().engine_state == (("k", "true"),)
    store.close()


@given(event=_events)
def test_an_event_is_read_back_as_it_was_written(event: JournalEvent) -> None:
    assert event_of(type(event).__name__, payload_of(event)) == event


@settings(max_examples=60)
@given(
    words=st.lists(
        st.text(st.characters() | st.sampled_from("\ud800\udbff\udc00\udcff\udfff"), max_size=12),
        min_size=4,
        max_size=4,
    )
)
def test_no_words_keep_a_fact_out_of_the_books(words: list[str]) -> None:
    # Given a session whose every word somebody else chose, halves of characters among them
    why, note, key, value = words
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        # When it is written
        results = store.commit(
            [
                write(session("s1"), HaltRecorded("s1", "kill_switch", why, True, "")),
                write(EngineStateSet(f"k{key}", value), ExperimentRecorded("s1", None, "{}", "{}", note)),
                write(SessionClosed("s1", START_NS, "kill_switch", why)),
            ]
        )
        # Then all of it is in the books, each half as the sign for what cannot be read, and a rebuild says the same
        assert all(isinstance(result, WriteAccepted) for result in results), results
        assert store.recovery().engine_state == ((f"k{whole(key)}", whole(value)),)
        row = store._execute("SELECT halt_detail, note FROM sessions JOIN experiments USING(session_id)").get
        assert row == (whole(why), whole(note))
        before = _tables(store)
        store.rebuild()
        assert _tables(store) == before
        store.abandon()


def whole(text: str) -> str:
    """What UTF-8 takes of it."""
    return "".join("\ufffd" if 0xD800 <= ord(each) <= 0xDFFF else each for each in text)


def test_an_event_of_whole_characters_is_stored_as_it_is() -> None:
    event = EngineStateSet("k", "\N{SNOWMAN} \U0001f600")

    assert stored_form(event)[0] is event


def test_a_journal_of_an_older_version_is_read_with_defaults() -> None:
    payload = payload_of(OrderTransitioned("o1", OrderEvent.WITHHELD, OrderState.FAILED)).replace(',"reason":""', "")
    assert event_of("OrderTransitioned", payload) == OrderTransitioned("o1", OrderEvent.WITHHELD, OrderState.FAILED)


def test_every_journal_event_has_a_projection() -> None:
    assert set(PROJECTIONS) == set(EVENT_CLASSES)


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_canonical_text_is_exact(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text


@pytest.mark.parametrize(
    ("written", "text"),
    [("1.50", "1.5"), ("1.00", "1"), ("100", "100"), ("1E+3", "1000"), ("-0.00", "0"), ("1E-7", "0.0000001")],
)
def test_equal_numbers_are_equal_texts(written: str, text: str) -> None:
    assert decimal_text(Decimal(written)) == text
