"""A gateway on a sandbox exchange over loopback, and what it answers, waited for."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import PlaceExchangeOrder, TimeInForce
from neo.infra.ccxt.access import ExchangeAccess, ExchangeKeys
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from tests.patience import PATIENCE_S

#: In milliseconds; a request may be made twice before its answer is given up.
WAITING: dict[str, Any] = {"timeout_ms": int(PATIENCE_S * 400), "hedge_after_ms": int(PATIENCE_S * 1_000)}


def access(sandbox: SandboxExchange, secret: str = "") -> ExchangeAccess:
    config: dict[str, Any] = sandbox.ccxt_config()
    keys = ExchangeKeys(config["apiKey"], secret or config["secret"])
    return ExchangeAccess(
        exchange=sandbox.plan.dialect.value,
        keys=keys,
        origin=sandbox.url,
        symbols=("XRP/USDT", "BTC/USDT"),
    )


@contextlib.contextmanager
def running(sandbox: SandboxExchange, secret: str = "", exchange: str = "", **plan: Any) -> Iterator[ExchangeGateway]:
    """A gateway whose requests are waited for, and asked once: who wants another limit or a hedge says so."""
    reached = access(sandbox, secret)
    reached = attrs.evolve(reached, exchange=exchange or reached.exchange)
    gateway = ExchangeGateway(
        reached,
        AskingPlan(**{**WAITING, **plan}),
        now_ns=time.time_ns,
    )
    gateway.start()
    try:
        yield gateway
    finally:
        assert gateway.stop()


def asked(gateway: ExchangeGateway, *requests: object) -> list[Any]:
    """All at once; their answers in the order of the requests."""
    answers: queue.Queue[tuple[int, object]] = queue.Queue()
    for place, request in enumerate(requests):
        gateway.submit("test", request, lambda reply, place=place: answers.put((place, reply)))  # type: ignore[misc]
    found = dict(answers.get(timeout=PATIENCE_S) for _ in requests)
    return [found[place] for place in range(len(requests))]


def ask(gateway: ExchangeGateway, request: object) -> Any:
    return asked(gateway, request)[0]


def buy(name: str, quantity: str = "100", price: str = "0.61", kind: TimeInForce = TimeInForce.GTC) -> Any:
    """A limit order for XRP; at 0.61 it rests in the still book of tests/infra/sandbox/exchange/clients.py."""
    return PlaceExchangeOrder(name, "XRP/USDT", Side.BUY, Decimal(price), Decimal(quantity), kind)
