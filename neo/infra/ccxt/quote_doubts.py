"""Quotes that are none: each symbol's is reported once, and again only after it was proper in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.exchange_events import ExchangeQuoteRefused
from neo.infra.ccxt.market_reading import number

Report = Callable[[TelemetryEvent], None]
#: What an exchange sends instead of a number may be long.
_SHOWN_MAX = 40


class QuoteDoubts:
    """`refused` are the symbols whose newest row was no quote."""

    def __init__(self, venue: str, report: Report) -> None:
        self._venue = venue
        self._report = report
        self.refused: frozenset[str] = frozenset()

    def looked(self, rows: Mapping[str, tuple[Any, Any]], proper: Iterable[str]) -> None:
        """`rows`: (bid, ask) of the symbols whose row is no quote; `proper` are those that have one."""
        self.refused -= frozenset(proper)
        for symbol, (bid, ask) in rows.items():
            if symbol not in self.refused:
                why = nonsense_of(bid, ask)
                self._report(ExchangeQuoteRefused(self._venue, symbol, _shown(bid), _shown(ask), why))
        self.refused |= rows.keys()


def nonsense_of(bid: object, ask: object) -> str:
    """Why these two are no quote; empty when they are."""
    for name, side in (("bid", bid), ("ask", ask)):
        if side is None or side == "":
            return f"there is no {name}"
        found = number(side)
        if found is None:
            return f"the {name} is not a number"
        if found <= 0:
            return f"the {name} is not positive"
    best_bid, best_ask = number(bid), number(ask)
    crossed = best_bid is not None and best_ask is not None and best_bid > best_ask
    return "bid above ask" if crossed else ""


def _shown(side: object) -> str:
    return "" if side is None else str(side)[:_SHOWN_MAX]
