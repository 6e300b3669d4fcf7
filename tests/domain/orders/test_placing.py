"""From approved quotes to signed transactions: the journal first, one transaction for each side."""

from __future__ import annotations

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    OrderIntended,
    OrderTransitioned,
    SubmissionPrepared,
    SubmissionPurpose,
)
from neo.domain.messages.venue import TransactionKind
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.orders.placing import requote
from neo.domain.orders.router_state import Journal
from neo.domain.orders.routing import approved, cancel_resting
from neo.domain.units import ripple_time_s
from tests.domain.orders.desk import (
    LEDGER,
    NEXT_SEQUENCE,
    SETUP,
    START_NS,
    D,
    approval,
    journaled,
    order,
    quote,
    router,
    sign,
    submitted,
)


def test_what_is_submitted_is_in_the_same_journal_entry_that_comes_before_it() -> None:
    _, outputs = approved(SETUP, router(), approval(quote(), quote(Side.SELL, "0.6")), START_NS, sign)

    journals = [output for output in outputs if isinstance(output, Journal)]
    (journal,) = journals
    prepared = {e.hash for e in journal.events if isinstance(e, SubmissionPrepared)}
    assert {signed.hash for signed in journal.then_submit} == prepared
    assert len(prepared) == 2


def test_an_intent_names_its_transaction_and_is_not_yet_submitted() -> None:
    state, outputs = approved(SETUP, router(), approval(quote()), START_NS, sign)

    (intended,) = journaled(outputs, OrderIntended)
    assert intended.offer_sequence == NEXT_SEQUENCE
    assert state.orders[intended.order_id].state is OrderState.INTENDED
    assert state.next_sequence == NEXT_SEQUENCE + 1


def test_a_requote_of_both_sides_is_one_transaction_for_each() -> None:
    bid, ask = order(10), order(11, Side.SELL, price=D("0.6"))

    state, outputs = approved(
        SETUP, router(bid, ask), approval(quote(price="0.49"), quote(Side.SELL, "0.61")), START_NS, sign
    )

    transactions = [signed.transaction for signed in submitted(outputs)]
    assert [(t.kind, t.offer_sequence) for t in transactions] == [
        (TransactionKind.OFFER_CREATE, 10),
        (TransactionKind.OFFER_CREATE, 11),
    ]
    assert {e.purpose for e in journaled(outputs, SubmissionPrepared)} == {SubmissionPurpose.REPLACE}
    assert state.orders["o10"].state is OrderState.CANCELING
    assert state.orders["o11"].state is OrderState.CANCELING


def test_offers_are_passive_expire_and_run_out_after_a_few_ledgers() -> None:
    _, outputs = approved(SETUP, router(), approval(quote()), START_NS, sign)

    (signed,) = submitted(outputs)
    assert signed.transaction.passive
    assert signed.transaction.expiration_s == ripple_time_s(START_NS) + SETUP.strategy.expiration_s
    assert signed.transaction.last_ledger_sequence == LEDGER + SETUP.last_ledger_offset


def test_amounts_are_rounded_in_our_favour() -> None:
    third = D("0.3333333333")

    _, outputs = approved(
        SETUP, router(), approval(quote(price=str(third)), quote(Side.SELL, str(third))), START_NS, sign
    )

    buy, sell = (signed.transaction.quote_quantity for signed in submitted(outputs))
    assert (buy, sell) == (D("9.999999"), D("10.000000"))


def test_a_fee_above_the_limit_is_not_paid() -> None:
    _, outputs = approved(SETUP, router(fee_drops=9_999), approval(quote()), START_NS, sign)

    assert submitted(outputs)[0].transaction.fee_drops == SETUP.fee_drops_max


def test_ids_go_on_counting_and_are_never_used_twice() -> None:
    state, first = approved(SETUP, router(), approval(quote()), START_NS, sign)

    _, second = approved(SETUP, state, approval(quote(), quote(Side.SELL, "0.6"), tick=2), START_NS, sign)

    ids = [e.order_id for e in (*journaled(first, OrderIntended), *journaled(second, OrderIntended))]
    assert ids == ["run.1-1", "run.1-2"]


def test_an_offer_in_the_last_third_of_its_life_is_placed_anew() -> None:
    old = order(10, expiration_s=ripple_time_s(START_NS) + SETUP.strategy.expiration_s // 3)
    young = order(10, expiration_s=ripple_time_s(START_NS) + SETUP.strategy.expiration_s)

    _, renewed = approved(SETUP, router(old), approval(quote()), START_NS, sign)
    _, kept = approved(SETUP, router(young), approval(quote()), START_NS, sign)

    assert [signed.transaction.offer_sequence for signed in submitted(renewed)] == [10]
    assert not submitted(kept)


def test_cancels_go_first_because_they_free_funds() -> None:
    gone, moved = order(10, level=1), order(11, price=D("0.45"))

    state, journal = requote(
        SETUP, router(gone, moved), [gone], [(moved, quote())], [quote(level=2)], 1, START_NS, sign
    )

    assert journal is not None
    assert [signed.transaction.kind for signed in journal.then_submit] == [
        TransactionKind.OFFER_CANCEL,
        TransactionKind.OFFER_CREATE,
        TransactionKind.OFFER_CREATE,
    ]
    assert [signed.transaction.sequence for signed in journal.then_submit] == [50, 51, 52]
    assert state.orders["o10"].state is OrderState.CANCELING


def test_transitions_that_waited_ride_along_in_front() -> None:
    waiting = OrderTransitioned("o9", OrderEvent.OUTCOME_LOST, OrderState.UNKNOWN, "restart")

    state, outputs = approved(SETUP, router(unjournaled=(waiting,)), approval(quote()), START_NS, sign)

    (journal,) = (output for output in outputs if isinstance(output, Journal))
    assert journal.events[0] == waiting
    assert state.unjournaled == ()


@pytest.mark.parametrize(
    "state",
    [
        router(trading=False),
        router(canceling_everything=True),
        router(next_sequence=None),
        router(sequence_doubtful=True),
        router(ledger_index=None),
    ],
    ids=["not trading", "cancelling everything", "no sequence", "sequence in doubt", "no ledger read"],
)
def test_nothing_is_signed_while(state: object) -> None:
    _, outputs = approved(SETUP, state, approval(quote()), START_NS, sign)  # type: ignore[arg-type]

    assert not submitted(outputs)


def test_signing_without_a_sequence_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no sequence number to sign with"):
        requote(SETUP, router(next_sequence=None), (), (), (quote(),), 1, START_NS, sign)


def test_cancelling_everything_sends_one_cancel_for_each_resting_order_and_none_twice() -> None:
    resting, doubtful = order(10), order(11, state=OrderState.UNKNOWN)

    state, first = cancel_resting(SETUP, router(resting, doubtful), START_NS, sign)
    _, second = cancel_resting(SETUP, state, START_NS, sign)

    assert [signed.transaction.offer_sequence for signed in submitted(first)] == [10]
    assert not submitted(second)
