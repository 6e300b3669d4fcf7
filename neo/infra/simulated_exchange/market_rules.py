"""What an exchange says about one of its markets: units, limits, fees, and whether it trades."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from enum import Enum
from functools import lru_cache

from neo.domain.units import ZERO
from neo.records import frozen


class MarketStatus(Enum):
    """TRADING takes orders; HALTED is listed and takes none; DELISTED is as if it had never been."""

    TRADING = "trading"
    HALTED = "halted"
    DELISTED = "delisted"


@frozen
class MarketRules:
    """One market. `tick` and `step` are the units of price (quote for one base) and quantity (base); fees are shares of
    what is traded (0.001 is 0.1 %); notional is price times quantity, in the quote asset.
    """

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    min_notional: Decimal
    max_notional: Decimal
    maker_fee: Decimal
    taker_fee: Decimal

    @property
    def price_decimals(self) -> int:
        return decimals(self.tick)

    @property
    def quantity_decimals(self) -> int:
        return decimals(self.step)

    def price(self, ticks: int) -> Decimal:
        return self.tick * ticks

    def whole_steps(self, quantity: Decimal) -> Decimal:
        """The largest tradable quantity within `quantity`."""
        return (quantity / self.step).to_integral_value(ROUND_DOWN) * self.step if quantity > ZERO else ZERO


@lru_cache(maxsize=4_096)
def decimals(unit: Decimal) -> int:
    """Digits after the point, trailing zeros aside: 3 in 0.0010. Remembered: the units of markets are asked all the time."""
    exponent = unit.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
