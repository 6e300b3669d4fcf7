"""The ledger rounded an offer's amounts (tick size, 16 digits), and the difference was reported as a partial fill.

neo counts what balances say: an offer that is smaller than it was asked for has traded nothing as long as nothing moved.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from neo.domain.messages.journal import FillRecorded, OrderTransitioned
from neo.domain.messages.venue import OfferChangeKind, TransactionKind
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.orders.routing import ledger_closed
from tests.contract.recorded_ledger import recorded
from tests.contract.test_books_of_recorded_accounts import as_if_ours, history, read_all
from tests.domain.orders.desk import (
    SETUP,
    THEM,
    change,
    closed,
    journaled,
    order,
    router,
    submission,
    validated,
)


def test_offers_that_the_tick_size_made_smaller_rest_unfilled() -> None:
    """Recording 11: the ledger keeps 83.12344579935663 of the 83.12345678 that were asked for."""
    ledger = recorded("11_transfer_fee_tick", "issuer2")
    pair = ledger.pair("maker")
    read = history(ledger, pair)
    rounded = [
        f"o{offer.sequence}"
        for one, _ in read
        if one.account == pair.account and not one.base_delta and not one.quote_delta
        for offer in one.offers
        if offer.kind is OfferChangeKind.CREATED
        and (offer.base_before, offer.quote_before) != (offer.base_after, offer.quote_after)
    ]

    _, events, riddles = read_all(as_if_ours(pair, read), pair.account, [one for one, _ in read])

    first: dict[str, OrderEvent] = {}
    for event in events:
        if isinstance(event, OrderTransitioned):
            first.setdefault(event.order_id, event.event)
    assert riddles == []
    assert len(rounded) == 3
    assert {first[order_id] for order_id in rounded} == {OrderEvent.PROVED_RESTING}


@pytest.mark.parametrize(
    ("base_after", "quote_after"), [("29.999999", "15"), ("30", "14.99999999999999"), ("29.999999", "14.9999995")]
)
def test_a_created_offer_that_is_smaller_than_asked_for_has_traded_nothing(base_after: str, quote_after: str) -> None:
    placed = change(10, OfferChangeKind.CREATED, ("30", base_after), ("15", quote_after))

    state, outputs = ledger_closed(
        SETUP,
        router(order(10, state=OrderState.SUBMITTED), submissions=(submission(10),)),
        closed(validated("T10", placed)),
    )

    assert state.orders["o10"].state is OrderState.OPEN
    assert journaled(outputs, FillRecorded) == []


def test_a_last_digit_between_offer_and_balance_belongs_to_the_fill_and_leaves_no_rest() -> None:
    eaten = change(10, OfferChangeKind.DELETED, ("30", "0"), ("15", "0.000000000000001"))
    trade = validated("X1", eaten, account=THEM, base="30", quote="-14.999999999999999")

    state, outputs = ledger_closed(SETUP, router(order(10)), closed(trade))

    (fill,) = journaled(outputs, FillRecorded)
    assert (fill.base_quantity, fill.quote_quantity) == (Decimal(30), Decimal("14.999999999999999"))
    assert [e.event for e in journaled(outputs, OrderTransitioned)] == [OrderEvent.PROVED_FILLED]
    assert not state.orders


def test_an_offer_cancelled_with_a_crumb_less_than_it_had_was_cancelled() -> None:
    crumb = change(10, OfferChangeKind.DELETED, ("30", "30"), ("15", "14.99999999999999"))

    _, outputs = ledger_closed(
        SETUP, router(order(10)), closed(validated("F", crumb, kind=TransactionKind.OFFER_CANCEL, sequence=9))
    )

    assert journaled(outputs, FillRecorded) == []
    assert [e.event for e in journaled(outputs, OrderTransitioned)] == [OrderEvent.PROVED_CANCELED]
