"""How one tier of an exchange was polled over a session, from MD_HEALTH and MD_POLL_OVERRUN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neo.domain.units import NS_PER_MS
from neo.records import frozen

#: Upper ends of the histogram in multiples of the interval by which a cycle was too long; the last class is open.
OVERRUN_EDGES = (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4), Decimal(8))
#: An interval that the measured cycles support has so much air above them, in steps of half a second.
HEADROOM = Decimal("1.25")
STEP_MS = 500


@frozen
class TierPolling:
    """Times in ms. `durations_ms` are those of the cycles that overran, exact. `mean_interval_ms`: measured between starts.

    `p50_ms`, `p95_ms`, `p99_ms` are exact where overruns reach so far down, and else the last that MD_HEALTH said.
    """

    tier: str
    interval_ms: int | None
    symbols: int
    cycles: int
    overruns: int
    success_rate: Decimal | None
    mean_interval_ms: int | None
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    age_p99_ms: int | None
    degraded: int
    skipped: int
    durations_ms: tuple[int, ...]
    slowest: tuple[tuple[str, int], ...]
    first_ns: int | None
    last_ns: int | None

    @property
    def overrun_share(self) -> Decimal:
        return Decimal(self.overruns) / self.cycles if self.cycles else Decimal(0)

    @property
    def mean_overrun_ms(self) -> int | None:
        """Mean duration of the cycles that overran."""
        return sum(self.durations_ms) // len(self.durations_ms) if self.durations_ms else None

    @property
    def supported_interval_ms(self) -> int | None:
        """The shortest interval, in half seconds, that 95 % of the measured cycles leave some air."""
        return None if self.p95_ms is None else math.ceil(self.p95_ms * HEADROOM / STEP_MS) * STEP_MS

    def histogram(self) -> tuple[tuple[str, int], ...]:
        """Cycles by length: on time, then by how much longer than the interval they took."""
        interval = self.interval_ms or 1
        late = [Decimal(duration - interval) / interval for duration in self.durations_ms]
        rows = [("on time", max(0, self.cycles - self.overruns))]
        lower = Decimal(0)
        for edge in OVERRUN_EDGES:
            rows.append((_class(interval, lower, edge), sum(1 for share in late if lower < share <= edge)))
            lower = edge
        rows.append((f"over {_seconds(interval * (1 + lower))} s", sum(1 for share in late if share > lower)))
        return tuple(rows)


class TierTally:
    """Fed with the events of one tier in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self, tier: str, interval_ms: int | None) -> None:
        self._tier = tier
        self._interval_ms = interval_ms
        self._durations: list[int] = []
        self._slowest: dict[str, int] = {}
        self._cycles = 0
        self._measured_ns = self._measured_cycles = 0
        self._health: Mapping[str, Any] = {}
        self._health_at_ns = 0
        self._first_ns: int | None = None
        self._last_ns: int | None = None

    def overrun(self, at_ns: int, fields: Mapping[str, Any]) -> None:
        self._interval_ms = int(fields["interval_ms"])
        self._durations.append(int(fields["duration_ms"]))
        slowest = str(fields.get("slowest", ""))
        self._slowest[slowest] = self._slowest.get(slowest, 0) + 1
        self._first_ns = at_ns if self._first_ns is None else self._first_ns
        self._last_ns = at_ns

    def health(self, at_ns: int, fields: Mapping[str, Any]) -> None:
        """Its counters go up from the start of the actor that counts: a lower one is a new start."""
        before = int(self._health.get("cycles", 0))
        cycles = int(fields["cycles"])
        if cycles < before:
            self._cycles += before
        elif cycles > before > 0:
            self._measured_ns += at_ns - self._health_at_ns
            self._measured_cycles += cycles - before
        self._health, self._health_at_ns = fields, at_ns

    def polling(self) -> TierPolling:
        """What is known by now."""
        health = self._health
        cycles = self._cycles + int(health.get("cycles", 0))
        cycles = max(cycles, len(self._durations))
        return TierPolling(
            tier=self._tier,
            interval_ms=self._interval_ms,
            symbols=int(health.get("symbols", 0)),
            cycles=cycles,
            overruns=len(self._durations),
            success_rate=_decimal(health.get("success_rate")),
            mean_interval_ms=self._mean_interval_ms(),
            p50_ms=self._percentile(cycles, Decimal("0.5"), health.get("p50_ms")),
            p95_ms=self._percentile(cycles, Decimal("0.95"), health.get("p95_ms")),
            p99_ms=self._percentile(cycles, Decimal("0.99"), health.get("p99_ms")),
            age_p99_ms=_int(health.get("age_p99_ms")),
            degraded=int(health.get("degraded", 0)),
            skipped=int(health.get("skipped", 0)),
            durations_ms=tuple(self._durations),
            slowest=tuple(sorted(self._slowest.items(), key=lambda row: (-row[1], row[0]))),
            first_ns=self._first_ns,
            last_ns=self._last_ns,
        )

    def _mean_interval_ms(self) -> int | None:
        return self._measured_ns // self._measured_cycles // NS_PER_MS if self._measured_cycles else None

    def _percentile(self, cycles: int, share: Decimal, said: object) -> int | None:
        """Every cycle that is not among the overruns was shorter than each of them."""
        on_time = cycles - len(self._durations)
        rank = math.ceil(cycles * share)
        if rank > on_time and self._durations:
            return sorted(self._durations)[rank - on_time - 1]
        return _int(said)


def worst_first(tiers: Sequence[TierPolling]) -> list[TierPolling]:
    """By the number of cycles that overran."""
    return sorted(tiers, key=lambda tier: (-tier.overruns, tier.tier))


def weight_share(tier: TierPolling) -> Decimal:
    """How much slower than asked the tier was polled; 1 is as asked."""
    if tier.interval_ms is None or tier.mean_interval_ms is None:
        return Decimal(1)
    return Decimal(tier.mean_interval_ms) / tier.interval_ms


def in_seconds(milliseconds: int | None) -> str:
    """For people, to a hundredth."""
    return "unknown" if milliseconds is None else f"{Decimal(milliseconds) / 1000:.2f} s"


def _class(interval_ms: int, lower: Decimal, upper: Decimal) -> str:
    return f"{_seconds(interval_ms * (1 + lower))} to {_seconds(interval_ms * (1 + upper))} s"


def _seconds(milliseconds: Decimal) -> str:
    return f"{milliseconds / 1000:.2f}"


def _int(value: object) -> int | None:
    return None if value is None else int(str(value))


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
