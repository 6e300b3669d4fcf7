"""What went wrong: whoever asked for heartbeats before the first of them got "no beat history", and took it for health."""

from __future__ import annotations

import json
from decimal import Decimal

import attrs

from neo.actors import names
from neo.actors.heartbeat import HISTORY_KEY
from neo.actors.runtime import Pong
from neo.domain.config.configuration import Config
from neo.domain.safety.heartbeat import opened
from neo.harness import World, sim_config

#: Longer than the test: nobody is pinged before it is over.
NEVER_S = 1_800


def without_pings() -> Config:
    config = sim_config()
    return attrs.evolve(
        config, heartbeat=attrs.evolve(config.heartbeat, interval_s=Decimal(NEVER_S), timeout_s=Decimal(2 * NEVER_S))
    )


def history(world: World) -> dict[str, dict[str, int]]:
    text = dict(world.books().engine_state)[HISTORY_KEY]
    beats = json.loads(text)["beats"]
    assert isinstance(beats, dict)
    return beats


def test_there_is_a_beat_of_every_actor_before_anybody_was_pinged() -> None:
    with World(config=without_pings()) as world:
        started_ns = world.kernel.now_ns()

        world.boot().until_trading()

        beats = history(world)
        assert set(beats) == set(names.START_ORDER) - names.EXCHANGE_SIDE - {names.HEARTBEAT}
        for beat in beats.values():
            assert started_ns <= beat["heard_ns"] <= world.kernel.now_ns()
            assert beat["unanswered"] == 0


def test_the_history_is_there_again_at_once_when_the_heartbeat_was_rebuilt() -> None:
    with World() as world:
        world.boot().until_trading()
        first = history(world)
        world.break_once(names.HEARTBEAT, Pong)

        world.run_for(60)

        assert world.system.incarnation(names.HEARTBEAT) == 2
        again = history(world)
        assert set(again) == set(first)
        assert all(again[name]["heard_ns"] > first[name]["heard_ns"] for name in first)


def test_a_silent_actor_is_measured_from_the_start_of_the_engine() -> None:
    book = opened(("strategy",), now_ns=1_000_000_000)

    beat = book.beat("strategy")

    assert beat is not None
    assert beat.silent_s(now_ns=61_000_000_000) == 60
