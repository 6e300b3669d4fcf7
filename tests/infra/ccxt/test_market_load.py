"""The list of markets is read beside the gateway's loop: the real ccxt client, a sandbox exchange, loopback sockets."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from neo.domain.messages.exchange import FetchMarkets, FetchQuotes
from neo.domain.messages.venue import PortError, PortFailed
from neo.infra.ccxt.client import open_client
from neo.infra.ccxt.exchange_desk import ExchangeDesk
from neo.infra.ccxt.library import exchange_class
from neo.infra.ccxt.market_load import load_markets
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.simulated_exchange.disturbance import Climate, Latency
from tests.infra.ccxt.exchange_stage import access, running
from tests.infra.sandbox.exchange.clients import MEXC, SYMBOL, plan
from tests.patience import PATIENCE_S


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
            await load_markets(client, loads.open)
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
        await load_markets(client, loads.open)
        before = client.markets
        await client.close()
        with pytest.raises(Exception, match="closed") as error:
            await load_markets(client, loads.open)
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


def test_a_gateway_stops_in_time_while_markets_are_loaded(sandbox: SandboxExchange) -> None:
    answers: queue.Queue[object] = queue.Queue()
    sandbox.climate(Climate(latency=Latency(median_ms=20_000, p99_ms=20_001)))

    with running(sandbox, timeout_ms=60_000) as gateway:
        gateway.submit("test", FetchMarkets(), answers.put)
    answer = answers.get(timeout=PATIENCE_S)

    assert isinstance(answer, PortFailed) and answer.error is PortError.UNAVAILABLE
