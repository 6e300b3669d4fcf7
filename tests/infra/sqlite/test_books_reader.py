"""Questions about the books that come back every few minutes for days."""

from __future__ import annotations

from pathlib import Path

import attrs

from neo.infra.sqlite.books_reader import BooksReader
from tests.infra.sqlite.books import START_NS, accept, deposit, fill, note, opened, order, session


def test_the_newest_order_of_a_sequence_number_counts_whatever_session_it_is_of(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session("s1"), order(1, offer_sequence=100), order(2, offer_sequence=101))
    accept(store, session("s2", START_NS + 1), attrs.evolve(order(3, offer_sequence=100), session_id="s2"))
    accept(store, attrs.evolve(order(4, offer_sequence=100), session_id="s2"))

    with BooksReader(store.path) as books:
        found = [books.newest_order_at("xrpl", sequence) for sequence in (100, 101, 102)]
        elsewhere = books.newest_order_at("other", 100)
        count = books.order_count()

    store.close()
    assert [row and row.order_id for row in found] == ["o4", "o2", None]
    assert elsewhere is None
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
