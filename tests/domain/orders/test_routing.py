"""The order router's decisions: durable before sent, doubt before guessing, history before news."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.messages.journal import OrderTransitioned, SubmissionPurpose
from neo.domain.messages.reconcile import TakeOverOffers
from neo.domain.messages.storage import SubmissionRecord
from neo.domain.messages.venue import SubmissionAnswered, TransactionKind
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.preliminary import Outlook, outlook
from neo.domain.orders.router_state import ApprovalSpent, ReadAccount, ReadTransactions, RouterState
from neo.domain.orders.routing import (
    account_read,
    account_unread,
    answered,
    approved,
    cancel_one,
    durable,
    history_read,
    in_doubt,
    journal_only,
    ledger_closed,
    recovered,
)
from neo.domain.orders.takeover import take_over
from tests.domain.orders.desk import (
    LEDGER,
    NEXT_SEQUENCE,
    SETUP,
    START_NS,
    THEM,
    account,
    approval,
    books,
    closed,
    created,
    eaten,
    history,
    journaled,
    offers,
    order,
    quote,
    record,
    router,
    sign,
    submission,
    submitted,
    validated,
)

INTENDED, SUBMITTED, UNKNOWN, OPEN = OrderState.INTENDED, OrderState.SUBMITTED, OrderState.UNKNOWN, OrderState.OPEN


# ------------------------------------------------------------------------------------------------------ durable, then sent


def test_an_order_is_submitted_only_when_its_journal_entry_is_durable() -> None:
    state, outputs = approved(SETUP, router(), approval(quote()), START_NS, sign)
    (order_id,) = state.orders

    after, _ = durable(state, tuple(signed.hash for signed in submitted(outputs)))

    assert state.orders[order_id].state is INTENDED
    assert after.orders[order_id].state is SUBMITTED
    assert [e.state for e in after.unjournaled] == [SUBMITTED]


def test_what_was_proved_before_it_became_durable_is_not_turned_back() -> None:
    state, _ = durable(router(order(10, state=OPEN), submissions=(submission(10),)), ("T10",))

    assert state.orders["o10"].state is OPEN
    assert state.unjournaled == ()


@pytest.mark.parametrize("result", ["tesSUCCESS", "terQUEUED", "tefALREADY", "tecUNFUNDED_OFFER"])
def test_a_good_preliminary_word_proves_nothing_and_changes_nothing(result: str) -> None:
    before = router(order(10, state=SUBMITTED), submissions=(submission(10),))

    assert answered(before, SubmissionAnswered("T10", result, LEDGER)) == (before, ())
    assert outlook(result) is Outlook.ON_ITS_WAY


@pytest.mark.parametrize("result", ["telINSUF_FEE_P", "temBAD_OFFER", "tefPAST_SEQ", "terPRE_SEQ", "xyzNEW"])
def test_a_bad_preliminary_word_is_doubt_and_not_failure(result: str) -> None:
    state, outputs = answered(
        router(order(10, state=SUBMITTED), submissions=(submission(10),)), SubmissionAnswered("T10", result, LEDGER)
    )

    assert state.orders["o10"].state is UNKNOWN
    assert state.submissions
    assert state.sequence_doubtful
    assert not submitted(outputs)


def test_a_lost_answer_is_doubt_and_stops_new_transactions_until_the_sequence_was_read_again() -> None:
    state, _ = in_doubt(router(order(10, state=SUBMITTED), submissions=(submission(10),)), "T10", "no answer")

    _, outputs = approved(SETUP, state, approval(quote(level=1)), START_NS, sign)

    assert state.orders["o10"].state is UNKNOWN
    assert not submitted(outputs)


def test_doubt_about_a_cancel_leaves_the_order_as_it_was() -> None:
    state, _ = in_doubt(
        router(
            order(10, state=OrderState.CANCELING),
            submissions=(submission(11, SubmissionPurpose.CANCEL, "o10"),),
        ),
        "T11",
        "no answer",
    )

    assert state.orders["o10"].state is OrderState.CANCELING
    assert state.sequence_doubtful


def test_an_answer_for_a_transaction_that_has_its_verdict_already_changes_nothing() -> None:
    before = router(order(10))

    assert in_doubt(before, "T10", "late")[0] == before
    assert answered(before, SubmissionAnswered("T10", "telINSUF_FEE_P", LEDGER))[0] == before


def test_an_order_in_doubt_blocks_its_place() -> None:
    _, outputs = approved(SETUP, router(order(10, state=UNKNOWN)), approval(quote(price="0.4")), START_NS, sign)

    assert not submitted(outputs)


# -------------------------------------------------------------------------------------------------------------- ledgers


def test_the_next_ledger_is_read_at_once() -> None:
    state, _ = ledger_closed(SETUP, router(order(10, state=SUBMITTED), submissions=(submission(10),)), closed(
        validated("T10", created(10))
    ))  # fmt: skip

    assert state.ledger_index == LEDGER + 1
    assert state.orders["o10"].state is OPEN


def test_a_gap_is_filled_from_history_before_anything_newer_is_believed() -> None:
    before = router(order(10, state=SUBMITTED), submissions=(submission(10),))

    state, outputs = ledger_closed(
        SETUP, before, closed(validated("T10", created(10), ledger=LEDGER + 3), ledger=LEDGER + 3)
    )

    assert outputs == (ReadTransactions(LEDGER + 1),)
    assert state.ledger_index == LEDGER
    assert state.orders["o10"].state is SUBMITTED


def test_history_fills_the_gap_in_ledger_order_whatever_order_it_comes_in() -> None:
    before = router(order(10, state=SUBMITTED), submissions=(submission(10),))
    trade = validated("X1", eaten(10), account=THEM, base="30", quote="-15", ledger=LEDGER + 2)

    state, _ = history_read(SETUP, before, history(trade, validated("T10", created(10))))

    assert state.ledger_index == LEDGER + 3
    assert not state.orders


def test_history_that_the_server_does_not_have_completely_is_not_believed() -> None:
    before = router(order(10, state=SUBMITTED), submissions=(submission(10, last_ledger=LEDGER + 1),))

    assert history_read(SETUP, before, history(complete=False)) == (before, ())


def test_history_that_begins_after_a_gap_is_not_believed() -> None:
    before = router()

    assert history_read(SETUP, before, history(first=LEDGER + 2)) == (before, ())


def test_what_was_read_already_is_not_read_twice() -> None:
    seen = validated("X1", account=THEM, kind=TransactionKind.PAYMENT, base="5", ledger=LEDGER)
    fresh = attrs.evolve(seen, hash="X2", ledger_index=LEDGER + 1)

    _, outputs = history_read(SETUP, router(), history(seen, fresh, first=LEDGER, last=LEDGER + 1))
    again, nothing = ledger_closed(SETUP, router(), closed(seen, ledger=LEDGER))

    assert [e.event_id for o in outputs for e in getattr(o, "events", ()) if hasattr(e, "amount")] == ["X2:XRP"]
    assert nothing == ()
    assert again.ledger_index == LEDGER


def test_before_the_first_ledger_is_known_pushed_ledgers_are_only_a_fee() -> None:
    state, outputs = ledger_closed(SETUP, router(ledger_index=None), closed(fee_drops=25))

    assert outputs == ()
    assert state.fee_drops == 25


# -------------------------------------------------------------------------------------------------- sequence numbers


def test_the_sequence_is_read_again_when_nothing_is_in_flight_any_more() -> None:
    doubtful = router(order(10, state=UNKNOWN), submissions=(submission(10),), sequence_doubtful=True)

    waiting, none = ledger_closed(SETUP, doubtful, closed())
    quiet, outputs = ledger_closed(
        SETUP, waiting, closed(validated("T10", created(10), ledger=LEDGER + 2), ledger=LEDGER + 2)
    )

    assert ReadAccount() not in none
    assert ReadAccount() in outputs
    assert quiet.reading_account


def test_the_account_is_asked_for_once_until_it_answers() -> None:
    doubtful = router(sequence_doubtful=True, reading_account=True)

    _, none = ledger_closed(SETUP, doubtful, closed())
    _, again = ledger_closed(SETUP, account_unread(doubtful), closed())

    assert ReadAccount() not in none
    assert ReadAccount() in again


def test_a_sequence_from_a_node_that_lags_is_not_believed() -> None:
    doubtful = router(sequence_doubtful=True, next_sequence=None)

    state, _ = account_read(doubtful, account(ledger=LEDGER - 1, sequence=49))

    assert state.next_sequence is None
    assert state.sequence_doubtful


def test_a_sequence_read_while_something_is_in_flight_is_not_believed() -> None:
    doubtful = router(order(10, state=UNKNOWN), submissions=(submission(10),), sequence_doubtful=True)

    state, _ = account_read(doubtful, account(sequence=77))

    assert state.next_sequence == NEXT_SEQUENCE
    assert state.sequence_doubtful


def test_a_sequence_of_the_newest_ledger_is_believed() -> None:
    state, _ = account_read(router(sequence_doubtful=True), account(sequence=77))

    assert (state.next_sequence, state.sequence_doubtful) == (77, False)


def test_on_a_first_start_history_begins_with_the_ledger_of_the_account() -> None:
    state, _ = account_read(RouterState(), account(ledger=LEDGER, sequence=5))

    assert (state.ledger_index, state.next_sequence, state.can_send) == (LEDGER, 5, True)


# --------------------------------------------------------------------------------------------------------------- recovery


def test_after_a_restart_whatever_was_under_way_is_in_doubt() -> None:
    state = recovered(
        books(record(10, OPEN), record(11, INTENDED), record(12, SUBMITTED), record(13, OrderState.CANCELING)), "xrpl"
    )

    assert {o.offer_sequence: o.state for o in state.orders.values()} == {
        10: OPEN,
        11: UNKNOWN,
        12: UNKNOWN,
        13: OrderState.CANCELING,
    }
    assert [(e.order_id, e.state) for e in state.unjournaled] == [("o11", UNKNOWN), ("o12", UNKNOWN)]


def test_after_a_restart_nothing_can_be_sent_before_the_sequence_was_read() -> None:
    state = attrs.evolve(recovered(books(), "xrpl"), trading=True)

    _, outputs = approved(SETUP, state, approval(quote()), START_NS, sign)

    assert state.ledger_index == LEDGER
    assert not submitted(outputs)


def test_a_replacement_in_flight_remembers_its_target_after_a_restart() -> None:
    old, new = record(10, OrderState.CANCELING), attrs.evolve(record(11, SUBMITTED), replaces_order_id="o10")
    sent = SubmissionRecord("T11", "o11", "xrpl", SubmissionPurpose.REPLACE, 11, LEDGER + 1, 10)

    state = recovered(books(old, new, submissions=(sent,)), "xrpl")
    after, _ = ledger_closed(SETUP, state, closed())

    assert state.submissions["T11"].target_id == "o10"
    assert after.orders["o10"].state is OPEN


def test_orders_of_another_venue_and_orders_without_a_name_are_left_out() -> None:
    state = recovered(books(attrs.evolve(record(10), venue="elsewhere"), record(None, SUBMITTED, "legacy")), "xrpl")

    assert not state.orders


# --------------------------------------------------------------------------------------------------- taking over, stopping


def test_an_offer_that_nobody_knows_is_adopted_and_cancelled_when_asked() -> None:
    state, outputs = take_over(SETUP, router(), TakeOverOffers(offers(77).offers, cancel=True), START_NS, sign)

    (adopted,) = state.orders.values()
    assert adopted.state is OrderState.CANCELING
    assert [signed.transaction.offer_sequence for signed in submitted(outputs)] == [77]


def test_an_offer_that_nobody_knows_is_only_adopted_when_it_may_stay() -> None:
    state, outputs = take_over(SETUP, router(), TakeOverOffers(offers(77).offers, cancel=False), START_NS, sign)

    (adopted,) = state.orders.values()
    assert adopted.state is OPEN
    assert not submitted(outputs)


def test_an_offer_that_is_known_meanwhile_is_not_adopted_twice() -> None:
    before = router(order(77))

    assert take_over(SETUP, before, TakeOverOffers(offers(77).offers, cancel=True), START_NS, sign) == (before, ())


def test_one_order_is_cancelled_once() -> None:
    state, first = cancel_one(SETUP, router(order(10)), "o10", START_NS, sign)
    _, second = cancel_one(SETUP, state, "o10", START_NS, sign)

    assert len(submitted(first)) == 1
    assert second == ()


def test_transitions_that_ride_along_can_be_written_by_themselves() -> None:
    state, _ = in_doubt(router(order(10, state=SUBMITTED), submissions=(submission(10),)), "T10", "no answer")

    after, journal = journal_only(state)

    assert journal is not None
    assert [e.order_id for e in journaled((journal,), OrderTransitioned)] == ["o10"]
    assert journal_only(after) == (after, None)


def test_an_approval_is_acknowledged_even_when_nothing_can_be_done_about_it() -> None:
    """Risk counts an approval as on its way until it hears of its tick."""
    state, outputs = approved(SETUP, router(trading=False), approval(quote(), tick=9), START_NS, sign)

    assert outputs == (ApprovalSpent(),)
    assert state.acted_tick == 9
