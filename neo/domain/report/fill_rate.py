"""How often we were filled, by how far our best quote was from the touch: what a better place in the book is worth.

Distances as in neo/domain/session/distance.py: positive improves the touch, negative rests behind it. A fill counts where the
last tick before it stood; a tick counts for the time until the next one, at most TICK_MAX_NS of it.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.report.table import Cell, Column, Table, text_column
from neo.domain.units import NS_PER_S, ZERO
from neo.records import define

#: Lower ends of the classes in bps, nearest first; the last class has none.
EDGES_BPS = (Decimal(0), Decimal(-2), Decimal(-5), Decimal(-10))
LABELS = (
    "improves it, or joins it",
    "up to 2 bps behind",
    "2 to 5 bps behind",
    "5 to 10 bps behind",
    "10 bps or more behind",
)
TICK_MAX_NS = 60 * NS_PER_S
_NS_PER_HOUR = 3600 * NS_PER_S


@define
class _Class:
    quoted_ns: int = 0
    fills: int = 0
    base: Decimal = ZERO


class FillRateTally:
    """Fed with ticks and fills in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self) -> None:
        self._classes = {(side, index): _Class() for side in Side for index in range(len(LABELS))}
        self._now: dict[Side, int | None] = {Side.BUY: None, Side.SELL: None}
        self._since_ns = 0
        self._unplaced = 0

    def tick(self, at_ns: int, bid_distance_bps: Decimal | None, ask_distance_bps: Decimal | None) -> None:
        """Where our best quotes stand from now on; None where there is none."""
        self._pass(at_ns)
        self._now = {Side.BUY: _class_of(bid_distance_bps), Side.SELL: _class_of(ask_distance_bps)}

    def fill(self, side: Side, base_quantity: Decimal) -> None:
        """A fill of ours, now."""
        index = self._now[side]
        if index is None:
            self._unplaced += 1
            return
        found = self._classes[side, index]
        found.fills += 1
        found.base += base_quantity

    def table(self, base: str) -> Table:
        """Classes in which we ever quoted or were filled."""
        return Table(
            key="fill_rate",
            title="Fill rate by distance to the touch",
            about="The distance is that of our best quote at the last tick before the fill, on the book without our own offers."
            + (f" {self._unplaced} fills came while we had no quote in the book of the last tick." if self._unplaced else ""),
            columns=(
                text_column("side", "Side"),
                text_column("distance", "Distance to the touch"),
                Column("quoted_hours", "Quoted", "h", 2),
                Column("fills", "Fills"),
                Column("fills_per_hour", "Fills per hour quoted", "1/h", 2),
                Column("base", "Volume", base, 4),
            ),
            rows=tuple(
                _row(side, index, found) for (side, index), found in self._classes.items() if found.quoted_ns or found.fills
            ),
            empty="No tick had a quote of ours beside a book with two sides.",
        )  # fmt: skip

    def _pass(self, at_ns: int) -> None:
        passed_ns = min(max(0, at_ns - self._since_ns), TICK_MAX_NS)
        for side, index in self._now.items():
            if index is not None:
                self._classes[side, index].quoted_ns += passed_ns
        self._since_ns = at_ns


def _class_of(distance_bps: Decimal | None) -> int | None:
    if distance_bps is None:
        return None
    for index, edge in enumerate(EDGES_BPS):
        if distance_bps >= edge:
            return index
    return len(EDGES_BPS)


def _row(side: Side, index: int, found: _Class) -> tuple[Cell, ...]:
    hours = Decimal(found.quoted_ns) / _NS_PER_HOUR
    rate = found.fills / hours if hours else None
    return ("bid" if side is Side.BUY else "ask", LABELS[index], hours, found.fills, rate, found.base)
