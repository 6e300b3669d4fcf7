"""The last price of each of the newest minutes: moving average, volatility and trend of one symbol."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from neo.domain.units import BPS, NS_PER_MINUTE
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class MinuteCloses:
    """(minute, last price in it), oldest first, at most `minutes` of them. Minutes without a price are left out."""

    minutes: int
    closes: tuple[tuple[int, Decimal], ...] = ()

    def observed(self, at_ns: int, price: Decimal) -> MinuteCloses:
        """With one more price; an earlier minute than the newest is ignored."""
        minute = at_ns // NS_PER_MINUTE
        closes = self.closes
        if closes and minute <= closes[-1][0]:
            if minute < closes[-1][0]:
                return self
            return MinuteCloses(self.minutes, (*closes[:-1], (minute, price)))
        first = 0
        while first < len(closes) and closes[first][0] <= minute - self.minutes:
            first += 1
        return MinuteCloses(self.minutes, (*closes[first:], (minute, price)))

    @property
    def is_warm(self) -> bool:
        """Half of the window is known: less is no average."""
        return 2 * len(self.closes) >= self.minutes

    @property
    def average(self) -> Decimal | None:
        """None before it is warm."""
        return sum((price for _, price in self.closes), Decimal(0)) / len(self.closes) if self.is_warm else None

    @property
    def change_bps(self) -> Decimal | None:
        """From the oldest to the newest price of the window; None before it is warm."""
        if not self.is_warm:
            return None
        return (self.closes[-1][1] / self.closes[0][1] - 1) * BPS

    @property
    def volatility_bps(self) -> Decimal | None:
        """Standard deviation of the moves from one minute to the next; None before it is warm or with fewer than two."""
        if not self.is_warm or len(self.closes) < 3:
            return None
        prices = [price for _, price in self.closes]
        moves = [(after / before - 1) * BPS for before, after in pairwise(prices)]
        mean = sum(moves, Decimal(0)) / len(moves)
        return (sum(((move - mean) ** 2 for move in moves), Decimal(0)) / len(moves)).sqrt()
