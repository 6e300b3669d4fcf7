"""A seeded random walk that costs nothing until somebody looks.

The walk is drawn hour by hour; the minutes of an hour are drawn as a bridge between its ends when they are first asked,
and the seconds of a minute likewise. So a price depends on the seed and the instant alone, not on who asked before, and
2,500 markets cost a few microseconds each per look. Now and then a minute holds a dip: a fall of some per cent within
seconds that recovers in the same minute. Logarithms are floats: they are not money; what leaves here is whole ticks.
"""

from __future__ import annotations

import math
import random
from collections import OrderedDict
from collections.abc import Callable

from neo.infra.simulated_exchange.price_path import DAY_MS, HOUR_MS, MINUTE_MS, DayRange, TickBar

_STEPS = 60
_SECOND_MS = 1_000
#: Minutes and hours whose inner path is remembered.
_REMEMBERED_MAX = 4
_DIP_FALL_S, _DIP_END_S = 8, 50
_DIP_DEPTHS = (0.015, 0.06)


class WanderingPrice:
    """`start_ticks` is the price at `start_ms`; `day_move` the standard deviation of a day's move (0.05 is 5 %)."""

    #: The past that exists before `start_ms`: what a chart or a 24 h statistic can ask for.
    HISTORY_MS = 2 * DAY_MS

    def __init__(self, seed: str, start_ticks: int, start_ms: int, day_move: float, dips_per_day: float = 2.0) -> None:
        self._seed = seed
        self._ticks = start_ticks
        self._zero_ms = start_ms - start_ms % HOUR_MS
        self._per_hour = day_move / 24**0.5
        self._dip_chance = dips_per_day / 1440
        self._ahead, self._behind = [0.0], [0.0]
        self._minutes: OrderedDict[int, list[float]] = OrderedDict()
        self._seconds: OrderedDict[int, list[float]] = OrderedDict()

    @property
    def born_ms(self) -> int:
        return self._zero_ms - self.HISTORY_MS

    def ticks_at(self, at_ms: int) -> int:
        minute, rest_ms = divmod(max(at_ms, self.born_ms) - self._zero_ms, MINUTE_MS)
        return self._in_ticks(self._seconds_of(minute)[rest_ms // _SECOND_MS])

    def minute(self, open_ms: int) -> TickBar | None:
        """The highest and lowest of its seconds; None before the walk was born."""
        if open_ms < self.born_ms or open_ms % MINUTE_MS:
            return None
        path = self._seconds_of((open_ms - self._zero_ms) // MINUTE_MS)[:-1]
        bounds = (path[0], max(path), min(path), path[-1])
        return TickBar(open_ms, *(self._in_ticks(each) for each in bounds))

    def day(self, at_ms: int) -> DayRange:
        """From the ends of hours and the present instant: cheap enough for every market at once."""
        hour = (at_ms - self._zero_ms) // HOUR_MS
        past = [self._in_ticks(self._hour_end(each)) for each in range(hour - 23, hour + 1)]
        last = self.ticks_at(at_ms)
        return DayRange(past[0], max(*past, last), min(*past, last), last)

    def _in_ticks(self, log: float) -> int:
        return max(1, round(self._ticks * math.exp(log)))

    def _hour_end(self, hour: int) -> float:
        """The walk at the beginning of `hour`, 0 at hour 0; drawn outwards from there."""
        hour = max(hour, -self.HISTORY_MS // HOUR_MS)
        known, distance, sign = (self._ahead, hour, "+") if hour >= 0 else (self._behind, -hour, "-")
        while len(known) <= distance:
            step = random.Random(f"{self._seed} hour {sign}{len(known)}").gauss(0.0, self._per_hour)
            known.append(known[-1] + step)
        return known[distance]

    def _minutes_of(self, hour: int) -> list[float]:
        def draw() -> list[float]:
            rng = random.Random(f"{self._seed} minutes {hour}")
            return _bridge(rng, self._hour_end(hour), self._hour_end(hour + 1), self._per_hour / _STEPS**0.5)

        return _remembered(self._minutes, hour, draw)

    def _seconds_of(self, minute: int) -> list[float]:
        def draw() -> list[float]:
            hour, within = divmod(minute, _STEPS)
            ends = self._minutes_of(hour)
            rng = random.Random(f"{self._seed} seconds {minute}")
            path = _bridge(rng, ends[within], ends[within + 1], self._per_hour / _STEPS)
            return _dipped(rng, path) if rng.random() < self._dip_chance else path

        return _remembered(self._seconds, minute, draw)


def _bridge(rng: random.Random, start: float, end: float, step: float) -> list[float]:
    """61 points of a walk with steps of deviation `step`, tied to `start` and `end`."""
    path = [0.0]
    for _ in range(_STEPS):
        path.append(path[-1] + rng.gauss(0.0, step))
    tilt = (end - start - path[-1]) / _STEPS
    return [start + each + tilt * place for place, each in enumerate(path)]


def _dipped(rng: random.Random, path: list[float]) -> list[float]:
    """A fall to a depth within seconds, and the way back before the minute ends."""
    depth = math.log(1 - rng.uniform(*_DIP_DEPTHS))
    way_back_s = _DIP_END_S - _DIP_FALL_S
    return [each + depth * max(0.0, min(s / _DIP_FALL_S, (_DIP_END_S - s) / way_back_s)) for s, each in enumerate(path)]


def _remembered(memory: OrderedDict[int, list[float]], key: int, draw: Callable[[], list[float]]) -> list[float]:
    """The few newest paths are kept, so that memory does not grow with time."""
    known = memory.get(key)
    if known is None:
        known = memory[key] = draw()
        if len(memory) > _REMEMBERED_MAX:
            memory.popitem(last=False)
    return known
