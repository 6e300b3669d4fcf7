"""What the events of one write do together: they are gathered first, and written to the tables afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.messages.journal import (
    JournalEvent,
    OrderTransitioned,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.infra.sqlite.books_reader import BooksReader
from tests.infra.sqlite.books import accept, fill, opened, order, refuse, session


def test_an_order_takes_several_steps_in_the_write_that_begins_it_and_in_a_later_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    submitted = OrderTransitioned("o1", OrderEvent.HANDED_OVER, OrderState.SUBMITTED)
    resting = OrderTransitioned("o1", OrderEvent.PROVED_RESTING, OrderState.OPEN)
    canceling = OrderTransitioned("o1", OrderEvent.CANCEL_HANDED_OVER, OrderState.CANCELING)
    accept(store, session(), order(1), submitted, resting)
    assert "cannot take" in refuse(store, canceling, submitted)
    assert store.recovery().orders[0].state is OrderState.OPEN
    accept(store, canceling, OrderTransitioned("o1", OrderEvent.PROVED_CANCELED, OrderState.CANCELED, "requote"))
    store.close()
    with BooksReader(store.path) as books:
        (row,) = books.orders("s1")
    assert (row.state, row.failure_reason) == (OrderState.CANCELED, "requote")


@pytest.mark.parametrize(
    "earlier",
    [
        OrderTransitioned("o1", OrderEvent.HANDED_OVER, OrderState.SUBMITTED),
        SubmissionPrepared("H1", "o1", "xrpl", SubmissionPurpose.PLACE, 100, 120, 12),
        fill(1, of_order=1),
        order(1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nothing_in_a_write_may_speak_of_an_order_that_begins_after_it(tmp_path: Path, earlier: JournalEvent) -> None:
    store = opened(tmp_path)
    accept(store, session())
    refuse(store, earlier, order(1))
    assert store.recovery().orders == ()
    store.close()


def test_a_verdict_before_its_transaction_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    prepared = SubmissionPrepared("H1", None, "xrpl", SubmissionPurpose.TICKETS, 100, 120, 12)
    accept(store, session())
    assert "before it was prepared" in refuse(store, SubmissionResolved("H1", "xrpl", "tesSUCCESS", 110), prepared)
    store.close()
