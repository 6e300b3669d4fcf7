from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.report.chart import Chart
from neo.domain.report.course import CourseRows, MarketCourse
from neo.domain.report.decimation import POINTS_MAX
from neo.domain.units import NS_PER_S
from tests.domain.report.ticks import Fill, Tick

HOUR_S = 3600


def course(ticks: list[Tick], ends_s: int = HOUR_S, **rows: object) -> dict[str, Chart]:
    made = MarketCourse(CourseRows(base="XRP", quote="RLUSD", starts_ns=0, ends_ns=ends_s * NS_PER_S, **rows))  # type: ignore[arg-type]
    assert list(made.watched(ticks)) == ticks
    return {chart.key: chart for chart in made.charts()}


def last(chart: Chart, name: str) -> Decimal | None:
    (series,) = (series for series in chart.series if series.name == name)
    return series.points[-1][1]


def test_profit_after_fees_is_told_in_two_ways_that_agree_at_the_end() -> None:
    fills = (
        Fill(10, Side.BUY, Decimal(10), Decimal("4.9")),
        Fill(500, Side.SELL, Decimal(4), Decimal("2.2")),
    )
    ticks = [Tick(at_s) for at_s in range(0, 400, 4)]
    ticks += [Tick(at_s, Decimal("0.54"), Decimal("0.56")) for at_s in range(400, HOUR_S, 4)]

    profit = course(ticks, fills=fills, fees=((600 * NS_PER_S, "RLUSD", Decimal("0.01")),))["profit"]

    # bought 10 at 0.49, sold 4 at 0.55, the other 6 are worth 0.55 each
    assert last(profit, "profit after fees") == 10 * Decimal("0.06") - Decimal("0.01")
    assert last(profit, "spread captured") == Decimal("0.2")  # 10 x (0.51 - 0.49), 4 x (0.55 - 0.55)
    assert last(profit, "inventory carry") == Decimal("0.4")  # 10 x (0.55 - 0.51)
    assert last(profit, "fees") == Decimal("-0.01")


def test_inventory_is_valued_at_the_mid_and_stands_beside_its_limits() -> None:
    chart = course([Tick(0), Tick(4)], max_base_exposure=Decimal(600), max_quote_exposure=Decimal(700))["exposure"]

    assert (last(chart, "XRP"), last(chart, "RLUSD")) == (Decimal(51), Decimal(50))
    assert [(limit.name, limit.value) for limit in chart.limits] == [
        ("most XRP", Decimal(600)),
        ("most RLUSD", Decimal(700)),
    ]


def test_fills_are_marked_at_their_own_price() -> None:
    chart = course([Tick(0)], fills=(Fill(2, Side.SELL, Decimal(4), Decimal("2.2")),))["price"]

    assert last(chart, "sold") == Decimal("0.55")


def test_a_fill_after_the_last_tick_is_seen_too() -> None:
    chart = course([Tick(0)], fills=(Fill(3000, Side.BUY, Decimal(4), Decimal(2)),))["price"]

    assert last(chart, "bought") == Decimal("0.5")


@settings(max_examples=10)  # each walks through thousands of ticks
@given(st.integers(0, 6000), st.integers(1, 120))
def test_no_series_of_any_session_has_more_points_than_a_picture_can_show(ticks: int, every_s: int) -> None:
    charts = course([Tick(i * every_s) for i in range(ticks)], ends_s=max(1, ticks * every_s))

    assert max(len(series.points) for chart in charts.values() for series in chart.series) <= POINTS_MAX


def test_a_session_without_a_tick_has_empty_pictures() -> None:
    charts = course([])

    assert charts["price"].is_empty
    assert charts["distance"].is_empty
