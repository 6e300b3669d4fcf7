"""Faults over time: which node suffers from what, from when until when, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from neo.infra.sandbox.xrpl.faults.node_faults import HEALTHY, Lie, NodeFaults
from neo.records import frozen


@frozen
class FaultEpisode:
    """One node's trouble from `start_s` until `end_s`, in seconds of ledger time since the server's start."""

    node: int
    start_s: float
    end_s: float
    faults: Mapping[str, Any]


@frozen
class FaultSchedule:
    """Episodes in order of their start; where two of one node overlap, the later one's faults count."""

    episodes: tuple[FaultEpisode, ...] = ()

    def faults_at(self, node: int, at_s: float) -> NodeFaults:
        """What `node` suffers from at that time."""
        faults = HEALTHY
        for episode in self.episodes:
            if episode.node == node and episode.start_s <= at_s < episode.end_s:
                faults = faults.changed(**episode.faults)
        return faults

    def changes_s(self) -> tuple[float, ...]:
        """The times at which anything changes, in order."""
        return tuple(sorted({time for each in self.episodes for time in (each.start_s, each.end_s)}))


#: What a drawn episode may be. Lies are not among them: they are for nodes that one would never configure.
TROUBLES: Mapping[str, Mapping[str, Any]] = {
    "down": {"down": True},
    "lag": {"lag_ledgers": 5},
    "slow": {"slow_ms": 400},
    "overloaded": {"refuse_503": True, "close_1008": True},
    "not_synced": {"not_synced": True},
    "half_open": {"half_open": True},
    "lost_submits": {"lost_submit_replies": 0.5},
    "disorder": {"reordered_messages": 0.2, "duplicated_messages": 0.2, "omitted_messages": 0.1},
}
LIES: Mapping[str, Mapping[str, Any]] = {lie.value: {"lies": frozenset({lie})} for lie in Lie}


def draw_schedule(
    seed: int,
    nodes: int,
    length_s: float,
    troubles: Sequence[str] = tuple(TROUBLES),
    *,
    mean_gap_s: float = 60.0,
    mean_length_s: float = 30.0,
    always_one_good: bool = True,
) -> FaultSchedule:
    """A schedule from a seed: for each node, trouble of random kind and length after random pauses.

    With `always_one_good`, at every time one node at least is healthy, as somebody who runs several nodes would hope.
    """
    known = {**TROUBLES, **LIES}
    rng = random.Random(f"faults-{seed}")
    drawn: list[FaultEpisode] = []
    for node in range(nodes):
        at_s = rng.expovariate(1 / mean_gap_s)
        while at_s < length_s:
            end_s = min(length_s, at_s + rng.expovariate(1 / mean_length_s))
            drawn.append(FaultEpisode(node, round(at_s, 3), round(end_s, 3), known[rng.choice(list(troubles))]))
            at_s = end_s + rng.expovariate(1 / mean_gap_s)
    drawn.sort(key=lambda episode: (episode.start_s, episode.node))
    return FaultSchedule(tuple(_leave_one(drawn, nodes) if always_one_good else drawn))


def _leave_one(drawn: Sequence[FaultEpisode], nodes: int) -> list[FaultEpisode]:
    """Without the episodes during which no node would be left."""
    kept: list[FaultEpisode] = []
    for episode in drawn:
        ill = {other.node for other in kept if other.start_s < episode.end_s and episode.start_s < other.end_s}
        if len(ill | {episode.node}) < nodes:
            kept.append(episode)
    return kept


#: Names for the command line: (troubles, mean pause, mean length) in seconds of ledger time.
NAMED: Mapping[str, tuple[tuple[str, ...], float, float]] = {
    "default": (tuple(TROUBLES), 60.0, 30.0),
    "restless": (tuple(TROUBLES), 15.0, 15.0),
    "lost-replies": (("lost_submits",), 20.0, 60.0),
    "lies": (tuple(LIES), 30.0, 30.0),
}
