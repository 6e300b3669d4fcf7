"""Whatever is lost, late or doubled, and wherever it crashes: nothing twice, every sum holds, books equal the exchange."""

from __future__ import annotations

from collections import Counter

import pytest

from neo.domain.exchange_orders.routing import budget_of, recovered
from neo.domain.messages.dropping import TradePurpose
from neo.domain.messages.journal import PositionClosed, TradeConcluded, TradeIntended
from neo.domain.orders.lifecycle import OrderEvent, OrderState, transition
from neo.domain.units import ZERO
from neo.infra.sqlite.rebuild import rebuild_projections
from tests.domain.exchange_orders.exchange_stand import D
from tests.domain.exchange_orders.router_world import SETUP, World

WORLDS_PER_TEST = 50


def nothing_twice_and_sums_hold(world: World) -> None:
    """After everything that happens."""
    names = Counter(order.ticket.client_id for order in world.stand.orders())
    assert all(count == 1 for count in names.values()), names.most_common(1)
    budget = world.state.budget
    assert budget.free + budget.reserved + budget.committed == budget.total
    committed = sum((position.spent for position in world.state.positions.values()), ZERO)
    assert budget.committed == committed and budget.reserved >= ZERO
    assert world.stand.exchange.money_out_of_place() == {}


def everything_agrees(world: World) -> None:
    """When nothing is under way any more."""
    recovery = world.books.recovery()
    assert world.booked() == world.stand.holdings()
    again = recovered(SETUP, recovery, world.now_ns)
    assert again.positions == world.state.positions
    assert again.budget == budget_of(SETUP, recovery) == world.state.budget
    assert not recovery.trades and not recovery.orders
    assert again.budget.free == world.booked().get("USDT", ZERO)
    written_off: Counter[str] = Counter()
    for event in world.books.events:
        if isinstance(event, PositionClosed):
            written_off[event.symbol] += event.written_off  # type: ignore[assignment]
    for symbol in ("XRP/USDT", "ADA/USDT"):
        position = world.state.positions.get(symbol)
        quantity = ZERO if position is None else position.quantity
        assert world.booked().get(symbol[:3], ZERO) == quantity + written_off[symbol]
    no_more_than_was_wanted(world)


def no_more_than_was_wanted(world: World) -> None:
    intended = [e.intent_id for e in world.books.events if isinstance(e, TradeIntended)]
    concluded = [e.intent_id for e in world.books.events if isinstance(e, TradeConcluded)]
    assert len(set(intended)) == len(intended) and sorted(intended) == sorted(concluded)
    ended = Counter(end.intent_id for end in world.ended)
    assert not ended or max(ended.values()) == 1
    for end in world.ended:
        assert end.quantity <= world.proposed[end.intent_id].quantity
    for order in world.stand.orders():
        assert order.ticket.quantity <= max(trade.quantity for trade in world.proposed.values())


@pytest.mark.parametrize("block", range(6))
def test_no_order_twice_and_books_equal_the_exchange_after_any_trouble(block: int) -> None:
    for seed in range(block * WORLDS_PER_TEST, (block + 1) * WORLDS_PER_TEST):
        world = World(seed)
        try:
            world.run(nothing_twice_and_sums_hold)
            everything_agrees(world)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error


def test_the_journal_makes_the_same_tables_again() -> None:
    for seed in range(20):
        world = World(seed)
        world.run(lambda _: None)
        before = world.books.tables()
        rebuild_projections(world.books.connection)
        assert world.books.tables() == before
        assert len(before["trades"]) > 0


def test_the_steps_of_each_order_lead_from_its_intent_to_the_state_that_its_table_has() -> None:
    for seed in range(20):
        world = World(seed)
        world.run(lambda _: None)
        orders, steps = world.books.orders(), world.books.steps()
        states = dict.fromkeys(orders, OrderState.INTENDED)
        for order_id, event, told in steps:
            states[order_id] = transition(states[order_id], OrderEvent(event))
            assert states[order_id].value == told, f"seed {seed}, {order_id}"
        assert {order_id: state.value for order_id, state in states.items()} == orders, f"seed {seed}"
        assert len(steps) > len(orders) > 0


def test_the_campaign_sees_what_it_is_about() -> None:
    """Crashes, orders in doubt, partial fills, several tries, sales with a result, refusals: all of it in fifty worlds."""
    seen: Counter[str] = Counter()
    for seed in range(50):
        world = World(seed)
        world.run(lambda _: None)
        seen["crashes"] += world.crashed
        for event in world.books.events:
            seen[type(event).__name__] += 1
            seen[str(getattr(event, "event", ""))] += 1
        for end in world.ended:
            seen[end.outcome.value] += 1
            seen["results"] += end.purpose is TradePurpose.EXIT and end.result_quote not in (None, ZERO)
    for what in (
        "crashes",
        "filled",
        "partly_filled",
        "not_filled",
        "results",
        "OrderEvent.OUTCOME_LOST",
        "FeeCharged",
    ):
        assert seen[what] > 10, (what, seen)


def test_without_trouble_a_purchase_and_its_sale_leave_nothing_but_the_result() -> None:
    for seed in range(30):
        world = World(seed, crashes=0.0, trouble=0.0)
        world.run(nothing_twice_and_sums_hold)
        everything_agrees(world)
        capital = D(200)
        results = sum((end.result_quote for end in world.ended if end.result_quote is not None), ZERO)
        fees = sum((p.fee_value for p in world.state.positions.values()), ZERO)
        assert fees >= ZERO and world.state.budget.total >= capital + results - D("0.000001")
