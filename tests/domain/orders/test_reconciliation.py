"""Books against venue: agreement, explanations, and what has none."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    EngineStateSet,
    OrderTransitioned,
    SubmissionPurpose,
)
from neo.domain.messages.storage import Recovery, SubmissionRecord
from neo.domain.messages.venue import AccountState, OpenOffers
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.reconciliation import ORPHAN_AGE_NS, Findings, books_opened_key, compare, is_orphan
from neo.domain.units import NS_PER_S
from tests.domain.orders.desk import LEDGER, PLACE, START_NS, D, account, books, offers, record

WEEK_S = 7 * 24 * 3600


def found(
    recovery: Recovery, at_venue: AccountState | None = None, resting: OpenOffers | None = None, now_ns: int = START_NS
) -> Findings:
    return compare(recovery, at_venue or account(), resting or offers(), PLACE, now_ns)


def test_books_and_venue_that_agree_have_nothing_to_say() -> None:
    assert found(books(record(10)), resting=offers(10)) == Findings((), (), (), ())


# ----------------------------------------------------------------------------------------------------------- the opening


def test_on_the_first_start_what_is_there_becomes_initial_capital() -> None:
    findings = found(books(base="0", quote="0", opened=False))

    capital = [e for e in findings.corrections if isinstance(e, CapitalRecorded)]
    assert [(e.asset, e.amount, e.kind) for e in capital] == [
        ("XRP", D(1000), CapitalKind.INITIAL),
        ("RLUSD", D(1000), CapitalKind.INITIAL),
    ]
    assert isinstance(findings.corrections[-1], EngineStateSet)
    assert findings.corrections[-1].key == books_opened_key("xrpl")
    assert findings.ambiguous == ()


def test_an_asset_that_is_not_there_opens_without_an_event_of_zero() -> None:
    findings = found(books(base="0", quote="0", opened=False), account(quote="0"))

    assert [e.asset for e in findings.corrections if isinstance(e, CapitalRecorded)] == ["XRP"]


def test_opened_books_are_never_opened_again() -> None:
    findings = found(books(base="999"))

    assert findings.corrections == ()
    assert findings.ambiguous


# ------------------------------------------------------------------------------------------------------------- ambiguity


def test_one_drop_too_many_is_ambiguous_with_the_numbers() -> None:
    (detail,) = found(books(base="999.999999")).ambiguous

    assert detail == (f"XRP: the ledger has 1000, the books 999.999999 (difference 0.000001) in ledger {LEDGER}")


@pytest.mark.parametrize(("quote", "ambiguous"), [("1000.000000001", False), ("1000.0000000011", True)])
def test_the_quote_asset_may_differ_by_the_rounding_of_its_sums_and_no_more(quote: str, ambiguous: bool) -> None:
    assert bool(found(books(quote=quote)).ambiguous) is ambiguous


@pytest.mark.parametrize("state", [OrderState.OPEN, OrderState.PARTIALLY_FILLED, OrderState.CANCELING])
def test_an_order_that_should_rest_and_does_not_is_ambiguous(state: OrderState) -> None:
    (detail,) = found(books(record(10, state))).ambiguous

    assert detail == f"order o10 ({state.value}) has no offer 10 in ledger {LEDGER}"


@pytest.mark.parametrize("state", [OrderState.INTENDED, OrderState.SUBMITTED, OrderState.UNKNOWN])
def test_an_order_without_a_verdict_may_be_missing(state: OrderState) -> None:
    assert found(books(record(10, state))).ambiguous == ()


def test_orders_of_another_venue_are_not_compared() -> None:
    assert found(books(attrs.evolve(record(10), venue="elsewhere"))).ambiguous == ()


# --------------------------------------------------------------------------------------------------------- unknown offers


def test_an_offer_that_the_books_do_not_know_is_named_and_no_reason_to_halt() -> None:
    findings = found(books(record(10)), resting=offers(10, 77))

    assert [offer.sequence for offer in findings.unknown_offers] == [77]
    assert findings.explained == ("offer 77 was not in the books",)
    assert findings.ambiguous == ()


# ---------------------------------------------------------------------------------------------------------------- orphans


def test_a_legacy_order_without_name_and_hash_is_given_up_after_seven_days() -> None:
    findings = found(books(record(None, OrderState.SUBMITTED, "legacy", age_s=WEEK_S + 1)))

    (event,) = findings.corrections
    assert isinstance(event, OrderTransitioned)
    assert (event.order_id, event.state) == ("legacy", OrderState.CANCELED)
    assert event.reason == "orphan cleanup 2023-11-14"
    assert findings.explained == ("order legacy given up: orphan cleanup 2023-11-14",)


def test_seven_days_are_more_than_seven_days() -> None:
    exactly = record(None, OrderState.SUBMITTED, "legacy", age_s=WEEK_S)

    assert not is_orphan(exactly, frozenset(), START_NS)
    assert is_orphan(exactly, frozenset(), START_NS + NS_PER_S)
    assert ORPHAN_AGE_NS == WEEK_S * NS_PER_S


def test_an_old_order_with_a_name_or_a_transaction_is_no_orphan() -> None:
    named = record(10, OrderState.SUBMITTED, age_s=2 * WEEK_S)
    hashed = record(None, OrderState.SUBMITTED, "hashed", age_s=2 * WEEK_S)
    sent = SubmissionRecord("T1", "hashed", "xrpl", SubmissionPurpose.PLACE, 1, LEDGER, 10)

    assert found(books(named, hashed, submissions=(sent,))).corrections == ()


def test_an_orphan_that_was_given_up_does_not_come_back() -> None:
    """The books hold unfinished orders only: once CANCELED is written, the next start does not see it."""
    first = found(books(record(None, OrderState.SUBMITTED, "legacy", age_s=WEEK_S + 1)))
    given_up = {e.order_id for e in first.corrections if isinstance(e, OrderTransitioned) and e.state.is_final}

    second = found(
        books(*(o for o in [record(None, age_s=WEEK_S + 1, order_id="legacy")] if o.order_id not in given_up))
    )

    assert given_up == {"legacy"}
    assert second.corrections == ()


def test_orphans_and_opening_are_written_together() -> None:
    recovery = books(record(None, OrderState.UNKNOWN, "legacy", age_s=WEEK_S + 1), base="0", quote="0", opened=False)

    kinds = [type(event) for event in found(recovery).corrections]

    assert kinds == [CapitalRecorded, CapitalRecorded, EngineStateSet, OrderTransitioned]
    assert D(0) == recovery.balances[0].fills_only
