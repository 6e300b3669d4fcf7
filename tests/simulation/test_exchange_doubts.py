"""Orders whose fate nobody knows for a while: what the engine makes of them in the end."""

from __future__ import annotations

from collections.abc import Callable

from neo.domain.exchange_orders.tracking import ABSENT_AFTER_NS, SETTLED_WITHIN_NS
from neo.domain.messages.exchange import PlaceExchangeOrder
from neo.domain.ports import EXCHANGE_PORT
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
