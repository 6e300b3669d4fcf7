"""A node that left offers out of one answer halted the session: what nothing explains must be so in a second ledger, too."""

from __future__ import annotations

import attrs
import pytest

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.session import Phase, ReconcileAmbiguous, ReconcileNow
from neo.domain.messages.venue import OpenOffers
from neo.harness import World

SEED = 3


class OffersLeftOut:
    """Takes all offers out of the next `answers` answers that have some."""

    def __init__(self) -> None:
        self.answers = 0
        self.told: list[int] = []

    def __call__(self, envelope: Envelope) -> Envelope | None:
        message = envelope.message
        if not isinstance(message, OpenOffers) or not message.offers or not self.answers:
            return envelope
        self.answers -= 1
        self.told.append(message.ledger_index)
        return attrs.evolve(envelope, message=attrs.evolve(message, offers=()))


@pytest.mark.parametrize(("answers", "halts"), [(1, False), (20, True)])
def test_offers_that_one_answer_leaves_out_are_looked_for_in_another_ledger(answers: int, halts: bool) -> None:
    lie = OffersLeftOut()
    with World(seed=SEED) as world:
        world.intercept(lie)
        found = world.record(ReconcileAmbiguous)
        world.boot().until_trading()
        world.run_for(60)
        lie.answers = answers

        world.system.tell(names.RECONCILER, ReconcileNow("somebody asks"))
        world.run_for(30)

        assert lie.told
        assert bool(found.envelopes) is halts
        assert (world.phase is Phase.TRADING) is not halts
        if halts:
            assert len(set(lie.told)) >= 2
