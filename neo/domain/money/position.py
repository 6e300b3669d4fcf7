"""A position at average cost: what was traded, what it cost, and what closing it made. Capital is no part of it."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO
from neo.records import frozen

#: Shares of a cost are rounded to this, far below any amount that can be traded.
SHARE_STEP = Decimal("1E-18")


@frozen
class Position:
    """`base` is negative when more was sold than bought (out of capital). `cost` is what `base` was paid with, same sign.

    Always: realised + base x price - cost == what the trades made at `price`.
    """

    base: Decimal = ZERO
    cost: Decimal = ZERO
    realised: Decimal = ZERO

    @property
    def average_price(self) -> Decimal | None:
        """Average price of what is held, quote per base; None when flat."""
        return self.cost / self.base if self.base else None

    def unrealised(self, price: Decimal) -> Decimal:
        return self.base * price - self.cost


def traded(position: Position, side: Side, base_quantity: Decimal, quote_quantity: Decimal) -> Position:
    """The position after a trade. Amounts are positive. Trading against the position realises profit on that part."""
    base, quote = (base_quantity, quote_quantity) if side is Side.BUY else (-base_quantity, -quote_quantity)
    held = position.base
    if held == 0 or (held > 0) == (base > 0):
        return attrs.evolve(position, base=total(held, base), cost=total(position.cost, quote))
    closing = min(abs(base), abs(held))
    # Shares are rounded once and used on both sides, so that the sum of realised and unrealised stays exact.
    closed_quote = quote if closing == abs(base) else _share(quote, closing, abs(base))
    released = position.cost if closing == abs(held) else _share(position.cost, closing, abs(held))
    return Position(
        total(held, base),
        total(difference(position.cost, released), difference(quote, closed_quote)),
        difference(position.realised, total(released, closed_quote)),
    )


def _share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    return (amount * part / whole).quantize(SHARE_STEP)
