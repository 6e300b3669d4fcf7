"""What a user gets wrong before a live session: each has a clear message and an exit code of its own, and nothing is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.session import exit_codes
from neo.harness.live.world import LiveWorld, live_plan
from neo.infra.sandbox.xrpl.wallets import seed_of
from neo.infra.sqlite.engine_lock import EngineLock
from neo.infra.xrpl import entry_points
from neo.system.on_threads import start_on_threads
from neo.system.pace import Pace
from tests.patience import PATIENCE_S

NOBODY = "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with LiveWorld(tmp_path, live_plan(nodes=1)) as world:
        yield world


def xrpl(**changes: Any) -> Callable[[Config], Config]:
    return lambda config: attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, **changes))


def refusal_of(world: LiveWorld, *, asked: bool = True) -> NeoError:
    """How the start was refused; nothing was sent and nothing is left running."""
    with pytest.raises(NeoError) as caught:
        world.start(asked=asked)
    account = world.sandbox.wallet.account
    assert not [record for record in world.sandbox.history() if record.tx_json["Account"] == account]
    if world.database.exists():
        EngineLock.acquire(world.database, session="test", started="now").release()
    assert caught.value.advice
    node, give_up_s = world.sandbox.nodes[0], time.monotonic() + PATIENCE_S
    while node.connections and not node.faults.down:  # a server hears a moment later that its client has hung up
        assert time.monotonic() < give_up_s
    return caught.value


def as_startup_failure(world: LiveWorld) -> str:
    """What the books say of the start that failed."""
    with world.reader() as reader:
        (row,) = reader.sessions()
    assert (row.halt_reason, row.ended_at_ns is not None) == ("startup_failure", True)
    return str(row.halt_detail)


def test_live_without_the_option_at_start(world: LiveWorld) -> None:
    refusal = refusal_of(world, asked=False)

    assert refusal.exit_code == exit_codes.NO_CONSENT
    assert "--mode live" in refusal.problem
    assert not (world.directory / "sessions").exists()


def test_live_without_the_written_consent(world: LiveWorld) -> None:
    world.configured = lambda config: attrs.evolve(config, allow_live=False)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.NO_CONSENT
    assert "allow_live = true" in refusal.problem


def test_no_key_at_all(world: LiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO_XRPL_SEED", raising=False)
    world.configured = xrpl(key_file="")

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.SIGNING_KEY
    assert "key_file" in refusal.advice
    assert "no key" in as_startup_failure(world)


def test_a_key_file_that_others_may_read(world: LiveWorld) -> None:
    world.write_key(world.sandbox.wallet.regular_seed, mode=0o644)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.SIGNING_KEY
    assert "chmod 600" in refusal.advice


def test_the_seed_of_another_account(world: LiveWorld) -> None:
    stranger = seed_of(world.sandbox.plan.seed, "vault")
    world.write_key(stranger)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.SIGNING_KEY
    assert "may not sign for" in refusal.problem
    assert stranger not in str(refusal)
    assert "may not sign for" in as_startup_failure(world)


def test_an_account_that_does_not_exist(world: LiveWorld) -> None:
    world.configured = xrpl(account=NOBODY)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.ACCOUNT
    assert "does not exist" in refusal.problem


def test_no_trust_line_to_the_issuer(world: LiveWorld) -> None:
    world.configured = xrpl(issuer="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh")

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.ACCOUNT
    assert "trust line" in refusal.problem


def test_servers_that_cannot_be_reached(world: LiveWorld) -> None:
    world.sandbox.nodes[0].kill()

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.UNAVAILABLE
    assert "none of the servers answers" in refusal.problem


def test_a_server_of_another_network(world: LiveWorld) -> None:
    world.configured = xrpl(network_id=1)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.WRONG_NETWORK
    assert "network 0" in refusal.problem


def test_a_clock_that_is_wrong_by_minutes(world: LiveWorld) -> None:
    pace = Pace(world.sandbox.plan.speed, world.clock() - 300 * 10**9)

    with pytest.raises(NeoError) as caught:
        start_on_threads(world.loaded(), pace)

    assert caught.value.exit_code == exit_codes.CLOCK
    assert "BEFORE" in caught.value.problem


def test_a_client_library_that_turned_asynchronous(world: LiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sign() -> None: ...

    monkeypatch.setattr(entry_points, "SYNCHRONOUS", {**entry_points.SYNCHRONOUS, "xrpl.sign": sign})

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.UNAVAILABLE
    assert "xrpl.sign" in refusal.problem


def test_a_base_that_only_the_simulation_can_trade(world: LiveWorld) -> None:
    world.configured = xrpl(base="EUR")

    assert refusal_of(world).exit_code == exit_codes.CONFIG


def test_a_refused_start_leaves_a_crashed_session_to_the_next_one(world: LiveWorld) -> None:
    """The halt that a crashed session had in force, and its orders, are found by the start that works."""
    world.start()
    world.until_trading()
    crashed = world.session.session_id
    world.abandon()
    world.sandbox.nodes[0].kill()
    refusal_of(world)
    world.sandbox.nodes[0].revive()

    world.start()
    world.until_trading()
    recovering = world.session.session_id
    world.stop()

    with world.reader() as reader:
        row = reader.session(recovering)
    assert row is not None
    assert row.parent_session == crashed
