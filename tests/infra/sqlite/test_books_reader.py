"""Questions about the books that come back every few minutes for days."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import FeeCharged, OrderTransitioned, SubmissionPrepared, SubmissionPurpose
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import PostedRow, TradedRow
from tests.infra.sqlite.books import START_NS, accept, deposit, fill, note, opened, order, session


def test_the_newest_order_of_a_sequence_number_counts_whatever_session_it_is_of(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), order(1, offer_sequence=100), order(2, offer_sequence=101))
    accept(store, session("s2", START_NS + 1), attrs.evolve(order(3, offer_sequence=100), session_id="s2"))
    accept(store, attrs.evolve(order(4, offer_sequence=100), session_id="s2"))

    with BooksReader(store.path) as books:
        found = books.newest_orders_at("xrpl", (100, 101, 102))
        elsewhere = books.newest_orders_at("other", (100,))
        count = books.order_count()

    store.close()
    assert {sequence: row.order_id for sequence, row in found.items()} == {100: "o4", 101: "o2"}
    assert not elsewhere
    assert count == 4


def test_the_newest_movement_of_money_is_a_posting_or_a_capital_event(tmp_path: Path) -> None:
    store = opened(tmp_path)
    newest = []

    def look() -> None:
        with BooksReader(store.path) as books:
            newest.append(books.money_lsn())

    accept(store, session(), order(1))
    look()
    accept(store, deposit(1))
    look()
    accept(store, fill(1), note("nothing of money"))
    look()
    accept(store, deposit(2), note("nothing of money"))
    look()

    store.close()
    assert newest == [0, 3, 4, 6]


def test_a_transaction_that_was_sent_is_found_by_its_venue_and_hash(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in (1, 2):
        sent = SubmissionPrepared(f"H{number}", f"o{number}", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12)
        accept(store, *([session()] if number == 1 else []), order(number), sent)

    with BooksReader(store.path) as books:
        found = books.sent("xrpl", ["H2", "H3"])
        elsewhere = books.sent("other", ["H2"])

    store.close()
    assert [(row.hash, row.order_id, row.purpose) for row in found] == [("H2", "o2", SubmissionPurpose.PLACE)]
    assert elsewhere == ()


def test_what_is_read_at_one_instant_does_not_see_what_is_written_meanwhile(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1), deposit(1))

    with BooksReader(store.path) as books:
        with books.at_one_instant():
            before = books.recovery(["balances"])
            accept(store, deposit(2))
            within = books.recovery(["balances"])
        after = books.recovery(["balances"])

    store.close()
    assert before == within
    assert before.lsn + 1 == after.lsn
    assert before.balances != after.balances
    assert before.orders == ()  # not asked for


def test_what_a_summary_needs_of_many_orders_is_what_the_whole_rows_say(tmp_path: Path) -> None:
    store = opened(tmp_path)
    elsewhere = attrs.evolve(order(3), venue="other")
    accept(store, session(), elsewhere, order(1), order(2, Side.SELL), fill(1), fill(2, 2, Side.SELL, "4", "2.1"))
    accept(store, attrs.evolve(fill(3, 3), venue="other"), FeeCharged("fee1", "xrpl", "XRP", Decimal("0.000012")))
    accept(store, OrderTransitioned("o1", OrderEvent.WITHHELD, OrderState.FAILED))
    accept(store, session("s2", START_NS + 1), attrs.evolve(order(4), session_id="s2"), fill(4, 4))

    with BooksReader(store.path) as books:
        orders, fills, postings = books.orders("s1"), books.fills("s1"), books.inventory("s1")
        by_state, unfinished = books.orders_by_state("s1"), books.unfinished_orders("s1")
        first = books.first_order("s1", "xrpl")
        traded, posted = books.traded("s1", "xrpl"), list(books.posted("s1"))
        nothing = books.orders_by_state("s3"), books.unfinished_orders("s3"), books.first_order("s3", "xrpl")

    store.close()
    assert dict(by_state) == Counter(each.state for each in orders) and len(by_state) == 2
    assert unfinished == tuple(each.order_id for each in orders if not each.state.is_final) == ("o3", "o2")
    assert first == next(each for each in orders if each.venue == "xrpl")
    assert [attrs.asdict(each) for each in traded] == [
        {name: getattr(each, name) for name in attrs.fields_dict(TradedRow)} for each in fills if each.venue == "xrpl"
    ]
    assert [attrs.asdict(each) for each in posted] == [
        {name: getattr(each, name) for name in attrs.fields_dict(PostedRow)} for each in postings
    ]
    assert len(traded) == 2 and len(posted) > 4
    assert nothing == ((), (), None)
