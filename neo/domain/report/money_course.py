"""Profit in the course of a session: fills and fees at their time, mids as the ticks go by."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.money.profit import Profit, ProfitTally
from neo.domain.session.summary_rows import FillLike, SnapshotLike


class MoneyCourse:
    """`fees` are (time in ns, asset, amount) with positive amounts, oldest first. Mutable and owned by whoever made it."""

    def __init__(self, base: str, fills: Sequence[FillLike], fees: Sequence[tuple[int, str, Decimal]]) -> None:
        self._base = base
        self._fills = sorted(fills, key=lambda fill: fill.traded_at_ns)
        self._fees = fees
        self._next_fill = self._next_fee = 0
        self._tally = ProfitTally()

    def until(self, at_ns: int) -> tuple[FillLike, ...]:
        """Book what happened up to `at_ns`; the fills among it."""
        while self._next_fee < len(self._fees) and self._fees[self._next_fee][0] <= at_ns:
            _, asset, amount = self._fees[self._next_fee]
            self._tally.fee(amount, is_base=asset == self._base)
            self._next_fee += 1
        first = self._next_fill
        while self._next_fill < len(self._fills) and self._fills[self._next_fill].traded_at_ns <= at_ns:
            fill = self._fills[self._next_fill]
            self._tally.fill(fill.traded_at_ns, fill.side, fill.base_quantity, fill.quote_quantity)
            self._next_fill += 1
        return tuple(self._fills[first : self._next_fill])

    def mid(self, at_ns: int, mid: Decimal | None) -> None:
        """The market as it is now, after `until` this time."""
        if mid is not None:
            self._tally.mid(at_ns, mid)

    def profit(self) -> Profit:
        return self._tally.profit()


def mid_of(tick: SnapshotLike) -> Decimal | None:
    """Mid of the book, or the anchor where the book has no two sides: as the summary values fills."""
    if tick.best_bid is not None and tick.best_ask is not None and tick.best_bid < tick.best_ask:
        return (tick.best_bid + tick.best_ask) / 2
    return tick.anchor
