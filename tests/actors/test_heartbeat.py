"""The heartbeat among actors that answer, are deaf for a while, or are not there."""

from __future__ import annotations

from neo.actors import names
from neo.actors.heartbeat import Heartbeat
from neo.actors.runtime import Faults
from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import Heartbeat as HeartbeatEvent
from neo.domain.telemetry.events import HeartbeatMissed
from neo.domain.units import NS_PER_S
from tests.actors.stage import Stage
from tests.domain.samples import D

EVERY_5_S = HeartbeatConfig(interval_s=D(5), timeout_s=D(12), missed_max=3)


def watching(*watched: str) -> Stage:
    """A heartbeat that begins at second 0 and has rounds at 5, 10, ...; nobody but risk and strategy is there."""
    stage = Stage(names.TELEMETRY, names.RISK, names.STRATEGY)
    stage.play(names.HEARTBEAT, Heartbeat, heartbeat=EVERY_5_S, watched=watched)
    return stage


def rounds(stage: Stage) -> list[tuple[int, int, int]]:
    """Number, actors, and how many of them answered."""
    events = [emit.event for emit in stage.heard(names.TELEMETRY, Emit)]
    return [(event.round, event.actors, event.answered) for event in events if isinstance(event, HeartbeatEvent)]


def missed(stage: Stage) -> list[tuple[str, int, int]]:
    """Name, pings without an answer, seconds of silence."""
    events = [emit.event for emit in stage.heard(names.TELEMETRY, Emit)]
    return [(event.name, event.missed, event.silent_s) for event in events if isinstance(event, HeartbeatMissed)]


def test_each_round_tells_how_many_answered_the_one_before() -> None:
    stage = watching(names.RISK, names.STRATEGY)

    stage.pass_time(16)

    assert rounds(stage) == [(1, 2, 2), (2, 2, 2)]
    assert missed(stage) == []


def test_who_is_not_there_is_missed_from_the_second_round_on() -> None:
    stage = watching(names.RISK, names.INVENTORY)

    stage.pass_time(11)

    assert rounds(stage) == [(1, 2, 1)]
    assert missed(stage) == [(names.INVENTORY, 1, 10)]


def test_a_late_answer_to_an_earlier_round_counts_as_well() -> None:
    stage = watching(names.RISK, names.STRATEGY)
    stage.pass_time(4)
    stage.system.faults = Faults(hang={names.RISK: 1.0}, hang_ns=7 * NS_PER_S)  # deaf from second 5 to 12
    stage.pass_time(2)
    stage.system.faults = Faults()

    stage.pass_time(15)

    assert missed(stage) == [(names.RISK, 1, 10)]
    assert rounds(stage) == [(1, 2, 1), (2, 2, 2), (3, 2, 2)]
