"""OrderRouter in its engine: durable before sent, sent once, and doubt where nobody answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.quoting import WorkingOrdersChanged
from neo.domain.messages.session import Phase
from neo.domain.messages.venue import SubmitTransaction
from neo.domain.orders.lifecycle import OrderState
from neo.domain.ports import LEDGER_PORT
from neo.harness import World, broken_when_quiet
from neo.infra.simulated.faults import LedgerFaults


class Doorman:
    """Stands before the venue: looks whether each transaction is durable, counts it, and may keep it to himself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sent: Counter[str] = Counter()
        self.not_durable: list[str] = []
        self.keeps_all = False

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        if isinstance(request, SubmitTransaction):
            hash_ = request.signed.hash
            self.sent[hash_] += 1
            with self._world.reader() as reader:
                if not reader.sent(LEDGER_VENUE, [hash_]):
                    self.not_durable.append(hash_)
            if self.keeps_all:
                return
        self._world.gateway.submit(caller, request, done)


def guarded(seed: int) -> tuple[World, Doorman]:
    world = World(seed)
    doorman = Doorman(world)
    world.ports[LEDGER_PORT] = doorman
    return world, doorman


def test_every_transaction_is_durable_before_the_venue_sees_it_and_is_sent_once() -> None:
    world, doorman = guarded(71)
    with world:
        world.boot().until_trading()
        world.gateway.faults = LedgerFaults(reply_lost=0.2, request_lost=0.2, unavailable=0.1, rejected=0.05)
        world.run_for(300)
        world.heal()
        world.finish()

        assert doorman.not_durable == []
        assert max(doorman.sent.values()) == 1
        assert len(doorman.sent) > 20


def test_an_order_that_nobody_answers_is_in_doubt_then_proved_dead_and_only_then_placed_anew() -> None:
    world, doorman = guarded(72)
    with world:
        doorman.keeps_all = True
        working = world.record(WorkingOrdersChanged)
        world.boot().until_trading()

        world.run_for(12)
        states = [order.state for changed in working.of(WorkingOrdersChanged) for order in changed.orders]
        kept = len(doorman.sent)
        doorman.keeps_all = False
        world.run_for(120)

        assert OrderState.UNKNOWN in states
        assert kept == 2, "an order in doubt blocks its place"
        assert len(doorman.sent) > kept
        assert world.phase is Phase.TRADING
        assert broken_when_quiet(world) == ()
        with world.reader() as reader:
            first = reader.orders(world.session_ids[0])[:2]
        assert [order.state for order in first] == [OrderState.FAILED, OrderState.FAILED]


def test_an_approval_that_comes_while_the_sequence_is_in_doubt_sends_nothing() -> None:
    world, doorman = guarded(73)
    with world:
        doorman.keeps_all = True
        world.boot().until_trading()
        world.run_for(9)
        before = len(doorman.sent)

        world.run_for(6)

        assert len(doorman.sent) == before
