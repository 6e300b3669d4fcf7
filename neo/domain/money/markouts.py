"""What the market did after our fills: the mid some time later against the price we traded at.

Positive means that the trade was good for us. The mid is sampled once a tick, so the first one at or after the horizon counts;
when none comes within LATENESS_MAX_NS of it (a gap in the data), the fill is left out of that horizon.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.units import BPS, NS_PER_S, ZERO
from neo.records import frozen

HORIZONS_S = (1, 5, 30, 300)
LATENESS_MAX_NS = 60 * NS_PER_S


@frozen
class Markout:
    """One horizon over many fills: gain in units of quote, and the value of the fills that it is measured on."""

    horizon_s: int
    fills: int = 0
    missed: int = 0
    gain: Decimal = ZERO
    value: Decimal = ZERO

    @property
    def bps(self) -> Decimal | None:
        """Gain per traded value in bps."""
        return self.gain * BPS / self.value if self.value else None


@frozen
class _Waiting:
    due_ns: int
    side: Side
    base: Decimal
    quote: Decimal


class MarkoutTally:
    """Fed with fills and mids in the order of time. Mutable and owned by whoever feeds it.

    Holds only fills younger than the longest horizon.
    """

    def __init__(self, horizons_s: tuple[int, ...] = HORIZONS_S) -> None:
        self._markouts = {horizon_s: Markout(horizon_s) for horizon_s in horizons_s}
        self._waiting: dict[int, list[_Waiting]] = {horizon_s: [] for horizon_s in horizons_s}

    def fill(self, at_ns: int, side: Side, base_quantity: Decimal, quote_quantity: Decimal) -> None:
        for horizon_s, waiting in self._waiting.items():
            waiting.append(_Waiting(at_ns + horizon_s * NS_PER_S, side, base_quantity, quote_quantity))

    def mid(self, at_ns: int, mid: Decimal) -> None:
        for horizon_s, waiting in self._waiting.items():
            due = 0
            while due < len(waiting) and waiting[due].due_ns <= at_ns:
                self._markouts[horizon_s] = _measured(self._markouts[horizon_s], waiting[due], at_ns, mid)
                due += 1
            if due:
                del waiting[:due]

    def markouts(self) -> tuple[Markout, ...]:
        """All horizons; a fill whose horizon lies after the last mid is missed there."""
        return tuple(
            attrs.evolve(markout, missed=markout.missed + len(self._waiting[horizon_s]))
            for horizon_s, markout in self._markouts.items()
        )


def _measured(markout: Markout, fill: _Waiting, at_ns: int, mid: Decimal) -> Markout:
    if at_ns - fill.due_ns > LATENESS_MAX_NS:
        return attrs.evolve(markout, missed=markout.missed + 1)
    worth = fill.base * mid
    gain = worth - fill.quote if fill.side is Side.BUY else fill.quote - worth
    return attrs.evolve(markout, fills=markout.fills + 1, gain=markout.gain + gain, value=markout.value + fill.quote)
