"""An urgent cancel does not wait for a transaction in doubt: it goes out on a ticket."""

from __future__ import annotations

import attrs

from neo.domain.messages.journal import SubmissionPrepared, SubmissionPurpose
from neo.domain.messages.storage import SubmissionRecord
from neo.domain.messages.venue import TransactionKind
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.router_state import RouterOutput
from neo.domain.orders.routing import (
    account_read,
    approved,
    cancel_resting,
    in_doubt,
    ledger_closed,
    recovered,
)
from neo.domain.orders.tickets import RETRY_LEDGERS
from tests.domain.orders.desk import (
    LEDGER,
    NEXT_SEQUENCE,
    SETUP,
    START_NS,
    account,
    approval,
    books,
    closed,
    created,
    deleted,
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

KEEPS_TWO = attrs.evolve(SETUP, tickets=2)
TICKET_CREATE, CANCEL = TransactionKind.TICKET_CREATE, TransactionKind.OFFER_CANCEL
DOUBTFUL = router(
    order(10, state=OrderState.UNKNOWN),
    order(8),
    order(9),
    submissions=(submission(10),),
    sequence_doubtful=True,
    tickets=(31, 32, 33),
)


def test_without_the_key_no_ticket_is_ever_made() -> None:
    _, outputs = approved(SETUP, router(), approval(quote()), START_NS, sign)

    assert [signed.transaction.kind for signed in submitted(outputs)] == [TransactionKind.OFFER_CREATE]


def test_missing_tickets_are_made_after_the_quotes_and_the_sequence_jumps_over_them() -> None:
    state, outputs = approved(KEEPS_TWO, router(), approval(quote()), START_NS, sign)

    placed, made = (signed.transaction for signed in submitted(outputs))
    assert (placed.sequence, made.sequence) == (NEXT_SEQUENCE, NEXT_SEQUENCE + 1)
    assert (made.kind, made.ticket_count) == (TICKET_CREATE, 2)
    assert state.next_sequence == NEXT_SEQUENCE + 4
    prepared = journaled(outputs, SubmissionPrepared)[-1]
    assert (prepared.order_id, prepared.purpose) == (None, SubmissionPurpose.TICKETS)


def test_while_tickets_are_being_made_no_more_are_asked_for() -> None:
    state, _ = approved(KEEPS_TWO, router(), approval(quote()), START_NS, sign)
    state, outputs = approved(KEEPS_TWO, state, approval(quote(level=1)), START_NS, sign)

    assert [signed.transaction.kind for signed in submitted(outputs)] == [TransactionKind.OFFER_CREATE]


def test_tickets_are_ours_once_they_are_in_a_ledger() -> None:
    state, _ = approved(KEEPS_TWO, router(), approval(), START_NS, sign)

    state, _ = ledger_closed(
        KEEPS_TWO, state, closed(validated(f"T{NEXT_SEQUENCE}", kind=TICKET_CREATE, tickets_created=(51, 52)))
    )

    assert state.tickets == (51, 52)
    assert not state.submissions
    assert not state.sequence_doubtful


def test_a_refusal_for_lack_of_reserve_is_not_repeated_every_tick() -> None:
    state, _ = approved(KEEPS_TWO, router(), approval(), START_NS, sign)
    refused = validated(f"T{NEXT_SEQUENCE}", kind=TICKET_CREATE, result="tecINSUFFICIENT_RESERVE")

    state, _ = ledger_closed(KEEPS_TWO, state, closed(refused))
    state = attrs.evolve(state, next_sequence=NEXT_SEQUENCE + 1, sequence_doubtful=False)
    _, soon = approved(KEEPS_TWO, state, approval(quote()), START_NS, sign)
    later = attrs.evolve(state, ledger_index=LEDGER + 1 + RETRY_LEDGERS)
    _, again = approved(KEEPS_TWO, later, approval(quote()), START_NS, sign)

    assert TICKET_CREATE not in _kinds(soon)
    assert TICKET_CREATE in _kinds(again)


def test_cancels_go_out_on_tickets_while_a_sequence_is_in_doubt() -> None:
    state, outputs = cancel_resting(KEEPS_TWO, DOUBTFUL, START_NS, sign)

    sent = [signed.transaction for signed in submitted(outputs)]
    assert [(t.kind, t.sequence, t.ticket_sequence, t.offer_sequence) for t in sent] == [
        (CANCEL, 0, 31, 8),
        (CANCEL, 0, 32, 9),
    ]
    assert state.tickets == (33,)
    assert state.next_sequence == DOUBTFUL.next_sequence
    assert state.orders["o8"].state is OrderState.CANCELING
    assert [e.ticket_sequence for e in journaled(outputs, SubmissionPrepared)] == [31, 32]


def test_without_tickets_the_cancels_wait_for_the_doubtful_sequence() -> None:
    state, outputs = cancel_resting(KEEPS_TWO, attrs.evolve(DOUBTFUL, tickets=()), START_NS, sign)

    assert not submitted(outputs)
    assert state.orders["o8"].state is OrderState.OPEN


def test_with_fewer_tickets_than_offers_the_first_offers_go() -> None:
    _, outputs = cancel_resting(KEEPS_TWO, attrs.evolve(DOUBTFUL, tickets=(31,)), START_NS, sign)

    assert [signed.transaction.offer_sequence for signed in submitted(outputs)] == [8]


def test_a_certain_sequence_is_used_before_a_ticket_is() -> None:
    _, outputs = cancel_resting(KEEPS_TWO, router(order(8), tickets=(31,)), START_NS, sign)

    assert [signed.transaction.ticket_sequence for signed in submitted(outputs)] == [None]


def test_a_cancel_on_a_ticket_is_proved_like_any_other() -> None:
    state, _ = cancel_resting(KEEPS_TWO, DOUBTFUL, START_NS, sign)

    state, _ = ledger_closed(KEEPS_TWO, state, closed(validated("K31", deleted(8), kind=CANCEL, ticket=31)))

    assert "o8" not in state.orders
    assert state.tickets == (33,)


def test_a_ticket_whose_transaction_died_unspent_can_be_spent_again() -> None:
    state, _ = cancel_resting(KEEPS_TWO, DOUBTFUL, START_NS, sign)

    for ledger in range(LEDGER + 1, LEDGER + 5):
        state, _ = ledger_closed(KEEPS_TWO, state, closed(ledger=ledger))

    assert state.tickets == (31, 32, 33)
    assert state.orders["o8"].state is OrderState.OPEN


def test_doubt_about_ticket_making_is_nobodys_order() -> None:
    state, _ = approved(KEEPS_TWO, router(order(8)), approval(), START_NS, sign)

    state, _ = in_doubt(state, f"T{NEXT_SEQUENCE}", "no answer")

    assert state.sequence_doubtful


def test_after_a_restart_the_tickets_are_read_although_transactions_are_in_doubt() -> None:
    spent = SubmissionRecord("K31", "o8", "xrpl", SubmissionPurpose.CANCEL, 0, LEDGER + 4, 10, 31)
    state = recovered(books(record(8, OrderState.CANCELING), submissions=(spent,)), "xrpl")

    state, _ = account_read(state, account(tickets=(31, 32)))

    assert state.tickets == (32,)
    assert not state.can_send


def test_tickets_of_an_older_ledger_are_not_believed() -> None:
    state, _ = account_read(router(tickets=(33,)), account(LEDGER - 1, tickets=(31, 32, 33)))

    assert state.tickets == (33,)


def test_a_canceling_order_gets_no_second_cancel_on_a_ticket() -> None:
    state, _ = cancel_resting(KEEPS_TWO, DOUBTFUL, START_NS, sign)
    _, again = cancel_resting(KEEPS_TWO, state, START_NS, sign)

    assert not submitted(again)


def test_a_ticket_made_offer_and_its_sequence_are_kept_apart() -> None:
    state, _ = ledger_closed(KEEPS_TWO, router(), closed(validated("F", created(31), ticket=31)))

    assert [o.offer_sequence for o in state.orders.values()] == [31]


def _kinds(outputs: tuple[RouterOutput, ...]) -> list[TransactionKind]:
    return [signed.transaction.kind for signed in submitted(outputs)]
