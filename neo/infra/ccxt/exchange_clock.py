"""How far the exchange's clock is from ours: signed requests carry its time, and it refuses what is seconds off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from neo.domain.telemetry.exchange_events import ExchangeClockBack, ExchangeClockOff
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.infra.ccxt.line import Line
from neo.infra.ccxt.plan import WEIGHT_TIME, AskingPlan
from neo.infra.ccxt.quote_doubts import Report
from neo.records import frozen

_SAMPLES = 3
#: Time between two measurements while the clocks do not agree.
_OFF_EVERY_S = 20.0


@frozen
class MeasureClock:
    """Asked of the gateway by whoever looks at the exchange before a session."""


@frozen
class ClockMeasured:
    """How far the exchange's clock is ahead of ours; None: it does not tell its time."""

    ahead_ms: int | None


class ExchangeClock:
    """Measures on demand and keeps ccxt's `timeDifference` (ours minus theirs, ms) right. Unknown counts as none.

    `is_off`: the difference is more than the plan allows; then it is measured more often.
    """

    def __init__(self, client: Any, line: Line, plan: AskingPlan, now_ns: Callable[[], int], report: Report) -> None:
        self._client = client
        self._line = line
        self._plan = plan
        self._now_ns = now_ns
        self._report = report
        self.is_off = False
        self._measured_ns: int | None = None
        self._measuring = asyncio.Lock()
        self.ahead_ms = 0

    def exchange_ms(self, now_ns: int) -> int:
        """The exchange's time at our time `now_ns`."""
        return now_ns // NS_PER_MS + self.ahead_ms

    def doubt(self) -> None:
        """The exchange refused our time: measure before the next signed request."""
        self._measured_ns = None

    async def measured(self, request: MeasureClock) -> ClockMeasured:
        """Raises what the client raises."""
        del request
        return ClockMeasured(self.ahead_ms if await self.be_right() else None)

    async def be_right(self) -> bool:
        """Measure if the last measurement is old; False for an exchange that does not tell its time.

        Raises what the client raises; the difference stays as it was then.
        """
        if not self._client.has.get("fetchTime"):
            return False
        async with self._measuring:
            every_ns = int((_OFF_EVERY_S if self.is_off else self._plan.clock_every_s) * NS_PER_S)
            if self._measured_ns is None or self._now_ns() - self._measured_ns >= every_ns:
                await self._measure()
        return True

    async def _measure(self) -> None:
        """Of three samples the one with the shortest way there and back is the most exact."""
        samples = []
        for _ in range(_SAMPLES):
            before_ms = self._client.milliseconds()
            theirs_ms = await self._line.ask(WEIGHT_TIME, self._client.fetch_time)
            after_ms = self._client.milliseconds()
            samples.append((after_ms - before_ms, int(theirs_ms) - (before_ms + after_ms) // 2))
        self.ahead_ms = min(samples)[1]
        self._client.options["timeDifference"] = -self.ahead_ms
        self._measured_ns = self._now_ns()
        self._judge()

    def _judge(self) -> None:
        was_off, limit_ms = self.is_off, self._plan.clock_off_beyond_ms
        self.is_off = abs(self.ahead_ms) > limit_ms
        if self.is_off and not was_off:
            self._report(ExchangeClockOff(self._client.id, self.ahead_ms, limit_ms))
        elif was_off and not self.is_off:
            self._report(ExchangeClockBack(self._client.id, self.ahead_ms))
