"""Orders whose fate nobody knows for a while: what the engine makes of them in the end."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from neo.domain.exchange_orders.tracking import ABSENT_AFTER_NS, SETTLED_WITHIN_NS
from neo.domain.messages.exchange import PlaceExchangeOrder
from neo.domain.messages.session import Phase
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.units import NS_PER_S
from neo.harness import World, broken_when_quiet
from tests.simulation.drop_plants import drop_config


class SwallowsOrders:
    """A way to the exchange on which orders get lost and everything else arrives."""

    def __init__(self, world: World) -> None:
        assert world.exchange is not None
        self._exchange = world.exchange
        self.swallowed = 0

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        if isinstance(request, PlaceExchangeOrder):
            self.swallowed += 1
        else:
            self._exchange.submit(caller, request, done)


def test_a_start_with_orders_in_doubt_waits_for_their_proof_however_often_it_reconciles() -> None:
    """Found by killing live engines: with a reconciliation every 5 s the next engine gave up ten seconds before the proof."""
    config = drop_config()
    config = attrs.evolve(config, reconcile=attrs.evolve(config.reconcile, reconcile_interval_s=Decimal(5)))
    with World(5, config) as world:
        world.ports[EXCHANGE_PORT] = way = SwallowsOrders(world)
        world.boot().until_trading().run_for(3_000, until=lambda: way.swallowed > 0)
        world.kill9()
        del world.ports[EXCHANGE_PORT]
        left = {trade.intent_id for trade in world.books().trades}

        world.boot().run_for(SETTLED_WITHIN_NS // NS_PER_S)

        assert left
        assert not left & {trade.intent_id for trade in world.books().trades}
        assert (world.ended, world.phase) == (None, Phase.TRADING)


def test_a_halt_waits_until_it_is_proved_that_an_order_in_doubt_was_never_placed() -> None:
    with World(5, drop_config()) as world:
        world.ports[EXCHANGE_PORT] = way = SwallowsOrders(world)
        world.boot().until_trading().run_for(3_000, until=lambda: way.swallowed > 0)
        assert way.swallowed > 0

        halted_ns = world.kernel.now_ns()
        ended = world.finish()
        took_ns = world.kernel.now_ns() - halted_ns

        assert ended.unverified == ()
        assert ABSENT_AFTER_NS < took_ns < SETTLED_WITHIN_NS
        assert broken_when_quiet(world) == ()
