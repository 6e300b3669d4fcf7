"""From validated ledgers to proofs: which transactions have their verdict, which orders are open, traded or gone.

The input is the contiguous history of our account, ledger by ledger. A transaction is dead once its LastLedgerSequence lies
in that history and it does not (https://xrpl.org/docs/concepts/transactions/reliable-transaction-submission).
"""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.changed import changed
from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CursorAdvanced,
    JournalEvent,
    OrderTransitioned,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.venue import OfferChange, OfferChangeKind, TransactionKind, ValidatedTransaction
from neo.domain.orders.adoption import adopted, adoption
from neo.domain.orders.fills import read_money
from neo.domain.orders.lifecycle import NoSuchTransition, OrderEvent, OrderState, transition
from neo.domain.orders.order import Order, Submission, in_state
from neo.domain.orders.preliminary import succeeded
from neo.domain.orders.router_state import (
    Journal,
    OrdersMoved,
    RouterOutput,
    RouterSetup,
    RouterState,
    Unexplained,
    at_ledger,
)
from neo.domain.orders.tickets import RETRY_LEDGERS
from neo.domain.units import ZERO

#: `result` of a transaction that can never be in a ledger any more.
NEVER_IN_LEDGER = "never_in_ledger"
#: As a server would say of one whose sequence, or ticket, another transaction of our account has used in a ledger.
SEQUENCE_TAKEN = "tefPAST_SEQ"
TICKET_TAKEN = "tefNO_TICKET"
#: The cursor is written at least this often (ledgers), so that a restart reads little history twice.
CURSOR_EVERY_LEDGERS = 50


class _Reading:
    """Working copy while one range of ledgers is read; nothing outside sees it half-done."""

    def __init__(self, setup: RouterSetup, state: RouterState) -> None:
        self.setup = setup
        self.orders = dict(state.orders)
        self.submissions = dict(state.submissions)
        self.events: list[JournalEvent] = []
        self.unexplained: list[str] = []
        self.sequence_doubtful = state.sequence_doubtful
        self.newest_sequence = 0
        self.tickets_used: set[int] = set()
        self.tickets = set(state.tickets)
        self.tickets_again_ledger = state.tickets_again_ledger

    def by_sequence(self, sequence: int) -> Order | None:
        for order in self.orders.values():
            if order.offer_sequence == sequence:
                return order
        return None

    def move(self, order_id: str | None, event: OrderEvent, reason: str) -> None:
        order = self.orders.get(order_id or "")
        if order is None or order_id is None:
            return
        try:
            state = transition(order.state, event)
        except NoSuchTransition as refusal:
            self.unexplained.append(f"order {order_id}: {refusal} ({reason})")
            return
        self.events.append(OrderTransitioned(order_id, event, state, reason))
        self.orders[order_id] = in_state(order, state)

    # ------------------------------------------------------------------------------------------ one transaction

    def read(self, tx: ValidatedTransaction) -> None:
        submission = self.submissions.pop(tx.hash, None)
        if tx.account == self.setup.account:
            self._note_number(tx)
        if submission is not None:
            self.events.append(SubmissionResolved(tx.hash, self.setup.place.venue, tx.result, tx.ledger_index))
        own_order = self._own_order(tx, submission)
        self._adopt_strangers(tx, own_order)
        self._book_money(tx, own_order)
        for change in tx.offers:
            self._offer_changed(tx, change, submission)
        if own_order is not None:
            self._own_order_placed(tx, own_order)
        if submission is not None and not succeeded(tx.result):
            self._target_survives(submission, tx.result)
            if submission.purpose is SubmissionPurpose.TICKETS:
                self.tickets_again_ledger = tx.ledger_index + RETRY_LEDGERS
        self._forget_finished()

    def _note_number(self, tx: ValidatedTransaction) -> None:
        if tx.ticket_sequence is None:
            self.newest_sequence = max(self.newest_sequence, tx.sequence)
        else:
            self.tickets_used.add(tx.ticket_sequence)
            self.tickets.discard(tx.ticket_sequence)
        self.tickets.update(tx.tickets_created)

    def _own_order(self, tx: ValidatedTransaction, submission: Submission | None) -> Order | None:
        if submission is not None:
            return (
                None if submission.purpose is SubmissionPurpose.CANCEL else self.orders.get(submission.order_id or "")
            )
        if tx.account == self.setup.account:
            self.sequence_doubtful = True  # somebody else uses our account: sequence numbers have to be read again
            if tx.kind is TransactionKind.OFFER_CREATE and succeeded(tx.result):
                return self._foreign_order(tx)
        return None

    def _foreign_order(self, tx: ValidatedTransaction) -> Order | None:
        """An order of our account that this engine did not place."""
        name = tx.sequence if tx.ticket_sequence is None else tx.ticket_sequence
        created = next((c for c in tx.offers if c.sequence == name), None)
        if created is not None:
            return self._adopt(created)
        if not (tx.base_delta and tx.quote_delta):
            return None
        side = Side.BUY if tx.base_delta > ZERO else Side.SELL
        base, quote = abs(tx.base_delta), abs(tx.quote_delta)
        return self._adopt(OfferChange(name, side, OfferChangeKind.CREATED, base, ZERO, quote, ZERO))

    def _adopt_strangers(self, tx: ValidatedTransaction, own_order: Order | None) -> None:
        for change in tx.offers:
            known = own_order is not None and change.sequence == own_order.offer_sequence
            if not known and self.by_sequence(change.sequence) is None:
                self._adopt(change)

    def _adopt(self, change: OfferChange) -> Order:
        order = adopted(self.setup, change.sequence, change.side, change.base_before, change.quote_before)
        self.orders[order.order_id] = order
        self.events.append(adoption(self.setup, order))
        return order

    def _book_money(self, tx: ValidatedTransaction, own_order: Order | None) -> None:
        money = read_money(tx, self.setup.place, self.setup.account, own_order, self.by_sequence)
        self.events.extend(money.fills)
        self.events.extend(money.capital)
        self.events.extend(money.fees)
        for fill in money.fills:
            order = self.orders[fill.order_id]
            self.orders[fill.order_id] = changed(
                order,
                filled_base=order.filled_base + fill.base_quantity,
                filled_quote=order.filled_quote + fill.quote_quantity,
            )

    def _offer_changed(self, tx: ValidatedTransaction, change: OfferChange, submission: Submission | None) -> None:
        order = self.by_sequence(change.sequence)
        if order is None or change.kind is OfferChangeKind.CREATED:
            return
        if change.kind is OfferChangeKind.MODIFIED:
            self.move(order.order_id, OrderEvent.PROVED_PARTIAL, f"traded in {tx.hash}")
        elif change.base_after == ZERO or change.quote_after == ZERO:
            self.move(order.order_id, OrderEvent.PROVED_FILLED, f"traded in {tx.hash}")
        elif tx.account == self.setup.account:
            self.move(order.order_id, OrderEvent.PROVED_CANCELED, f"removed by {tx.hash}")
        else:
            self.move(order.order_id, OrderEvent.PROVED_EXPIRED, f"dropped by the ledger in {tx.hash}")

    def _own_order_placed(self, tx: ValidatedTransaction, own_order: Order) -> None:
        order = self.orders[own_order.order_id]
        if not succeeded(tx.result):
            self.move(order.order_id, OrderEvent.PROVED_FAILED, tx.result)
            return
        rests = any(c.kind is OfferChangeKind.CREATED and c.sequence == order.offer_sequence for c in tx.offers)
        if rests:
            event = OrderEvent.PROVED_PARTIAL if order.filled_base else OrderEvent.PROVED_RESTING
        elif order.filled_base:
            event = OrderEvent.PROVED_FILLED
        else:
            event = OrderEvent.PROVED_FAILED
        reason = f"validated in {tx.hash}" if rests or order.filled_base else "validated, but neither traded nor rests"
        if event is OrderEvent.PROVED_PARTIAL and order.state is OrderState.OPEN:
            return  # adopted a moment ago
        if order.state is OrderState.OPEN and event is OrderEvent.PROVED_RESTING:
            return
        self.move(order.order_id, event, reason)

    def _target_survives(self, submission: Submission, result: str) -> None:
        target = submission.order_id if submission.purpose is SubmissionPurpose.CANCEL else submission.target_id
        order = self.orders.get(target or "")
        if order is not None and order.state is OrderState.CANCELING:
            self.move(order.order_id, OrderEvent.CANCEL_PROVED_FAILED, result)

    def _forget_finished(self) -> None:
        for order_id in [o.order_id for o in self.orders.values() if o.state.is_final]:
            del self.orders[order_id]

    # -------------------------------------------------------------------------------------- transactions that died

    def bury(self, ledger_index: int) -> None:
        """Every ledger up to `ledger_index` was read: what had to be in one of them and is not never will be."""
        for submission in list(self.submissions.values()):
            verdict = self._death(submission, ledger_index)
            if verdict is None:
                continue
            del self.submissions[submission.hash]
            self.sequence_doubtful = True
            self.events.append(SubmissionResolved(submission.hash, self.setup.place.venue, verdict, ledger_index))
            if submission.purpose is SubmissionPurpose.TICKETS:
                self.tickets_again_ledger = ledger_index + RETRY_LEDGERS
            elif submission.purpose is not SubmissionPurpose.CANCEL:
                self.move(submission.order_id, OrderEvent.PROVED_FAILED, verdict)
            if submission.ticket_sequence is not None and verdict is NEVER_IN_LEDGER:
                self.tickets.add(submission.ticket_sequence)  # it was never spent
            self._target_survives(submission, verdict)
            self._forget_finished()

    def _death(self, submission: Submission, ledger_index: int) -> str | None:
        """Why the transaction can never be in a ledger, None while it still can.

        An account's sequence numbers go into ledgers in order and once each: when a later one is there, or this one with
        another transaction (another wallet with our key), this one is dead however far its last ledger may be.
        """
        if submission.ticket_sequence is not None:
            if submission.ticket_sequence in self.tickets_used:
                return TICKET_TAKEN
        elif submission.sequence <= self.newest_sequence:
            return SEQUENCE_TAKEN
        return NEVER_IN_LEDGER if submission.last_ledger_sequence <= ledger_index else None


def read_ledgers(
    setup: RouterSetup, state: RouterState, transactions: Sequence[ValidatedTransaction], through_ledger: int
) -> tuple[RouterState, tuple[RouterOutput, ...]]:
    """Take in our transactions of the ledgers after `state.ledger_index` up to `through_ledger`, without a gap."""
    quiet = through_ledger < state.cursor_journaled + CURSOR_EVERY_LEDGERS
    if quiet and not transactions and not state.submissions:
        # The common case, every few seconds for weeks: a ledger that does not concern us.
        return at_ledger(state, through_ledger), ()
    reading = _Reading(setup, state)
    for tx in transactions:
        reading.read(tx)
    reading.bury(through_ledger)
    events = reading.events
    if not events and quiet:
        return at_ledger(state, through_ledger), ()
    events.append(CursorAdvanced(setup.place.venue, through_ledger))
    riding_along = state.unjournaled
    state = changed(
        state,
        orders=reading.orders,
        submissions=reading.submissions,
        ledger_index=through_ledger,
        cursor_journaled=through_ledger,
        sequence_doubtful=reading.sequence_doubtful,
        tickets=tuple(sorted(reading.tickets)),
        tickets_again_ledger=reading.tickets_again_ledger,
        unjournaled=(),
    )
    journal = Journal((*riding_along, *events))
    outputs: list[RouterOutput] = [journal, OrdersMoved()] if len(events) > 1 else [journal]
    outputs.extend(Unexplained(detail) for detail in reading.unexplained)
    return state, tuple(outputs)
