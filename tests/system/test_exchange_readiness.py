"""`neo doctor` on the exchange side, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from neo.domain.config.choices import Mode
from neo.domain.config.exchange_access import KEY_VARIABLE, SECRET_VARIABLE
from neo.domain.readiness.finding import Finding, Topic, Verdict
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.harness.live.place import as_loaded
from neo.system.readiness import examine


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ExchangeWorld]:
    with ExchangeWorld(tmp_path, exchange_plan(symbols=6)) as world:
        yield world


def findings(world: ExchangeWorld, mode: Mode = Mode.LIVE) -> dict[Topic, list[Finding]]:
    """Of the exchange side; nothing is asked of a ledger that nobody trades on."""
    found = examine(as_loaded(world.config(mode)))
    assert not [each for each in found if each.topic in (Topic.NODES, Topic.NETWORK)]
    topics = (Topic.EXCHANGE, Topic.CLOCK, Topic.WATCHLIST, Topic.KEY, Topic.ACCOUNT, Topic.CONFIGURATION)
    return {topic: [each for each in found if each.topic is topic] for topic in topics}


def test_an_exchange_in_order_is_shown_line_by_line(world: ExchangeWorld) -> None:
    found = findings(world)

    lines = [each for topic in found.values() for each in topic]
    assert {each.verdict for each in lines} == {Verdict.OK}
    assert [len(found[topic]) for topic in (Topic.EXCHANGE, Topic.CLOCK, Topic.WATCHLIST, Topic.KEY, Topic.ACCOUNT)] == [
        1, 1, 1, 1, 1,
    ]  # fmt: skip
    assert "10000 USDT free" in found[Topic.ACCOUNT][0].seen


def test_missing_keys_are_one_finding_and_the_rest_is_looked_at_all_the_same(
    world: ExchangeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.delenv(SECRET_VARIABLE)

    found = findings(world)

    assert Verdict.FAIL in {each.verdict for each in found[Topic.KEY]}
    assert [each.verdict for each in found[Topic.EXCHANGE]] == [Verdict.OK]


def test_paper_needs_no_key(world: ExchangeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE)

    assert [each.verdict for each in findings(world, Mode.PAPER)[Topic.KEY]] == [Verdict.OK]


def test_an_exchange_that_does_not_exist_is_a_finding(world: ExchangeWorld) -> None:
    world.configured = lambda config: attrs.evolve(config, exchange=attrs.evolve(config.exchange, name="mexico"))

    (wrong,) = findings(world)[Topic.CONFIGURATION]

    assert (wrong.verdict, "mexc" in wrong.fix) == (Verdict.FAIL, True)
