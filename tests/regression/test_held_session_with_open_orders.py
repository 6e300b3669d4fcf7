"""A venue that was away while everything was to be cancelled: a held session goes on cancelling when it is back."""

from __future__ import annotations

import attrs

from neo.domain.config.choices import OnHalt
from neo.domain.messages.session import Phase
from neo.harness import World, sim_config
from neo.infra.simulated.parsing import open_offers


def test_a_held_session_cancels_what_it_could_not_cancel_in_time() -> None:
    config = sim_config()
    held = attrs.evolve(config, session=attrs.evolve(config.session, on_halt=OnHalt.HOLD))
    with World(seed=7, config=held) as world:
        world.boot().until_trading()
        world.run_for(60)
        world.gateway.faults = attrs.evolve(world.gateway.faults, unavailable=1.0)
        world.halt()
        world.run_for(50)
        assert world.phase is Phase.HELD
        assert open_offers(world.gateway.ledger.validated(), world.config.xrpl.account)

        world.heal()
        world.run_for(30)

        assert world.phase is Phase.HELD
        assert not open_offers(world.gateway.ledger.validated(), world.config.xrpl.account)
