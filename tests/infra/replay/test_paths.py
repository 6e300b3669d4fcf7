"""Recorded data as a price that can be asked for at any rising time."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.replay.bars import Bar
from neo.infra.replay.paths import BarPath, StepPath
from neo.infra.replay.recording import read_fair_price

S = 1_000_000_000


def bar(minute: int, opened: str, high: str, low: str, close: str) -> Bar:
    return Bar(minute * 60 * S, Decimal(opened), Decimal(high), Decimal(low), Decimal(close), Decimal(1))


RISING = bar(1, "10", "14", "8", "12")
FALLING = bar(1, "12", "14", "8", "10")


@pytest.mark.parametrize(
    ("at_s", "rising", "falling"),
    [(0, 10, 12), (60, 10, 12), (70, 9, 13), (80, 8, 14), (90, 11, 11), (100, 14, 8), (110, 13, 9), (120, 12, 10)],
)
def test_a_bar_is_walked_low_first_when_it_rises_and_high_first_when_it_falls(
    at_s: int, rising: int, falling: int
) -> None:
    assert BarPath([RISING]).price_at(at_s * S) == rising
    assert BarPath([FALLING]).price_at(at_s * S) == falling


def test_the_last_close_stands_in_a_gap_and_after_the_end() -> None:
    path = BarPath([RISING, bar(10, "20", "21", "19", "20.5")])

    assert [path.price_at(s * S) for s in (300, 599, 600, 700, 10_000)] == [
        Decimal(12),
        Decimal(12),
        Decimal(20),
        Decimal("20.5"),
        Decimal("20.5"),
    ]
    assert (path.start_ns, path.end_ns) == (60 * S, 660 * S)


def test_a_step_path_answers_with_the_latest_price_that_was_known() -> None:
    path = StepPath([(10, Decimal(1)), (20, Decimal(2)), (20, Decimal(3))])

    assert [path.price_at(at) for at in (5, 10, 19, 20, 99)] == [1, 1, 1, 3, 3]
    assert (path.start_ns, path.end_ns) == (10, 20)


@pytest.mark.parametrize("path", [BarPath, StepPath])
def test_a_path_of_nothing_is_refused(path: type[BarPath] | type[StepPath]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        path([])


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_prices_stay_inside_the_bars(seconds: list[int]) -> None:
    path = BarPath([RISING, bar(2, "12", "12.5", "11", "11.5")])

    for at_s in sorted(seconds):
        assert 8 <= path.price_at(at_s * S) <= 14


def test_the_recorded_month_and_the_recorded_book_become_paths(shared_recordings: Path) -> None:
    market = shared_recordings / "market"
    month = read_fair_price([market / "ohlcv_1m_2021-04-20_2021-05-20" / "XRP_USDT.csv.gz"])
    trades = read_fair_price([market / "trades" / "binance_XRP_ETH_2019-10-11_13.csv.gz"])
    book = read_fair_price([market / "l2" / "binance_spot_btcusdt_20240808.gz"])

    assert month.price_at(month.start_ns) == Decimal("1.42686")
    assert month.end_ns - month.start_ns > 29 * 86_400 * S
    assert trades.price_at(trades.end_ns) == Decimal("0.00152787")
    assert Decimal(61_000) < book.price_at(book.start_ns) < Decimal(62_500)
