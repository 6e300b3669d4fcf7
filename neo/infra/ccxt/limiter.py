"""How much may be asked in a rolling window, and no sooner than the exchange said."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from neo.records import frozen


class LimitReached(Exception):
    """There is no room for a request soon enough; nothing was sent."""


@frozen
class RequestBudget:
    """`weight_max` in every window of `window_s` seconds; who would have to wait longer than `wait_s_max` is refused."""

    weight_max: int
    window_s: float
    wait_s_max: float


class RollingLimit:
    """One budget. Every request takes its weight before it is sent; those of the last window count, to the moment."""

    def __init__(self, budget: RequestBudget, now_s: Callable[[], float]) -> None:
        self._budget = budget
        self._now_s = now_s
        self._taken: deque[tuple[float, int]] = deque()
        self._used = 0
        self._paused_until_s = 0.0

    def wait_s(self, weight: int) -> float:
        """How long until there is room for `weight`; 0 when there is now."""
        now_s = self._now_s()
        self._forget(now_s)
        wait_s = max(0.0, self._paused_until_s - now_s)
        over = self._used + weight - self._budget.weight_max
        for at_s, taken in self._taken:
            if over <= 0:
                break
            over -= taken
            wait_s = max(wait_s, at_s + self._budget.window_s - now_s)
        return wait_s

    def take(self, weight: int) -> bool:
        """Take it now, if there is room."""
        if self.wait_s(weight) > 0:
            return False
        self._taken.append((self._now_s(), weight))
        self._used += weight
        return True

    async def wait_for(self, weight: int) -> None:
        """Take it as soon as there is room. LimitReached when that is too far away."""
        until_s = self._now_s() + self._budget.wait_s_max
        while not self.take(weight):
            wait_s = self.wait_s(weight)
            if self._now_s() + wait_s > until_s:
                raise LimitReached(f"no room for {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

    def pause(self, for_s: float) -> None:
        """The exchange wants quiet for so long."""
        self._paused_until_s = max(self._paused_until_s, self._now_s() + for_s)

    def _forget(self, now_s: float) -> None:
        while self._taken and self._taken[0][0] + self._budget.window_s <= now_s:
            self._used -= self._taken.popleft()[1]
