"""A whole engine polls over real sockets: every answered cycle is complete, and nobody trades or dies of it.

How regular that is on a machine, and how many cycles fail, is measured (benchmarks/poll_cycle.py), not tested: a test machine
may stand still. That cycles start exactly on their grid whatever the latency is proved in virtual time
(tests/actors/test_polling.py).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.config.configuration import Config
from neo.domain.market.desk_rules import desk_rules
from neo.domain.market.poll_cycles import PollCycle
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import CyclePolled
from neo.domain.units import NS_PER_MS
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.harness.live.polling_watch import PollingWatch, told_events
from neo.infra.simulated_exchange.disturbance import Climate, Latency

CYCLES = 6


def every_second_and_a_half(config: Config) -> Config:
    every_s = Decimal("1.5")
    exchange = attrs.evolve(
        config.exchange, hot_interval_s=every_s, warm_interval_s=every_s, cold_interval_s=every_s, warm_up_minutes=10
    )
    return attrs.evolve(config, exchange=exchange)


def test_130_of_2500_symbols_are_quoted_in_every_answered_cycle_while_requests_are_slow(tmp_path: Path) -> None:
    with ExchangeWorld(tmp_path, attrs.evolve(exchange_plan(symbols=2_500), dips_per_day=0)) as world:
        watched = world.place.watchlist[:130]

        def configured(config: Config) -> Config:
            slow = every_second_and_a_half(config)
            return attrs.evolve(slow, exchange=attrs.evolve(slow.exchange, watchlist=watched))

        world.configured = configured
        session = world.start()
        world.until_trading()
        world.sandbox.climate(Climate(latency=Latency(median_ms=60, p99_ms=600)))
        watch = PollingWatch(dict(desk_rules(session.config.exchange).intervals_ns))
        from_ns = session.system.now_ns()
        session.system.observe(watch.seen)
        world.until(lambda: watch.answered >= CYCLES)
        watch.look(session.system.now_ns())
        told = told_events(session.directory, from_ns, session.system.now_ns())
        ended = world.stop()

    # A cycle that failed costs itself and nothing else.
    assert watch.symbols == 130 and watch.incomplete == 0
    assert watch.ages_ms.total() == 130
    assert (told["ACTOR_DOWN"], told["DEAD_LETTER"], told["MD_SYMBOL_SKIPPED"]) == (0, 0, 0)
    assert (ended.halt_reason, ended.stuck) == ("interrupted_sigterm", ())


def test_a_start_off_the_grid_and_an_old_quote_are_seen_by_the_watch() -> None:
    watch = PollingWatch(dict.fromkeys(PollingWatch({}).tiers, 1500000000))
    cold = list(watch.tiers.values())[-1]
    cold.starts_ns = [[0, 1_500_000_000, 3_040_000_000], [7_000_000_000, 8_490_000_000]]

    assert watch.late_ms() == [0.0, 0.0, 40.0, 10.0, 0.0]


def test_a_request_is_late_by_its_cycle_and_by_its_own_way_and_a_shared_one_counts_once() -> None:
    at_wall = 1_700_000_000_000_000_000
    watch = PollingWatch(dict.fromkeys(Tier, 1_500_000_000), lambda: at_wall)

    for started_ms, asked_ms in ((0, 3), (1_540, 1_547), (3_000, 2_600), (4_500, 4_498)):
        cycle = PollCycle(started_ms * NS_PER_MS, (started_ms + 200) * NS_PER_MS, 1, 1)
        polled = CyclePolled(Tier.COLD, cycle, (), (), (), "", at_wall + asked_ms * NS_PER_MS)
        watch.seen(Envelope(polled, names.POLLER_COLD, names.EXCHANGE_DATA))

    assert watch.late_ms() == [0.0, 40.0, 0.0, 0.0]
    assert watch.request_late_ms() == [3.0, 47.0, 0.0]
