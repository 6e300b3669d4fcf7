from __future__ import annotations

from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.session.distance import NO_DISTANCE, TouchDistance, is_within_2bps, touch_distance
from neo.domain.session.distance_statistics import MEDIAN_STEP_BPS, DistanceTally
from neo.domain.session.distance_window import DistanceWindow, window_from_json, window_to_json
from tests.domain.samples import D

prices = st.decimals("0.10", "10", places=6)
distances = st.one_of(st.none(), st.decimals("-40", "40", places=3))


def bid_side(distance: Decimal | None) -> TouchDistance:
    return TouchDistance(distance, None)


def test_a_bid_behind_the_touch_is_negative_and_one_that_improves_it_positive() -> None:
    assert touch_distance(D("0.9998"), None, D("0.9999"), D("1.0001")).distance_to_clob_bid_bps == -1
    assert touch_distance(D("1.0000"), None, D("0.9999"), D("1.0001")).distance_to_clob_bid_bps == 1
    assert touch_distance(None, D("1.0003"), D("0.9999"), D("1.0001")).distance_to_clob_ask_bps == -2


@given(prices, prices, prices, prices)
def test_the_distance_is_what_the_definition_says(ours: Decimal, asked: Decimal, bid: Decimal, ask: Decimal) -> None:
    distance = touch_distance(ours, asked, bid, ask)

    mid = (float(bid) + float(ask)) / 2
    assert float(distance.distance_to_clob_bid_bps or 0) == pytest.approx(
        (float(ours) - float(bid)) * 1e4 / mid, abs=1e-6
    )
    assert float(distance.distance_to_clob_ask_bps or 0) == pytest.approx(
        (float(ask) - float(asked)) * 1e4 / mid, abs=1e-6
    )


def test_without_both_sides_of_the_book_there_is_no_distance() -> None:
    assert touch_distance(D(1), D(2), D(1), None) == NO_DISTANCE
    assert touch_distance(D(1), D(2), None, D(2)) == NO_DISTANCE
    assert is_within_2bps(None) is None


@pytest.mark.parametrize(
    ("bps", "within"), [("2", True), ("-2", True), ("2.001", False), ("-2.001", False), ("0", True)]
)
def test_exactly_two_bps_is_within_two_bps(bps: str, within: bool) -> None:
    assert is_within_2bps(D(bps)) is within


def test_the_window_keeps_only_the_newest_ticks() -> None:
    window = DistanceWindow.of(3, [(at_ns, bid_side(D(at_ns))) for at_ns in range(5)])

    assert [row.at_ns for row in window.rows] == [2, 3, 4]
    assert window.within_2bps_share() == (D(1) / 3, None)


@given(st.integers(1, 5), st.lists(st.tuples(distances, distances), max_size=8))
def test_the_window_survives_its_stored_text(size: int, ticks: list[tuple[Decimal | None, Decimal | None]]) -> None:
    window = DistanceWindow.of(size, [(at_ns, TouchDistance(bid, ask)) for at_ns, (bid, ask) in enumerate(ticks)])

    assert window_from_json(window_to_json(window)) == window


def test_text_that_is_no_window_is_refused() -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        window_from_json("[]")


@given(st.lists(distances, max_size=60))
def test_streamed_statistics_equal_those_of_the_whole_list(ticks: list[Decimal | None]) -> None:
    tally = DistanceTally()
    for distance in ticks:
        tally.add(bid_side(distance))
    side = tally.statistics().bid

    known = [distance for distance in ticks if distance is not None]
    assert side.ticks == len(known)
    assert side.within_2bps == sum(1 for distance in known if abs(distance) <= 2)
    assert sum(side.histogram) == len(known)
    if known:
        assert side.mean_bps == sum(known) / len(known)
        assert side.median_bps is not None
        assert abs(side.median_bps - median(known)) <= MEDIAN_STEP_BPS
    else:
        assert (side.mean_bps, side.median_bps, side.within_2bps_percent) == (None, None, None)


def test_the_histogram_is_of_absolute_distances_with_closed_upper_ends() -> None:
    tally = DistanceTally()
    for bps in ("0", "-2", "2.5", "-5", "10", "10.1", "-5000"):
        tally.add(bid_side(D(bps)))

    side = tally.statistics().bid
    assert side.histogram == (2, 2, 1, 2)
    assert side.within_2bps_percent == D(200) / 7
    assert tally.statistics().ask.ticks == 0


def test_memory_does_not_grow_with_the_number_of_ticks() -> None:
    tally = DistanceTally()
    for index in range(2000):
        tally.add(bid_side(D(index % 7)))

    assert len(tally._bid._steps) == 7
