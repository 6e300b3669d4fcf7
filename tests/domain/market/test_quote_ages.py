"""How old the data of an exchange is: over the symbols that are polled, and no others."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.quote_ages import ages_of
from neo.domain.market.quote_desk import QuoteDesk
from neo.domain.market.tiers import Tier
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.messages.storage import AgeSnapshot
from neo.domain.units import NS_PER_S

NOW_NS = 1_000 * NS_PER_S


def desk(ages_s: dict[str, int], polled: dict[Tier, tuple[str, ...]]) -> QuoteDesk:
    one = Decimal(1)
    quotes = {symbol: ExchangeQuote(symbol, one, one, NOW_NS - age_s * NS_PER_S) for symbol, age_s in ages_s.items()}
    return QuoteDesk(quotes=quotes, polled=polled)


def test_median_and_oldest_are_over_the_symbols_of_all_tiers() -> None:
    known = desk({"A": 1, "B": 2, "C": 9}, {Tier.HOT: ("A",), Tier.COLD: ("B", "C")})

    assert ages_of(known, "mexc", "s", NOW_NS) == AgeSnapshot("s", NOW_NS, "mexc", 3, 2_000, 9_000)


def test_a_symbol_that_rests_or_was_never_quoted_does_not_count() -> None:
    known = desk({"A": 1, "RESTING": 600}, {Tier.HOT: ("A", "NEVER")})

    assert ages_of(known, "mexc", "s", NOW_NS) == AgeSnapshot("s", NOW_NS, "mexc", 1, 1_000, 1_000)


def test_without_a_quote_there_is_no_age() -> None:
    assert ages_of(desk({}, {Tier.COLD: ("A",)}), "mexc", "s", NOW_NS) is None
