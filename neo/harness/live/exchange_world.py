"""A sandbox exchange behind real sockets, a directory, and live sessions of the drop buyer that begin and end in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.dropping import QuotesUpdated
from neo.domain.messages.session import SessionEnded, StopSignal
from neo.harness.live.exchange_place import ExchangePlace, exchange_config
from neo.harness.live.place import as_loaded
from neo.infra.sandbox.exchange.plan import DialectName, ExchangePlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.price_path import SteadyPrice
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.on_threads import ThreadedSession, start_on_threads

SLICE_S = 0.05
#: Real seconds that anything may take before the test that waits for it gives up.
PATIENCE_S = 60.0
#: A market falls every other minute.
DIPS_PER_DAY = 720.0


def exchange_plan(dialect: DialectName = DialectName.MEXC, seed: int = 0, symbols: int = 25) -> ExchangePlan:
    """Markets that fall often."""
    return ExchangePlan(dialect=dialect, symbols=symbols, seed=seed, dips_per_day=DIPS_PER_DAY)


class ExchangeWorld:
    """Use it as a context manager; `configured` may change the configuration before each start.

    While it is open, the sandbox's keys are in the environment of this process, as an operator would have put them there.
    """

    def __init__(self, directory: Path, plan: ExchangePlan | None = None) -> None:
        self.directory = directory
        self.sandbox = SandboxExchange(plan or exchange_plan())
        self.configured: Callable[[Config], Config] = lambda config: config
        #: Symbols that the drop buyer has heard a quote of since the last start.
        self.quoted: frozenset[str] = frozenset()
        self._session: ThreadedSession | None = None
        self._watched: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self.sandbox.start()
        listed = self.sandbox.within(lambda site: [each.rules for each in site.exchange.listed()])
        self._watched = tuple(f"{rules.base}/{rules.quote}" for rules in listed[1:])
        os.environ.update(self.place.environment)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._session is not None:
                self._session.close()
        finally:
            for name in self.place.environment:
                os.environ.pop(name, None)
            self.sandbox.stop()

    # ---------------------------------------------------------------------------------------------- configuration

    @property
    def place(self) -> ExchangePlace:
        """Where a session of this world lives and trades: every market but the exchange's own coin is watched."""
        plan, sandbox = self.sandbox.plan, self.sandbox
        account = plan.accounts[0]
        return ExchangePlace(
            str(self.directory), plan.dialect.value, sandbox.url, self._watched, account.api_key, account.secret
        )

    @property
    def database(self) -> Path:
        return Path(self.place.database)

    def config(self, mode: Mode = Mode.LIVE) -> Config:
        return self.configured(exchange_config(self.place, mode))

    # ------------------------------------------------------------------------------------------------ the market

    def move(self, symbol: str, share: Decimal) -> None:
        """From now on `symbol` stands still at (1 + share) of its price, in a deep book. No order of ours may rest in it."""

        def write(site: ExchangeSite) -> None:
            name = symbol.replace("/", "")
            market = site.exchange.markets[name]
            touch, rules = market.touch(site.clock.now_ms()), market.rules
            ticks = int(touch.bids[0].price * (1 + share) / rules.tick)
            bid, ask = (Level(rules.price(each), rules.max_quantity) for each in (ticks, ticks + 1))
            book = WrittenLiquidity(BookSides((bid,), (ask,)))
            site.exchange.markets[name] = ExchangeMarket(rules, SteadyPrice(ticks), book)
            site.bulk_answers.clear()

        self.sandbox.within(write)

    def stand_still(self) -> None:
        """Every market keeps its price until it is moved."""
        for symbol in self.place.watchlist:
            self.move(symbol, Decimal(0))

    # ---------------------------------------------------------------------------------------------------- sessions

    def start(self, mode: Mode = Mode.LIVE, *, asked: bool = True) -> ThreadedSession:
        """A session, as `neo run` starts it. NeoError when it must not start."""
        self.quoted = frozenset()
        self._session = start_on_threads(as_loaded(self.config(mode), asked=asked))
        self._session.system.observe(self._observed)
        return self._session

    def _observed(self, envelope: Envelope) -> None:
        if envelope.receiver == names.DROP_BUYER and isinstance(envelope.message, QuotesUpdated):
            self.quoted |= {quote.symbol for quote in envelope.message.quotes}

    @property
    def session(self) -> ThreadedSession:
        if self._session is None:
            raise RuntimeError("no session runs: start() first")
        return self._session

    def until(self, holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> Self:
        """Let the session go on until something holds. AssertionError when it ends before, or patience does."""
        deadline_s = time.monotonic() + patience_s
        while not holds():
            ended = self.session.wait(SLICE_S)
            if ended is not None:
                raise AssertionError(f"the session ended: {ended}")
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not within {patience_s} s; {self.session.status()}")
        return self

    def until_trading(self) -> Self:
        return self.until(lambda: self.session.status().phase == "trading")

    def until_ended(self, patience_s: float = PATIENCE_S) -> SessionEnded:
        """Wait for the end and close; how it ended."""
        deadline_s = time.monotonic() + patience_s
        while (ended := self.session.wait(SLICE_S)) is None:
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not ended within {patience_s} s; {self.session.status()}")
        self.close()
        return ended

    def stop(self, signal: StopSignal = StopSignal.SIGTERM) -> SessionEnded:
        """Ask for an orderly end and wait for it."""
        self.session.stop(signal)
        return self.until_ended()

    def stop_within(self, patience_s: float) -> SessionEnded:
        """The same where it may take longer: orders in doubt need their proof."""
        self.session.stop(StopSignal.SIGTERM)
        return self.until_ended(patience_s)

    def close(self) -> tuple[str, ...]:
        """Give back threads, files and the lock; who did not stop."""
        stuck = self.session.close()
        self._session = None
        return stuck

    def abandon(self) -> None:
        """Leave the session as a killed process would leave its books: committed is committed, the rest is gone."""
        self.session.abandon()
        self._session = None

    def reader(self) -> BooksReader:
        """What is durable now."""
        return BooksReader(self.database)
