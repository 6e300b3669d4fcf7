"""Faults over time: drawn from a seed, one good node left, applied by the clock of the ledgers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.sandbox.xrpl.faults.node_faults import HEALTHY
from neo.infra.sandbox.xrpl.faults.schedule import LIES, NAMED, TROUBLES, FaultEpisode, FaultSchedule, draw_schedule
from tests.infra.sandbox.xrpl.conftest import Sandboxes
from tests.infra.sandbox.xrpl.raw_client import rpc

HOUR_S = 3_600.0


@given(seed=st.integers(0, 10**6), nodes=st.integers(2, 5))
def test_at_every_time_one_node_is_healthy(seed: int, nodes: int) -> None:
    schedule = draw_schedule(seed, nodes, HOUR_S, mean_gap_s=20.0)

    for at_s in schedule.changes_s():
        assert any(schedule.faults_at(node, at_s) == HEALTHY for node in range(nodes))


@given(seed=st.integers(0, 10**6))
def test_the_same_seed_draws_the_same_schedule_and_another_seed_another(seed: int) -> None:
    assert draw_schedule(seed, 3, HOUR_S) == draw_schedule(seed, 3, HOUR_S)
    assert draw_schedule(seed, 3, HOUR_S) != draw_schedule(seed + 1, 3, HOUR_S)


@given(seed=st.integers(0, 1_000))
def test_episodes_lie_within_the_schedule_and_every_fault_exists(seed: int) -> None:
    schedule = draw_schedule(seed, 3, HOUR_S, tuple({**TROUBLES, **LIES}))

    for episode in schedule.episodes:
        assert 0 <= episode.start_s <= episode.end_s <= HOUR_S
        assert HEALTHY.changed(**episode.faults) != HEALTHY


def test_where_two_episodes_of_a_node_overlap_both_are_suffered_from() -> None:
    schedule = FaultSchedule((FaultEpisode(0, 0, 10, {"slow_ms": 5}), FaultEpisode(0, 5, 8, {"lag_ledgers": 2})))

    assert (schedule.faults_at(0, 6).slow_ms, schedule.faults_at(0, 6).lag_ledgers) == (5, 2)
    assert (schedule.faults_at(0, 9).slow_ms, schedule.faults_at(0, 9).lag_ledgers) == (5, 0)
    assert schedule.faults_at(1, 6) == HEALTHY


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError):
        HEALTHY.changed(no_such_fault=True)


def test_the_schedule_of_a_plan_begins_with_the_server(sandboxes: Sandboxes) -> None:
    always_s = 10**6
    episodes = (
        FaultEpisode(1, 0.0, always_s, {"not_synced": True}),
        FaultEpisode(0, always_s, always_s + 1, {"down": True}),
    )
    sandbox = sandboxes(nodes=2, schedule=FaultSchedule(episodes))

    assert rpc(sandbox.urls_http[0], "fee")["status"] == "success"
    assert rpc(sandbox.urls_http[1], "fee")["error"] == "notSynced"


def test_an_episode_ends_when_its_time_is_over(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(
        close_every_s=4.0, speed=40.0, schedule=FaultSchedule((FaultEpisode(0, 0.0, 6.0, {"lag_ledgers": 2}),))
    )

    sandbox.wait_for_ledger(1_004)

    assert sandbox.nodes[0].faults == HEALTHY


def test_every_named_schedule_can_be_drawn() -> None:
    for troubles, mean_gap_s, mean_length_s in NAMED.values():
        drawn = draw_schedule(1, 3, HOUR_S, troubles, mean_gap_s=mean_gap_s, mean_length_s=mean_length_s)
        assert drawn.episodes
