"""The engine's process is killed at each boundary of the submit path; the next one finds out what became of everything."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from neo.harness.live.audit import LiveAudit
from neo.harness.live.kill_points import KillPoint
from neo.harness.live.killed_engine import LIFE_S, spawn
from neo.harness.live.world import LiveWorld, live_plan
from neo.infra.sandbox.xrpl.chain.chain import Proposal

#: The first transactions place quotes; by the fourth some rest and some are replaced.
NTH = 4
LIVES_MAX = 4

Engine = subprocess.Popen[bytes]
Begins = Callable[[Engine], None]


def nobody(engine: Engine) -> None:
    """Nobody waits for an engine's begin: it kills itself."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with LiveWorld(tmp_path, live_plan(seed=5)) as world:
        yield world


def lives_until_killed(world: LiveWorld, point: KillPoint | None = None, engine_begins: Begins = nobody) -> None:
    """Engines on the same books, one after the other, until one was killed.

    On a machine that stands still an engine may halt first, as it should: its ledgers are too old then, at ten times the
    clock soon. The next one goes on where that one ended.
    """
    for _ in range(LIVES_MAX):
        engine = spawn(world.engine_order(point, NTH))
        engine_begins(engine)
        if engine.wait(2 * LIFE_S) == -signal.SIGKILL:
            return
    raise AssertionError(f"none of {LIVES_MAX} engines came to where it would have been killed")


def recovers(world: LiveWorld, audit: LiveAudit) -> None:
    """Started again on the same books, the engine trades on, and everything agrees with the ledger."""
    world.start()
    world.until_trading()
    seen = world.sandbox.snapshot().record.index
    world.until_ledger(seen + 3)
    ended = world.stop()

    assert (ended.halt_reason, ended.unverified) == ("interrupted_sigterm", ())
    with world.reader() as reader:
        assert audit.broken(reader) == ()
        recovering, killed = reader.sessions()[:2]
        assert recovering.parent_session == killed.session_id
        assert killed.crash_noticed_by == recovering.session_id


@pytest.mark.parametrize("point", KillPoint, ids=lambda point: point.value)
def test_a_process_that_is_killed_there_loses_and_repeats_nothing(world: LiveWorld, point: KillPoint) -> None:
    audit = LiveAudit(world.sandbox)

    lives_until_killed(world, point)

    recovers(world, audit)


def test_a_process_that_is_killed_while_its_transaction_is_under_way_loses_and_repeats_nothing(
    world: LiveWorld,
) -> None:
    """The ledger has taken it, the answer is still on its way."""
    audit = LiveAudit(world.sandbox)
    lives: list[Engine] = []
    taken: list[str] = []

    def begins(engine: Engine) -> None:
        taken.clear()
        lives.append(engine)

    def on_proposal(proposal: Proposal) -> None:
        if proposal.tx_json["Account"] == world.sandbox.wallet.account:
            taken.append(proposal.hash)
            if len(taken) == NTH:
                lives[-1].kill()

    world.sandbox.on_loop(lambda: world.sandbox.chain.on_proposal.insert(0, on_proposal))

    lives_until_killed(world, engine_begins=begins)

    assert len(taken) >= NTH
    recovers(world, audit)
