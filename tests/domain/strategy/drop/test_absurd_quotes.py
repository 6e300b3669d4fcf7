"""Quotes that are no prices, and prices that come late, move nothing and confirm nothing."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.dropping import BarsLoaded, QuotesUpdated
from neo.domain.messages.exchange import ExchangeQuote, PriceBar
from neo.domain.telemetry.drop_events import DropTriggered
from tests.domain.strategy.drop.buyer_desk import MINUTE_NS, RULES, BuyerDesk

A = "AAA/USDT"
TWICE = attrs.evolve(RULES, trigger=attrs.evolve(RULES.trigger, confirm_ticks=2))
ABSURD = [("0", "0"), ("-1", "1"), ("NaN", "98"), ("98", "NaN"), ("98", "97"), ("98", "Infinity"), ("sNaN", "1")]


@pytest.mark.parametrize(("bid", "ask"), ABSURD)
def test_an_absurd_quote_changes_no_book_and_confirms_no_drop(bid: str, ask: str) -> None:
    desk = BuyerDesk(A, rules=TWICE)
    desk.quotes(A, [100, 98])
    before = desk.state.books
    desk.hear(QuotesUpdated("mexc", (ExchangeQuote(A, Decimal(bid), Decimal(ask), desk.now_ns),)))
    assert desk.state.books == before
    assert desk.said(DropTriggered) == []
    desk.quote(A, 98)
    assert len(desk.trades) == 1


def test_a_quote_older_than_the_newest_is_not_traded_on() -> None:
    desk = BuyerDesk(A)
    desk.quote(A, 100)
    desk.quote(A, 98, after_s=0, old_s=1)
    assert desk.trades == []
    newest = desk.state.books[A].quote
    assert newest is not None
    assert newest.mid == 100


def test_two_quotes_of_a_symbol_in_one_message_are_one_price_to_judge() -> None:
    desk = BuyerDesk(A, rules=TWICE)
    desk.quote(A, 100)
    quotes = tuple(
        ExchangeQuote(A, Decimal(price), Decimal(price), desk.now_ns + n) for n, price in enumerate((99, 98))
    )
    desk.hear(QuotesUpdated("mexc", quotes))
    assert desk.said(DropTriggered) == []


@pytest.mark.parametrize("close", ["0", "-1", "NaN"])
def test_an_absurd_bar_is_left_out(close: str) -> None:
    desk = BuyerDesk(A)
    closes = (Decimal(100), Decimal(close))
    bars = tuple(
        PriceBar(desk.now_ns - (3 - n) * MINUTE_NS, *(price,) * 4, Decimal(1)) for n, price in enumerate(closes)
    )
    desk.hear(BarsLoaded("mexc", A, bars))
    assert [price for _, price in desk.state.books[A].closes.closes] == [100]
    desk.quote(A, 98)
    assert len(desk.trades) == 1
