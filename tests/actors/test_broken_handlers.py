"""An exception in every handler of every actor: the engine recovers or ends for the right reason, its books never wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from neo.actors import names
from neo.domain.messages.session import CancelEverything, Phase
from neo.domain.orders.reconciliation import QUOTE_TOLERANCE
from neo.domain.safety.halts import HaltReason
from neo.harness import World, broken_now, broken_when_quiet
from neo.infra.simulated.parsing import account_state
from tests.actors.casting import SUPERVISORS, cast, empty, every_handler, handled_by
from tests.actors.threaded_world import ThreadedWorld

#: Long enough for a reconciliation and a checkpoint; whatever has not come by then is sent.
NATURALLY_S = 65


def strike(world: World, name: str, message: type) -> None:
    """Have the handler raise: at its next message, or at one that is sent for the purpose."""
    world.break_once(name, message)
    fired = len(world.sabotage.fired)
    world.run_for(NATURALLY_S, until=lambda: len(world.sabotage.fired) > fired)
    if len(world.sabotage.fired) == fired:
        world.system.tell(name, empty(message))
        world.run_for(5, until=lambda: len(world.sabotage.fired) > fired)
    assert len(world.sabotage.fired) == fired + 1


@pytest.mark.parametrize("name", cast())
def test_every_handler_of_an_actor_may_crash_while_trading(name: str) -> None:
    with World(31) as world:
        world.boot().until_trading()

        for message in handled_by(cast()[name]):
            strike(world, name, message)
            world.run_for(1)
            world.until_trading()
            assert broken_now(world) == (), f"after a crash in {message.__name__}"

        world.run_for(300)
        assert world.phase is Phase.TRADING
        assert broken_when_quiet(world) == ()
        ended = world.finish()
        assert (ended.halt_reason, ended.unverified) == ("interrupted_sigterm", ())


@pytest.mark.parametrize("name", cast())
def test_every_handler_of_an_actor_may_crash_while_it_starts(name: str) -> None:
    with World(32) as world:
        for message in handled_by(cast()[name]):
            world.break_once(name, message)
        world.boot().until_trading(600)
        world.sabotage.disarm()

        world.run_for(300)

        assert broken_when_quiet(world) == ()


@pytest.mark.parametrize("message", [CancelEverything, *handled_by(cast()[names.STATE_WRITER])])
def test_a_crash_on_the_way_out_does_not_change_the_reason(message: type) -> None:
    name = names.ORDER_ROUTER if message is CancelEverything else names.STATE_WRITER
    with World(33) as world:
        world.boot().until_trading().run_for(60)

        world.break_once(name, message)
        world.halt("enough")
        world.run_for(300, until=lambda: world.ended is not None)
        ended = world.bury()

        assert ended.halt_reason == "kill_switch"
        assert broken_now(world) == ()
        with world.reader() as reader:
            row = reader.session(ended.session_id)
            history = [halt.reason for halt in reader.halts(ended.session_id)]
        assert row is not None
        assert row.halt_reason == "kill_switch"
        assert history in (["kill_switch"], []), (
            "a halt is written once or, when its write was lost, with the session's end"
        )


@pytest.mark.parametrize("message", SUPERVISORS, ids=lambda message: message.__name__)
def test_without_a_supervisor_the_session_is_over_and_the_next_one_trades(message: type) -> None:
    with World(34) as world:
        world.boot().until_trading().run_for(30)

        world.break_once(names.SUPERVISOR, message)
        world.system.tell(names.SUPERVISOR, empty(message))
        world.run_for(60, until=lambda: world.ended is not None)
        orders = world.order_count()
        world.run_for(60)
        ended = world.bury()

        assert ended.halt_reason == HaltReason.ACTOR_FAILURE.value
        assert ended.exit_code == HaltReason.ACTOR_FAILURE.exit_code
        assert world.order_count() == orders, "nobody places orders without a supervisor"
        world.boot().until_trading().run_for(200)
        assert broken_when_quiet(world) == ()


def test_every_handler_may_crash_on_real_threads(tmp_path: Path) -> None:
    with ThreadedWorld(tmp_path) as world:
        for name, message in every_handler():
            world.sabotage.arm(name, message)
        world.wait_until(lambda: world.witness.phase is Phase.TRADING)
        for name, message in world.sabotage.armed:
            world.system.tell(name, empty(message))
        world.wait_until(lambda: not world.sabotage.armed)
        assert len(world.sabotage.fired) == len(every_handler())

        world.wait_until(lambda: world.witness.phase is Phase.TRADING)
        ended = world.end()

        assert (ended.halt_reason, ended.unverified, ended.stuck) == ("interrupted_sigterm", (), ())
        account = account_state(world.gateway.ledger.validated(), world.gateway.ledger, world.config.xrpl.account)
        assert account is not None
        with world.reader() as reader:
            booked = {row.asset: row.fills_only + row.capital for row in reader.balances()}
        assert booked["XRP"] == account.base
        assert abs(booked["RLUSD"] - account.quote) <= QUOTE_TOLERANCE
        assert booked["XRP"] > Decimal(0)
