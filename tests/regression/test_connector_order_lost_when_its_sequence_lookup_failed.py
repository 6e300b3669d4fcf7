"""An order was forgotten because the request for its sequence number failed after it had been sent; it rested, unwatched.

neo gives an order its name before it is sent and durable: nothing has to be looked up. Here every reading of the account
fails for five minutes, in which half of the answers to submissions are lost, and more than half of the news of ledgers.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from neo.domain.messages.venue import FetchAccount, PortError, PortFailed
from neo.domain.ports import LEDGER_PORT
from neo.harness import World, broken_when_quiet, sim_config
from neo.infra.simulated.faults import LedgerFaults
from neo.infra.simulated.parsing import open_offers


@attrs.define
class AccountUnreadable:
    """A node that cannot say anything about accounts while `broken`."""

    world: World
    broken: bool = False
    refused: int = 0

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        if self.broken and isinstance(request, FetchAccount):
            self.refused += 1
            failure = PortFailed(LEDGER_PORT, PortError.UNAVAILABLE, "account_info failed")
            self.world.kernel.after(10_000_000, lambda: done(failure))
            return
        self.world.gateway.submit(caller, request, done)


def test_an_order_is_known_by_its_sequence_although_no_account_can_be_read() -> None:
    config = sim_config()
    patient = attrs.evolve(config.risk, rpc_failures_max=1000, gateway_unhealthy_s=Decimal(1000))
    with World(seed=41, config=attrs.evolve(config, risk=patient)) as world:
        node = AccountUnreadable(world)
        world.ports[LEDGER_PORT] = node
        world.boot().until_trading()
        node.broken = True
        world.gateway.faults = LedgerFaults(reply_lost=0.5, dropped_close=0.6)

        world.run_for(120)
        known = {order.offer_sequence for order in world.books().orders}
        resting = {o.sequence for o in open_offers(world.gateway.ledger.validated(), world.config.xrpl.account)}
        world.run_for(180)
        node.broken = False
        world.heal()
        world.run_for(240)

        assert node.refused > 0
        assert resting <= known
        assert broken_when_quiet(world) == ()
        world.finish()
        with world.reader() as reader:
            orders = reader.orders(world.session_ids[0])
        assert len({order.offer_sequence for order in orders}) == len(orders)
        assert all(order.state.is_final for order in orders)


def test_every_order_in_the_books_was_named_before_it_was_sent() -> None:
    with World(seed=42) as world:
        world.boot().until_trading()
        world.run_for(300)

        with world.reader() as reader:
            orders = reader.orders(world.session_ids[0])
        assert orders
        assert all(order.offer_sequence is not None for order in orders)
