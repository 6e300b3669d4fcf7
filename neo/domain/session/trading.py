"""What a session trades, by its stored configuration: each strategy with its venue and its markets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo.domain.config.strategies import DROP_BUYER, MARKET_MAKER, running
from neo.domain.market.instrument import LEDGER_VENUE
from neo.records import frozen


@frozen
class Trading:
    """`markets` are symbols, BASE/QUOTE; `quote` is the currency that is spent."""

    strategy: str
    venue: str
    quote: str
    markets: tuple[str, ...]

    @property
    def text(self) -> str:
        """The symbol that quotes are made for, or how many symbols are watched for drops where."""
        if self.strategy == MARKET_MAKER:
            return ", ".join(self.markets)
        symbols = "1 symbol" if len(self.markets) == 1 else f"{len(self.markets)} symbols"
        return f"drops of {symbols} on {self.venue}"


def trading_of(config: Mapping[str, Any]) -> tuple[Trading, ...]:
    """From dotted path to value, as a session stores it. What an old version did not store has today's default."""
    found = []
    runs = running(config)
    if MARKET_MAKER in runs:
        base, quote = str(config.get("xrpl.base", "XRP")), str(config.get("xrpl.quote", "RLUSD"))
        found.append(Trading(MARKET_MAKER, LEDGER_VENUE, quote, (f"{base}/{quote}",)))
    if DROP_BUYER in runs:
        quote = str(config.get("exchange.quote", "USDT"))
        watched = tuple(map(str, config.get("exchange.watchlist", ())))
        found.append(Trading(DROP_BUYER, str(config.get("exchange.name", "mexc")), quote, watched))
    return tuple(found)
