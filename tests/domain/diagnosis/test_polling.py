from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.diagnosis.diagnosis import diagnose
from neo.domain.diagnosis.evidence import Said
from neo.domain.diagnosis.polling import TierPolling
from neo.domain.market.poll_cycles import percentile
from tests.domain.diagnosis.clues import evidence, said

INTERVAL_MS = 1500


def health(at_s: int, cycles: int, **fields: object) -> Said:
    usual = {"p50_ms": 200, "p95_ms": 700, "p99_ms": 900, "age_p99_ms": 2000, "success_rate": "0.999", "symbols": 130}
    return said("MD_HEALTH", at_s, tier="hot", cycles=cycles, overruns=0, degraded=0, skipped=0, **{**usual, **fields})


def overruns(durations_ms: list[int]) -> list[Said]:
    return [
        said("MD_POLL_OVERRUN", i, tier="hot", interval_ms=INTERVAL_MS, duration_ms=ms, slowest="bulk", symbols=130)
        for i, ms in enumerate(durations_ms)
    ]


def polled(*events: Said) -> TierPolling:
    (tier,) = evidence(*events).polling
    return tier


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=200))
def test_percentiles_are_exact_as_far_as_the_late_cycles_reach(durations_ms: list[int]) -> None:
    late = [ms for ms in durations_ms if ms > INTERVAL_MS]
    tier = polled(*overruns(late), health(60, len(durations_ms)))

    for share, seen in (("0.5", tier.p50_ms), ("0.95", tier.p95_ms), ("0.99", tier.p99_ms)):
        exact = percentile(durations_ms, Decimal(share))
        assert exact is not None
        said = {"0.5": 200, "0.95": 700, "0.99": 900}[share]  # what MD_HEALTH says of cycles that were on time
        assert seen == (exact if exact > INTERVAL_MS else said)


@given(st.lists(st.integers(INTERVAL_MS + 1, 60_000), min_size=1, max_size=200), st.integers(0, 500))
def test_every_cycle_is_in_one_class_of_the_histogram(late_ms: list[int], on_time: int) -> None:
    tier = polled(*overruns(late_ms), health(60, len(late_ms) + on_time))

    assert sum(count for _, count in tier.histogram()) == len(late_ms) + on_time
    assert tier.histogram()[0] == ("on time", on_time)


@given(st.lists(st.integers(INTERVAL_MS + 1, 60_000), min_size=20, max_size=200))
def test_the_supported_interval_is_longer_than_95_percent_of_the_cycles(late_ms: list[int]) -> None:
    supported = polled(*overruns(late_ms)).supported_interval_ms

    assert supported is not None
    assert sum(1 for ms in late_ms if ms > supported) <= len(late_ms) * Decimal("0.05")


def test_the_measured_interval_is_the_time_between_starts_also_over_a_restart_of_the_counter() -> None:
    tier = polled(*(health(60 * i, 10 * i) for i in range(1, 5)), *(health(300 + 60 * i, 10 * i) for i in range(1, 4)))

    assert (tier.mean_interval_ms, tier.cycles) == (6000, 70)


@pytest.mark.parametrize(("late", "weight"), [(60, "critical"), (3, "medium")])
def test_a_few_late_cycles_weigh_less_than_many(late: int, weight: str) -> None:
    events = [health(60, 20), *overruns([2000] * late), health(1500, 1000)]

    (problem,) = diagnose(evidence(*events)).problems

    assert (problem.key, problem.weight.value, problem.count) == ("poll_overruns", weight, late)


def test_a_success_rate_of_exactly_95_percent_is_not_over_it() -> None:
    diagnosis = diagnose(evidence(health(60, 20, success_rate="0.95")))

    assert [problem.key for problem in diagnosis.problems] == ["poll_success"]
    assert [check.key for check in diagnosis.checks if check.passed is False] == ["success"]


@pytest.mark.parametrize(("seconds", "passed"), [(15, True), (20, True), (21, False), (10, True), (9, False)])
def test_a_cycle_counts_as_on_time_within_half_a_second(seconds: int, passed: bool) -> None:
    checks = {check.key: check.passed for check in diagnose(evidence(health(60, 10), health(60 + seconds, 20))).checks}

    assert checks["cycle_time"] is passed


def test_a_tier_that_hardly_polled_gets_no_interval_recommended() -> None:
    (problem,) = diagnose(evidence(*overruns([3000]))).problems

    assert "1 cycles tell nothing" in problem.advice[0] and not any("Set exchange" in text for text in problem.advice)


def test_in_a_session_faster_than_the_clock_a_late_cycle_is_told_in_time_of_the_machine() -> None:
    events = [health(60, 20), *overruns([3000]), health(1500, 1000)]

    fast, real = (diagnose(evidence(*events, config={"speed": speed})).problems[0] for speed in ("60", "1"))

    assert "60 times faster than the clock: 3.00 s of it are 50 ms of this machine" in fast.evidence[-1]
    assert not any("faster than the clock" in text for text in real.evidence)
