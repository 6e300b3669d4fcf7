from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.report.decimation import Point, Thinned, thinned
from neo.domain.units import NS_PER_S

VALUES = st.one_of(st.none(), st.decimals(-1000, 1000, places=3))


@st.composite
def courses(draw: st.DrawFn) -> list[Point]:
    """Points at rising times, with gaps of any length between them."""
    steps = draw(st.lists(st.integers(1, 50), max_size=300))
    at_ns, course = 0, list[Point]()
    for step in steps:
        at_ns += step * NS_PER_S
        course.append((at_ns, draw(VALUES)))
    return course


@given(courses(), st.integers(4, 200))
def test_no_more_points_than_allowed_stay_and_none_is_made_up(course: list[Point], points_max: int) -> None:
    kept = thinned(course, points_max)

    assert len(kept) <= points_max
    assert set(kept) <= set(course)
    assert [at_ns for at_ns, _ in kept] == sorted({at_ns for at_ns, _ in kept})


@given(courses(), st.integers(4, 200))
def test_the_lowest_and_the_highest_value_always_stay(course: list[Point], points_max: int) -> None:
    values = [value for _, value in course if value is not None]
    kept = [value for _, value in thinned(course, points_max) if value is not None]

    assert bool(kept) == bool(values)
    if values:
        assert (min(kept), max(kept)) == (min(values), max(values))


@given(courses())
def test_few_points_all_stay_but_for_repeated_gaps(course: list[Point]) -> None:
    valued = [point for point in course if point[1] is not None]

    assert [point for point in thinned(course, 100_000) if point[1] is not None] == valued


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=400))
def test_a_single_spike_in_a_calm_hour_is_seen(calm: list[Decimal]) -> None:
    course: list[Point] = [(i * NS_PER_S, value) for i, value in enumerate(calm)]
    spiked = [*course, (len(calm) * NS_PER_S, Decimal(5000)), *((at + 500 * NS_PER_S, v) for at, v in course)]

    assert Decimal(5000) in [value for _, value in thinned(spiked, 8)]


def test_a_stretch_without_values_breaks_the_line_once() -> None:
    one = Decimal(1)
    course: list[Point] = [(i * NS_PER_S, None if 400 <= i < 600 else one) for i in range(1000)]

    kept = thinned(course, 40)

    assert [value for _, value in kept].count(None) == 1


def test_what_comes_outside_of_the_announced_time_is_kept_too() -> None:
    sieve = Thinned(100 * NS_PER_S, 200 * NS_PER_S, 8)
    for at_s in (50, 150, 900):
        sieve.add(at_s * NS_PER_S, Decimal(at_s))

    assert [value for _, value in sieve.points()] == [50, 150, 900]


def test_a_picture_needs_four_points() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        Thinned(0, 1, 3)
