"""The clock that ledgers close by: real time, or real time at a multiple."""

from __future__ import annotations

import time
from collections.abc import Callable

import attrs

from neo.domain.units import NS_PER_S, ripple_time_s
from neo.records import define

#: Nanoseconds since 1970, as the ledgers see them.
Clock = Callable[[], int]


@define
class SpeededClock:
    """Starts at `start_ns` and runs `speed` times as fast as real time."""

    start_ns: int = attrs.field(factory=time.time_ns)
    speed: float = 1.0
    began_ns: int = attrs.field(factory=time.monotonic_ns)

    def __call__(self) -> int:
        return self.start_ns + int((time.monotonic_ns() - self.began_ns) * self.speed)


def ledger_time_s(now_ns: int) -> int:
    """Seconds since 2000-01-01, the ledger's own count."""
    return ripple_time_s(now_ns)


def seconds_between(earlier_ns: int, later_ns: int) -> float:
    return (later_ns - earlier_ns) / NS_PER_S
