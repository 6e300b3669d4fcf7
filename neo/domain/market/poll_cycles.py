"""How the polling of one tier goes: cycles, overruns, success, durations and the age of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from neo.records import frozen

#: Cycles and ages that the percentiles are made of: 15 minutes of the fastest tier, and bounded.
SAMPLES_MAX = 600


@frozen
class PollCycle:
    """One cycle that has ended. `asked` and `answered` count symbols; `slowest` took the longest."""

    started_ns: int
    ended_ns: int
    asked: int
    answered: int
    slowest: str = ""

    @property
    def duration_ns(self) -> int:
        return self.ended_ns - self.started_ns


@frozen
class PollOverrun:
    """A cycle that lasted longer than the interval: the next one could not start on time."""

    interval_ns: int
    duration_ns: int
    symbols: int
    slowest: str

    @property
    def overrun_ns(self) -> int:
        return self.duration_ns - self.interval_ns


def overrun(interval_ns: int, cycle: PollCycle) -> PollOverrun | None:
    """None when the cycle was done before the next had to start."""
    if cycle.duration_ns <= interval_ns:
        return None
    return PollOverrun(interval_ns, cycle.duration_ns, cycle.asked, cycle.slowest)


@frozen
class TierRecord:
    """Counters since the start, and the newest SAMPLES_MAX durations and ages."""

    cycles: int = 0
    overruns: int = 0
    asked: int = 0
    answered: int = 0
    durations_ns: tuple[int, ...] = ()
    ages_ns: tuple[int, ...] = ()

    @property
    def success_rate(self) -> Decimal | None:
        """Share of the symbols asked for that were answered; None before the first."""
        return Decimal(self.answered) / self.asked if self.asked else None


def recorded(record: TierRecord, interval_ns: int, cycle: PollCycle, ages_ns: Sequence[int]) -> TierRecord:
    """With one more cycle. `ages_ns`: how old the quotes of the tier's symbols were when it ended."""
    return TierRecord(
        record.cycles + 1,
        record.overruns + (overrun(interval_ns, cycle) is not None),
        record.asked + cycle.asked,
        record.answered + cycle.answered,
        (*record.durations_ns, cycle.duration_ns)[-SAMPLES_MAX:],
        (*record.ages_ns, *ages_ns)[-SAMPLES_MAX:],
    )


def percentile(values: Sequence[int], share: Decimal) -> int | None:
    """Nearest rank: the smallest value that at least `share` of all do not exceed. None without values."""
    if not values:
        return None
    rank = math.ceil(len(values) * share)
    return sorted(values)[max(1, rank) - 1]
