from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.experiments.interval import difference_interval, mean_interval, t_quantile

PROFITS = st.lists(st.decimals(-100, 100, places=2), min_size=2, max_size=40)


def share_below(t: float, freedom: int, steps: int = 20_000) -> float:
    """Student's distribution at `t`, by adding up its density (Simpson)."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def density(x: float) -> float:
        return scale * math.pow(1 + x * x / freedom, -(freedom + 1) / 2)

    width = t / steps
    inner = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
    return 0.5 + width / 3 * (density(0) + inner + density(t))


@pytest.mark.parametrize("freedom", [*range(1, 31), 31, 35, 50, 100, 1000])
def test_97_and_a_half_percent_lie_below_the_quantile(freedom: int) -> None:
    assert abs(share_below(float(t_quantile(Decimal(freedom))), freedom) - 0.975) < 2e-5


def test_the_interval_of_a_known_example() -> None:
    """Five values with mean 10 and standard deviation 2 (sum of squares 16): 10 +- 2.7764 x 2 / sqrt(5)."""
    values = [Decimal(10) + shift for shift in map(Decimal, ("-2", "-2", "0", "2", "2"))]

    interval = mean_interval(values)

    assert interval is not None
    assert interval.mean == 10
    assert interval.high is not None
    assert abs(interval.high - Decimal("12.48327")) < Decimal("0.0001")


@given(PROFITS)
def test_the_interval_lies_around_the_mean_and_moves_with_the_values(values: list[Decimal]) -> None:
    interval, moved = mean_interval(values), mean_interval([value + 5 for value in values])

    assert interval is not None
    assert moved is not None
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low <= interval.mean <= interval.high
    assert abs(moved.mean - interval.mean - 5) < Decimal("1e-20")


@given(PROFITS, PROFITS)
def test_a_difference_is_the_other_one_turned_round(one: list[Decimal], other: list[Decimal]) -> None:
    there, back = difference_interval(one, other), difference_interval(other, one)

    assert there is not None
    assert back is not None
    assert there.low is not None
    assert back.high is not None
    assert abs(there.low + back.high) < Decimal("1e-15")
    assert there.excludes_zero == back.excludes_zero


@given(PROFITS)
def test_a_session_does_not_differ_from_itself(values: list[Decimal]) -> None:
    against = difference_interval(values, values)

    assert against is not None
    assert against.excludes_zero is False


def test_a_single_hour_says_nothing_about_chance() -> None:
    alone = mean_interval([Decimal(3)])

    assert alone is not None
    assert (alone.mean, alone.low, alone.excludes_zero) == (Decimal(3), None, None)
    assert mean_interval([]) is None
    assert difference_interval([], [Decimal(1)]) is None
