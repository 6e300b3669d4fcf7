"""A sandbox exchange behind real sockets, a directory, and live sessions of the drop buyer that begin and end in it."""

from __future__ import annotations

import os
import threading
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
from neo.domain.telemetry.event import Emit, EmitAll, TelemetryEvent
from neo.harness.live.exchange_place import ExchangePlace, exchange_config
from neo.harness.live.place import as_loaded
from neo.harness.live.session_holder import SessionHolder
from neo.infra.sandbox.exchange.plan import DialectName, ExchangePlan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.price_path import SteadyPrice
from neo.system.on_threads import ThreadedSession, start_on_threads

#: A market falls every other minute.
DIPS_PER_DAY = 720.0


def exchange_plan(dialect: DialectName = DialectName.MEXC, seed: int = 0, symbols: int = 25) -> ExchangePlan:
    """Markets that fall often."""
    return ExchangePlan(dialect=dialect, symbols=symbols, seed=seed, dips_per_day=DIPS_PER_DAY)


class ExchangeWorld(SessionHolder):
    """Use it as a context manager; `configured` may change the configuration before each start.

    While it is open, the sandbox's keys are in the environment of this process, as an operator would have put them there.
    """

    def __init__(self, directory: Path, plan: ExchangePlan | None = None) -> None:
        super().__init__()
        self.directory = directory
        self.sandbox = SandboxExchange(plan or exchange_plan())
        self.configured: Callable[[Config], Config] = lambda config: config
        #: Symbols that the drop buyer has heard a quote of since the last start.
        self.quoted: frozenset[str] = frozenset()
        #: What actors told telemetry since the last start, as soon as they do: the file has it seconds later.
        self.told: tuple[TelemetryEvent, ...] = ()
        self._telling = threading.Lock()
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
        self.quoted, self.told = frozenset(), ()
        self._session = start_on_threads(as_loaded(self.config(mode), asked=asked))
        self._session.system.observe(self._observed)
        return self._session

    def _observed(self, envelope: Envelope) -> None:
        message = envelope.message
        if envelope.receiver == names.DROP_BUYER and isinstance(message, QuotesUpdated):
            self.quoted |= {quote.symbol for quote in message.quotes}
        elif isinstance(message, Emit | EmitAll):
            with self._telling:
                said = ((0, message.event),) if isinstance(message, Emit) else message.told
                self.told += tuple(event for _, event in said)

    def until_told(self, event: type[TelemetryEvent], symbol: str = "", times: int = 1) -> Self:
        """Until so many events of that kind, of `symbol` where one is named, have been told."""

        def said() -> int:
            of_kind = (each for each in self.told if isinstance(each, event))
            return sum(not symbol or getattr(each, "symbol", "") == symbol for each in of_kind)

        return self.until(lambda: said() >= times)
