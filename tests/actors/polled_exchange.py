"""An exchange of quotes only, for the actors that poll one: as slow and as faulty as it is told to be."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from neo.actors.runtime import SimSystem
from neo.domain.messages.exchange import (
    DayStatistics,
    ExchangeQuote,
    FetchBars,
    FetchMarkets,
    FetchQuotes,
    FetchStatistics,
    MarketRule,
    MarketsFetched,
    QuotesFetched,
    StatisticsFetched,
    StreamQuotes,
    StreamsAssigned,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_MS, NS_PER_S


def rule(symbol: str) -> MarketRule:
    base, quote = symbol.split("/")
    step = Decimal("0.01")
    return MarketRule(symbol, base, quote, True, step, step, step, None, Decimal(5), Decimal(0), Decimal("0.001"))


class PolledExchange:
    """Port. `latency_ns` is asked for each request; `listed` are the markets; `quoted` overrides prices.

    A symbol that is not listed is unknown; one in `silent` is listed and has no quote; `down` fails every request.
    `streams` False: no quotes by WebSocket; `streamed` are the lists that were asked for, `live` those told already.
    """

    def __init__(self, system: SimSystem, symbols: tuple[str, ...], latency_ns: Callable[[], int]) -> None:
        self._system = system
        self._latency_ns = latency_ns
        self.listed = list(symbols)
        self.known = set(symbols)
        self.silent: set[str] = set()
        self.price = Decimal(100)
        self.down = False
        self.asked: list[tuple[int, FetchQuotes]] = []
        self.loads = 0
        self.streams = True
        self.streamed: list[tuple[str, ...]] = []
        self.live: tuple[str, ...] = ()

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        del caller
        started_ns = self._system.now_ns()
        if isinstance(request, FetchQuotes):
            self.asked.append((started_ns, request))
        self._system.after(self._latency_ns(), lambda: done(self._answer(request, started_ns)))

    def _answer(self, request: object, started_ns: int) -> object:
        now_ns = self._system.now_ns()
        if self.down:
            return PortFailed("exchange", PortError.UNAVAILABLE, "maintenance")
        match request:
            case FetchQuotes(symbols=symbols):
                known = [s for s in symbols if s in self.known]
                quotes = tuple(
                    ExchangeQuote(s, self.price - 1, self.price + 1, now_ns) for s in known if s not in self.silent
                )
                unknown = tuple(s for s in symbols if s not in self.known)
                missing = tuple(s for s in known if s in self.silent)
                return QuotesFetched(quotes, unknown, missing, "bulk", started_ns, now_ns)
            case FetchMarkets():
                self.loads += 1
                return MarketsFetched(tuple(rule(symbol) for symbol in self.listed), now_ns)
            case FetchStatistics(symbols=symbols):
                rows = tuple(DayStatistics(symbol, Decimal(1_000_000), Decimal(0)) for symbol in symbols)
                return StatisticsFetched(rows, now_ns)
            case StreamQuotes(symbols=symbols):
                if not self.streams:
                    return PortFailed("exchange", PortError.REJECTED, "no such thing here")
                self.streamed.append(symbols)
                return StreamsAssigned(self.live, ())
            case FetchBars(symbol=symbol):
                return UnknownSymbol(symbol, "no bars here")
        raise AssertionError(f"nobody asks for {request}")


def lognormal_ns(rng: random.Random, median_ms: float = 180, p99_ms: float = 2000) -> Callable[[], int]:
    """Latencies with this median and this 99th percentile."""
    import math

    sigma = math.log(p99_ms / median_ms) / 2.3263
    return lambda: min(int(median_ms * math.exp(sigma * rng.gauss(0, 1)) * NS_PER_MS), 15 * NS_PER_S)
