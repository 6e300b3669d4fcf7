"""Quotes by WebSocket: spreads the wanted symbols over connections, and tells what they say, the newest of each symbol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from neo.domain.messages.exchange import (
    ExchangeQuote,
    QuotesStreamed,
    StreamChanged,
    StreamQuotes,
    StreamsAssigned,
)
from neo.infra.ccxt.market_reading import number
from neo.infra.ccxt.streams.binance_stream import BinanceStream
from neo.infra.ccxt.streams.mexc_stream import MexcStream
from neo.infra.ccxt.streams.stream_language import BestOffers, StreamLanguage
from neo.infra.ccxt.streams.stream_line import Connect, StreamLine
from neo.infra.ccxt.streams.stream_plan import StreamPlan

LANGUAGES: Mapping[str, StreamLanguage] = {"mexc": MexcStream(), "binance": BinanceStream()}

#: Takes a QuotesStreamed or a StreamChanged.
Tell = Callable[[object], None]


class StreamDesk:
    """Lives on one loop; it is also who listens to the connections. `now_ns` is the engine's clock."""

    def __init__(
        self, language: StreamLanguage, connect: Connect, plan: StreamPlan, tell: Tell, now_ns: Callable[[], int]
    ) -> None:
        self._language = language
        self._connect = connect
        self._plan = plan
        self._tell = tell
        self._now_ns = now_ns
        self._lines: list[StreamLine] = []
        self._symbols: dict[str, str] = {}  # by the exchange's name of the market
        self._newest: dict[str, ExchangeQuote] = {}
        self._refused = 0
        self._telling: asyncio.TimerHandle | None = None

    @property
    def tries(self) -> int:
        """Connections that were tried."""
        return sum(line.tries for line in self._lines)

    def assign(self, request: StreamQuotes, market_ids: Mapping[str, str]) -> StreamsAssigned:
        """`market_ids` of those symbols that are listed. A symbol stays on the connection that it is on."""
        ids = {market_ids[symbol]: symbol for symbol in request.symbols if symbol in market_ids}
        self._symbols = ids
        lists = [[each for each in line.wanted if each in ids] for line in self._lines]
        placed = {each for on_line in lists for each in on_line}
        left_out = [symbol for symbol in request.symbols if symbol not in market_ids]
        for each in ids:
            if each not in placed and not self._place(each, lists):
                left_out.append(ids[each])
        for line, on_line in zip(self._lines, lists, strict=True):
            line.want(on_line)
        live = tuple(ids[each] for line in self._lines for each in line.told if each in ids)
        return StreamsAssigned(live, tuple(left_out))

    async def stop(self) -> None:
        """No connection and no task is left afterwards."""
        if self._telling is not None:
            self._telling.cancel()
        await asyncio.gather(*(line.stop() for line in self._lines))

    def _place(self, market_id: str, lists: list[list[str]]) -> bool:
        """On the first connection with room, on a new one if there may be one more."""
        for on_line in lists:
            if len(on_line) < self._language.channels_max:
                on_line.append(market_id)
                return True
        if len(self._lines) == self._language.connections_max:
            return False
        self._lines.append(StreamLine(self._connect, self._language, self._plan, self))
        lists.append([market_id])
        return True

    # ------------------------------------------------------------------------------------------- what connections say

    def offers(self, offers: BestOffers) -> None:
        """Usable ones wait for `gather_ms` at most; a side that is none, not positive or crossed makes no quote."""
        symbol = self._symbols.get(offers.market_id)
        bid, ask = number(offers.bid), number(offers.ask)
        if symbol is None:
            return
        if bid is None or ask is None or not 0 < bid <= ask:
            self._refused += 1
        else:
            self._newest[symbol] = ExchangeQuote(symbol, bid, ask, self._now_ns())
        self._tell_soon()

    def unreadable(self) -> None:
        self._refused += 1
        self._tell_soon()

    def is_told(self, market_ids: tuple[str, ...], told: bool, why: str) -> None:
        symbols = tuple(self._symbols[each] for each in market_ids if each in self._symbols)
        self._tell(StreamChanged(told, symbols, why))

    def _tell_soon(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(self._plan.gather_ms / 1_000, self._tell_now)

    def _tell_now(self) -> None:
        self._telling = None
        quotes, self._newest = tuple(self._newest.values()), {}
        refused, self._refused = self._refused, 0
        if quotes or refused:
            self._tell(QuotesStreamed(quotes, refused))
