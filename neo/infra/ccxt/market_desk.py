"""Markets, quotes, statistics and bars: what is asked in public."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from neo.domain.messages.exchange import (
    BarsFetched,
    FetchBars,
    FetchMarkets,
    FetchQuotes,
    FetchStatistics,
    MarketRule,
    MarketsFetched,
    QuotesFetched,
    StatisticsFetched,
    UnknownSymbol,
)
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.infra.ccxt.access import ExchangeAccess
from neo.infra.ccxt.bulk_quotes import bulk_call, bulk_rows, quotes_of, sides_of
from neo.infra.ccxt.bulk_statistics import fetched_statistics
from neo.infra.ccxt.client import open_client
from neo.infra.ccxt.exchange_clock import ExchangeClock
from neo.infra.ccxt.hedging import hedged
from neo.infra.ccxt.line import Line
from neo.infra.ccxt.market_load import load_markets
from neo.infra.ccxt.market_reading import market_rules, price_bars
from neo.infra.ccxt.plan import WEIGHT_BARS, WEIGHT_BULK, WEIGHT_MARKETS, WEIGHT_STATISTICS, AskingPlan
from neo.infra.ccxt.quote_doubts import QuoteDoubts, Report
from neo.infra.ccxt.quote_flight import QuoteFlight


class MarketDesk:
    """Lives on the client's loop. Every method may raise what the client raises, or LimitReached."""

    def __init__(
        self, client: Any, line: Line, plan: AskingPlan, access: ExchangeAccess, clock: ExchangeClock,
        now_ns: Callable[[], int], report: Report,
    ) -> None:  # fmt: skip
        self._client = client
        self._line = line
        self._plan = plan
        self._access = access
        self._clock = clock
        self._now_ns = now_ns
        self._call = bulk_call(client)
        self._doubts = QuoteDoubts(client.id, report)
        self._flight = QuoteFlight(self._ask_quotes, plan.coalesce_ms, now_ns)
        self._loading = asyncio.Lock()
        self._loaded_ns: int | None = None
        self._reload: asyncio.Task[None] | None = None

    @property
    def flights(self) -> int:
        """Bulk requests that were begun, hedges not counted."""
        return self._flight.flights

    async def ready(self) -> None:
        """The markets are loaded; nothing can be asked about a symbol before. While they are loaded again the old ones do."""
        if self._loaded_ns is not None:
            return
        async with self._loading:
            if self._loaded_ns is None:
                await self._load()

    async def markets(self, request: FetchMarkets) -> MarketsFetched:
        """Loaded anew. A market that is called inactive and has a quote all the same is active: MEXC's flag says little."""
        del request
        async with self._loading:
            await self._load()
        rules, without_rules = market_rules(self._client, self._access.quote)
        doubtful = [each.symbol for each in rules if not each.is_active]
        if doubtful:
            rules = await self._checked(rules, doubtful)
        return MarketsFetched(rules, self._now_ns(), without_rules)

    async def quotes(self, request: FetchQuotes) -> QuotesFetched:
        await self.ready()
        listed = [symbol for symbol in request.symbols if symbol in self._client.markets]
        unknown = tuple(symbol for symbol in request.symbols if symbol not in self._client.markets)
        answer = await self._flight.answer()
        listed = [symbol for symbol in listed if symbol in self._client.markets]
        found = quotes_of(self._client, self._call, answer.rows, listed, answer.ended_ns)
        missing = tuple(symbol for symbol in listed if symbol not in found)
        if missing or self._doubts.refused:
            rows = sides_of(self._client, self._call, answer.rows, missing)
            self._doubts.looked(rows, found)
            if len(rows) < len(missing):  # a symbol without any row may be delisted
                self._reload_soon()
        quotes = tuple(found[symbol] for symbol in listed if symbol in found)
        return QuotesFetched(quotes, unknown, missing, self._call.method, answer.started_ns, answer.ended_ns)

    async def statistics(self, request: FetchStatistics) -> StatisticsFetched:
        """Of all markets in one request: a list with one delisted symbol would be refused as a whole."""
        await self.ready()
        found = await self._line.ask(WEIGHT_STATISTICS, lambda: fetched_statistics(self._client, request.symbols))
        return StatisticsFetched(found, self._now_ns())

    async def bars(self, request: FetchBars) -> BarsFetched | UnknownSymbol:
        await self.ready()
        if request.symbol not in self._client.markets:
            return UnknownSymbol(request.symbol, "not listed")
        candles = await self._line.ask(
            WEIGHT_BARS, lambda: self._client.fetch_ohlcv(request.symbol, "1m", limit=request.minutes + 1)
        )
        now_ms = self._clock.exchange_ms(self._now_ns())
        return BarsFetched(request.symbol, price_bars(candles, now_ms, request.minutes))

    def symbol_refused(self) -> None:
        """The exchange did not know a symbol that its list of markets has: the list is old."""
        self._reload_soon()

    async def stop(self) -> None:
        await self._flight.stop()
        if self._reload is not None:
            self._reload.cancel()
            await asyncio.gather(self._reload, return_exceptions=True)

    async def _load(self) -> None:
        await self._line.limit.wait_for(WEIGHT_MARKETS)
        await load_markets(self._client, self._another, self._line.ask_at_once)
        self._loaded_ns = self._now_ns()

    def _another(self) -> Any:
        return open_client(type(self._client), self._access, self._plan.timeout_ms)

    def _reload_soon(self) -> None:
        """In the background, and not again before `reload_rest_s`: a storm of unknown symbols is one load."""
        old_ns = self._now_ns() - (self._loaded_ns or 0)
        if old_ns >= self._plan.reload_rest_s * NS_PER_S and (self._reload is None or self._reload.done()):
            self._reload = asyncio.create_task(self._load_again())
            self._reload.add_done_callback(_heard)

    async def _load_again(self) -> None:
        async with self._loading:
            await self._load()
        self._flight.forget()

    async def _checked(self, rules: tuple[MarketRule, ...], doubtful: list[str]) -> tuple[MarketRule, ...]:
        answer = await self._flight.answer()
        quoted = quotes_of(self._client, self._call, answer.rows, doubtful, answer.ended_ns)
        return tuple(attrs.evolve(each, is_active=each.is_active or each.symbol in quoted) for each in rules)

    async def _ask_quotes(self) -> list[Mapping[str, Any]]:
        await self._line.limit.wait_for(WEIGHT_BULK)
        return await hedged(
            lambda: self._line.ask_at_once(lambda: bulk_rows(self._client, self._call)),
            self._plan.hedge_after_ms * NS_PER_MS / NS_PER_S,
            lambda: self._line.limit.take(WEIGHT_BULK),
        )


def _heard(task: asyncio.Task[None]) -> None:
    """A load that failed in the background is tried again by the next quote that is missing."""
    if not task.cancelled():
        task.exception()
