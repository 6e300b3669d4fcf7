"""Validated ledgers become proofs: who traded, who rests, who is gone, and who can never come."""

from __future__ import annotations

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CursorAdvanced,
    FeeCharged,
    FillRecorded,
    OrderAdopted,
    OrderTransitioned,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.venue import OfferChange, OfferChangeKind, TransactionKind, ValidatedTransaction
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.orders.router_state import RouterOutput, RouterState, Unexplained
from neo.domain.orders.verdicts import CURSOR_EVERY_LEDGERS, NEVER_IN_LEDGER, read_ledgers
from tests.domain.orders.desk import (
    LEDGER,
    SETUP,
    THEM,
    US,
    D,
    bitten,
    created,
    deleted,
    eaten,
    journaled,
    order,
    router,
    submission,
    validated,
)

SUBMITTED, OPEN, CANCELING, UNKNOWN = (
    OrderState.SUBMITTED,
    OrderState.OPEN,
    OrderState.CANCELING,
    OrderState.UNKNOWN,
)
CANCEL, REPLACE = SubmissionPurpose.CANCEL, SubmissionPurpose.REPLACE


def read(
    state: RouterState, *transactions: ValidatedTransaction, through: int = LEDGER + 1
) -> tuple[RouterState, tuple[RouterOutput, ...]]:
    return read_ledgers(SETUP, state, transactions, through)


def moves(outputs: tuple[RouterOutput, ...]) -> list[tuple[str, OrderState]]:
    return [(e.order_id, e.state) for e in journaled(outputs, OrderTransitioned)]


# ------------------------------------------------------------------------------------------------------------- placing


def test_an_offer_that_was_created_is_proved_to_rest() -> None:
    state, outputs = read(
        router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10", created(10))
    )

    assert state.orders["o10"].state is OPEN
    assert not state.submissions
    assert [(e.hash, e.result) for e in journaled(outputs, SubmissionResolved)] == [("T10", "tesSUCCESS")]
    assert [e.amount for e in journaled(outputs, FeeCharged)] == [D("0.00001")]


def test_the_proof_comes_in_one_journal_entry_with_the_cursor() -> None:
    _, outputs = read(router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10", created(10)))

    assert [e.ledger_index for e in journaled(outputs, CursorAdvanced)] == [LEDGER + 1]


def test_an_order_in_doubt_is_cleared_up_by_its_ledger() -> None:
    state, _ = read(router(order(10, state=UNKNOWN), submissions=(submission(10),)), validated("T10", created(10)))

    assert state.orders["o10"].state is OPEN


def test_a_taker_that_trades_at_once_and_rests_is_partially_filled() -> None:
    rest = OfferChange(10, Side.BUY, OfferChangeKind.CREATED, D(30), D(18), D(15), D(9))

    state, outputs = read(
        router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10", rest, base="12", quote="-6")
    )

    assert state.orders["o10"].state is OrderState.PARTIALLY_FILLED
    assert state.orders["o10"].remaining == 18
    assert [f.is_maker for f in journaled(outputs, FillRecorded)] == [False]


def test_a_taker_that_trades_all_of_it_is_filled_and_forgotten() -> None:
    state, outputs = read(
        router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10", base="30", quote="-15")
    )

    assert moves(outputs) == [("o10", OrderState.FILLED)]
    assert not state.orders


def test_a_claimed_fee_without_an_offer_is_a_failed_order() -> None:
    _, outputs = read(
        router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10", result="tecUNFUNDED_OFFER")
    )

    assert moves(outputs) == [("o10", OrderState.FAILED)]
    assert journaled(outputs, FeeCharged)


def test_success_that_neither_trades_nor_rests_is_a_failed_order() -> None:
    _, outputs = read(router(order(10, state=SUBMITTED), submissions=(submission(10),)), validated("T10"))

    assert moves(outputs) == [("o10", OrderState.FAILED)]


# --------------------------------------------------------------------------------------------------------------- makers


def test_a_maker_eaten_in_two_bites_is_partial_then_filled() -> None:
    state, first = read(
        router(order(10)), validated("X1", bitten(10, ("30", "20"), ("15", "10")), account=THEM, base="10", quote="-5")
    )
    _, second = read(
        state,
        validated("X2", eaten(10, "20", "10"), account=THEM, base="20", quote="-10", ledger=LEDGER + 2),
        through=LEDGER + 2,
    )

    assert moves(first) == [("o10", OrderState.PARTIALLY_FILLED)]
    assert moves(second) == [("o10", OrderState.FILLED)]
    assert [f.base_quantity for f in (*journaled(first, FillRecorded), *journaled(second, FillRecorded))] == [10, 20]


def test_an_offer_that_the_ledger_drops_expired() -> None:
    _, outputs = read(router(order(10)), validated("X1", deleted(10), account=THEM))

    assert moves(outputs) == [("o10", OrderState.EXPIRED)]
    assert not journaled(outputs, FillRecorded)


# ---------------------------------------------------------------------------------------------------- replace and cancel


def test_a_replacement_ends_the_old_order_and_opens_the_new_one() -> None:
    state, outputs = read(
        router(
            order(10, state=CANCELING),
            order(11, state=SUBMITTED),
            submissions=(submission(11, REPLACE, target_id="o10"),),
        ),
        validated("T11", deleted(10), created(11)),
    )

    assert dict(moves(outputs)) == {"o10": OrderState.CANCELED, "o11": OPEN}
    assert list(state.orders) == ["o11"]


def test_a_replacement_that_failed_leaves_the_old_offer_resting() -> None:
    state, outputs = read(
        router(
            order(10, state=CANCELING),
            order(11, state=SUBMITTED),
            submissions=(submission(11, REPLACE, target_id="o10"),),
        ),
        validated("T11", result="tecUNFUNDED_OFFER"),
    )

    assert dict(moves(outputs)) == {"o11": OrderState.FAILED, "o10": OPEN}
    assert state.orders["o10"].state is OPEN


def test_a_cancel_that_comes_after_the_fill_proves_a_fill_and_no_cancel() -> None:
    _, outputs = read(
        router(order(10, state=CANCELING), submissions=(submission(11, CANCEL, "o10"),)),
        validated("X1", eaten(10), account=THEM, base="30", quote="-15", position=0),
        validated("T11", kind=TransactionKind.OFFER_CANCEL, position=1),
    )

    assert moves(outputs) == [("o10", OrderState.FILLED)]
    assert len(journaled(outputs, FillRecorded)) == 1


def test_a_bite_before_the_cancel_is_kept_as_a_fill() -> None:
    _, outputs = read(
        router(order(10, state=CANCELING), submissions=(submission(11, CANCEL, "o10"),)),
        validated("X1", bitten(10, ("30", "20"), ("15", "10")), account=THEM, base="10", quote="-5"),
        validated("T11", deleted(10, "20", "10"), kind=TransactionKind.OFFER_CANCEL, position=1),
    )

    assert moves(outputs) == [("o10", CANCELING), ("o10", OrderState.CANCELED)]
    assert [f.base_quantity for f in journaled(outputs, FillRecorded)] == [10]


# ------------------------------------------------------------------------------------------------- LastLedgerSequence


def test_a_transaction_is_dead_only_once_its_last_ledger_was_read() -> None:
    before = router(order(10, state=UNKNOWN), submissions=(submission(10, last_ledger=LEDGER + 2),))

    waiting, _ = read(before, through=LEDGER + 1)
    dead, outputs = read(waiting, through=LEDGER + 2)

    assert waiting.orders["o10"].state is UNKNOWN
    assert waiting.submissions
    assert moves(outputs) == [("o10", OrderState.FAILED)]
    assert [e.result for e in journaled(outputs, SubmissionResolved)] == [NEVER_IN_LEDGER]
    assert not dead.submissions
    assert dead.sequence_doubtful


def test_a_dead_cancel_leaves_the_offer_open_to_be_cancelled_again() -> None:
    state, _ = read(
        router(order(10, state=CANCELING), submissions=(submission(11, CANCEL, "o10", last_ledger=LEDGER + 1),))
    )

    assert state.orders["o10"].state is OPEN


def test_a_dead_replacement_leaves_the_old_offer_open() -> None:
    state, outputs = read(
        router(
            order(10, state=CANCELING),
            order(11, state=UNKNOWN),
            submissions=(submission(11, REPLACE, target_id="o10", last_ledger=LEDGER + 1),),
        )
    )

    assert dict(moves(outputs)) == {"o11": OrderState.FAILED, "o10": OPEN}
    assert list(state.orders) == ["o10"]


# ------------------------------------------------------------------------------------------------------- somebody else


def test_a_foreign_order_on_our_account_is_adopted_and_puts_the_sequence_in_doubt() -> None:
    state, outputs = read(router(), validated("X77", created(77), account=US, sequence=77))

    (adopted,) = journaled(outputs, OrderAdopted)
    assert adopted.offer_sequence == 77
    assert state.orders[adopted.order_id].state is OPEN
    assert state.sequence_doubtful


def test_a_foreign_order_that_filled_at_once_is_a_fill_of_ours() -> None:
    state, outputs = read(router(), validated("X77", account=US, sequence=77, base="8", quote="-4"))

    (fill,) = journaled(outputs, FillRecorded)
    assert (fill.side, fill.base_quantity) == (Side.BUY, 8)
    assert not state.orders


def test_a_trade_of_an_offer_that_nobody_knows_is_adopted_and_counted() -> None:
    state, outputs = read(
        router(), validated("X1", bitten(88, ("30", "20"), ("15", "10")), account=THEM, base="10", quote="-5")
    )

    (adopted,) = journaled(outputs, OrderAdopted)
    (fill,) = journaled(outputs, FillRecorded)
    assert fill.order_id == adopted.order_id
    assert state.orders[adopted.order_id].remaining == 20


def test_what_the_table_does_not_allow_is_reported_and_changes_nothing() -> None:
    """The transaction of an order that rests cannot have failed; the router says so instead of guessing."""
    state, outputs = read(
        router(order(10), submissions=(submission(10),)), validated("T10", result="tecUNFUNDED_OFFER")
    )

    assert [type(o) for o in outputs if isinstance(o, Unexplained)] == [Unexplained]
    assert state.orders["o10"].state is OPEN


# ----------------------------------------------------------------------------------------------------------- the cursor


def test_a_ledger_without_us_costs_no_write_and_is_still_remembered() -> None:
    state, outputs = read(router(order(10)))

    assert outputs == ()
    assert state.ledger_index == LEDGER + 1


def test_the_cursor_is_written_now_and_then_even_when_nothing_happens() -> None:
    state, outputs = read(router(order(10)), through=LEDGER + CURSOR_EVERY_LEDGERS)

    assert [e.ledger_index for e in journaled(outputs, CursorAdvanced)] == [LEDGER + CURSOR_EVERY_LEDGERS]
    assert state.cursor_journaled == LEDGER + CURSOR_EVERY_LEDGERS


def test_transitions_that_waited_are_written_with_the_next_proof() -> None:
    waiting = OrderTransitioned("o10", OrderEvent.HANDED_OVER, SUBMITTED, "")

    state, outputs = read(
        router(order(10, state=SUBMITTED), submissions=(submission(10),), unjournaled=(waiting,)),
        validated("T10", created(10)),
    )

    assert journaled(outputs, OrderTransitioned)[0] == waiting
    assert state.unjournaled == ()
