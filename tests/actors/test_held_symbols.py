"""A watchlist that became shorter while a symbol was held: its position keeps its stop loss, and is the last one."""

from __future__ import annotations

from decimal import Decimal

from neo.actors import names
from neo.domain.market.held_symbols import with_held_symbols
from neo.domain.messages.dropping import BuyerStarted, MarketsUpdated, QuotesUpdated
from neo.domain.messages.storage import PositionRecord
from neo.domain.telemetry.polling_events import MdHeldSymbolWatched
from tests.actors.test_polling import Scene

ONE = Decimal(1)


def held(venue: str, symbol: str) -> PositionRecord:
    return PositionRecord(venue, symbol, "intent", ONE, ONE, Decimal(0), ONE, ONE, 0)


def scene_with(*positions: PositionRecord) -> Scene:
    return Scene(2, positions=positions, unwatched=("HELD/USDT", "ELSE/USDT"))


def test_a_held_symbol_that_is_not_on_the_watchlist_is_polled_said_once_and_told_as_one_to_sell_only() -> None:
    scene = scene_with(held("mexc", "HELD/USDT"), held("mexc", "S1/USDT"), held("kraken", "ELSE/USDT"))
    scene.pass_time(20)

    quoted = {quote.symbol for told in scene.heard if isinstance(told, QuotesUpdated) for quote in told.quotes}
    assert quoted == {"S0/USDT", "S1/USDT", "HELD/USDT"}
    assert scene.events(MdHeldSymbolWatched) == [MdHeldSymbolWatched("HELD/USDT")]
    markets = [told for told in scene.heard if isinstance(told, MarketsUpdated)]
    assert {told.sell_only for told in markets} == {("HELD/USDT",)}


def test_a_rebuilt_drop_buyer_is_told_what_is_to_be_sold_only() -> None:
    scene = scene_with(held("mexc", "HELD/USDT"))
    scene.heard.clear()
    scene.system.tell(names.EXCHANGE_DATA, BuyerStarted())
    scene.pass_time(1)
    (told,) = [m for m in scene.heard if isinstance(m, MarketsUpdated)]
    assert told.sell_only == ("HELD/USDT",)


def test_who_was_told_of_already_is_not_told_again() -> None:
    scene = scene_with()
    books = scene.recovery(held("mexc", "HELD/USDT"))
    rules, first = with_held_symbols(scene.rules, books)
    assert first == (MdHeldSymbolWatched("HELD/USDT"),)
    assert with_held_symbols(rules, books) == (rules, ())
