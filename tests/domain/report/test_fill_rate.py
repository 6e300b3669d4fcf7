from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.report.fill_rate import LABELS, FillRateTally
from neo.domain.units import NS_PER_S

HOUR_NS = 3600 * NS_PER_S


def test_fills_are_counted_where_the_last_tick_before_them_stood() -> None:
    tally = FillRateTally()
    for i in range(901):
        tally.tick(i * 4 * NS_PER_S, Decimal(-3), None)
    tally.fill(Side.BUY, Decimal(5))
    tally.tick(HOUR_NS + NS_PER_S, Decimal(1), None)
    tally.fill(Side.BUY, Decimal(7))

    rows = tally.table("XRP").rows

    near, behind = rows
    assert near[1:4] == ("improves it, or joins it", 0, 1)
    assert behind[1] == "2 to 5 bps behind"
    assert behind[3:] == (1, Decimal(1) / behind[2], 5)  # type: ignore[operator]
    assert abs(Decimal(str(behind[2])) - 1) < Decimal("0.001")


@pytest.mark.parametrize(
    ("distance_bps", "label"),
    [("0.01", 0), ("0", 0), ("-0.01", 1), ("-2", 1), ("-2.01", 2), ("-5", 2), ("-9.9", 3), ("-10", 3), ("-10.1", 4)],
)
def test_a_border_belongs_to_the_nearer_class(distance_bps: str, label: int) -> None:
    tally = FillRateTally()
    tally.tick(0, None, Decimal(distance_bps))
    tally.fill(Side.SELL, Decimal(1))

    ((side, name, *_),) = tally.table("XRP").rows

    assert (side, name) == ("ask", LABELS[label])


def test_a_fill_without_a_quote_in_the_last_tick_is_told_and_not_placed() -> None:
    tally = FillRateTally()
    tally.tick(0, None, None)
    tally.fill(Side.BUY, Decimal(1))

    table = tally.table("XRP")

    assert table.rows == ()
    assert "1 fills came while" in table.about


@given(st.lists(st.tuples(st.integers(1, 600), st.one_of(st.none(), st.integers(-20, 5))), max_size=60))
def test_the_time_quoted_is_never_more_than_the_time_that_passed(ticks: list[tuple[int, int | None]]) -> None:
    tally, at_ns = FillRateTally(), 0
    for step_s, distance in ticks:
        at_ns += step_s * NS_PER_S
        tally.tick(at_ns, None if distance is None else Decimal(distance), None)

    quoted = sum((row[2] for row in tally.table("XRP").rows if isinstance(row[2], Decimal)), Decimal(0))

    assert quoted * HOUR_NS <= at_ns + 1
