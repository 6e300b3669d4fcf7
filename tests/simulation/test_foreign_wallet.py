"""Somebody pays from our account with another wallet, again and again, while everything else goes wrong as well."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.orders.verdicts import SEQUENCE_TAKEN
from neo.domain.units import NS_PER_S
from neo.harness import PLANS, World, broken_when_quiet, run_seed, sim_config
from neo.infra.simulated.faults import LedgerFaults
from neo.infra.simulated.parsing import account_state

CONFIG = sim_config()
WITH_TICKETS = attrs.evolve(CONFIG, xrpl=attrs.evolve(CONFIG.xrpl, tickets=2))


def pay_every(world: World, seconds: int) -> None:
    """From our account, half an XRP, with a sequence number that nobody asked us for."""

    def pay() -> None:
        world.gateway.withdraw(Decimal("0.5"), xrp=True)
        world.kernel.after(seconds * NS_PER_S, pay)

    world.kernel.after(seconds * NS_PER_S, pay)


@pytest.mark.parametrize("seed", [0, 10])
def test_every_invariant_holds_beside_another_wallet_with_faults_kills_and_tickets(seed: int) -> None:
    report = run_seed(
        seed, Decimal("0.5"), PLANS["default"], config=WITH_TICKETS, plant=lambda world: pay_every(world, 61)
    )

    assert report.broken == ()
    assert report.orders > 50


def test_a_transaction_whose_number_was_taken_is_proved_dead_before_its_last_ledger() -> None:
    config = attrs.evolve(CONFIG, xrpl=attrs.evolve(CONFIG.xrpl, last_ledger_offset=50))
    with World(seed=5, config=config) as world:
        pay_every(world, 7)
        world.boot().until_trading()
        world.gateway.faults = LedgerFaults(unavailable=0.3)
        world.run_for(900)
        world.heal()
        world.run_for(240)

        with world.reader() as reader:
            sent = reader.submissions(world.session_ids[0])
        dead = [row for row in sent if row.result == SEQUENCE_TAKEN]
        assert dead
        assert all((row.ledger_index or 0) < row.last_ledger_sequence for row in dead)
        assert broken_when_quiet(world) == ()


def test_tickets_are_kept_on_the_ledger_and_their_reserve_is_not_sold() -> None:
    with World(seed=6, config=WITH_TICKETS) as world:
        world.boot().until_trading()
        world.run_for(600)

        ledger = world.gateway.ledger
        state = account_state(ledger.validated(), ledger, world.config.xrpl.account)
        books = world.books()
        assert state is not None
        assert len(state.tickets) == 2
        assert SubmissionPurpose.TICKETS not in {row.purpose for row in books.submissions}
        assert broken_when_quiet(world) == ()
