"""A known failure of connectors: two nodes that come and go by turns, and a client that jumps from one to the other for ever."""

from __future__ import annotations

import functools
import random

import attrs
import pytest

from neo.domain.telemetry.events import NodeSwitched
from neo.infra.xrpl.leader_choice import Judged, LeaderChoice
from neo.infra.xrpl.timing import GatewayTiming
from tests.infra.xrpl.gateway_stage import QUICK, staged
from tests.infra.xrpl.scripted_node import ScriptedNode

TIMING = GatewayTiming()


@pytest.mark.parametrize("seed", range(10))
def test_an_hour_of_latencies_that_change_places_every_second_moves_nobody(seed: int) -> None:
    rng = random.Random(seed)
    choice = LeaderChoice(TIMING)

    switches = [
        switch
        for second in range(3_600)
        if (
            switch := choice.choose(
                [Judged(name, None, rng.lognormvariate(-2.0, 0.8)) for name in "abc"], float(second)
            )
        )
    ]

    assert len(switches) == 1  # the first choice


@pytest.mark.parametrize("seed", range(10))
def test_nodes_that_flap_are_left_for_the_one_that_does_not(seed: int) -> None:
    """a and b are quick and fall every few seconds; c is slow and steady."""
    rng = random.Random(seed)
    choice = LeaderChoice(TIMING)
    switches, led_by_c = 0, 0
    for second in range(3_600):
        flapping = [Judged(name, "down" if rng.random() < 0.2 else None, 0.05) for name in "ab"]
        switch = choice.choose([*flapping, Judged("c", None, 1.0)], float(second))
        switches += switch is not None
        led_by_c += choice.leader == "c"

    assert led_by_c > 3_000
    assert switches < 100  # without probation there are more than two hundred


@pytest.mark.parametrize("seed", range(5))
def test_even_when_every_node_flaps_changes_only_follow_failures(seed: int) -> None:
    rng = random.Random(seed)
    choice = LeaderChoice(TIMING)
    for second in range(3_600):
        nodes = [Judged(name, "down" if rng.random() < 0.3 else None, rng.random()) for name in "abc"]
        before = choice.leader
        switch = choice.choose(nodes, float(second))
        if switch is not None and before is not None:
            was_down = next(node.unfit for node in nodes if node.name == before)
            assert was_down is not None


def test_a_node_that_dies_and_comes_back_again_and_again_is_followed_once_and_never_more() -> None:
    timing = attrs.evolve(QUICK, probation_s=60.0, dwell_s=0.0, patience_s=0.0)
    with staged(2, timing=timing) as stage:
        stage.start_with_all_nodes()
        name = stage.heard.all(NodeSwitched)[-1].node
        flapping = stage.nodes[int(name.removeprefix("node"))]

        for round_ in range(5):
            flapping.close()
            stage.heard.ledger(stage.close_ledger(own=1))
            flapping.listen()
            stage.heard.wait(functools.partial(_connected, flapping, round_ + 2))
            stage.heard.ledger(stage.close_ledger())

        assert len(stage.heard.all(NodeSwitched)) == 2
        told = [ledger.ledger_index for ledger in stage.heard.ledgers]
        assert told == list(range(told[0], stage.ledger.index + 1))


def _connected(node: ScriptedNode, times: int) -> bool:
    return node.connections >= times
