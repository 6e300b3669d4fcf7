"""The closes of the last minutes are those that a plain grouping of all prices by minute has."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.minute_closes import MinuteCloses
from neo.domain.units import NS_PER_MINUTE, NS_PER_S

D = Decimal
PRICE = st.integers(1, 1_000_000).map(lambda n: Decimal(n) / 100)
SERIES = st.lists(st.tuples(st.integers(0, 400), PRICE), min_size=1, max_size=60)
WINDOW = st.integers(2, 12)


def timed(steps: list[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Pauses in seconds become times in ns."""
    at_ns, found = 0, []
    for pause_s, price in steps:
        at_ns += pause_s * NS_PER_S
        found.append((at_ns, price))
    return found


def closes(minutes: int, points: list[tuple[int, Decimal]]) -> MinuteCloses:
    known = MinuteCloses(minutes)
    for at_ns, price in points:
        known = known.observed(at_ns, price)
    return known


@given(WINDOW, SERIES)
def test_the_last_price_of_each_minute_of_the_window_is_kept(minutes: int, steps: list[tuple[int, Decimal]]) -> None:
    points = timed(steps)
    last = {at_ns // NS_PER_MINUTE: price for at_ns, price in points}
    newest = max(last)
    wanted = tuple((minute, price) for minute, price in sorted(last.items()) if minute > newest - minutes)
    assert closes(minutes, points).closes == wanted


@given(WINDOW, SERIES)
def test_figures_are_those_of_the_closes_and_unknown_before_half_of_them_are(
    minutes: int, steps: list[tuple[int, Decimal]]
) -> None:
    known = closes(minutes, timed(steps))
    prices = [price for _, price in known.closes]
    if 2 * len(prices) < minutes:
        assert (known.average, known.change_bps, known.volatility_bps) == (None, None, None)
        return
    assert known.average is not None
    assert known.change_bps is not None
    assert min(prices) <= known.average <= max(prices)
    assert (known.change_bps > 0) == (prices[-1] > prices[0])
    assert (known.change_bps < 0) == (prices[-1] < prices[0])
    if known.volatility_bps is not None:
        assert known.volatility_bps >= 0


def test_figures_of_a_short_series_by_hand() -> None:
    known = closes(4, [(n * NS_PER_MINUTE, D(price)) for n, price in enumerate((100, 110, 99))])
    assert known.average == D(103)
    assert known.change_bps == -100
    assert known.volatility_bps == 1000  # moves of +1000 and -1000 bps


@given(WINDOW, SERIES, PRICE)
def test_a_price_of_an_earlier_minute_changes_nothing(
    minutes: int, steps: list[tuple[int, Decimal]], late: Decimal
) -> None:
    points = [(at_ns + NS_PER_MINUTE, price) for at_ns, price in timed(steps)]
    known = closes(minutes, points)
    earlier_ns = known.closes[-1][0] * NS_PER_MINUTE - 1
    assert known.observed(earlier_ns, late) == known
