"""The same account used by another wallet: what it does is seen, what it makes impossible is proved so at once."""

from __future__ import annotations

from neo.domain.messages.journal import (
    FeeCharged,
    OrderAdopted,
    OrderTransitioned,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.storage import SubmissionRecord
from neo.domain.messages.venue import TransactionKind
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.orders.router_state import ReadAccount
from neo.domain.orders.routing import account_read, approved, history_read, ledger_closed, recovered
from neo.domain.orders.verdicts import SEQUENCE_TAKEN, TICKET_TAKEN
from tests.domain.orders.desk import (
    LEDGER,
    SETUP,
    START_NS,
    account,
    approval,
    books,
    closed,
    created,
    history,
    journaled,
    order,
    quote,
    record,
    router,
    sign,
    submission,
    submitted,
    validated,
)

OTHER = TransactionKind.OTHER
FAR = LEDGER + 100


def test_a_foreign_transaction_with_our_sequence_proves_ours_dead_long_before_its_last_ledger() -> None:
    before = router(order(10, state=OrderState.UNKNOWN), submissions=(submission(10, last_ledger=FAR),))

    state, outputs = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, sequence=10)))

    (verdict,) = journaled(outputs, SubmissionResolved)
    (moved,) = journaled(outputs, OrderTransitioned)
    assert (verdict.hash, verdict.result) == ("T10", SEQUENCE_TAKEN)
    assert (moved.order_id, moved.event) == ("o10", OrderEvent.PROVED_FAILED)
    assert not state.submissions
    assert ReadAccount() in outputs


def test_a_later_sequence_in_a_ledger_proves_the_earlier_ones_dead() -> None:
    before = router(order(10, state=OrderState.UNKNOWN), submissions=(submission(10, last_ledger=FAR),))

    state, _ = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, sequence=12)))

    assert not state.orders


def test_an_earlier_sequence_in_a_ledger_proves_nothing() -> None:
    before = router(order(10, state=OrderState.UNKNOWN), submissions=(submission(10, last_ledger=FAR),))

    state, _ = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, sequence=9)))

    assert state.orders["o10"].state is OrderState.UNKNOWN
    assert state.submissions


def test_what_somebody_else_sends_to_us_has_a_sequence_of_its_own_and_proves_nothing() -> None:
    before = router(order(10, state=OrderState.UNKNOWN), submissions=(submission(10, last_ledger=FAR),))

    state, _ = ledger_closed(
        SETUP, before, closed(validated("P", account="rThem", kind=TransactionKind.PAYMENT, sequence=99, base="5"))
    )

    assert state.submissions


def test_our_own_later_transactions_live_on_when_a_foreign_one_took_the_first_number() -> None:
    before = router(
        order(10, state=OrderState.SUBMITTED),
        order(11, state=OrderState.SUBMITTED),
        submissions=(submission(10, last_ledger=FAR), submission(11, last_ledger=FAR)),
    )

    state, _ = ledger_closed(
        SETUP, before, closed(validated("F", kind=OTHER, sequence=10), validated("T11", created(11), position=1))
    )

    assert list(state.orders) == ["o11"]
    assert state.orders["o11"].state is OrderState.OPEN
    assert state.sequence_doubtful


def test_the_offer_that_a_dead_replacement_should_have_removed_rests_on() -> None:
    before = router(
        order(9, state=OrderState.CANCELING),
        order(10, state=OrderState.UNKNOWN),
        submissions=(submission(10, SubmissionPurpose.REPLACE, target_id="o9", last_ledger=FAR),),
    )

    state, _ = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, sequence=10)))

    assert {o.order_id: o.state for o in state.orders.values()} == {"o9": OrderState.OPEN}


def test_a_foreign_transaction_stops_sending_until_the_sequence_was_read_again() -> None:
    state, _ = ledger_closed(SETUP, router(), closed(validated("F", kind=OTHER, sequence=50)))
    _, nothing = approved(SETUP, state, approval(quote()), START_NS, sign)
    state, _ = account_read(state, account(LEDGER + 1, sequence=51))
    _, outputs = approved(SETUP, state, approval(quote()), START_NS, sign)

    assert not submitted(nothing)
    assert [signed.transaction.sequence for signed in submitted(outputs)] == [51]


def test_the_fee_of_a_foreign_transaction_is_ours_all_the_same() -> None:
    _, outputs = ledger_closed(SETUP, router(), closed(validated("F", kind=OTHER, sequence=50, fee_drops=15)))

    (fee,) = journaled(outputs, FeeCharged)
    assert fee.amount.scaleb(6) == 15


def test_a_foreign_offer_made_with_a_ticket_is_adopted_under_its_ticket() -> None:
    state, outputs = ledger_closed(SETUP, router(), closed(validated("F", created(7), ticket=7)))

    (adopted,) = journaled(outputs, OrderAdopted)
    assert adopted.offer_sequence == 7
    assert [o.offer_sequence for o in state.orders.values()] == [7]


def test_the_proof_is_found_after_a_restart_as_well() -> None:
    before = recovered(
        books(
            record(10, OrderState.SUBMITTED),
            submissions=(_pending(10),),
        ),
        "xrpl",
    )

    state, outputs = history_read(SETUP, before, history(validated("F", kind=OTHER, sequence=10), last=LEDGER + 1))

    assert [(e.hash, e.result) for e in journaled(outputs, SubmissionResolved)] == [("T10", SEQUENCE_TAKEN)]
    assert not state.orders


def test_a_ticket_that_somebody_else_spent_proves_our_cancel_dead() -> None:
    cancel = submission(0, SubmissionPurpose.CANCEL, "o9", last_ledger=FAR, ticket=7)
    before = router(order(9, state=OrderState.CANCELING), submissions=(cancel,))

    state, outputs = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, ticket=7)))

    assert [e.result for e in journaled(outputs, SubmissionResolved)] == [TICKET_TAKEN]
    assert state.orders["o9"].state is OrderState.OPEN
    assert state.tickets == ()


def test_sequences_in_a_ledger_prove_nothing_about_a_transaction_on_a_ticket() -> None:
    cancel = submission(0, SubmissionPurpose.CANCEL, "o9", last_ledger=FAR, ticket=7)
    before = router(order(9, state=OrderState.CANCELING), submissions=(cancel,))

    state, _ = ledger_closed(SETUP, before, closed(validated("F", kind=OTHER, sequence=60)))

    assert state.submissions


def _pending(sequence: int) -> SubmissionRecord:
    return SubmissionRecord(f"T{sequence}", f"o{sequence}", "xrpl", SubmissionPurpose.PLACE, sequence, FAR, 10)
