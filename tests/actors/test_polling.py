"""Pollers on their grid, and ExchangeData who decides what they ask for: in virtual time, with an exchange of quotes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

import attrs
import pytest

from neo.actors import names
from neo.actors.exchange_data import POLLERS, DataSetup, ExchangeData
from neo.actors.poller import TierPoller
from neo.actors.runtime import Actor, ChildSpec, SimKernel, SimSystem, handles
from neo.domain.config.exchange import ExchangeConfig
from neo.domain.market.desk_rules import desk_rules
from neo.domain.market.tiers import SymbolStanding, Tier
from neo.domain.messages.dropping import (
    BarsLoaded,
    BuyerStarted,
    MarketsUpdated,
    QuotesUpdated,
    StandingsChanged,
    StandingsWanted,
    StatisticsUpdated,
)
from neo.domain.messages.session import GatewayReported
from neo.domain.messages.storage import LoadRecovery, Persist, PositionRecord, Recovery
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.polling_events import (
    MdHealth,
    MdPollOverrun,
    MdSkipListAlert,
    MdSymbolDegraded,
    MdSymbolRelisted,
    MdSymbolSkipped,
)
from neo.domain.units import NS_PER_MS, NS_PER_S
from tests.actors.polled_exchange import PolledExchange, lognormal_ns

Event = TypeVar("Event", bound=TelemetryEvent)
FAST = 50 * NS_PER_MS
NEAR = SymbolStanding(distance_bps=Decimal(10), since_drop_ns=None, has_money_in_it=False)
FAR = SymbolStanding(distance_bps=Decimal(500), since_drop_ns=None, has_money_in_it=False)


class Ear(Actor):
    """Everybody else: keeps what it hears, and answers for the books."""

    def __init__(self, heard: list[object], stored: dict[str, str], positions: tuple[PositionRecord, ...] = ()) -> None:
        super().__init__()
        self._heard = heard
        self._stored = stored
        self._positions = positions

    @handles(
        Emit, QuotesUpdated, MarketsUpdated, StatisticsUpdated, StandingsWanted, BarsLoaded, GatewayReported, Persist
    )
    def on_message(self, message: object) -> None:
        self._heard.append(message)
        if isinstance(message, Persist):
            for event in message.events:
                key, value = event.key, event.value  # type: ignore[union-attr]
                self._stored.pop(key, None) if value is None else self._stored.update({key: value})

    @handles(LoadRecovery)
    def on_load(self, message: LoadRecovery) -> None:
        self.reply(Recovery(0, (), (), (), (), tuple(self._stored.items()), (), positions=self._positions))


class Scene:
    """The polling actors, their exchange, and everything that they said."""

    def __init__(
        self,
        count: int,
        latency: Callable[[], int] = lambda: FAST,
        stored: dict[str, str] | None = None,
        positions: tuple[PositionRecord, ...] = (),
        unwatched: tuple[str, ...] = (),
        **more: Any,
    ) -> None:
        self.kernel = SimKernel(1)
        self.system = SimSystem(self.kernel, policy="fifo")
        self.symbols = tuple(f"S{number}/USDT" for number in range(count))
        self.exchange = PolledExchange(self.system, (*self.symbols, *unwatched), latency)
        self.system.ports[EXCHANGE_PORT] = self.exchange
        self.heard: list[object] = []
        self.stored: dict[str, str] = {} if stored is None else stored
        for name in (names.TELEMETRY, names.STATE_WRITER, names.DROP_BUYER, names.RISK, names.EXCHANGE_ROUTER):
            ear = {"heard": self.heard, "stored": self.stored, "positions": positions}
            self.system.spawn(ChildSpec(name, Ear, ear))
        config = ExchangeConfig(watchlist=self.symbols, warm_up_minutes=0, market_reload_s=600, **more)
        self.rules = desk_rules(config)
        setup = self.setup = DataSetup(self.rules, config.market_reload_s * NS_PER_S, config.warm_up_minutes)
        self.system.spawn(ChildSpec(names.EXCHANGE_DATA, ExchangeData, {"setup": setup}))
        for tier, name in POLLERS.items():
            interval_ns = self.rules.intervals_ns[tier]
            kwargs = {"venue": self.rules.venue, "tier": tier, "interval_ns": interval_ns}
            self.system.spawn(ChildSpec(name, TierPoller, kwargs))
        self.pass_time(Decimal("0.5"))

    def pass_time(self, seconds: Decimal | int) -> None:
        self.system.run_until(self.kernel.now_ns() + int(seconds * NS_PER_S))

    def standing(self, **standings: SymbolStanding) -> None:
        rows = tuple((f"{name}/USDT", standing) for name, standing in standings.items())
        self.system.tell(names.EXCHANGE_DATA, StandingsChanged(rows))
        self.pass_time(Decimal("0.001"))

    def recovery(self, *positions: PositionRecord) -> Recovery:
        return Recovery(0, (), (), (), (), (), (), positions=positions)

    def events(self, kind: type[Event]) -> list[Event]:
        return [m.event for m in self.heard if isinstance(m, Emit) and isinstance(m.event, kind)]

    def asked_for(self, symbol: str, since_ns: int = 0) -> int:
        return sum(1 for at_ns, request in self.exchange.asked if at_ns >= since_ns and symbol in request.symbols)


def test_every_watched_symbol_is_polled_in_the_cold_tier_at_first() -> None:
    scene = Scene(5)
    scene.pass_time(12)
    assert {request.symbols for _, request in scene.exchange.asked} == {scene.symbols}
    assert scene.asked_for("S0/USDT") == 3  # as soon as the markets are known, and twice six seconds later


def test_a_symbol_near_its_trigger_is_polled_at_the_hot_interval_and_others_are_not() -> None:
    scene = Scene(3)
    scene.standing(S1=NEAR)
    since_ns = scene.kernel.now_ns()
    scene.pass_time(30)
    assert scene.asked_for("S1/USDT", since_ns) == 20
    assert scene.asked_for("S0/USDT", since_ns) == 5


def test_starts_lie_on_the_grid_whatever_the_answers_cost() -> None:
    rng = random.Random(7)
    scene = Scene(130, lambda: rng.randrange(50, 1400) * NS_PER_MS)
    scene.standing(**{f"S{number}": NEAR for number in range(130)})
    begin = len(scene.exchange.asked)
    scene.pass_time(600)
    starts = [at_ns for at_ns, _ in scene.exchange.asked[begin:]]
    assert {later - earlier for earlier, later in pairwise(starts)} == {1500 * NS_PER_MS}
    assert not scene.events(MdPollOverrun)


def test_a_late_cycle_costs_one_start_and_is_reported_with_its_figures() -> None:
    latencies = iter([FAST, FAST])  # markets, statistics; then the first poll takes two seconds
    slow = iter([2000 * NS_PER_MS])
    scene = Scene(2, lambda: next(latencies, None) or FAST)
    scene.standing(S0=NEAR, S1=NEAR)
    scene.exchange._latency_ns = lambda: next(slow, FAST)
    begin = len(scene.exchange.asked)
    scene.pass_time(6)
    starts = [at_ns for at_ns, _ in scene.exchange.asked[begin:]]
    gaps_ms = [(b - a) // NS_PER_MS for a, b in pairwise(starts)]
    assert gaps_ms == [3000, 1500]
    (late,) = scene.events(MdPollOverrun)
    assert (late.tier, late.interval_ms, late.duration_ms, late.overrun_ms, late.symbols) == ("hot", 1500, 2000, 500, 2)


@pytest.mark.parametrize("count", [130, 2000])
def test_half_an_hour_with_real_latencies_has_data_of_known_age(count: int) -> None:
    scene = Scene(count, lognormal_ns(random.Random(3), p99_ms=1400))
    scene.standing(**{f"S{number}": NEAR for number in range(count)})
    scene.pass_time(1800)
    hot = [event for event in scene.events(MdHealth) if event.tier == Tier.HOT.value][-1]
    assert hot.symbols == count
    assert hot.success_rate == 1
    assert hot.cycles > 1100
    assert hot.age_p99_ms is not None
    assert hot.age_p99_ms <= 1500


def test_a_delisted_symbol_costs_one_event_and_nothing_after_it() -> None:
    scene = Scene(4)
    scene.pass_time(10)
    scene.exchange.known.discard("S2/USDT")
    scene.exchange.listed.remove("S2/USDT")
    scene.pass_time(7)
    asked = scene.asked_for("S2/USDT")
    scene.pass_time(1300)  # two market reloads that do not list it
    assert [event.symbol for event in scene.events(MdSymbolSkipped)] == ["S2/USDT"]
    assert scene.asked_for("S2/USDT") == asked
    assert not scene.events(MdSkipListAlert)


def test_twenty_delisted_at_once_raise_one_alert_and_a_look_at_the_markets() -> None:
    scene = Scene(40)
    scene.pass_time(10)
    loads = scene.exchange.loads
    for number in range(20):
        scene.exchange.known.discard(f"S{number}/USDT")
        scene.exchange.listed.remove(f"S{number}/USDT")
    scene.pass_time(30)
    (alert,) = scene.events(MdSkipListAlert)
    assert (alert.within_hour, alert.limit) == (20, 5)
    assert len(scene.events(MdSymbolSkipped)) == 20
    assert scene.exchange.loads == loads + 1


def test_a_relisted_symbol_comes_back_after_a_market_reload_and_is_polled_again() -> None:
    scene = Scene(3)
    scene.exchange.known.discard("S0/USDT")
    scene.exchange.listed.remove("S0/USDT")
    scene.pass_time(20)
    scene.exchange.known.add("S0/USDT")
    scene.exchange.listed.append("S0/USDT")
    before = scene.asked_for("S0/USDT")
    scene.pass_time(600)
    assert [event.symbol for event in scene.events(MdSymbolRelisted)] == ["S0/USDT"]
    assert scene.asked_for("S0/USDT") > before
    assert scene.stored == {}


def test_a_skip_list_outlives_the_process() -> None:
    first = Scene(3)
    first.exchange.known.discard("S0/USDT")
    first.exchange.listed.remove("S0/USDT")
    first.pass_time(10)
    second = Scene(3, stored=dict(first.stored))
    second.exchange.listed.remove("S0/USDT")
    second.pass_time(60)
    assert not second.events(MdSymbolSkipped)


def test_a_symbol_without_quotes_rests_and_recovers_by_itself() -> None:
    scene = Scene(3)
    scene.standing(S1=NEAR)
    scene.exchange.silent.add("S1/USDT")
    since_ns = scene.kernel.now_ns()
    scene.pass_time(120)
    assert scene.asked_for("S1/USDT", since_ns) < 10  # instead of 80
    scene.exchange.silent.clear()
    scene.pass_time(300)
    degraded = scene.events(MdSymbolDegraded)
    assert [event.rest_ms for event in degraded][:2] == [30_000, 60_000]
    assert degraded[-1].rest_ms == 0
    since_ns = scene.kernel.now_ns()
    scene.pass_time(30)
    assert scene.asked_for("S1/USDT", since_ns) == 20


def test_a_held_symbol_without_quotes_never_rests_long_and_is_told_once() -> None:
    scene = Scene(3)
    scene.standing(S1=attrs.evolve(FAR, has_money_in_it=True))
    scene.exchange.silent.add("S1/USDT")
    scene.pass_time(3_600)
    since_ns = scene.kernel.now_ns()
    scene.pass_time(600)
    assert scene.asked_for("S1/USDT", since_ns) >= 18  # every half minute, for as long as it takes
    assert [event.rest_ms for event in scene.events(MdSymbolDegraded)] == [30_000]


def test_an_exchange_that_is_down_is_reported_to_risk_and_costs_no_symbol() -> None:
    scene = Scene(3)
    scene.exchange.down = True
    scene.pass_time(60)
    reports = Counter(message.ok for message in scene.heard if isinstance(message, GatewayReported))
    assert reports[False] >= 9
    assert not scene.events(MdSymbolSkipped)
    assert not scene.events(MdSymbolDegraded)
    scene.exchange.down = False
    scene.heard.clear()
    scene.pass_time(12)
    assert [q.symbol for m in scene.heard if isinstance(m, QuotesUpdated) for q in m.quotes]


def test_a_rebuilt_buyer_is_told_the_markets_at_once_and_nothing_before_they_are_known() -> None:
    scene = Scene(3)
    scene.heard.clear()
    scene.system.tell(names.EXCHANGE_DATA, BuyerStarted())
    scene.pass_time(1)
    (told,) = [m for m in scene.heard if isinstance(m, MarketsUpdated)]
    assert [rule.symbol for rule in told.rules] == list(scene.symbols)
    early = Scene(3, lambda: 5 * NS_PER_S)
    early.system.tell(names.EXCHANGE_DATA, BuyerStarted())
    early.pass_time(1)
    assert not [m for m in early.heard if isinstance(m, MarketsUpdated)]


def test_a_rebuilt_poller_is_told_its_symbols_again() -> None:
    scene = Scene(3)
    scene.system.stop(names.POLLER_COLD)
    scene.pass_time(1)
    kwargs = {"venue": "mexc", "tier": Tier.COLD, "interval_ns": 6 * NS_PER_S}
    scene.system.spawn(ChildSpec(names.POLLER_COLD, TierPoller, kwargs))
    scene.pass_time(1)
    since_ns = scene.kernel.now_ns()
    scene.pass_time(12)
    assert scene.asked_for("S0/USDT", since_ns) == 2


def test_an_older_quote_never_replaces_a_newer_one() -> None:
    scene = Scene(1)
    scene.standing(S0=FAR)
    scene.pass_time(20)
    quotes = [quote.at_ns for m in scene.heard if isinstance(m, QuotesUpdated) for quote in m.quotes]
    assert quotes == sorted(quotes)
