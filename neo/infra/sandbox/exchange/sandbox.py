"""A sandbox exchange on a loopback port: real sockets, the exchange's own wire format, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from decimal import Decimal
from types import TracebackType
from typing import TypeVar

from aiohttp import web

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.infra.sandbox.exchange.broadcast import Broadcast
from neo.infra.sandbox.exchange.building import build_exchange
from neo.infra.sandbox.exchange.clock import ExchangeClock
from neo.infra.sandbox.exchange.dialects import dialect_of
from neo.infra.sandbox.exchange.front import Front
from neo.infra.sandbox.exchange.plan import AccountPlan, ExchangePlan
from neo.infra.sandbox.exchange.site import Clock, ExchangeSite
from neo.infra.sandbox.listening import accept_no_more, settle
from neo.infra.sandbox.sandbox_loop import SANDBOX_THREADS, sandbox_loop
from neo.infra.simulated_exchange.disturbance import Climate, Trouble
from neo.infra.simulated_exchange.exchange import SimulatedExchange
from neo.infra.simulated_exchange.order import Order, Trade
from neo.infra.simulated_exchange.wallet import Balance
from neo.records import frozen

Answer = TypeVar("Answer")
_START_S_MAX = 30.0
_STOP_S_MAX = 30.0
_NAME = f"{SANDBOX_THREADS} exchange"


@frozen
class Truth:
    """What really happened, for an audit: all accounts' orders and trades, one account's balances, money that is missing
    or too much (empty while money is conserved).
    """

    orders: tuple[Order, ...]
    trades: tuple[Trade, ...]
    balances: tuple[Balance, ...]
    money_out_of_place: dict[str, Decimal]


class CannotListen(NeoError):
    """The sandbox exchange could not begin to listen."""

    exit_code = UNAVAILABLE


class SandboxExchange:
    """Context manager. Every method may be called from any thread; what it changes holds for the next request."""

    def __init__(self, plan: ExchangePlan, clock: Clock | None = None) -> None:
        self.plan = plan
        self.port = plan.port
        self._dialect = dialect_of(plan.dialect)
        self._clock = clock or ExchangeClock(plan.clock_drift_ms)
        self._thread = threading.Thread(target=self._run, name=_NAME, daemon=True)
        self._ready = threading.Event()
        self._problem: CannotListen | None = None

    def start(self) -> SandboxExchange:
        """Listens when it returns. NeoError when the plan cannot be built, CannotListen when the port is taken."""
        exchange = build_exchange(self.plan, self._dialect, self._clock.now_ms())
        self._site = ExchangeSite(self.plan, exchange, self._clock)
        self._loop = sandbox_loop(_NAME)
        self._thread.start()
        if not self._ready.wait(_START_S_MAX):
            raise NeoError("the sandbox exchange did not start in time", "try again on a quieter machine")
        if self._problem is not None:
            self._thread.join(_STOP_S_MAX)
            raise (
                self._problem
                if isinstance(self._problem, NeoError)
                else NeoError(
                    f"cannot listen on {self.plan.host}:{self.plan.port}: {self._problem}", "choose another port"
                )
            )
        return self

    def stop(self) -> None:
        """Ends every connection and the thread. Nothing happens when it is not running."""
        if self.is_running:
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join(_STOP_S_MAX)

    def __enter__(self) -> SandboxExchange:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def url(self) -> str:
        return f"http://{self.plan.host}:{self.port}"

    @property
    def stream_url(self) -> str:
        return f"ws://{self.plan.host}:{self.port}"

    def ccxt_config(self, account: AccountPlan | None = None) -> dict[str, object]:
        """What a ccxt client of this exchange is made with to come here; nothing but addresses and keys."""
        who = account or self.plan.accounts[0]
        api = self._dialect.ccxt_urls(self.url, self.stream_url)
        return {"apiKey": who.api_key, "secret": who.secret, "urls": {"api": api}}

    def truth(self, account: str = "") -> Truth:
        """Everything until now; `account` (default: the first) says whose balances."""
        return self.within(lambda site: _truth(site.exchange, account or self.plan.accounts[0].name))

    def within(self, act: Callable[[ExchangeSite], Answer]) -> Answer:
        """Do something to the running site, on its own loop, and wait for it."""

        async def run() -> Answer:
            return act(self._site)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_STOP_S_MAX)

    def delist(self, *symbols: str) -> None:
        self.within(lambda site: _each(site.exchange.delist, symbols))

    def relist(self, *symbols: str) -> None:
        self.within(lambda site: _each(site.exchange.relist, symbols))

    def halt(self, *symbols: str) -> None:
        self.within(lambda site: _each(site.exchange.halt, symbols))

    def advertise_inactive(self, *symbols: str) -> None:
        """MEXC lists markets as not open to the interface that trade all the same."""
        self.within(lambda site: site.never_active.update(symbols))

    def maintenance(self, begins: bool) -> None:
        self.within(lambda site: setattr(site, "in_maintenance", begins))

    def climate(self, climate: Climate) -> None:
        self.within(lambda site: setattr(site.weather, "climate", climate))

    def next_trouble(self, trouble: Trouble, times: int = 1, *, orders_only: bool = True) -> None:
        """The coming `times` requests meet `trouble`; with `orders_only` only those that place or cancel count."""
        self.within(lambda site: site.weather.next(trouble, times, orders_only=orders_only))

    def fair_weather(self) -> None:
        """No trouble, no latency, no bans from now on."""
        self.climate(Climate())
        self.within(lambda site: site.weather.clear())
        self.within(lambda site: site.limits.lift_bans())

    def drift_clock(self, drift_ms: int) -> None:
        self.within(lambda site: setattr(site.clock, "drift_ms", drift_ms))

    def deposit(self, asset: str, amount: Decimal, account: str = "") -> None:
        self.within(lambda site: site.exchange.deposit(account or self.plan.accounts[0].name, asset, amount))

    def requests(self) -> int:
        """HTTP requests since the start."""
        return self.within(lambda _: self._front.requests)

    def listeners(self) -> int:
        return self.within(lambda _: self._broadcast.listeners)

    def mute_streams(self, muted: bool) -> None:
        self.within(lambda _: setattr(self._broadcast, "is_muted", muted))

    def drop_streams(self) -> None:
        asyncio.run_coroutine_threadsafe(self._broadcast.drop_all(), self._loop).result(_STOP_S_MAX)

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        try:
            runner = await self._listening()
        except CannotListen as problem:
            self._problem = problem
            self._ready.set()
            return
        telling = asyncio.create_task(self._broadcast.run())
        self._ready.set()
        await self._closing.wait()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        await self._close(runner)

    async def _close(self, runner: web.AppRunner) -> None:
        """First no new connections."""
        await accept_no_more(self._socket)
        await self._broadcast.drop_all()
        await runner.cleanup()
        await settle()
        await self._loop.shutdown_default_executor()

    async def _listening(self) -> web.AppRunner:
        self._socket = self._bound()
        self._front = Front(self._site, self._dialect, self._closing)
        self._broadcast = Broadcast(self._site, self._dialect.streams)
        application = web.Application(client_max_size=256 * 1024)
        for path in self._dialect.stream_paths:
            application.router.add_get(path, self._broadcast.handle)
        application.router.add_route("*", "/{path:.*}", self._front.handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, self._socket).start()
        self.port = self._socket.getsockname()[1]
        return runner

    def _bound(self) -> socket.socket:
        where = (self.plan.host, self.plan.port)
        try:
            return socket.create_server(where)
        except OSError as problem:
            advice = "choose another port, or 0 for any"
            raise CannotListen(f"cannot listen on {where[0]}:{where[1]}: {problem.strerror}", advice) from None


def _each(act: Callable[[str], None], symbols: tuple[str, ...]) -> None:
    for symbol in symbols:
        act(symbol)


def _truth(exchange: SimulatedExchange, account: str) -> Truth:
    register = exchange.register
    return Truth(
        register.orders(), register.trades(), exchange.wallet(account).balances(), exchange.money_out_of_place()
    )
