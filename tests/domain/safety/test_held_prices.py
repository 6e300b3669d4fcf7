"""A position whose symbol is not quoted any more is told once, counts as lost for purchases, and comes back."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.messages.dropping import QuotesUpdated, TradeRefusal
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.safety.exchange_risk import look_at_prices
from neo.domain.safety.held_prices import (
    HeldPrices,
    holding,
    remembering,
    stale_prices_from,
    stale_prices_key,
    stale_prices_row,
)
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.trade_events import PositionPriced, PositionPriceStale
from neo.domain.units import NS_PER_S
from tests.domain.safety.exchange_desk import LIMITS, START_NS, A, B, ExchangeRiskDesk, books, position

AGE_MAX_S = int(LIMITS.market_data_age_max_s)
BID = Decimal("8.5")


class Watched:
    """A desk that holds A; every second that passes quotes the given symbols."""

    def __init__(self, cost: int = 9) -> None:
        self.desk = ExchangeRiskDesk(books(position(A, cost)))

    def pass_time(self, seconds: int, *symbols: str) -> list[TelemetryEvent]:
        told: list[TelemetryEvent] = []
        for _ in range(seconds):
            desk = self.desk
            desk.now_ns += NS_PER_S
            if symbols:
                quotes = tuple(ExchangeQuote(symbol, BID, BID + 1, desk.now_ns) for symbol in symbols)
                desk.hear(QuotesUpdated("mexc", quotes))
            desk.state, events = look_at_prices(desk.state, desk.now_ns, desk.limits, "mexc")
            told += events
        return told


def test_a_held_symbol_that_is_not_quoted_while_others_are_is_told_once() -> None:
    watched = Watched()
    assert watched.pass_time(10, A, B) == []
    assert watched.pass_time(AGE_MAX_S, B) == []
    assert watched.pass_time(500, B) == [
        PositionPriceStale("mexc", A, AGE_MAX_S + 1, Decimal(1), BID, Decimal(9)),
    ]


def test_its_next_quote_ends_it_once_and_it_may_go_missing_again() -> None:
    watched = Watched()
    watched.pass_time(10, A, B)
    watched.pass_time(100, B)
    assert watched.pass_time(20, A, B) == [PositionPriced("mexc", A, 101, "quoted again")]
    assert [type(event) for event in watched.pass_time(100, B)] == [PositionPriceStale]


def test_a_position_that_was_never_quoted_is_missed_from_the_start() -> None:
    watched = Watched()
    (told,) = watched.pass_time(100, B)
    assert isinstance(told, PositionPriceStale) and told.last_bid is None


def test_a_position_that_is_held_no_more_is_no_longer_missed() -> None:
    watched = Watched()
    watched.pass_time(100, B)
    watched.desk.hear(books())
    (told,) = watched.pass_time(5, B)
    assert isinstance(told, PositionPriced) and told.why == "not held any more"


def test_a_feed_that_is_silent_as_a_whole_is_another_cause() -> None:
    watched = Watched()
    watched.pass_time(10, A, B)
    assert watched.pass_time(500) == []


def test_after_a_silent_feed_every_symbol_has_time_to_come_back() -> None:
    watched = Watched()
    watched.pass_time(10, A, B)
    watched.pass_time(500)
    assert watched.pass_time(AGE_MAX_S, B) == []
    assert len(watched.pass_time(5, B)) == 1


def test_nothing_is_bought_when_what_has_no_price_would_break_the_day_s_loss() -> None:
    watched = Watched(cost=9)
    watched.pass_time(100, B)
    desk = watched.desk
    assert desk.ask(desk.proposal(B)) is None  # 9 lost of 10
    desk.closed("-1")
    assert desk.ask(desk.proposal("C/USDT")) is TradeRefusal.STALE_POSITION
    assert desk.ask(desk.proposal(B, exits=True)) is None  # what has a price is sold as ever
    desk.quoted()
    assert desk.breaches() == []  # and nothing halts by it
    watched.pass_time(1, A)
    assert desk.ask(desk.proposal("C/USDT")) is None


def test_what_went_missing_yesterday_is_yesterday_s_loss() -> None:
    watched = Watched(cost=20)
    watched.pass_time(100, B)
    desk = watched.desk
    assert desk.ask(desk.proposal(B)) is TradeRefusal.STALE_POSITION
    desk.now_ns += 86_400 * NS_PER_S
    assert desk.ask(desk.proposal(B)) is None


def test_a_rebuilt_risk_tells_the_end_of_what_another_had_told() -> None:
    watched = Watched()
    watched.pass_time(100, B)
    row = stale_prices_row(watched.desk.state.prices, "s1", "mexc")
    assert row.key == stale_prices_key("s1", "mexc")
    assert dict(stale_prices_from(row.value)) == {A: START_NS}

    rebuilt = Watched()
    rebuilt.desk = ExchangeRiskDesk()
    rebuilt.desk.now_ns = watched.desk.now_ns
    prices = remembering(HeldPrices(), row.value, rebuilt.desk.now_ns)
    rebuilt.desk.state = attrs.evolve(rebuilt.desk.state, prices=prices)
    rebuilt.desk.hear(books(position(A, 9)))
    assert rebuilt.pass_time(200, B) == []
    (told,) = rebuilt.pass_time(1, A, B)
    assert told == PositionPriced("mexc", A, 301, "quoted again")


def test_without_anything_missing_there_is_no_row_and_a_broken_row_is_none() -> None:
    prices = holding(HeldPrices(), (position(A, 9),), START_NS)
    assert stale_prices_row(prices, "s1", "mexc").value is None
    assert [dict(stale_prices_from(text)) for text in (None, "", "[]", '{"A": "x"}', "{")] == [{}] * 5
