"""A halt that reaches an order router which has not read its books yet: no order known is not no order."""

from __future__ import annotations

from neo.actors import names
from neo.domain.messages.session import EverythingCanceled
from neo.domain.messages.venue import LedgerClosed
from neo.harness import World
from neo.infra.simulated.parsing import open_offers


def _offers(world: World) -> int:
    return len(open_offers(world.gateway.ledger.validated(), world.config.xrpl.account))


def _run_to_the_end(world: World) -> None:
    world.run_for(200, until=lambda: world.ended is not None)


def test_a_halt_while_the_router_is_rebuilt_still_cancels_its_orders() -> None:
    with World(seed=1) as world:
        world.boot().until_trading()
        world.run_for(60)
        assert _offers(world) == 2
        world.break_once(names.ORDER_ROUTER, LedgerClosed)
        while world.system.is_up(names.ORDER_ROUTER):
            world.run_to(world.kernel.now_ns() + 50_000_000)

        world.halt()
        _run_to_the_end(world)

        assert world.ended is not None
        assert world.ended.unverified == ()
        assert _offers(world) == 0


def test_a_stop_right_after_the_restart_cancels_what_a_killed_engine_left() -> None:
    with World(seed=1) as world:
        world.boot().until_trading()
        world.run_for(60)
        world.kill9()
        assert _offers(world) == 2
        answers = world.record(EverythingCanceled)

        world.boot().stop()
        _run_to_the_end(world)

        assert [answer.canceled for answer in answers.of(EverythingCanceled)] == [2]
        assert world.ended is not None
        assert world.ended.unverified == ()
        assert _offers(world) == 0
