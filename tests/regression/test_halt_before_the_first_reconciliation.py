"""A session that is held before it ever traded stays held: the deadline of its start is over with the halt."""

from __future__ import annotations

import attrs

from neo.domain.config.choices import OnHalt
from neo.domain.messages.session import Phase
from neo.harness import World, sim_config


def test_a_session_halted_while_it_starts_is_held_until_somebody_resumes_it() -> None:
    config = sim_config()
    held = attrs.evolve(config, session=attrs.evolve(config.session, on_halt=OnHalt.HOLD))
    with World(seed=1, config=held) as world:
        world.boot().halt("not yet")

        world.run_for(600)

        assert world.phase is Phase.HELD
        world.resume()
        world.until_trading()
