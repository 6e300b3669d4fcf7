"""`neo doctor` against a real socket: each finding provoked, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.readiness.finding import Finding, Topic, Verdict
from neo.harness.live.world import LiveWorld, live_plan
from neo.infra.sandbox.xrpl.faults.node_faults import Lie
from neo.system.readiness import examine

#: What is true of any new ledger on any machine: an hour of history takes an hour, and a disk may be as slow as it likes.
NO_FAULT = ("ledgers of history", "a synced write takes")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    """Ledgers close on command and at the clock on the wall."""
    with LiveWorld(tmp_path, attrs.evolve(live_plan(speed=1.0), close_every_s=None)) as world:
        world.sandbox.close_ledger()
        yield world


def findings(world: LiveWorld, mode: Mode = Mode.LIVE) -> list[Finding]:
    return [each for each in examine(world.loaded(mode)) if not any(known in each.seen for known in NO_FAULT)]


def about(world: LiveWorld, what: str, mode: Mode = Mode.LIVE) -> Finding:
    (found,) = [each for each in findings(world, mode) if each.what == what]
    return found


def test_a_healthy_account_on_healthy_servers_has_nothing_to_mend(world: LiveWorld) -> None:
    found = findings(world)

    assert [each for each in found if each.verdict is not Verdict.OK] == []
    assert {each.topic for each in found} == set(Topic) - {
        Topic.CONFIGURATION,
        Topic.NETWORK,
        Topic.EXCHANGE,
        Topic.WATCHLIST,
    }
    assert "regular key" in about(world, "signing key").seen
    assert str(world.key_file) in about(world, "key source").seen


def test_the_master_key_is_advised_against(world: LiveWorld) -> None:
    world.write_key(world.sandbox.wallet.seed)

    advice = about(world, "signing key")

    assert (advice.verdict, advice.topic) == (Verdict.WARN, Topic.KEY)


def test_a_key_that_lies_open_is_a_failure(world: LiveWorld) -> None:
    world.write_key(world.sandbox.wallet.regular_seed, mode=0o640)

    assert about(world, "key source").verdict is Verdict.FAIL


def test_a_key_in_the_environment_is_advised_against(world: LiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO_XRPL_SEED", world.sandbox.wallet.regular_seed)
    world.configured = lambda config: attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, key_file=""))

    assert about(world, "key source").verdict is Verdict.WARN
    assert world.sandbox.wallet.regular_seed not in str(findings(world))


def test_a_paper_session_needs_no_key(world: LiveWorld) -> None:
    world.configured = lambda config: attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, key_file=""))

    assert about(world, "key source", Mode.PAPER).verdict is Verdict.OK


Fault = Callable[[LiveWorld], None]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (lambda world: world.sandbox.nodes[0].kill(), ""),
        (lambda world: world.sandbox.nodes[0].fault(not_synced=True), "not synced"),
        (lambda world: world.sandbox.nodes[0].fault(refuse_503=True), "http: "),
        (lambda world: world.sandbox.nodes[0].fault(lies=frozenset({Lie.MALFORMED_JSON})), ""),
        (lambda world: world.sandbox.nodes[0].fault(lies=frozenset({Lie.WRONG_TYPES})), ""),
    ],
    ids=["down", "not synced", "busy", "no JSON", "wrong types"],
)
def test_a_server_in_trouble_is_named_with_its_trouble(world: LiveWorld, fault: Fault, says: str) -> None:
    fault(world)
    troubled = f"127.0.0.1:{world.sandbox.nodes[0].port}"

    found = [each for each in findings(world) if each.what == troubled]

    assert found
    assert all(each.verdict is not Verdict.OK and each.fix for each in found)
    assert any(says in each.seen for each in found)
    assert about(world, "reserve").verdict is Verdict.OK  # the other one answers


def test_a_server_that_lags_is_put_last(world: LiveWorld) -> None:
    world.sandbox.close_ledger(4)
    world.sandbox.nodes[0].fault(lag_ledgers=3)

    assert any("3 ledgers behind" in each.seen for each in findings(world))


def test_without_any_server_the_rest_is_looked_at_all_the_same(world: LiveWorld) -> None:
    for node in world.sandbox.nodes:
        node.kill()

    found = findings(world)

    assert about(world, "all servers").verdict is Verdict.FAIL
    assert {Topic.SOFTWARE, Topic.DISK, Topic.KEY} <= {each.topic for each in found if each.verdict is Verdict.OK}
    assert Topic.ACCOUNT not in {each.topic for each in found}


@pytest.mark.parametrize(("minutes", "verdict"), [(-5, Verdict.FAIL), (5, Verdict.FAIL)])
def test_a_wrong_clock_is_said(
    world: LiveWorld, monkeypatch: pytest.MonkeyPatch, minutes: int, verdict: Verdict
) -> None:
    monkeypatch.setattr("neo.system.readiness.time.time_ns", lambda: world.clock() + minutes * 60 * 10**9)

    assert about(world, "clock").verdict is verdict


@pytest.mark.parametrize(
    ("changes", "what", "verdict"),
    [
        ({"account": "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"}, "account", Verdict.FAIL),
        ({"issuer": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"}, "RLUSD trust line", Verdict.FAIL),
        ({"issuer": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"}, "issuer", Verdict.FAIL),
        ({"base": "EUR"}, "market", Verdict.FAIL),
    ],
)
def test_what_does_not_fit_the_ledger_is_said(
    world: LiveWorld, changes: dict[str, Any], what: str, verdict: Verdict
) -> None:
    def changed(config: Config) -> Config:
        return attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, **changes))

    world.configured = changed

    assert about(world, what).verdict is verdict


def test_a_simulation_needs_neither_server_nor_key(world: LiveWorld) -> None:
    world.configured = lambda config: attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, nodes=(), key_file=""))

    found = findings(world, Mode.SIM)

    assert [each for each in found if each.verdict is not Verdict.OK] == []


def test_with_a_configuration_that_cannot_be_read_the_software_is_still_looked_at() -> None:
    assert {each.topic for each in examine(None)} == {Topic.SOFTWARE}
