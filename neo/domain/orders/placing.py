"""From approved quotes to signed transactions.

A replacement is one OfferCreate with OfferSequence, so both sides of a requote are two transactions and can land in one
ledger. Everything is journaled before anything is submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from neo.domain.changed import changed
from neo.domain.market.instrument import BUY
from neo.domain.messages.journal import (
    JournalEvent,
    OrderIntended,
    OrderTransitioned,
    SubmissionPrepared,
    SubmissionPurpose,
)
from neo.domain.messages.quoting import Quote
from neo.domain.messages.venue import SignedTransaction, TransactionKind, UnsignedTransaction
from neo.domain.orders.lifecycle import OrderEvent, OrderState, transition
from neo.domain.orders.order import Order, Submission, in_state
from neo.domain.orders.router_state import Journal, RouterSetup, RouterState
from neo.domain.orders.tickets import missing_tickets
from neo.domain.units import ripple_time_s

Sign = Callable[[UnsignedTransaction], SignedTransaction]

#: Quote amounts are asked for in millionths: far above what the ledger can represent, far below what anybody would miss.
QUOTE_STEP = Decimal("0.000001")


class _Batch:
    """Transactions that are signed, journaled and handed over together: by sequence, or each on one of `tickets`."""

    def __init__(self, setup: RouterSetup, state: RouterState, sign: Sign, tickets: Sequence[int] = ()) -> None:
        if state.ledger_index is None or (state.next_sequence is None and not tickets):
            raise ValueError("the account was not read yet: there is no sequence number to sign with")
        self.setup = setup
        self.sign = sign
        self.orders = dict(state.orders)
        self.submissions = dict(state.submissions)
        self.next_sequence = state.next_sequence
        self.sequence = 0 if tickets or state.next_sequence is None else state.next_sequence
        self.tickets = list(tickets)
        self.spent: set[int] = set()
        self.last_ledger = state.ledger_index + setup.last_ledger_offset
        self.fee_drops = min(state.fee_drops, setup.fee_drops_max)
        self.numbered = state.numbered
        self.events: list[JournalEvent] = []
        self.signed: list[SignedTransaction] = []

    def place(self, quote: Quote, tick: int, now_ns: int, target: Order | None = None) -> None:
        order = self._new_order(quote, now_ns)
        replaced = target.offer_sequence if target is not None else None
        signed = self._sign_offer(order, replaced)
        purpose = SubmissionPurpose.PLACE if target is None else SubmissionPurpose.REPLACE
        self.events.append(self._intended(order, tick, target))
        self._prepare(signed, order.order_id, purpose, target)
        self.orders[order.order_id] = order
        if target is not None:
            self._cancel_under_way(target)

    def cancel(self, target: Order) -> None:
        signed = self.sign(
            UnsignedTransaction(
                TransactionKind.OFFER_CANCEL,
                self.setup.account,
                self.sequence,
                self.fee_drops,
                self.last_ledger,
                offer_sequence=target.offer_sequence,
                ticket_sequence=self.tickets[0] if self.tickets else None,
            )
        )
        self._prepare(signed, target.order_id, SubmissionPurpose.CANCEL, None)
        self._cancel_under_way(target)

    def create_tickets(self, count: int) -> None:
        """The sequence jumps over the tickets: each of them is one of the account's sequence numbers."""
        signed = self.sign(
            UnsignedTransaction(
                TransactionKind.TICKET_CREATE,
                self.setup.account,
                self.sequence,
                self.fee_drops,
                self.last_ledger,
                ticket_count=count,
            )
        )
        self._prepare(signed, None, SubmissionPurpose.TICKETS, None)
        self.sequence += count

    def _new_order(self, quote: Quote, now_ns: int) -> Order:
        self.numbered += 1
        rounding = ROUND_DOWN if quote.side is BUY else ROUND_UP
        return Order(
            f"{self.setup.id_prefix}-{self.numbered}",
            quote.side,
            quote.level,
            quote.price,
            quote.quantity,
            (quote.price * quote.quantity).quantize(QUOTE_STEP, rounding),
            self.sequence,
            OrderState.INTENDED,
            expiration_s=ripple_time_s(now_ns) + self.setup.strategy.expiration_s,
        )

    def _sign_offer(self, order: Order, replaced_sequence: int | None) -> SignedTransaction:
        return self.sign(
            UnsignedTransaction(
                TransactionKind.OFFER_CREATE,
                self.setup.account,
                self.sequence,
                self.fee_drops,
                self.last_ledger,
                side=order.side,
                base_quantity=order.quantity,
                quote_quantity=order.quote_quantity,
                offer_sequence=replaced_sequence,
                expiration_s=order.expiration_s,
                passive=True,
            )
        )

    def _intended(self, order: Order, tick: int, target: Order | None) -> OrderIntended:
        place = self.setup.place
        return OrderIntended(
            order.order_id,
            f"{self.setup.id_prefix}-tick{tick}-{order.side.value}{order.level}",
            place.session_id,
            place.venue,
            place.symbol,
            order.side,
            order.price,
            order.quantity,
            order.quote_quantity,
            order.level,
            order.offer_sequence,
            target.order_id if target is not None else None,
            order.expiration_s,
        )

    def _prepare(
        self, signed: SignedTransaction, order_id: str | None, purpose: SubmissionPurpose, target: Order | None
    ) -> None:
        ticket = signed.transaction.ticket_sequence
        self.events.append(
            SubmissionPrepared(
                signed.hash,
                order_id,
                self.setup.place.venue,
                purpose,
                self.sequence,
                self.last_ledger,
                self.fee_drops,
                ticket,
            )
        )
        target_id = target.order_id if target is not None else None
        self.submissions[signed.hash] = Submission(
            signed.hash, order_id, purpose, self.sequence, self.last_ledger, target_id, signed, ticket
        )
        self.signed.append(signed)
        if ticket is None:
            self.sequence += 1
        else:
            self.spent.add(self.tickets.pop(0))

    def _cancel_under_way(self, target: Order) -> None:
        state = transition(target.state, OrderEvent.CANCEL_HANDED_OVER)
        self.orders[target.order_id] = in_state(target, state)
        self.events.append(OrderTransitioned(target.order_id, OrderEvent.CANCEL_HANDED_OVER, state))

    def done(self, state: RouterState) -> tuple[RouterState, Journal | None]:
        if not self.signed:
            return state, None
        events = (*state.unjournaled, *self.events)
        state = changed(
            state,
            orders=self.orders,
            submissions=self.submissions,
            next_sequence=self.next_sequence if self.spent else self.sequence,
            numbered=self.numbered,
            unjournaled=(),
            tickets=tuple(ticket for ticket in state.tickets if ticket not in self.spent),
        )
        return state, Journal(events, tuple(self.signed))


def requote(
    setup: RouterSetup,
    state: RouterState,
    cancel: Sequence[Order],
    replace: Sequence[tuple[Order, Quote]],
    place: Sequence[Quote],
    tick: int,
    now_ns: int,
    sign: Sign,
) -> tuple[RouterState, Journal | None]:
    """Sign and journal one requote: cancels first (they free funds), then replacements, new orders, missing tickets."""
    count = missing_tickets(setup, state)
    if not (cancel or replace or place or count):
        return state, None
    batch = _Batch(setup, state, sign)
    for order in cancel:
        batch.cancel(order)
    for order, quote in replace:
        batch.place(quote, tick, now_ns, target=order)
    for quote in place:
        batch.place(quote, tick, now_ns)
    if count:
        batch.create_tickets(count)
    return batch.done(state)


def cancel_on_tickets(
    setup: RouterSetup, state: RouterState, resting: Sequence[Order], sign: Sign
) -> tuple[RouterState, Journal | None]:
    """Cancel as many of `resting` as there are tickets: no sequence number is used, so none in doubt is waited for."""
    if not state.tickets or not resting or state.ledger_index is None:
        return state, None
    batch = _Batch(setup, state, sign, state.tickets)
    for order in resting[: len(state.tickets)]:
        batch.cancel(order)
    return batch.done(state)
