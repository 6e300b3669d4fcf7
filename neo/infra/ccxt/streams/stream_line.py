"""One connection for book tickers: made, kept, checked for life, and made again after a rest for as long as it is wanted.

Not ccxt's own stream client (ccxt.pro 4.5.90): a frame that it cannot read ends its reading without an error, so that
whoever waits for a quote waits for ever; it makes a structure of thirty fields of every change; and it needs the
protobuf package for MEXC's frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import aiohttp

from neo.infra.ccxt.streams.stream_language import Answered, BestOffers, Refused, StreamLanguage, Unreadable
from neo.infra.ccxt.streams.stream_plan import Rests, StreamPlan

Socket = aiohttp.ClientWebSocketResponse
Connect = Callable[[], Awaitable[Socket]]
#: How long a connection may take to say goodbye.
_CLOSE_S = 1.0


class StreamFailed(Exception):
    """The connection is of no use any more; the text says why."""


class Listener(Protocol):
    """Who hears of it, on the loop."""

    def offers(self, offers: BestOffers) -> None: ...

    def unreadable(self) -> None: ...

    def is_told(self, market_ids: tuple[str, ...], told: bool, why: str) -> None:
        """These markets are told from now on, or are not any more. With none: a connection could not be made."""
        ...


class StreamLine:
    """Lives on one loop. `connect` opens a socket; `want` may be called at any time."""

    def __init__(
        self,
        connect: Connect,
        language: StreamLanguage,
        plan: StreamPlan,
        listener: Listener,
    ) -> None:
        self._connect = connect
        self._language = language
        self._plan = plan
        self._listener = listener
        self._wanted: dict[str, None] = {}
        self._change = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._forget_connection()
        #: Connections that were tried since the start.
        self.tries = 0

    def _forget_connection(self) -> None:
        self._asked: dict[str, None] = {}  # subscribed, in the order in which they were
        self._unwelcome: set[str] = set()
        self._leaving: dict[str, None] = {}
        self._told: dict[str, None] = {}
        self._newest: dict[str, int] = {}
        self._number = 0
        self._unreadable = 0
        self._waiting_since_s: float | None = None
        self._told_since_s: float | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(self._wanted)

    @property
    def told(self) -> tuple[str, ...]:
        """Markets whose subscription was answered, on the connection that there is."""
        return tuple(self._told)

    @property
    def room(self) -> int:
        return self._language.channels_max - len(self._wanted)

    def want(self, market_ids: Iterable[str]) -> None:
        """These markets from now on and no others; without any there is no connection."""
        wanted = dict.fromkeys(market_ids)
        for gone in [each for each in self._asked if each not in wanted]:
            self._leaving[gone] = None
            del self._asked[gone]
            self._told.pop(gone, None)
        self._wanted = wanted
        self._change.set()
        if wanted and self._task is None:
            self._task = asyncio.create_task(self._live())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    # ------------------------------------------------------------------------------------------------- the connections

    async def _live(self) -> None:
        rests = Rests(self._plan)
        while self._wanted:
            why = await self._one_connection()
            now_s = asyncio.get_running_loop().time()
            held_s = 0.0 if self._told_since_s is None else now_s - self._told_since_s
            lost = tuple(self._told)
            self._forget_connection()
            if self._wanted:
                self._listener.is_told(lost, False, why)
                await asyncio.sleep(rests.after(held_s))
        self._task = None

    async def _one_connection(self) -> str:
        """Until it ends; why it did."""
        self.tries += 1
        try:
            async with asyncio.timeout(self._plan.connect_s_max):
                socket = await self._connect()
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            return f"no connection: {type(error).__name__}"
        why = ""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._listen(socket))
                both.create_task(self._talk(socket))
        except* StreamFailed as failures:
            why = str(failures.exceptions[0])
        except* (aiohttp.ClientError, OSError) as failures:
            why = why or f"the connection broke: {type(failures.exceptions[0]).__name__}"
        finally:
            await _closed(socket)
        return why

    # -------------------------------------------------------------------------------------------------------- talking

    async def _talk(self, socket: Socket) -> None:
        """Subscriptions as they change, pings, and a look at whether anybody answers. Ends when nothing is wanted."""
        now_s = asyncio.get_running_loop().time
        pinged_s = now_s()
        while self._wanted:
            self._change.clear()
            await self._subscribe(socket)
            if now_s() - pinged_s >= self._plan.ping_every_s:
                pinged_s = now_s()
                await self._say(socket, self._language.ping(self._next_number()))
            if self._waiting_since_s is not None and now_s() - self._waiting_since_s > self._plan.answer_s_max:
                raise StreamFailed(f"no sign of life for {self._plan.answer_s_max:g} s")
            await self._a_while()
        raise StreamFailed("nothing is wanted")

    async def _a_while(self) -> None:
        """Until something changes, but never so soon that an exchange would call it too often."""
        await asyncio.sleep(self._plan.settle_ms / 1_000)
        try:
            async with asyncio.timeout(min(1.0, self._plan.answer_s_max / 4)):
                await self._change.wait()
        except TimeoutError:
            return

    async def _subscribe(self, socket: Socket) -> None:
        leaving, self._leaving = tuple(self._leaving), {}
        if leaving:
            await self._say(socket, self._language.unsubscribe(leaving, self._next_number()))
        new = tuple(each for each in self._wanted if each not in self._asked and each not in self._unwelcome)
        if new:
            self._asked |= dict.fromkeys(new)
            await self._say(socket, self._language.subscribe(new, self._next_number()))

    async def _say(self, socket: Socket, text: str) -> None:
        if self._waiting_since_s is None:
            self._waiting_since_s = asyncio.get_running_loop().time()
        async with asyncio.timeout(self._plan.answer_s_max):
            await socket.send_str(text)

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    # ------------------------------------------------------------------------------------------------------ listening

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket:
            self._waiting_since_s = None  # a sign of life, whatever it says
            if frame.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                self._heard(frame.data)
        raise StreamFailed(f"closed by the exchange ({socket.close_code})")

    def _heard(self, frame: str | bytes) -> None:
        try:
            heard = self._language.read(frame)
        except Unreadable:
            self._unreadable += 1
            self._listener.unreadable()
            if self._unreadable > self._plan.unreadable_max:
                raise StreamFailed(f"{self._unreadable} messages in a row that mean nothing") from None
            return
        self._unreadable = 0
        if isinstance(heard, BestOffers):
            self._offered(heard)
        elif isinstance(heard, Refused):
            self._refused(heard)
        elif isinstance(heard, Answered):
            self._now_told(tuple(self._asked))

    def _offered(self, offers: BestOffers) -> None:
        market = offers.market_id
        if market not in self._asked:
            return  # on its way while we unsubscribed
        self._now_told((market,))
        if offers.order is not None:
            if offers.order < self._newest.get(market, offers.order):
                return
            self._newest[market] = offers.order
        self._listener.offers(offers)

    def _refused(self, refused: Refused) -> None:
        """Markets that were refused are not asked for again on this connection; a refusal without names is its end."""
        named = tuple(each for each in refused.market_ids if each in self._asked)
        if not named:
            raise StreamFailed(f"refused: {refused.why}")
        for each in named:
            del self._asked[each]
            self._told.pop(each, None)
            self._unwelcome.add(each)
        self._listener.is_told(named, False, f"refused: {refused.why}")

    def _now_told(self, market_ids: tuple[str, ...]) -> None:
        new = tuple(each for each in market_ids if each not in self._told)
        if not new:
            return
        if self._told_since_s is None:
            self._told_since_s = asyncio.get_running_loop().time()
        self._told |= dict.fromkeys(new)
        self._listener.is_told(new, True, "")


async def _closed(socket: Socket) -> None:
    """Say goodbye, and not for long: a peer that is gone does not answer."""
    try:
        async with asyncio.timeout(_CLOSE_S):
            await socket.close()
    except (aiohttp.ClientError, OSError):
        return
