"""Every request of the exchange port, answered on the client's loop: one task each, its failure put into the port's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    FetchBars,
    FetchMarkets,
    FetchOpenOrders,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    FetchStatistics,
    FetchWallet,
    PlaceExchangeOrder,
    StreamQuotes,
    StreamsAssigned,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.infra.ccxt.access import ExchangeAccess
from neo.infra.ccxt.client import moved
from neo.infra.ccxt.exchange_clock import ExchangeClock, MeasureClock
from neo.infra.ccxt.failure import Asked, Meaning, meaning_of, port_error, wording
from neo.infra.ccxt.limiter import LimitReached, RollingLimit
from neo.infra.ccxt.line import Line
from neo.infra.ccxt.market_desk import MarketDesk
from neo.infra.ccxt.order_desk import OrderDesk
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.ccxt.quote_doubts import Report
from neo.infra.ccxt.streams.stream_desk import LANGUAGES, StreamDesk, Tell
from neo.infra.ccxt.streams.stream_line import Socket
from neo.infra.ccxt.streams.stream_plan import StreamPlan
from neo.records import define

#: A frame of a stream that is longer ends its connection.
FRAME_BYTES_MAX = 1 << 20
Reply = Callable[[object], None]
Handler = Callable[[Any], Awaitable[object]]


class UnknownRequest(Exception):
    """Nobody here answers such a request."""


class NoStreams(Exception):
    """Quotes of this exchange are not told by WebSocket."""


class ClocksDisagree(Exception):
    """Nothing was sent: whoever has a wrong clock does not know how old a quote is. What is held may be sold."""


@define
class _Errand:
    """One request. Until it is `begun`, markets and clock are fetched: a failure there is not one of an order."""

    request: object
    begun: bool = False


class ExchangeDesk:
    """`client` is open and lives on this loop."""

    def __init__(
        self,
        client: Any,
        access: ExchangeAccess,
        plan: AskingPlan,
        now_ns: Callable[[], int],
        tell: Tell,
        report: Report,
    ) -> None:
        now_s = asyncio.get_running_loop().time
        data = Line(client, RollingLimit(plan.data, now_s))
        orders = Line(client, RollingLimit(plan.orders, now_s))
        self._client = client
        self._keys = access.keys
        self._clock = ExchangeClock(client, data, plan, now_ns, report)
        self.markets = MarketDesk(client, data, plan, access, self._clock, now_ns, report)
        self.orders = OrderDesk(client, orders, data, access.quote, access.symbols, self._clock, now_ns)
        self.streams = _streams(client, access, plan.streams, tell, now_ns)
        self._tasks: set[asyncio.Task[object]] = set()
        self._public: dict[type, Handler] = {
            FetchMarkets: self.markets.markets,
            FetchQuotes: self.markets.quotes,
            FetchStatistics: self.markets.statistics,
            FetchBars: self.markets.bars,
            MeasureClock: self._clock.measured,
            StreamQuotes: self._stream,
        }
        self._signed: dict[type, Handler] = {
            PlaceExchangeOrder: self.orders.place,
            CancelExchangeOrder: self.orders.cancel,
            FetchOrder: self.orders.order,
            FetchOpenOrders: self.orders.open_orders,
            FetchOrderTrades: self.orders.trades,
            FetchWallet: self.orders.wallet,
        }

    def arrived(self, request: object, done: Reply) -> None:
        """Begin it; `done` hears exactly once, on this loop."""
        errand = _Errand(request)
        task: asyncio.Task[object] = asyncio.create_task(self._answer(errand))
        self._tasks.add(task)

        def ended(task: asyncio.Task[object]) -> None:
            self._tasks.discard(task)
            done(self._reply(errand, task))

        task.add_done_callback(ended)

    async def close(self) -> None:
        """Give up what is under way, say so, and close every connection."""
        tasks = tuple(self._tasks)
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.streams is not None:
            await self.streams.stop()
        await self.markets.stop()
        await self._client.close()

    async def _stream(self, request: StreamQuotes) -> StreamsAssigned:
        if self.streams is None:
            raise NoStreams(f"no WebSocket quotes of {self._client.id}: they are polled only")
        await self.markets.ready()
        listed = self._client.markets
        ids = {symbol: str(listed[symbol]["id"]) for symbol in request.symbols if symbol in listed}
        return self.streams.assign(request, ids)

    async def _answer(self, errand: _Errand) -> object:
        request = errand.request
        handler = self._public.get(type(request)) or self._signed.get(type(request))
        if handler is None:
            raise UnknownRequest(type(request).__name__)
        if type(request) in self._signed:
            await self.markets.ready()
            await self._clock.be_right()
        if self._clock.is_off and isinstance(request, PlaceExchangeOrder) and request.side is Side.BUY:
            raise ClocksDisagree(f"the exchange's clock is {self._clock.ahead_ms} ms ahead: nothing is bought")
        errand.begun = True
        return await handler(request)

    def _reply(self, errand: _Errand, task: asyncio.Task[object]) -> object:
        changes = isinstance(errand.request, PlaceExchangeOrder | CancelExchangeOrder)
        asked = Asked.TO_CHANGE if changes and errand.begun else Asked.TO_READ
        if task.cancelled():
            return PortFailed(EXCHANGE_PORT, port_error(Meaning.LOST, asked), "the gateway was stopped")
        error = task.exception()
        return task.result() if error is None else self._failed(errand, error, asked)

    def _failed(self, errand: _Errand, error: BaseException, asked: Asked) -> object:
        detail = self._keys.masked(wording(error))
        if isinstance(error, NoStreams):
            return PortFailed(EXCHANGE_PORT, PortError.REJECTED, detail)
        if isinstance(error, LimitReached) or not errand.begun:
            return PortFailed(EXCHANGE_PORT, PortError.UNAVAILABLE, detail)
        if type(error).__name__ == "InvalidNonce":
            self._clock.doubt()
        meaning = meaning_of(error)
        if meaning is Meaning.NO_SYMBOL:
            self.markets.symbol_refused()
            return UnknownSymbol(getattr(errand.request, "symbol", ""), detail)
        return PortFailed(EXCHANGE_PORT, port_error(meaning, asked), detail)


def _streams(
    client: Any, access: ExchangeAccess, plan: StreamPlan, tell: Tell, now_ns: Callable[[], int]
) -> StreamDesk | None:
    """None where the exchange's stream is not known."""
    language = LANGUAGES.get(access.exchange)
    if language is None:
        return None
    address = moved(language.address, access.origin) if access.origin else language.address

    async def connect() -> Socket:
        client.open()  # the session that its requests use
        return cast(Socket, await client.session.ws_connect(address, max_msg_size=FRAME_BYTES_MAX))

    return StreamDesk(language, connect, plan, tell, now_ns)
