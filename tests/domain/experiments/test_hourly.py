from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.experiments.hourly import HOUR_NS, HourlyProfit, hour_ends, with_profits
from neo.domain.market.instrument import Side
from neo.domain.report.money_course import MoneyCourse, mid_of
from neo.domain.units import NS_PER_S
from tests.domain.report.ticks import Fill, Tick

FILLS = st.lists(
    st.builds(
        Fill,
        st.integers(0, 4 * 3600),
        st.sampled_from(Side),
        st.just(Decimal(10)),
        st.integers(4000, 6000).map(lambda n: Decimal(n) / 1000),
    ),
    max_size=12,
)
PRICES = st.lists(st.integers(400, 600).map(lambda n: Decimal(n) / 1000), min_size=61, max_size=61)


def money(fills: list[Fill]) -> MoneyCourse:
    return MoneyCourse("XRP", fills, [(7200 * NS_PER_S, "RLUSD", Decimal("0.25"))])


@given(FILLS, PRICES)
def test_the_hours_of_a_session_add_up_to_its_profit(fills: list[Fill], prices: list[Decimal]) -> None:
    ticks = [Tick(240 * i, price, price + Decimal("0.001")) for i, price in enumerate(prices)]
    hourly = HourlyProfit(money(fills), hour_ends(0, 4 * HOUR_NS))

    assert list(hourly.watched(ticks)) == ticks

    whole = money(fills)
    for tick in ticks:
        whole.until(tick.at_ns)
        whole.mid(tick.at_ns, mid_of(tick))
    whole.until(4 * HOUR_NS)
    assert len(hourly.profits()) == 4
    assert sum(hourly.profits()) == whole.profit().net


def test_an_hour_gets_what_happened_in_it() -> None:
    ticks = [Tick(60 * i, Decimal("0.50"), Decimal("0.52")) for i in range(181)]
    fills = [Fill(1800, Side.BUY, Decimal(10), Decimal(5)), Fill(9000, Side.SELL, Decimal(10), Decimal("5.3"))]
    hourly = HourlyProfit(money(fills), hour_ends(0, 3 * HOUR_NS))

    list(hourly.watched(ticks))

    # bought at 0.50 under a mid of 0.51; a fee of 0.25 at two hours; sold at 0.53, 0.02 above the mid
    assert hourly.profits() == (Decimal("0.1"), Decimal("-0.25"), Decimal("0.2"))


@given(st.integers(0, 100 * 3600))
def test_hours_that_count_lie_in_the_session_and_a_short_rest_is_left_out(length_s: int) -> None:
    ends = hour_ends(0, length_s * NS_PER_S)

    assert len(ends) == length_s // 3600 + (length_s % 3600 >= 1800)
    assert all(end <= length_s * NS_PER_S for end in ends)


def test_what_two_strategies_made_in_one_currency_is_added_hour_by_hour() -> None:
    maker = {"USDT": (Decimal(1), Decimal(-2))}

    both = with_profits(maker, "USDT", (Decimal("0.5"), Decimal(5)))

    assert both == {"USDT": (Decimal("1.5"), Decimal(3))}
    assert with_profits(maker, "EUR", (Decimal(4), Decimal(0)))["EUR"] == (Decimal(4), Decimal(0))
    assert maker == {"USDT": (Decimal(1), Decimal(-2))}
