"""Prices and others' books are functions of the seed and the instant."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated_exchange.liquidity import SeededLiquidity
from neo.infra.simulated_exchange.listing import Terms, seeded_markets
from neo.infra.simulated_exchange.price_path import DAY_MS, HOUR_MS, MINUTE_MS, TickBar
from neo.infra.simulated_exchange.recorded_price import RecordedPrice
from neo.infra.simulated_exchange.tick_bars import TickBars
from neo.infra.simulated_exchange.wandering_price import WanderingPrice
from tests.infra.simulated_exchange.exchanges import RULES, D

START_MS = 1_700_000_123_456
MINUTE_START_MS = START_MS - START_MS % MINUTE_MS
moments = st.integers(START_MS - DAY_MS, START_MS + 30 * DAY_MS)
TERMS = Terms(D(0), D("0.0005"), D(1), "MX", "3.2")


def wandering(seed: str = "7") -> WanderingPrice:
    return WanderingPrice(seed, 60_000, START_MS, day_move=0.05)


@settings(max_examples=50)
@given(st.lists(moments, min_size=2, max_size=12))
def test_a_price_does_not_depend_on_who_asked_before(asked: list[int]) -> None:
    in_order, backwards = wandering(), wandering()

    forth = [in_order.ticks_at(at_ms) for at_ms in asked]
    back = [backwards.ticks_at(at_ms) for at_ms in reversed(asked)]

    assert forth == back[::-1]


def test_another_seed_is_another_price() -> None:
    assert wandering("7").ticks_at(START_MS + DAY_MS) != wandering("8").ticks_at(START_MS + DAY_MS)


@settings(max_examples=50)
@given(moments)
def test_a_bar_holds_every_second_of_its_minute(at_ms: int) -> None:
    path = wandering()
    open_ms = at_ms - at_ms % MINUTE_MS
    seconds = [path.ticks_at(open_ms + second * 1_000) for second in range(60)]

    assert path.minute(open_ms) == TickBar(open_ms, seconds[0], max(seconds), min(seconds), seconds[-1])


@settings(max_examples=30)
@given(moments)
def test_one_second_leads_to_the_next_without_a_leap_except_in_a_dip(at_ms: int) -> None:
    path = WanderingPrice("7", 60_000, START_MS, day_move=0.05, dips_per_day=0)
    prices = [path.ticks_at(at_ms + second * 1_000) for second in range(120)]

    # A second's deviation is 5 % / sqrt(86,400) = 1.7 bps; ten of them are never seen.
    assert all(abs(later - earlier) / earlier < 0.0017 for earlier, later in pairwise(prices))


def test_a_dip_falls_by_some_per_cent_and_is_over_within_its_minute() -> None:
    path = WanderingPrice("7", 60_000, START_MS, day_move=0.0001, dips_per_day=1440)
    open_ms = START_MS - START_MS % MINUTE_MS + MINUTE_MS
    bar = path.minute(open_ms)

    assert bar is not None
    assert 0.93 < bar.low / bar.open < 0.986
    assert abs(bar.close / bar.open - 1) < 0.001


def test_the_walk_has_a_past_and_nothing_before_it() -> None:
    path = wandering()

    assert path.minute(path.born_ms) is not None
    assert path.minute(path.born_ms - MINUTE_MS) is None
    assert path.ticks_at(path.born_ms - HOUR_MS) == path.ticks_at(path.born_ms)


@settings(max_examples=30)
@given(moments)
def test_the_day_holds_the_present_price(at_ms: int) -> None:
    path = wandering()
    day = path.day(at_ms)

    assert day.low <= min(day.open, day.last) <= max(day.open, day.last) <= day.high
    assert day.last == path.ticks_at(at_ms)


BARS = TickBars(
    [TickBar(0, 100, 110, 90, 105), TickBar(MINUTE_MS, 105, 106, 80, 81), TickBar(3 * MINUTE_MS, 81, 90, 81, 88)]
)


def test_recorded_bars_are_lived_through_with_their_extremes_and_closes() -> None:
    path = RecordedPrice(BARS, 0, MINUTE_START_MS)

    seconds = [path.ticks_at(MINUTE_START_MS + second * 1_000) for second in range(60)]

    assert (seconds[0], max(seconds), min(seconds), seconds[-1]) == (100, 110, 90, 105)
    assert seconds.index(90) < seconds.index(110)
    assert path.minute(MINUTE_START_MS) == TickBar(MINUTE_START_MS, 100, 110, 90, 105)


@settings(max_examples=20)
@given(st.integers(0, 10 * MINUTE_MS))
def test_whenever_it_starts_recorded_bars_are_whole_minutes(later_ms: int) -> None:
    path = RecordedPrice(BARS, 0, START_MS + later_ms)
    open_ms = path.start_ms

    seconds = [path.ticks_at(open_ms + second * 1_000) for second in range(60)]

    assert open_ms % MINUTE_MS == 0 and START_MS + later_ms - MINUTE_MS < open_ms <= START_MS + later_ms
    assert path.minute(open_ms) == TickBar(open_ms, seconds[0], max(seconds), min(seconds), seconds[-1])


def test_in_a_gap_of_the_recording_the_last_close_stands_and_there_is_no_bar() -> None:
    path = RecordedPrice(BARS, 0, MINUTE_START_MS)

    assert path.ticks_at(MINUTE_START_MS + 2 * MINUTE_MS + 5_000) == 81
    assert path.minute(MINUTE_START_MS + 2 * MINUTE_MS) is None


def test_a_recording_begins_again_when_it_is_over() -> None:
    path = RecordedPrice(BARS, MINUTE_MS, MINUTE_START_MS)

    assert path.ticks_at(MINUTE_START_MS) == 105
    assert path.ticks_at(MINUTE_START_MS + 3 * MINUTE_MS) == 100
    assert path.born_ms == MINUTE_START_MS - MINUTE_MS
    assert path.day(MINUTE_START_MS + 70_000).low == 80
    assert path.day(MINUTE_START_MS + 10_000).low == 90


def test_a_running_bar_shows_nothing_of_its_future() -> None:
    path = RecordedPrice(BARS, MINUTE_MS, MINUTE_START_MS)

    day = path.day(MINUTE_START_MS + 1_000)

    assert (day.open, day.high, day.low) == (100, 110, 90)


@settings(max_examples=100)
@given(st.integers(0, 2_000_000), st.integers(0, 500))
def test_a_seeded_book_is_sorted_uncrossed_and_on_tick_and_step(epoch: int, seed: int) -> None:
    path = WanderingPrice(f"{seed}", 3 + seed, 0, day_move=0.08)
    liquidity = SeededLiquidity(f"{seed}", RULES, path, D(900))

    sides = liquidity.sides(epoch)

    bids, asks = [level.price for level in sides.bids], [level.price for level in sides.asks]
    assert bids == sorted(set(bids), reverse=True) and asks == sorted(set(asks)) and bids[0] < asks[0]
    assert all(not level.price % RULES.tick and level.price > 0 for level in (*sides.bids, *sides.asks))
    assert all(
        not level.quantity % RULES.step and level.quantity >= RULES.min_quantity for level in (*sides.bids, *sides.asks)
    )
    assert liquidity.touch(epoch).bids == sides.bids[:1] and liquidity.touch(epoch).asks == sides.asks[:1]


def test_others_take_from_one_side_or_the_other_and_now_and_then_much() -> None:
    liquidity = SeededLiquidity("7", RULES, wandering(), D(900))
    flows = [liquidity.flow(epoch) for epoch in range(1_700_000, 1_702_000)]

    usual = D(900) / D("600")
    assert all(not (flow.sold and flow.bought) for flow in flows)
    assert max(flow.sold for flow in flows) > 2 * usual > max(D("0.1"), sorted(flow.sold for flow in flows)[1_000])


def test_the_list_has_known_coins_and_as_many_markets_as_asked() -> None:
    markets = seeded_markets(2_500, 0, START_MS, TERMS)

    symbols = [market.rules.symbol for market in markets]
    assert len(set(symbols)) == 2_500
    assert {"MXUSDT", "BTCUSDT", "ETHUSDT", "XRPUSDT"} < set(symbols[:10])
    assert all(not each.touch(START_MS).asks[0].price % each.rules.tick for each in markets)


def test_the_same_seed_lists_the_same_markets_at_the_same_prices() -> None:
    first, again = (seeded_markets(60, 3, START_MS, TERMS) for _ in range(2))

    assert [each.touch(START_MS + 60_000) for each in first] == [each.touch(START_MS + 60_000) for each in again]
    assert [each.rules for each in first] == [each.rules for each in again]
