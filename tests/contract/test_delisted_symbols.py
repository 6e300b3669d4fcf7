"""Symbols that an exchange drops: the polling actors on threads, ten times the clock, the ccxt client, real sockets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

import attrs
import pytest

from neo.actors import names
from neo.actors.exchange_data import POLLERS, DataSetup, ExchangeData
from neo.actors.poller import TierPoller
from neo.actors.runtime import ChildSpec, Envelope, ThreadSystem
from neo.domain.config.exchange import ExchangeConfig
from neo.domain.market.desk_rules import desk_rules
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import CyclePolled, MarketsUpdated, QuotesUpdated, StandingsChanged
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.polling_events import (
    MdSkipListAlert,
    MdSymbolDegraded,
    MdSymbolRelisted,
    MdSymbolSkipped,
)
from neo.domain.telemetry.stream_events import MdStreamDropped, MdStreamHealth
from neo.domain.units import NS_PER_S
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.limiter import RequestBudget
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.ccxt.streams.stream_plan import StreamPlan
from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from tests.actors.test_polling import NEAR, Ear
from tests.infra.ccxt.exchange_stage import access
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, plan
from tests.patience import PATIENCE_S

SPEED = 10
#: Of engine time.
RELOAD_S = 5
Event = TypeVar("Event", bound=TelemetryEvent)


class Polling:
    """ExchangeData and its pollers on a gateway to `sandbox`; every symbol is hot and told by WebSocket as well."""

    def __init__(self, sandbox: SandboxExchange, symbols: tuple[str, ...]) -> None:
        self.system = ThreadSystem(1, SPEED)
        plenty = RequestBudget(100_000, 10.0, 5.0)
        streams = StreamPlan(gather_ms=5, settle_ms=20)
        asking = AskingPlan(data=plenty, coalesce_ms=0, reload_rest_s=1.0, streams=streams)
        self.gateway = ExchangeGateway(access(sandbox), asking, now_ns=self.system.now_ns)
        self.heard: list[object] = []
        self.cycles: list[CyclePolled] = []
        self.updates: list[QuotesUpdated] = []
        self.symbols = symbols

    def __enter__(self) -> Polling:
        self.gateway.start()
        self.gateway.attach(self.system.tell, names.EXCHANGE_DATA)
        self.system.ports[EXCHANGE_PORT] = self.gateway
        self.system.observe(self._see)
        stored: dict[str, str] = {}
        for name in (names.TELEMETRY, names.STATE_WRITER, names.DROP_BUYER, names.RISK, names.EXCHANGE_ROUTER):
            self.system.spawn(ChildSpec(name, Ear, {"heard": self.heard, "stored": stored}))
        config = ExchangeConfig(watchlist=self.symbols, warm_up_minutes=0, websocket=True, tier_dwell_s=0)
        rules = desk_rules(config)
        setup = DataSetup(rules, RELOAD_S * NS_PER_S, 0)
        self.system.spawn(ChildSpec(names.EXCHANGE_DATA, ExchangeData, {"setup": setup}))
        for tier, name in POLLERS.items():
            kwargs = {"venue": rules.venue, "tier": tier, "interval_ns": rules.intervals_ns[tier]}
            self.system.spawn(ChildSpec(name, TierPoller, kwargs))
        self.until(lambda: self.loads() > 0)
        hot = StandingsChanged(tuple((symbol, NEAR) for symbol in self.symbols))
        self.system.tell(names.EXCHANGE_DATA, hot)
        self.until(lambda: self.listed_in_polls() == set(self.symbols))
        return self

    def __exit__(self, *_: object) -> None:
        self.system.shutdown(PATIENCE_S)
        assert self.gateway.stop()

    def _see(self, envelope: Envelope) -> None:
        if isinstance(envelope.message, CyclePolled):
            self.cycles.append(envelope.message)
        elif isinstance(envelope.message, QuotesUpdated) and envelope.receiver == names.DROP_BUYER:
            self.updates.append(envelope.message)

    def until(self, what: Callable[[], bool]) -> None:
        """Real seconds; AssertionError when it does not come about."""
        give_up_s = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < give_up_s, f"not within {PATIENCE_S} s"
            self.system.wait(0.02)

    def events(self, kind: type[Event]) -> list[Event]:
        emitted = tuple(self.heard)
        return [each.event for each in emitted if isinstance(each, Emit) and isinstance(each.event, kind)]

    def loads(self) -> int:
        return sum(isinstance(each, MarketsUpdated) for each in tuple(self.heard))

    def more_loads(self, count: int) -> None:
        wanted = self.loads() + count
        self.until(lambda: self.loads() >= wanted)

    def listed_in_polls(self) -> set[str]:
        """Symbols of the newest hot cycle, quoted or not."""
        newest = next((each for each in reversed(self.cycles) if each.tier is Tier.HOT), None)
        if newest is None:
            return set()
        return {quote.symbol for quote in newest.quotes} | {*newest.missing, *newest.unknown}


@pytest.fixture(params=[MEXC, BINANCE], ids=lambda dialect: dialect.value)
def sandbox(request: pytest.FixtureRequest) -> Iterator[SandboxExchange]:
    dialect: DialectName = request.param
    with SandboxExchange(attrs.evolve(plan(dialect), symbols=40)) as made:
        yield made


def symbols_of(sandbox: SandboxExchange, count: int) -> tuple[str, ...]:
    listed = sandbox.within(lambda site: [market.rules for market in site.exchange.listed()])
    return tuple(f"{rules.base}/{rules.quote}" for rules in listed if rules.quote == "USDT")[:count]


def test_a_delisted_symbol_costs_one_event_and_nothing_after_it_until_it_is_listed_again(
    sandbox: SandboxExchange,
) -> None:
    symbols = symbols_of(sandbox, 4)
    gone = symbols[2]
    with Polling(sandbox, symbols) as polling:
        sandbox.delist(gone.replace("/", ""))
        polling.until(lambda: bool(polling.events(MdSymbolSkipped)))
        polling.more_loads(1)
        polling.until(lambda: polling.listed_in_polls() == {*symbols} - {gone})  # what was under way has come
        polled = len(polling.cycles)
        polling.heard.clear()
        polling.more_loads(2)
        polling.until(lambda: len(polling.cycles) > polled + 10)

        assert not polling.events(MdSymbolSkipped) and not polling.events(MdSymbolDegraded)
        after = polling.cycles[polled:]
        assert not any(gone in (*each.unknown, *each.missing) for each in after)

        sandbox.relist(gone.replace("/", ""))
        polling.until(lambda: bool(polling.events(MdSymbolRelisted)))
        polling.until(lambda: gone in polling.listed_in_polls())
        assert [each.symbol for each in polling.events(MdSymbolRelisted)] == [gone]
        assert not polling.events(MdSkipListAlert)


def test_twenty_delisted_at_once_are_twenty_events_and_one_alert_and_the_others_go_on(
    sandbox: SandboxExchange,
) -> None:
    symbols = symbols_of(sandbox, 30)
    with Polling(sandbox, symbols) as polling:
        sandbox.delist(*(each.replace("/", "") for each in symbols[:20]))
        polling.until(lambda: len(polling.events(MdSymbolSkipped)) >= 20)
        polling.more_loads(2)
        polling.until(lambda: polling.listed_in_polls() == set(symbols[20:]))

        assert sorted(each.symbol for each in polling.events(MdSymbolSkipped)) == sorted(symbols[:20])
        (alert,) = polling.events(MdSkipListAlert)
        assert (alert.within_hour, alert.limit) == (20, 5)


def test_told_and_polled_quotes_of_one_exchange_agree_and_never_go_back_in_time(sandbox: SandboxExchange) -> None:
    symbols = symbols_of(sandbox, 6)
    with Polling(sandbox, symbols) as polling:
        polling.until(lambda: any(each.quotes for each in polling.events(MdStreamHealth)))
        times: dict[str, int] = {}
        for update in tuple(polling.updates):  # as the drop buyer hears them
            for quote in update.quotes:
                assert quote.at_ns >= times.get(quote.symbol, 0)
                assert Decimal(0) < quote.bid <= quote.ask
                times[quote.symbol] = quote.at_ns

        assert not polling.events(MdStreamDropped)
