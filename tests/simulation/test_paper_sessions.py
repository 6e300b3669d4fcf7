"""Whole engines on paper: a simulated market that does not know of them, fills by each model, kills and restarts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs
import pytest

from neo.domain.config.choices import FillModel, Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.session import Phase
from neo.domain.messages.venue import SubmitTransaction
from neo.domain.money.wallet import WalletItem, unexplained, wallet_key, wallet_lines
from neo.domain.orders.lifecycle import OrderState
from neo.domain.ports import LEDGER_PORT
from neo.domain.units import ZERO
from neo.harness import World, sim_config
from neo.infra.paper.venue import PaperVenue
from neo.infra.simulated.parsing import account_state

HOUR_S = 3600


def paper_config(model: FillModel = FillModel.QUEUE) -> Config:
    config = sim_config()
    return attrs.evolve(
        config, mode=Mode.PAPER, speed=Decimal(1), paper=attrs.evolve(config.paper, fill_model=model)
    )  # fmt: skip


def balances(world: World) -> dict[str, Decimal]:
    return {row.asset: row.fills_only + row.capital for row in world.books().balances}


def fills(world: World) -> int:
    with world.reader() as reader:
        return sum(len(reader.fills(session)) for session in world.session_ids)


@pytest.mark.parametrize("model", FillModel)
def test_a_session_on_paper_trades_and_leaves_the_real_account_alone(model: FillModel) -> None:
    with World(seed=3, config=paper_config(model)) as world:
        world.boot().until_trading()
        before = account_state(world.gateway.ledger.validated(), world.gateway.ledger, world.config.xrpl.account)

        world.run_for(HOUR_S)
        ended = world.finish()

        after = account_state(world.gateway.ledger.validated(), world.gateway.ledger, world.config.xrpl.account)
        assert before is not None
        assert after is not None
        assert ended.halt_reason == "interrupted_sigterm"
        assert ended.unverified == ()
        assert fills(world) >= 5
        assert (before.base, before.quote, before.sequence) == (after.base, after.quote, after.sequence)


def test_books_and_imagined_account_agree_to_the_drop() -> None:
    with World(seed=4, config=paper_config()) as world:
        world.boot().until_trading()
        world.run_for(HOUR_S)
        world.finish()

        assert isinstance(world.venue, PaperVenue)
        state = world.venue.account_state()
        assert state is not None
        assert balances(world) == {"XRP": state.base, "RLUSD": state.quote}
        assert fills(world) > 0


def test_after_a_kill_the_account_goes_on_with_what_the_books_say_and_without_offers() -> None:
    with World(seed=5, config=paper_config()) as world:
        world.boot().until_trading()
        world.run_for(HOUR_S)
        world.kill9()
        left = balances(world)
        world.run_for(120)

        world.boot().until_trading()
        begun = balances(world)
        world.run_for(HOUR_S)
        ended = world.finish()

        assert begun == left
        assert ended.halt_reason == "interrupted_sigterm"
        with world.reader() as reader:
            states = {order.state for session in world.session_ids for order in reader.orders(session)}
        assert all(state.is_final for state in states)
        assert OrderState.EXPIRED in states


def test_a_gap_in_the_real_ledgers_is_no_gap_in_the_imagined_history() -> None:
    with World(seed=6, config=paper_config()) as world:
        world.boot().until_trading()
        world.gateway.faults = attrs.evolve(world.gateway.faults, dropped_close=0.3)

        world.run_for(HOUR_S)

        assert world.phase is Phase.TRADING
        assert sum(row.fills_only for row in world.books().balances if row.asset == "XRP") != ZERO


def test_a_halt_while_a_transaction_is_in_doubt_cancels_on_tickets_at_once() -> None:
    config = paper_config()
    config = attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, tickets=3))
    with World(seed=7, config=config) as world:
        world.boot().until_trading()
        world.run_for(120)
        assert isinstance(world.venue, PaperVenue)
        had = world.venue.account_state()
        # From now on whatever goes out by sequence is swallowed on its way: its fate stays unknown for four ledgers.
        _swallow_sequences(world)
        world.run_for(12)

        world.halt("now")
        world.run_for(12)

        assert had is not None
        assert len(had.tickets) == 3
        state = world.venue.account_state()
        assert state is not None
        assert state.owner_count - len(state.tickets) == 1  # the trust line: no offer is left


def _swallow_sequences(world: World) -> None:
    venue = world.venue
    assert isinstance(venue, PaperVenue)
    take = venue.submit

    def submit(caller: str, request: object, done: Callable[[object], None]) -> None:
        if not isinstance(request, SubmitTransaction) or request.signed.transaction.ticket_sequence is not None:
            take(caller, request, done)

    world.system.ports[LEDGER_PORT] = _Swallowing(submit)


@attrs.frozen
class _Swallowing:
    submit: Callable[[str, object, Callable[[object], None]], None]


def test_the_wallet_is_compared_with_the_books_and_explained_for_the_summary() -> None:
    config = paper_config()
    config = attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, tickets=2))
    with World(seed=8, config=config) as world:
        world.boot().until_trading()
        world.run_for(HOUR_S)
        world.finish()

        with world.reader() as reader:
            row = reader.engine_state_of(wallet_key("xrpl"))
        assert row is not None
        lines = wallet_lines(row.value)
        assert unexplained(lines) == ()
        assert any(line.item is WalletItem.TICKET_RESERVE and line.amount == Decimal("0.4") for line in lines)


def test_an_imagined_account_trades_about_as_much_as_a_real_one_in_the_same_market() -> None:
    """Not exactly: a real offer is competed with, and what it takes is gone."""
    traded = []
    for config in (sim_config(), paper_config()):
        with World(seed=1, config=config) as world:
            world.boot().until_trading()
            world.run_for(3 * HOUR_S)
            with world.reader() as reader:
                traded.append(sum(fill.base_quantity for fill in reader.fills(world.session_ids[0])))

    real, imagined = traded
    assert real / 2 < imagined < real * 2
