"""What a tier's record says of its cycles."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.poll_cycles import (
    SAMPLES_MAX,
    PollCycle,
    PollOverrun,
    TierRecord,
    overrun,
    percentile,
    recorded,
)


def test_a_cycle_that_ends_exactly_when_the_next_starts_is_no_overrun() -> None:
    assert overrun(100, PollCycle(0, 100, 5, 5)) is None
    late = overrun(100, PollCycle(0, 101, 5, 4, "A/USDT"))
    assert late == PollOverrun(100, 101, 5, "A/USDT")
    assert late.overrun_ns == 1


def test_the_record_counts_and_stays_bounded() -> None:
    record = TierRecord()
    assert record.success_rate is None
    for number in range(SAMPLES_MAX + 10):
        record = recorded(record, 100, PollCycle(0, 50 + number % 100, 10, 9), [1, 2])
    assert (record.cycles, record.asked, record.answered) == (610, 6100, 5490)
    assert record.overruns == sum(1 for number in range(610) if 50 + number % 100 > 100)
    assert record.success_rate == Decimal("0.9")
    assert len(record.durations_ns) == len(record.ages_ns) == SAMPLES_MAX


@pytest.mark.parametrize(("share", "value"), [("0.5", 50), ("0.95", 95), ("0.99", 99), ("1", 100), ("0.001", 1)])
def test_percentiles_are_nearest_ranks(share: str, value: int) -> None:
    assert percentile(range(100, 0, -1), Decimal(share)) == value


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50), st.decimals("0.01", 1, places=2))
def test_at_least_the_share_does_not_exceed_the_percentile(values: list[int], share: Decimal) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(1 for value in values if value <= found) >= share * len(values)
    assert sum(1 for value in values if value < found) < share * len(values)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], Decimal("0.5")) is None
