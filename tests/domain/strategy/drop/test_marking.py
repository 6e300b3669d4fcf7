"""Positions are marked at what they could be sold at; what has no quote stands at its cost."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.market.minute_closes import MinuteCloses
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.strategy.drop.anchor import DropAnchor
from neo.domain.strategy.drop.marking import marked
from neo.domain.strategy.drop.symbol_book import SymbolBook
from tests.domain.safety.exchange_desk import books, position
from tests.domain.strategy.drop.buyer_desk import RULES, market

AGE_MAX_NS = 30
A, B = "AAA/USDT", "BBB/USDT"


def quoted(symbol: str, bid: str, ask: str, at_ns: int = 1) -> SymbolBook:
    book = SymbolBook(symbol, market(symbol), DropAnchor.fresh(RULES.anchor, None), MinuteCloses(30))
    return attrs.evolve(book, quote=ExchangeQuote(symbol, Decimal(bid), Decimal(ask), at_ns))


def test_a_position_is_worth_its_quantity_at_the_bid() -> None:
    held = attrs.evolve(position(A, 25), quantity=Decimal("0.25"))
    mark = marked(books(held, total=100, reserved=10), {A: quoted(A, "98", "99")}, "s", 7, AGE_MAX_NS)

    assert (mark.value_quote, mark.cost_quote) == (Decimal("24.5"), Decimal(25))
    assert (mark.free, mark.reserved, mark.committed) == (Decimal(65), Decimal(10), Decimal(25))
    assert (mark.session_id, mark.at_ns, mark.venue, mark.positions, mark.unpriced) == ("s", 7, "mexc", 1, 0)


def test_what_has_no_quote_stands_at_its_cost_and_is_counted() -> None:
    mark = marked(books(position(A, 25), position(B, 30)), {A: quoted(A, "26", "27")}, "s", 7, AGE_MAX_NS)

    assert (mark.value_quote, mark.cost_quote) == (Decimal(26 + 30), Decimal(55))
    assert (mark.positions, mark.unpriced) == (2, 1)


def test_what_the_router_has_realised_is_told_as_it_is() -> None:
    assert marked(books(realised_quote=Decimal("-1.5")), {}, "s", 7, AGE_MAX_NS).realised_quote == Decimal("-1.5")


def test_a_gain_at_a_price_of_long_ago_is_none_and_a_loss_is_one() -> None:
    symbols = {
        A: quoted(A, "26", "27", 70),
        B: quoted(B, "26", "27", 70),
        "CCC/USDT": quoted("CCC/USDT", "1", "2", 101),
    }
    late = {**symbols, "CCC/USDT": quoted("CCC/USDT", "1", "2", 100)}
    held = books(position(A, 25), position(B, 30))

    still, gone = (marked(held, each, "s", 200, AGE_MAX_NS) for each in (late, symbols))

    assert (still.value_quote, still.unpriced) == (Decimal(26 + 26), 0)
    assert (gone.value_quote, gone.unpriced) == (Decimal(25 + 26), 1)
