"""One seed of a campaign: a world, its faults, kills, restarts, and the invariants all along."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from neo.domain.config.configuration import Config
from neo.domain.messages.session import Phase, SessionEnded
from neo.domain.safety.halts import HaltReason
from neo.domain.units import NS_PER_S
from neo.harness.broken import Broken
from neo.harness.invariants import broken_now, broken_when_quiet
from neo.harness.plans import FaultPlan
from neo.harness.world import World
from neo.records import frozen
from neo.system.rare_collections import rare_collections

CHECK_EVERY_S = 300
#: The same where drops are bought: a trade is over within a minute.
CHECK_TRADES_EVERY_S = 60
#: Virtual seconds without faults, after which everything must be settled: longer than any time-out and Expiration.
QUIET_S = 240


@frozen(kw_only=True)
class SeedReport:
    """How one seed went. `broken` is empty when every invariant held; `ended` names each session's halt reason in order."""

    seed: int
    broken: tuple[Broken, ...]
    ended: tuple[SessionEnded, ...]
    kills: int
    boots: int
    fills: int
    orders: int
    messages: int
    digest: str


Plant = Callable[[World], None]


def run_seed(
    seed: int,
    hours: Decimal,
    plan: FaultPlan,
    *,
    config: Config | None = None,
    digest: bool = False,
    plant: Plant | None = None,
) -> SeedReport:
    """Live through `hours` of virtual time; `plant` may put a bug into the world first."""
    with rare_collections(), World(seed, config, plan, trace=digest) as world:
        if plant is not None:
            plant(world)
        return _Campaign(world, hours).run()


class _Campaign:
    def __init__(self, world: World, hours: Decimal) -> None:
        self.world = world
        self.end_ns = world.kernel.now_ns() + int(hours * 3600 * NS_PER_S)
        self.dice: random.Random = world.kernel.rng_for("campaign")
        self.broken: list[Broken] = []
        self.ended: list[SessionEnded] = []
        self.kills = 0
        self.next_kill_ns = self._draw_kill()
        self.check_every_ns = NS_PER_S * (CHECK_EVERY_S if world.exchange is None else CHECK_TRADES_EVERY_S)

    def run(self) -> SeedReport:
        world = self.world
        world.boot()
        while world.kernel.now_ns() < self.end_ns and not self.broken:
            self._live_on()
        if not self.broken:
            self._settle()
        return SeedReport(
            seed=world.kernel.seed,
            broken=tuple(self.broken),
            ended=tuple(self.ended),
            kills=self.kills,
            boots=world.boots,
            fills=self._fills(),
            orders=world.order_count(),
            messages=world.kernel.steps,
            digest=world.kernel.digest() if world.kernel.traces else "",
        )

    def _live_on(self) -> None:
        """To the next check, kill or end of a session, whichever comes first."""
        world = self.world
        until_ns = min(self.end_ns, self.next_kill_ns, world.kernel.now_ns() + self.check_every_ns)
        world.run_to(until_ns)
        if world.ended is not None:
            self._bury_and_boot()
        elif world.kernel.now_ns() >= self.next_kill_ns:
            world.kill9()
            self.kills += 1
            self.next_kill_ns = self._draw_kill()
            self._check()
            world.run_for(int(self.dice.random() * 60))
            world.boot()
        elif Phase.HELD in world.venue_phases.values():
            self._resume()
        self._check()

    def _resume(self) -> None:
        """Trade halted at a venue: an operator looks at it, and lets it go on a minute later."""
        self.world.run_for(60)
        if self.world.is_running:
            self.world.resume()

    def _bury_and_boot(self) -> None:
        """A session that halted: an operator looks at it and starts again a minute later."""
        fatal = self.world.system.fatal_reason
        if fatal is not None:
            self.broken.append(Broken("the supervisor survives", fatal))
        ended = self.world.bury()
        self.ended.append(ended)
        if ended.halt_reason == HaltReason.RECONCILER_HALT.value:
            self.broken.append(Broken("the books explain what the venues show", ended.halt_detail))
        self._check()
        self.world.run_for(60)
        self.world.boot()

    def _settle(self) -> None:
        """No more faults: everything must come to rest, and a session must end in order."""
        world = self.world
        world.heal()
        world.run_for(QUIET_S)
        if world.ended is not None:
            self._bury_and_boot()
            world.run_for(QUIET_S)
        elif Phase.HELD in world.venue_phases.values():
            self._resume()
            world.run_for(QUIET_S)
        if set(world.venue_phases.values()) != {Phase.TRADING}:
            where = ", ".join(f"{venue} {phase.value}" for venue, phase in world.venue_phases.items())
            self.broken.append(Broken("it trades again once the faults stop", f"{where}, {world.ended}"))
            return
        self.broken.extend(broken_when_quiet(world))
        ended = world.finish()
        self.ended.append(ended)
        if ended.unverified:
            self.broken.append(Broken("a clean end verifies every cancel", "; ".join(ended.unverified)))
        self.broken.extend(broken_when_quiet(world))

    def _check(self) -> None:
        self.broken.extend(broken_now(self.world))

    def _draw_kill(self) -> int:
        rate = self.world.plan.kills_per_hour
        if rate <= 0:
            return self.end_ns + 1
        return self.world.kernel.now_ns() + int(self.dice.expovariate(rate / 3600) * NS_PER_S)

    def _fills(self) -> int:
        with self.world.reader() as reader:
            return sum(len(reader.fills(session)) for session in self.world.session_ids)
