"""Offers of our account that the books do not know become orders; what happens to them is then the same as for any."""

from __future__ import annotations

import attrs

from neo.domain.messages.journal import OrderAdopted
from neo.domain.messages.reconcile import TakeOverOffers
from neo.domain.messages.venue import OpenOffer
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.order import Order
from neo.domain.orders.placing import Sign
from neo.domain.orders.router_state import Journal, OrdersMoved, RouterOutput, RouterSetup, RouterState
from neo.domain.orders.routing import Decision, cancel_one


def take_over(setup: RouterSetup, state: RouterState, message: TakeOverOffers, now_ns: int, sign: Sign) -> Decision:
    """Adopt the offers that are still unknown, and cancel them when asked to."""
    adopted = [_adopted(setup, offer) for offer in message.offers if state.order_by_sequence(offer.sequence) is None]
    if not adopted:
        return state, ()
    state = attrs.evolve(state, orders={**state.orders, **{order.order_id: order for order in adopted}})
    outputs: list[RouterOutput] = [Journal(tuple(_fact(setup, order) for order in adopted)), OrdersMoved()]
    if message.cancel:
        for order in adopted:
            state, more = cancel_one(setup, state, order.order_id, now_ns, sign)
            outputs.extend(more)
    return state, tuple(outputs)


def _adopted(setup: RouterSetup, offer: OpenOffer) -> Order:
    return Order(
        f"{setup.id_prefix}-adopted-{offer.sequence}",
        offer.side,
        0,
        offer.quote_quantity / offer.base_quantity,
        offer.base_quantity,
        offer.quote_quantity,
        offer.sequence,
        OrderState.OPEN,
        expiration_s=offer.expiration_s,
    )


def _fact(setup: RouterSetup, order: Order) -> OrderAdopted:
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
