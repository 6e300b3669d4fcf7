"""The most that could be owned of each asset if everything of ours that may still trade does trade."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from neo.domain.market.instrument import BUY
from neo.domain.messages.quoting import Quote, QuotesApproved, WorkingOrder
from neo.domain.units import ZERO
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class Exposure:
    """Worst cases in units of quote: every buy fills and no sell, and the other way round."""

    base_value: Decimal
    quote_value: Decimal


@quickly_built
@frozen
class Commitment:
    """What orders may still gain and take: base that buys bring, quote that sells bring, and what each side pays."""

    base_bought: Decimal = ZERO
    base_sold: Decimal = ZERO
    quote_received: Decimal = ZERO
    quote_paid: Decimal = ZERO

    def plus(self, quotes: Iterable[Quote]) -> Commitment:
        bought, sold, received, paid = self.base_bought, self.base_sold, self.quote_received, self.quote_paid
        for quote in quotes:
            if quote.side is BUY:
                bought += quote.quantity
                paid += quote.quantity * quote.price
            else:
                sold += quote.quantity
                received += quote.quantity * quote.price
        return Commitment(bought, sold, received, paid)


NOTHING_COMMITTED = Commitment()


def committed_by(orders: Iterable[WorkingOrder], on_the_way: Iterable[QuotesApproved] = ()) -> Commitment:
    """Every working order counts with all that remains of it, whatever its state: doubt is not death.

    So does every quote that was approved and is not an order yet.
    """
    bought = sold = received = paid = ZERO
    still_to_trade = [(order.side, order.remaining, order.price) for order in orders]
    for approval in on_the_way:
        still_to_trade += [(quote.side, quote.quantity, quote.price) for quote in approval.quotes]
    for side, quantity, price in still_to_trade:
        if side is BUY:
            bought += quantity
            paid += quantity * price
        else:
            sold += quantity
            received += quantity * price
    return Commitment(bought, sold, received, paid)


def worst_case(base: Decimal, quote: Decimal, commitment: Commitment, price: Decimal) -> Exposure:
    """Exposure of balances and commitment, base valued at `price`."""
    return Exposure(worst_base_value(base, commitment, price), worst_quote_value(quote, commitment))


def worst_base_value(base: Decimal, commitment: Commitment, price: Decimal) -> Decimal:
    """Every buy fills and no sell."""
    return (base + commitment.base_bought) * price


def worst_quote_value(quote: Decimal, commitment: Commitment) -> Decimal:
    """Every sell fills and no buy."""
    return quote + commitment.quote_received
