"""A submission whose answer never came was signed again with a new sequence, and both were in the ledger: two orders.

neo sends nothing again. Here the node carries out every request and answers every other one, for ten minutes.
"""

from __future__ import annotations

from collections import Counter

import attrs
import pytest

from neo.actors import names
from neo.domain.messages.journal import SubmissionPurpose
from neo.harness import World, broken_when_quiet, sim_config
from neo.infra.simulated.faults import LedgerFaults
from tests.simulation.plants import SendsAgain

MUTE = LedgerFaults(reply_lost=0.5)


def live_with_a_mute_node(world: World) -> Counter[str]:
    """How many transactions that place an order were prepared for each order."""
    world.boot().until_trading()
    world.gateway.faults = MUTE
    world.run_for(600)
    world.heal()
    world.run_for(240)
    with world.reader() as reader:
        sent = [row for session in world.session_ids for row in reader.submissions(session)]
    return Counter(row.order_id or "" for row in sent if row.purpose is not SubmissionPurpose.CANCEL)


def test_an_order_whose_answer_is_lost_is_never_sent_a_second_time() -> None:
    with World(seed=31) as world:
        sent = live_with_a_mute_node(world)

        assert len(sent) >= 10
        assert set(sent.values()) == {1}
        assert broken_when_quiet(world) == ()


def test_a_router_that_signs_again_is_found_out() -> None:
    """The failure itself, so that the test above is known to see it."""
    with World(seed=31, replaced={names.ORDER_ROUTER: SendsAgain}) as world:
        sent = live_with_a_mute_node(world)

        assert max(sent.values()) > 1


@pytest.mark.parametrize("offset", [2, 8])
def test_it_holds_whatever_the_last_ledger_offset(offset: int) -> None:
    config = sim_config()
    with World(
        seed=32, config=attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, last_ledger_offset=offset))
    ) as world:
        assert set(live_with_a_mute_node(world).values()) == {1}
