"""Profit and loss of a session, told in two ways that add up to the same.

Book-keeping: realised + unrealised at average cost. Market: spread captured against the mid at the time of the fill, plus what
holding the traded inventory made (carry). Deposits and withdrawals are in neither; what the price did to them is shown apart.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.money.markouts import Markout, MarkoutTally
from neo.domain.money.position import Position, traded
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
class Profit:
    """All money in units of quote, base in units of base. `net` is what trading made after fees, at `price`."""

    price: Decimal | None
    realised: Decimal
    unrealised: Decimal
    fees: Decimal
    spread_captured: Decimal
    inventory_carry: Decimal
    capital_carry: Decimal
    traded_base: Decimal
    average_price: Decimal | None
    volume: Decimal
    fills_bought: int
    fills_sold: int
    markouts: tuple[Markout, ...]

    @property
    def net(self) -> Decimal:
        return self.realised + self.unrealised - self.fees


class ProfitTally:
    """Fed with capital, fills, fees and mids in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self, base_capital: Decimal = ZERO) -> None:
        """`base_capital` is the base that was there before the session and did not come from its trading."""
        self._position = Position()
        self._capital_base = base_capital
        self._mid: Decimal | None = None
        self._spread = ZERO
        self._inventory_carry = ZERO
        self._capital_carry = ZERO
        self._fees_base = ZERO
        self._fees_quote = ZERO
        self._volume = ZERO
        self._bought = 0
        self._sold = 0
        self._markouts = MarkoutTally()

    def mid(self, at_ns: int, mid: Decimal) -> None:
        if self._mid is not None:
            move = mid - self._mid
            self._inventory_carry += self._position.base * move
            self._capital_carry += self._capital_base * move
        elif self._volume:
            # Fills before the first mid were carried at their own price until now.
            self._inventory_carry += self._position.unrealised(mid) + self._position.realised
        self._mid = mid
        self._markouts.mid(at_ns, mid)

    def fill(self, at_ns: int, side: Side, base_quantity: Decimal, quote_quantity: Decimal) -> None:
        if self._mid is not None:
            worth = base_quantity * self._mid
            self._spread += worth - quote_quantity if side is Side.BUY else quote_quantity - worth
        self._position = traded(self._position, side, base_quantity, quote_quantity)
        self._volume += quote_quantity
        self._bought += side is Side.BUY
        self._sold += side is Side.SELL
        self._markouts.fill(at_ns, side, base_quantity, quote_quantity)

    def fee(self, amount: Decimal, is_base: bool) -> None:
        """A fee in units of base or quote; base is valued at the last mid."""
        if is_base:
            self._fees_base += amount
        else:
            self._fees_quote += amount

    def capital(self, base_amount: Decimal) -> None:
        """Base that came (+) or went (-) as capital."""
        self._capital_base += base_amount

    def profit(self) -> Profit:
        """The result at the last mid; without one, nothing is unrealised and fees in base count nothing."""
        price = self._mid
        position = self._position
        return Profit(
            price,
            position.realised,
            ZERO if price is None else position.unrealised(price),
            self._fees_quote + (ZERO if price is None else self._fees_base * price),
            self._spread,
            self._inventory_carry,
            self._capital_carry,
            position.base,
            position.average_price,
            self._volume,
            self._bought,
            self._sold,
            self._markouts.markouts(),
        )
