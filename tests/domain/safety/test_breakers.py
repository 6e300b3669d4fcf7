"""Circuit breakers trip exactly at their limit and know what a day is."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.safety.breakers import NS_PER_DAY, Breaker, BreakerLimits, TradingRecord, closed, tripped

LIMITS = BreakerLimits(loss_streak_max=3, daily_loss_max=Decimal(10), daily_trades_max=5)


def after(*results: str, at_ns: int = 0) -> TradingRecord:
    record = TradingRecord()
    for result in results:
        record = closed(record, Decimal(result), at_ns)
    return record


def test_the_third_loss_in_a_row_trips_and_a_gain_in_between_does_not() -> None:
    assert tripped(LIMITS, after("-1", "-1"), 0) == ()
    assert tripped(LIMITS, after("-1", "-1", "-1"), 0) == (Breaker.LOSS_STREAK,)
    assert tripped(LIMITS, after("-1", "-1", "0", "-1"), 0) == ()


def test_a_day_may_lose_so_much_after_its_gains() -> None:
    assert tripped(LIMITS, after("-9.99"), 0) == ()
    assert tripped(LIMITS, after("-10"), 0) == (Breaker.DAILY_LOSS,)
    assert tripped(LIMITS, after("5", "-14"), 0) == ()


def test_a_day_has_so_many_trades() -> None:
    assert tripped(LIMITS, after("1", "1", "1", "1", "1"), 0) == (Breaker.DAILY_TRADES,)


def test_midnight_in_utc_ends_the_day_but_not_a_streak() -> None:
    record = after("-6", "-2", "-2", "-1", "-1", at_ns=NS_PER_DAY - 1)
    assert set(tripped(LIMITS, record, NS_PER_DAY - 1)) == set(Breaker)
    assert tripped(LIMITS, record, NS_PER_DAY) == (Breaker.LOSS_STREAK,)
    assert tripped(LIMITS, closed(record, Decimal(1), NS_PER_DAY), NS_PER_DAY) == ()


@given(st.lists(st.tuples(st.integers(0, 3), st.decimals(-5, 5, places=2)), max_size=40))
def test_a_day_adds_up(trades: list[tuple[int, Decimal]]) -> None:
    by_day: dict[int, list[Decimal]] = {}
    record, day = TradingRecord(), 0
    for days_later, result in trades:
        day += days_later
        by_day.setdefault(day, []).append(result)
        record = closed(record, result, day * NS_PER_DAY)
    if trades:
        assert record.result_today == sum(by_day[day], Decimal(0))
        assert record.trades_today == len(by_day[day])
