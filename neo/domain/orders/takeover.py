"""Offers of our account that the books do not know become orders; what happens to them is then the same as for any."""

from __future__ import annotations

import attrs

from neo.domain.messages.reconcile import TakeOverOffers
from neo.domain.messages.venue import OpenOffer
from neo.domain.orders.adoption import adopted, adoption
from neo.domain.orders.order import Order
from neo.domain.orders.placing import Sign
from neo.domain.orders.router_state import Journal, OrdersMoved, RouterOutput, RouterSetup, RouterState
from neo.domain.orders.routing import Decision, cancel_one


def take_over(setup: RouterSetup, state: RouterState, message: TakeOverOffers, now_ns: int, sign: Sign) -> Decision:
    """Adopt the offers that are still unknown, and cancel them when asked to."""
    orders = [_order(setup, offer) for offer in message.offers if state.order_by_sequence(offer.sequence) is None]
    if not orders:
        return state, ()
    state = attrs.evolve(state, orders={**state.orders, **{order.order_id: order for order in orders}})
    outputs: list[RouterOutput] = [Journal(tuple(adoption(setup, order) for order in orders)), OrdersMoved()]
    if message.cancel:
        for order in orders:
            state, more = cancel_one(setup, state, order.order_id, now_ns, sign)
            outputs.extend(more)
    return state, tuple(outputs)


def _order(setup: RouterSetup, offer: OpenOffer) -> Order:
    return adopted(setup, offer.sequence, offer.side, offer.base_quantity, offer.quote_quantity, offer.expiration_s)
