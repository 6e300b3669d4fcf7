"""An order and a transaction as the router holds them in memory."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from neo.domain.changed import changing
from neo.domain.market.instrument import Side
from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.messages.quoting import WorkingOrder
from neo.domain.messages.storage import OrderRecord
from neo.domain.messages.venue import SignedTransaction
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import ZERO
from neo.quickly_built import building, quickly_built
from neo.records import frozen

_working = building(WorkingOrder)


@quickly_built
@frozen
class Order:
    """`filled_base` and `filled_quote` are sums of proved fills; `offer_sequence` is the order's name on the ledger."""

    order_id: str
    side: Side
    level: int
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    offer_sequence: int
    state: OrderState
    filled_base: Decimal = ZERO
    filled_quote: Decimal = ZERO
    expiration_s: int | None = None

    @property
    def remaining(self) -> Decimal:
        # what is not filled at all, which is most, needs no arithmetic
        return max(ZERO, self.quantity - self.filled_base) if self.filled_base else self.quantity

    def working(self) -> WorkingOrder:
        """What Strategy and Risk need to know of it."""
        return _working(
            self.order_id,
            self.side,
            self.level,
            self.price,
            self.remaining,
            self.state,
            self.offer_sequence,
            self.expiration_s,
        )


#: The same order in another state.
in_state: Callable[[Order, OrderState], Order] = changing(Order, "state")


@quickly_built
@frozen
class Submission:
    """A transaction without verdict.

    For CANCEL `order_id` is the order to cancel; a REPLACE also has `target_id`; TICKETS belongs to no order. With
    `ticket_sequence` that ticket is spent and `sequence` is 0.
    """

    hash: str
    order_id: str | None
    purpose: SubmissionPurpose
    sequence: int
    last_ledger_sequence: int
    target_id: str | None = None
    signed: SignedTransaction | None = attrs.field(default=None, repr=False)
    ticket_sequence: int | None = None


def restored(record: OrderRecord, state: OrderState) -> Order:
    """The order as the books have it, in `state`. ValueError for one that has no name on the ledger."""
    if record.offer_sequence is None:
        raise ValueError(f"order {record.order_id} has no offer sequence: it is for the orphan rule")
    return Order(
        record.order_id,
        record.side,
        record.level,
        record.price,
        record.quantity,
        record.quote_quantity,
        record.offer_sequence,
        state,
        record.filled_base,
        record.filled_quote,
        record.expiration_s,
    )
