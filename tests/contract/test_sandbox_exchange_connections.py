"""Connections of the sandbox exchange: how it stops, other accounts, and what clients repeat by themselves."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest

from neo.infra.sandbox.exchange.plan import AccountPlan, DialectName
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.simulated_exchange.disturbance import Trouble
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, SYMBOL, client, error_of, plan, stand_still

BOTH = pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)


def test_the_sandbox_stops_although_requests_hang() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox, client(sandbox) as exchange:
        exchange.timeout = 100
        sandbox.next_trouble(Trouble.HANG, orders_only=False)
        error = error_of(exchange.fetch_time)
        sandbox.next_trouble(Trouble.HANG, 5, orders_only=False)
        waiting = [threading.Thread(target=error_of, args=(exchange.fetch_time,)) for _ in range(3)]
        for thread in waiting:
            thread.start()
        sandbox.stop()
        for thread in waiting:
            thread.join()

    assert error is ccxt.RequestTimeout
    assert not sandbox.is_running


def test_a_sandbox_that_was_stopped_can_be_stopped_again() -> None:
    sandbox = SandboxExchange(plan(MEXC)).start()
    sandbox.stop()

    sandbox.stop()


def test_another_account_trades_with_its_own_key_and_funds() -> None:
    other = AccountPlan("other", "other-key", "other-secret", (("USDT", Decimal(77)),))
    made = plan(MEXC)
    with SandboxExchange(attrs.evolve(made, accounts=(*made.accounts, other))) as sandbox:
        exchange = ccxt.mexc({**sandbox.ccxt_config(other), "enableRateLimit": False})
        balance = exchange.fetch_balance()["total"]
        exchange.session.close()

    assert balance == {"USDT": 77}


def test_an_enormous_request_is_turned_away_and_the_next_one_is_answered() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox, client(sandbox) as exchange:
        answer = exchange.session.post(f"{sandbox.url}/api/v3/order", data="a" * 1_000_000)

        assert answer.status_code == 413
        assert exchange.fetch_time() > 0


@BOTH
def test_the_asynchronous_client_sends_a_cancel_again_by_itself_and_then_hears_that_there_is_no_such_order(
    dialect: DialectName,
) -> None:
    """aiohttp repeats idempotent methods once when a kept connection breaks, and holds DELETE for one. POST is not repeated."""

    async def cancel(sandbox: SandboxExchange) -> tuple[type, int, type, int]:
        made = getattr(ccxt.async_support, dialect.value)
        exchange = made({**sandbox.ccxt_config(), "enableRateLimit": False})
        try:
            await exchange.load_markets()
            placed = await exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61)
            sandbox.next_trouble(Trouble.REPLY_LOST)
            cancelling = await failed(exchange.cancel_order(placed["id"], SYMBOL))
            sandbox.next_trouble(Trouble.REPLY_LOST)
            placing = await failed(exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61))
            return *cancelling, *placing
        finally:
            await exchange.close()

    async def failed(request: Any) -> tuple[type, int]:
        before = sandbox.requests()
        with pytest.raises(ccxt.BaseError) as caught:
            await request
        return caught.type, sandbox.requests() - before

    with SandboxExchange(plan(dialect)) as sandbox:
        stand_still(sandbox)
        cancelled, cancels, placed, places = asyncio.run(cancel(sandbox))
        truth = sandbox.truth()

    assert (cancelled, cancels) == (ccxt.BadRequest if dialect is MEXC else ccxt.OrderNotFound, 2)
    assert (placed, places) == (ccxt.ExchangeNotAvailable, 1)
    assert [order.status.value for order in truth.orders] == ["CANCELED", "NEW"]
