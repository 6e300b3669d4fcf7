"""Sandboxes and real ccxt clients for tests: only addresses and keys differ from live ones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import ccxt

from neo.infra.sandbox.exchange.plan import AccountPlan, DialectName, ExchangePlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from tests.patience import PATIENCE_S

FUNDS = (("USDT", Decimal(10_000)), ("XRP", Decimal(5_000)))
MEXC, BINANCE = DialectName.MEXC, DialectName.BINANCE
SYMBOL = "XRP/USDT"


def plan(dialect: DialectName, **more: Any) -> ExchangePlan:
    return ExchangePlan(dialect=dialect, symbols=12, accounts=(AccountPlan(funds=FUNDS),), **more)


@contextlib.contextmanager
def client(sandbox: SandboxExchange, **more: Any) -> Iterator[Any]:
    """A synchronous ccxt client with its markets loaded."""
    waiting = {"timeout": int(PATIENCE_S * 1_000)}
    made = getattr(ccxt, sandbox.plan.dialect.value)(
        {**sandbox.ccxt_config(), "enableRateLimit": False, **waiting, **more}
    )
    try:
        made.load_markets()
        yield made
    finally:
        made.session.close()


def write_book(sandbox: SandboxExchange, bids: dict[str, str], asks: dict[str, str]) -> None:
    """XRP/USDT stands still with this book, near its seeded price of about 0.62; there must be no open orders in it."""

    def write(site: ExchangeSite) -> None:
        old = site.exchange.markets["XRPUSDT"]
        sides = [tuple(Level(Decimal(p), Decimal(q)) for p, q in side.items()) for side in (bids, asks)]
        site.exchange.markets["XRPUSDT"] = ExchangeMarket(old.rules, old.path, WrittenLiquidity(BookSides(*sides)))
        site.bulk_answers.clear()

    sandbox.within(write)


def stand_still(sandbox: SandboxExchange) -> None:
    write_book(sandbox, {"0.62000": "1000", "0.61900": "1000"}, {"0.62100": "1000", "0.62200": "1000"})


def error_of(act: Callable[[], object]) -> type[BaseException]:
    """The class of ccxt's exception."""
    try:
        result = act()
    except ccxt.BaseError as error:
        return type(error)
    raise AssertionError(f"no error, but {result}")
