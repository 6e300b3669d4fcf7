"""Engines that buy drops on a sandbox exchange, each killed at another moment, started again on the same books, audited."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from neo.domain.messages.session import SessionEnded
from neo.harness.broken import Broken
from neo.harness.live.exchange_audit import ExchangeAudit
from neo.harness.live.exchange_kill_points import ExchangeKillPoint
from neo.harness.live.exchange_world import ExchangeWorld
from neo.harness.live.killed_drop_buyer import LIFE_S, DropBuyerOrder, last_words, spawn
from neo.infra.sandbox.exchange.plan import DialectName, ExchangePlan
from neo.infra.simulated_exchange.disturbance import Climate, Latency, Trouble
from neo.records import frozen

#: The exchange has taken an order, its answer is on the way.
TAKEN = "taken"
#: Some time after the first orders, whatever happens then.
ANY_TIME = "any_time"
MOMENTS = (*(point.value for point in ExchangeKillPoint), TAKEN, ANY_TIME)
#: From the first order that is seen to the end, at any time.
ANY_TIME_S_MAX = 4.0
LOOK_S = 0.002
#: So long nothing may be in doubt at the end: longer than the proof that an order was never placed.
SETTLE_S = 150.0
_NTH_MAX = 3
#: A seeded market falls once a minute.
_DIPS_PER_DAY = 1_440.0


@frozen(kw_only=True)
class ExchangeCampaign:
    """What is asked for. `moments` are gone through in turn, each engine dies at the next one."""

    seed: int
    kills: int = 100
    dialect: DialectName = DialectName.MEXC
    symbols: int = 40
    moments: tuple[str, ...] = MOMENTS


@frozen(kw_only=True)
class ExchangeReport:
    """How it went; `broken` is empty when books and exchange agree. `lives` counts engines by how they ended."""

    seed: int
    dialect: str
    broken: tuple[Broken, ...]
    lives: dict[str, int]
    ended: SessionEnded
    orders: int
    orders_at_exchange: int
    trades_at_exchange: int
    intents: dict[str, int]
    in_doubt_at_restart: int


def climate(dialect: DialectName) -> Climate:
    """Latency, failing requests, lost answers, late visibility; on MEXC, which refuses a name twice, doubled requests too."""
    lost = ((Trouble.REPLY_LOST, 0.04), (Trouble.STATUS_UNKNOWN, 0.04))
    doubled = ((Trouble.DUPLICATED, 0.04),) if dialect is DialectName.MEXC else ()
    return Climate(Latency(40, 400), 0.02, lost + doubled, 1_500)


def run_exchange_campaign(
    campaign: ExchangeCampaign, directory: Path, progress: Callable[[str], None] = lambda _: None
) -> ExchangeReport:
    """Live through it: some seconds for each kill, and up to three minutes to settle."""
    plan = ExchangePlan(
        dialect=campaign.dialect,
        symbols=campaign.symbols,
        seed=campaign.seed,
        climate=climate(campaign.dialect),
        dips_per_day=_DIPS_PER_DAY,
    )
    with ExchangeWorld(directory, plan) as world:
        return _Run(campaign, world, progress).report()


class _Run:
    def __init__(self, campaign: ExchangeCampaign, world: ExchangeWorld, progress: Callable[[str], None]) -> None:
        self._campaign = campaign
        self._world = world
        self._progress = progress
        self._dice = random.Random(f"moments-{campaign.seed}")
        self._lives: Counter[str] = Counter()
        self._in_doubt = 0

    def report(self) -> ExchangeReport:
        number = 0
        while self._lives.total() - self._lives["ended by itself"] < self._campaign.kills:
            self._live_and_die(self._campaign.moments[number % len(self._campaign.moments)])
            number += 1
        ended = self._settle()
        truth = self._world.sandbox.truth()
        with self._world.reader() as reader:
            sessions = [row.session_id for row in reader.sessions()]
            trades = [trade for session in sessions for trade in reader.trades(session)]
            return ExchangeReport(
                seed=self._campaign.seed,
                dialect=self._campaign.dialect.value,
                broken=ExchangeAudit(self._world.sandbox).broken(reader),
                lives=dict(self._lives),
                ended=ended,
                orders=sum(len(reader.orders(session)) for session in sessions),
                orders_at_exchange=len(truth.orders),
                trades_at_exchange=len(truth.trades),
                intents=dict(Counter(f"{trade.purpose} {trade.outcome}" for trade in trades)),
                in_doubt_at_restart=self._in_doubt,
            )

    def _live_and_die(self, moment: str) -> None:
        """An engine in a process of its own until it is killed, by itself at a boundary or from outside."""
        inside = moment not in (TAKEN, ANY_TIME)
        order = DropBuyerOrder(self._world.place, moment if inside else "", self._dice.randint(1, _NTH_MAX))
        engine = spawn(order)
        try:
            if inside:
                _await_end(engine)
            else:
                self._await_orders(engine, order.nth)
                if moment == ANY_TIME:
                    time.sleep(self._dice.random() * ANY_TIME_S_MAX)  # any moment is meant, and this one is drawn
        finally:
            engine.kill()
            code = engine.wait()
        how = moment if code == -signal.SIGKILL else "ended by itself"
        self._lives[how] += 1
        with self._world.reader() as reader:
            in_doubt = len(reader.recovery().trades)
        self._in_doubt += in_doubt
        said = f" ({last_words(self._world.directory)})" if code != -signal.SIGKILL else ""
        self._progress(f"{self._lives.total()}: {how}{said}, {in_doubt} trades under way")

    def _await_orders(self, engine: subprocess.Popen[bytes], more: int) -> None:
        """Until the exchange has taken `more` orders."""
        begun, until_s = self._taken(), time.monotonic() + LIFE_S
        while self._taken() < begun + more and time.monotonic() < until_s and engine.poll() is None:
            time.sleep(LOOK_S)

    def _taken(self) -> int:
        return self._world.sandbox.within(lambda site: site.exchange.register.next_order_id)

    def _settle(self) -> SessionEnded:
        """One more engine in fair weather: it finds out what became of everything, and ends in order."""
        self._world.sandbox.fair_weather()
        self._world.start()
        self._world.until(lambda: self._world.session.status().phase == "trading", SETTLE_S)
        return self._world.stop(patience_s=SETTLE_S)


def _await_end(engine: subprocess.Popen[bytes]) -> None:
    try:
        engine.wait(2 * LIFE_S)
    except subprocess.TimeoutExpired:
        return  # it is killed from outside
