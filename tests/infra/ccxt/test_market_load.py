"""The list of markets is read beside the gateway's loop: the real ccxt client, a sandbox exchange, loopback sockets."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import pytest
from ccxt.base.errors import RateLimitExceeded

from neo.domain.messages.exchange import FetchMarkets, FetchQuotes
from neo.domain.messages.venue import PortError, PortFailed
from neo.infra.ccxt.access import ExchangeAccess, ExchangeKeys
from neo.infra.ccxt.client import open_client
from neo.infra.ccxt.exchange_desk import ExchangeDesk
from neo.infra.ccxt.library import exchange_class
from neo.infra.ccxt.limiter import RequestBudget, RollingLimit
from neo.infra.ccxt.line import Line
from neo.infra.ccxt.market_load import load_markets
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.simulated_exchange.disturbance import Climate, Latency
from tests.infra.ccxt.exchange_stage import access, running
from tests.infra.sandbox.exchange.clients import MEXC, SYMBOL, plan
from tests.patience import PATIENCE_S


async def let_out(request: Callable[[], Awaitable[Any]]) -> Any:
    return await request()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxExchange]:
    with SandboxExchange(plan(MEXC)) as sandbox:
        yield sandbox


class Loads:
    """A client, others like it, and the threads in which any of them made structures of its markets.

    `answered`: when there is one, the exchange says no earlier which markets it has.
    """

    def __init__(self, sandbox: SandboxExchange) -> None:
        threads = self.threads = list[str]()
        answered = self.answered = list[asyncio.Event]()
        self.opened: list[Any] = []
        self.access = access(sandbox)

        class Noting(exchange_class("mexc")):  # type: ignore[misc]
            def set_markets(self, *args: Any) -> Any:
                threads.append(threading.current_thread().name)
                return super().set_markets(*args)

            async def fetch(self, url: str, *args: Any, **more: Any) -> Any:
                if "exchangeInfo" in url and answered:
                    await answered[0].wait()
                return await super().fetch(url, *args, **more)

        self._made = Noting

    def open(self) -> Any:
        self.opened.append(open_client(self._made, self.access, int(PATIENCE_S * 1_000)))
        return self.opened[-1]


def test_structures_of_markets_are_made_in_another_thread_of_what_the_client_itself_fetched(
    sandbox: SandboxExchange,
) -> None:
    loads = Loads(sandbox)

    async def loaded() -> Any:
        client = loads.open()
        try:
            await load_markets(client, loads.open, let_out)
            return client.markets[SYMBOL], client.last_response_headers
        finally:
            await client.close()

    market, headers = asyncio.run(loaded())

    assert market["symbol"] == SYMBOL and market["spot"] is True
    assert headers
    assert len(loads.threads) == 1 and threading.current_thread().name not in loads.threads
    assert len(loads.opened) == 2 and loads.opened[1].session is None


def test_a_load_that_fails_raises_what_the_client_raised_and_leaves_its_markets(sandbox: SandboxExchange) -> None:
    loads = Loads(sandbox)

    async def failed() -> tuple[bool, str]:
        client = loads.open()
        await load_markets(client, loads.open, let_out)
        before = client.markets
        await client.close()
        with pytest.raises(Exception, match="closed") as error:
            await load_markets(client, loads.open, let_out)
        return client.markets is before, type(error.value).__name__

    assert asyncio.run(failed()) == (True, "ExchangeClosedByUser")


def test_quotes_are_fetched_while_the_markets_are_loaded_again(sandbox: SandboxExchange) -> None:
    loads = Loads(sandbox)

    async def asked() -> list[str]:
        told = asyncio.Queue[str]()
        desk = ExchangeDesk(
            loads.open(), loads.access, AskingPlan(), time.time_ns, lambda message: None, lambda event: None
        )

        async def next_of(*requests: object) -> str:
            for request in requests:
                desk.arrived(request, lambda reply: told.put_nowait(type(reply).__name__))
            return await asyncio.wait_for(told.get(), PATIENCE_S)

        try:
            heard = [await next_of(FetchMarkets())]
            loads.answered.append(asyncio.Event())
            heard.append(await next_of(FetchMarkets(), FetchQuotes((SYMBOL,))))
            loads.answered[0].set()
            return [*heard, await next_of()]
        finally:
            await desk.close()

    assert asyncio.run(asked()) == ["MarketsFetched", "QuotesFetched", "MarketsFetched"]


def test_what_a_client_learns_of_its_account_while_it_loads_is_known_to_the_client_that_trades() -> None:
    """KuCoin has two kinds of accounts, with orders, balances and trades at other addresses."""
    answers = {"hf/accounts/opened": True, "market/allTickers": {"ticker": []}, "margin/symbols": {"items": []}}
    signed_at_ms: list[int] = []

    class Scripted(exchange_class("kucoin")):  # type: ignore[misc]
        async def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
            if "KC-API-TIMESTAMP" in (headers or {}):
                signed_at_ms.append(int(headers["KC-API-TIMESTAMP"]))
            data = next((data for path, data in answers.items() if path in url), [])
            return {"code": "200000", "data": data}

    keys = ExchangeKeys("key", "secret", "password")
    made = partial(open_client, Scripted, ExchangeAccess(exchange="kucoin", keys=keys), 1_000)
    client = made()
    client.options["timeDifference"] = 3_600_000

    asyncio.run(load_markets(client, made, let_out))

    assert client.handle_hf_and_params({})[0] is True
    assert signed_at_ms and all(at_ms < client.milliseconds() - 3_000_000 for at_ms in signed_at_ms)


def test_the_rest_that_an_exchange_asks_for_is_read_before_its_next_answer_to_somebody_else(
    sandbox: SandboxExchange,
) -> None:
    class Refused(exchange_class("mexc")):  # type: ignore[misc]
        async def fetch(self, *args: Any, **more: Any) -> Any:
            self.last_response_headers = {"Retry-After": "77"}
            asyncio.get_running_loop().call_soon(self.last_response_headers.clear)
            raise RateLimitExceeded

    made = partial(open_client, Refused, access(sandbox), 1_000)
    client, limit = made(), RollingLimit(RequestBudget(100, 60.0, 5.0), lambda: 0.0)

    with pytest.raises(RateLimitExceeded):
        asyncio.run(load_markets(client, made, Line(client, limit).ask_at_once))

    assert limit.wait_s(1) == 77.0


def test_a_gateway_stops_in_time_while_markets_are_loaded(sandbox: SandboxExchange) -> None:
    answers: queue.Queue[object] = queue.Queue()
    sandbox.climate(Climate(latency=Latency(median_ms=20_000, p99_ms=20_001)))

    with running(sandbox, timeout_ms=60_000) as gateway:
        gateway.submit("test", FetchMarkets(), answers.put)
    answer = answers.get(timeout=PATIENCE_S)

    assert isinstance(answer, PortFailed) and answer.error is PortError.UNAVAILABLE
