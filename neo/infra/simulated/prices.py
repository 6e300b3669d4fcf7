"""Fair prices: what the simulated market believes XRP is worth, ledger by ledger."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Protocol

from neo.domain.units import NS_PER_S

_DAY_S = 86_400
#: Digits of a price behind the point, its last one, and the least price in units of it.
_DIGITS, _UNIT, _LOWEST_UNITS = 8, Decimal("0.00000001"), 100
#: A step is rounded to this part of the price.
_MOVES = 1_000_000_000


class PricePath(Protocol):
    """A fair price in RLUSD for one XRP at each instant; asked with times that never go back, O(1) amortised."""

    def price_at(self, at_ns: int) -> Decimal: ...


class WanderingPrice:
    """A seeded geometric random walk with a rare jump of ten ordinary steps.

    `volatility_per_day_bps` is the standard deviation of a day's move without jumps. The walk is drawn once for each
    time it is asked, in units of 10^-9, so the same questions give the same prices.
    """

    def __init__(
        self,
        rng: random.Random,
        start_price: Decimal,
        volatility_per_day_bps: Decimal,
        start_ns: int,
        jumps_per_day: int = 4,
    ) -> None:
        self._rng = rng
        self._price = start_price
        self._units = int(start_price.scaleb(_DIGITS).to_integral_value())
        self._at_ns = start_ns
        self._per_second = float(volatility_per_day_bps) / 10_000 / _DAY_S**0.5
        self._jumps_per_s = jumps_per_day / _DAY_S

    def price_at(self, at_ns: int) -> Decimal:
        elapsed_s = (at_ns - self._at_ns) / NS_PER_S
        if elapsed_s <= 0:
            return self._price
        self._at_ns = at_ns
        step = self._rng.gauss(0.0, 1.0) * self._per_second * elapsed_s**0.5
        if self._rng.random() < self._jumps_per_s * elapsed_s:
            step *= 10
        # To the nearest unit, ties to even, in integers: that is a third of what Decimals take for it.
        whole, rest = divmod(self._units * (round(step * _MOVES) + _MOVES), _MOVES)
        whole += 2 * rest > _MOVES or (2 * rest == _MOVES and whole & 1)
        self._units = max(_LOWEST_UNITS, whole)
        self._price = self._units * _UNIT
        return self._price


class ConstantPrice:
    """A market in which nothing happens; for tests that need a quiet one."""

    def __init__(self, price: Decimal) -> None:
        self._price = price

    def price_at(self, at_ns: int) -> Decimal:
        del at_ns
        return self._price
