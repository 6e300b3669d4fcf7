"""Live sessions against nodes that fail by a seeded schedule, started again whenever they halt, and audited at the end."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from neo.domain.errors import NeoError
from neo.domain.messages.session import SessionEnded, StopSignal
from neo.domain.safety.halts import HaltReason
from neo.domain.units import NS_PER_S
from neo.harness.broken import Broken
from neo.harness.live.audit import LiveAudit
from neo.harness.live.killed_engine import LIFE_S, spawn
from neo.harness.live.session_holder import SLICE_S
from neo.harness.live.world import LiveWorld, live_plan
from neo.infra.sandbox.xrpl.faults.schedule import TROUBLES, draw_schedule
from neo.infra.telemetry.event_tally import tally_events
from neo.records import frozen

#: Ledgers between an engine's first transaction and its end by kill -9, from and to.
KILLED_AFTER_LEDGERS = (1, 12)
#: What nodes in trouble may bring about. Anything else is the engine's own fault.
_VENUE = frozenset(
    {
        HaltReason.RISK_RPC_FAILURE.value,
        HaltReason.RISK_STALE_LEDGER.value,
        HaltReason.RISK_GATEWAY_UNHEALTHY.value,
        HaltReason.RISK_STALE_MARKET_DATA.value,
        HaltReason.STARTUP_FAILURE.value,
    }
)
#: Telemetry that tells how the gateway lived through it.
_TOLD = ("NODE_SWITCHED", "NODE_DROPPED", "NODE_BACK", "NODE_DISTRUSTED", "GATEWAY_DOWN", "LEDGER_GAP_FILLED", "FILL")


@frozen(kw_only=True)
class LiveCampaign:
    """What is asked for. `length_s` is ledger time, the quiet end included; `troubles` are names of the sandbox's faults."""

    seed: int
    length_s: int = 1_800
    speed: float = 10.0
    nodes: int = 3
    troubles: Sequence[str] = tuple(TROUBLES)
    mean_gap_s: float = 60.0
    mean_length_s: float = 30.0
    #: Seconds of ledger time without faults at the end, after which everything must be settled.
    quiet_s: int = 120
    #: So many engines before the last one live in a process of their own and are killed, each after some ledgers.
    kills: int = 0


@frozen(kw_only=True)
class LiveReport:
    """How it went; `broken` is empty when books and ledger agree and every halt had the right reason."""

    seed: int
    broken: tuple[Broken, ...]
    ended: tuple[SessionEnded, ...]
    refused: tuple[str, ...]
    orders: int
    fills: int
    transactions: int
    ledgers: int
    told: dict[str, int]


def run_live(campaign: LiveCampaign, directory: Path, progress: Callable[[str], None] = lambda _: None) -> LiveReport:
    """Live through it: `length_s` / `speed` seconds of real time and a little more."""
    faults = draw_schedule(
        campaign.seed,
        campaign.nodes,
        campaign.length_s - campaign.quiet_s,
        campaign.troubles,
        mean_gap_s=campaign.mean_gap_s,
        mean_length_s=campaign.mean_length_s,
    )
    plan = attrs.evolve(live_plan(campaign.seed, nodes=campaign.nodes, speed=campaign.speed), schedule=faults)
    with LiveWorld(directory, plan) as world:
        return _Run(campaign, world, progress).report()


class _Run:
    def __init__(self, campaign: LiveCampaign, world: LiveWorld, progress: Callable[[str], None]) -> None:
        self._campaign = campaign
        self._world = world
        self._progress = progress
        self._audit = LiveAudit(world.sandbox)
        self._first_ledger = world.sandbox.snapshot().record.index
        self._until_ns = world.clock() + campaign.length_s * NS_PER_S
        self._dice = random.Random(f"kills-{campaign.seed}")
        self._ended: list[SessionEnded] = []
        self._refused: list[str] = []

    def report(self) -> LiveReport:
        for _ in range(self._campaign.kills):
            self._live_and_die()
        while self._world.clock() < self._until_ns:
            if self._started():
                self._live()
        with self._world.reader() as reader:
            sessions = [row.session_id for row in reader.sessions()]
            return LiveReport(
                seed=self._campaign.seed,
                broken=(*self._audit.broken(reader), *self._wrong_halts()),
                ended=tuple(self._ended),
                refused=tuple(self._refused),
                orders=sum(len(reader.orders(session)) for session in sessions),
                fills=sum(len(reader.fills(session)) for session in sessions),
                transactions=len(self._audit.history()),
                ledgers=self._world.sandbox.snapshot().record.index - self._first_ledger,
                told=dict(self._told()),
            )

    def _live_and_die(self) -> None:
        """An engine in a process of its own until it is killed, some ledgers after its first transaction."""
        engine = spawn(self._world.engine_order())
        try:
            sent = len(self._audit.history())
            ledgers = self._dice.randint(*KILLED_AFTER_LEDGERS)
            give_up_s = time.monotonic() + LIFE_S
            while len(self._audit.history()) == sent and time.monotonic() < give_up_s and engine.poll() is None:
                self._await_ledger(1)
            self._await_ledger(ledgers)
        finally:
            engine.kill()
            code = engine.wait()
        self._progress(f"killed after {ledgers} ledgers" if code == -signal.SIGKILL else f"ended by itself: {code}")

    def _await_ledger(self, more: int) -> None:
        sandbox = self._world.sandbox
        sandbox.wait_for_ledger(sandbox.snapshot().record.index + more)

    def _started(self) -> bool:
        """A start that finds no node fit to trade through is refused, as it should be; the operator tries again."""
        try:
            self._world.start()
        except NeoError as refusal:
            self._refused.append(refusal.problem)
            self._progress(f"refused: {refusal.problem}")
            time.sleep(SLICE_S)  # the operator's moment before the next attempt
            return False
        return True

    def _live(self) -> None:
        """Until the session halts, or the time is over and it is asked to stop."""
        session, asked = self._world.session, False
        while (ended := session.wait(SLICE_S)) is None:
            if not asked and self._world.clock() >= self._until_ns:
                asked = True
                session.stop(StopSignal.SIGTERM)
        self._world.close()
        self._progress(f"{ended.halt_reason}: {ended.halt_detail}")
        self._ended.append(ended)

    def _wrong_halts(self) -> list[Broken]:
        allowed = _VENUE | {HaltReason.INTERRUPTED_SIGTERM.value}
        wrong = [ended for ended in self._ended if ended.halt_reason not in allowed]
        return [Broken("halts have the right reason", f"{e.halt_reason}: {e.halt_detail}") for e in wrong]

    def _told(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for session_id in self._world.session_ids:
            events = self._world.directory / "sessions" / session_id / "logs" / "events.jsonl"
            for name, tally in tally_events(events, _TOLD).items():
                found[name] += tally.count
        return found
