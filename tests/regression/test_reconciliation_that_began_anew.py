"""Two runs of the reconciler overlap: what answers the first must not be held against the account of the second."""

from __future__ import annotations

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.reconcile import CatchUp, CaughtUp
from neo.domain.messages.session import Phase, ReconcileAmbiguous, ReconcileNow
from neo.domain.messages.venue import LedgerClosed
from neo.domain.units import NS_PER_MS
from neo.harness import World

#: With this seed the ledgers that the router has not read yet hold transactions of ours.
SEED = 3


class LateAnswer:
    """Keeps the next CaughtUp back, and every LedgerClosed while `stream_lags`."""

    def __init__(self) -> None:
        self.keeps_next = False
        self.stream_lags = False
        self.kept: list[Envelope] = []

    def __call__(self, envelope: Envelope) -> Envelope | None:
        if self.keeps_next and isinstance(envelope.message, CaughtUp):
            self.keeps_next = False
            self.kept.append(envelope)
            return None
        return None if self.stream_lags and isinstance(envelope.message, LedgerClosed) else envelope


def _step(world: World) -> None:
    world.run_to(world.kernel.now_ns() + NS_PER_MS)


def test_the_late_answer_to_an_earlier_run_is_no_ambiguity() -> None:
    late = LateAnswer()
    with World(seed=SEED) as world:
        world.intercept(late)
        found, asked = world.record(ReconcileAmbiguous), world.record(CatchUp)
        world.boot().until_trading()
        world.run_for(20)
        late.keeps_next = True
        world.system.tell(names.RECONCILER, ReconcileNow("first"))
        while not late.kept:
            _step(world)
        late.stream_lags, newest, before = True, world.gateway.ledger.index, len(asked.envelopes)
        while world.gateway.ledger.index < newest + 2:
            _step(world)
        world.system.tell(names.RECONCILER, ReconcileNow("second"))
        while len(asked.envelopes) == before:
            _step(world)

        world.system.send(late.kept[0])
        late.stream_lags = False
        world.run_for(30)

        assert found.envelopes == []
        assert world.phase is Phase.TRADING
