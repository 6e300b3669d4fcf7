"""An offer of our account that this engine did not place becomes an order like any other."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import OrderAdopted
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.order import Order
from neo.domain.orders.router_state import RouterSetup


def adopted(
    setup: RouterSetup, sequence: int, side: Side, base: Decimal, quote: Decimal, expiration_s: int | None = None
) -> Order:
    """The order that an offer `sequence` of `base` for `quote` would have been."""
    return Order(
        f"{setup.id_prefix}-adopted-{sequence}",
        side,
        0,
        quote / base,
        base,
        quote,
        sequence,
        OrderState.OPEN,
        expiration_s=expiration_s,
    )


def adoption(setup: RouterSetup, order: Order) -> OrderAdopted:
    """The fact for the journal."""
    place = setup.place
    return OrderAdopted(
        order.order_id,
        place.session_id,
        place.venue,
        place.symbol,
        order.side,
        order.price,
        order.quantity,
        order.quote_quantity,
        order.offer_sequence,
    )
