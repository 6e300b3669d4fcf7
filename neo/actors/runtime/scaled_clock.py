"""Real time, or faster."""

from __future__ import annotations

import time


class ScaledClock:
    """At speed 1 and without `start_ns` the wall clock itself, whatever adjusts it; else a clock of its own that begins
    at `start_ns` and runs `speed` times as fast."""

    def __init__(self, speed: float, start_ns: int | None) -> None:
        if not speed > 0:
            raise ValueError(f"the speed of a clock must be positive, not {speed}")
        self._origin_ns = time.monotonic_ns()
        self._start_ns = time.time_ns() if start_ns is None else start_ns
        self._follows_wall = speed == 1 and start_ns is None
        # exact: a float product of ns since boot would lose the last digits
        self._numerator, self._denominator = speed.as_integer_ratio()

    def mono_ns(self) -> int:
        return (time.monotonic_ns() - self._origin_ns) * self._numerator // self._denominator

    def now_ns(self) -> int:
        return time.time_ns() if self._follows_wall else self._start_ns + self.mono_ns()
