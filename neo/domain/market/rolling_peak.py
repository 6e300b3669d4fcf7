"""The highest price of the last minutes, kept without keeping the minutes."""

from __future__ import annotations

from decimal import Decimal

from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class RollingPeak:
    """Highest price seen in a window of `window_ns` that ends with the newest observation, both ends included.

    Only prices that can still become the peak are kept: each is higher than every later one, so a rising market keeps one
    and a falling market keeps its own fall.
    """

    window_ns: int
    candidates: tuple[tuple[int, Decimal], ...] = ()

    @property
    def price(self) -> Decimal | None:
        """None before the first observation."""
        return self.candidates[0][1] if self.candidates else None

    def observed(self, at_ns: int, price: Decimal) -> RollingPeak:
        """With one more price. An observation older than the newest is ignored: the window does not run backwards."""
        if self.candidates and at_ns < self.candidates[-1][0]:
            return self
        oldest_ns = at_ns - self.window_ns
        end = len(self.candidates)
        while end and self.candidates[end - 1][1] <= price:
            end -= 1
        start = 0
        while start < end and self.candidates[start][0] < oldest_ns:
            start += 1
        return RollingPeak(self.window_ns, (*self.candidates[start:end], (at_ns, price)))
