"""What a running engine shows of itself is what its books and its exchange say, and only of what runs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.config.configuration import Config
from neo.domain.messages.dropping import PositionsChanged
from neo.domain.messages.storage import Recovery
from neo.domain.telemetry.drop_events import DropTriggered
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import HeartbeatMissed
from neo.harness import World
from neo.harness.configuration import sim_config
from neo.infra.config.loader import load
from neo.infra.control.desk_status import DeskStatus
from neo.infra.control.status import ActorState
from neo.infra.control.status_board import status_from, status_record
from neo.system.desk_status import counted_gain
from neo.system.identity import SessionIdentity
from neo.system.status import StatusKeeper
from tests.infra.config.files import REPOSITORY

IDENTITY = SessionIdentity("s", "r", 0, "code", "hash", "{}")


def drop_config() -> Config:
    config = load(REPOSITORY / "config" / "drop.toml", {}).config
    return attrs.evolve(config, session=attrs.evolve(config.session, duration_s=Decimal(0)))


@attrs.define
class Watched:
    """A world whose engine is watched from its first message on."""

    world: World
    keeper: StatusKeeper

    @property
    def desk(self) -> DeskStatus:
        (desk,) = self.keeper.status().desks
        return desk


def watched(world: World) -> Watched:
    world.boot()
    return Watched(world, StatusKeeper(world.system, IDENTITY, world.config))


@pytest.fixture(scope="module")
def drops() -> Iterator[Watched]:
    """Half an hour in which drops were bought and sold."""
    with World(5, drop_config()) as world:
        seen = watched(world)
        world.until_trading().run_for(1800)
        yield seen


def test_a_drop_session_shows_nothing_of_a_ledger(drops: Watched) -> None:
    status = drops.keeper.status()

    assert status.strategies == ("drop_buyer",)
    assert (status.market, status.money, status.quotes) == (None, None, ())


def test_a_market_maker_s_session_shows_its_market_and_no_desk() -> None:
    with World(1, sim_config()) as world:
        seen = watched(world)
        world.until_trading().run_for(60)
        status = seen.keeper.status()

    assert status.desks == ()
    assert status.market is not None and status.market.best_bid is not None
    assert status.money is not None and status.money.base_balance is not None


def test_the_desk_shows_the_money_that_is_in_the_books(drops: Watched) -> None:
    books, desk = drops.world.books(), drops.desk
    budget = desk.budget
    assert budget is not None

    assert budget.total == budget.free + budget.reserved + budget.committed
    assert {each.symbol: each.quantity for each in desk.positions} == {
        each.symbol: each.quantity for each in books.positions
    }
    assert budget.committed == sum((each.spent_quote for each in books.positions), Decimal(0))
    with drops.world.reader() as reader:
        assert desk.orders_placed == len(reader.orders(drops.world.session_ids[0]))


def test_trades_of_the_session_and_of_the_day_are_those_that_were_filled(drops: Watched) -> None:
    desk = drops.desk
    with drops.world.reader() as reader:
        orders = {order.order_id: order for order in reader.orders(drops.world.session_ids[0])}
        fills = reader.fills(drops.world.session_ids[0])
    bought = sum((fill.quote_quantity for fill in fills if fill.side.value == "buy"), Decimal(0))
    sold = sum((fill.quote_quantity for fill in fills if fill.side.value == "sell"), Decimal(0))

    assert orders and desk.entries_filled > 0
    assert (desk.bought_quote, desk.sold_quote) == (bought, sold)
    assert (desk.trades_today, desk.result_today_quote) == (desk.exits_filled, desk.result_quote)
    assert desk.entries_filled - desk.exits_filled == len(desk.positions)


def test_the_result_is_at_every_instant_what_the_budget_has_gained() -> None:
    """Also while a sale is under way that has sold a part: seed 13 has three of them."""
    looks: list[tuple[Decimal, Decimal]] = []
    with World(13, drop_config()) as world:
        seen = watched(world)

        def look(envelope: Envelope) -> None:
            if (envelope.receiver, type(envelope.message)) == (names.RISK, PositionsChanged):
                desk = seen.desk
                if desk.budget is not None and desk.budget.total:
                    looks.append((desk.budget.total, desk.result_quote))

        world.observe(look)
        world.until_trading().run_for(1800)

    assert [total - looks[0][0] for total, _ in looks] == [result for _, result in looks]
    assert len({result for _, result in looks}) > 2


def test_every_watched_symbol_is_in_one_tier_with_its_price_and_age(drops: Watched) -> None:
    desk = drops.desk
    symbols = [each.symbol for tier in desk.tiers for each in tier.symbols]

    assert sorted(symbols) == sorted(drops.world.config.exchange.watchlist)
    assert (desk.watched, desk.polled, desk.skipped, desk.degraded) == (len(symbols), len(symbols), 0, 0)
    for tier in desk.tiers:
        assert bool(tier.symbols) <= bool(tier.cycles) and tier.success_rate in (None, 1)
        assert all(each.price and each.age_ms is not None for each in tier.symbols)
    assert desk.age_p50_ms is not None and desk.age_p99_ms is not None and desk.age_p50_ms <= desk.age_p99_ms


def test_top_drops_are_the_nearest_first_with_what_is_against_them(drops: Watched) -> None:
    nearest = drops.desk.top_drops

    assert len(nearest) == 10
    distances = [each.distance_percent for each in nearest]
    assert distances == sorted(distances)
    held = {each.symbol for each in drops.desk.positions}
    for each in nearest:
        line = each.anchor * drops.world.config.drop.drop_trigger_value
        assert abs((each.price / line - 1) * 100 - each.distance_percent) <= Decimal("0.001")
        assert ("position_exists" in each.blocked_by) == (each.symbol in held)


def test_drops_and_the_guards_against_them_are_counted() -> None:
    with World(5, drop_config()) as world:
        seen = watched(world)
        told: list[DropTriggered] = []
        world.observe(
            lambda envelope: (
                told.append(event)
                if isinstance(event := getattr(envelope.message, "event", None), DropTriggered)
                else None
            )
        )
        world.until_trading().run_for(900)
        desk = seen.desk

    blocked = [event.blocked_by.split(",") for event in told if event.blocked_by]
    assert desk.drops == len(told) > 0
    assert desk.drops_blocked == len(blocked)
    assert {each.guard: each.drops for each in desk.blocked_by} == {
        guard: sum(guard in guards for guards in blocked) for guards in blocked for guard in guards
    }


def test_while_a_session_starts_no_actor_is_called_down() -> None:
    with World(5, drop_config()) as world:
        seen = watched(world)
        states: set[ActorState] = set()
        phases: set[str] = set()
        for _ in range(400):
            status = seen.keeper.status()
            phases.add(status.phase)
            if status.phase == "starting":
                states |= {actor.state for actor in status.actors}
            world.run_for(Decimal("0.005"))

        assert states == {ActorState.OK, ActorState.STARTING}
        assert {actor.state for actor in seen.keeper.status().actors} == {ActorState.OK}


def test_an_actor_that_crashes_at_the_start_is_down_until_it_is_back() -> None:
    with World(5, drop_config()) as world:
        seen = watched(world)
        world.break_once(names.EXCHANGE_DATA, Recovery)
        states: list[ActorState] = []
        for _ in range(2_000):
            world.run_for(Decimal("0.005"))
            states += [actor.state for actor in seen.keeper.status().actors if actor.name == names.EXCHANGE_DATA]

        assert ActorState.DOWN in states
        assert ActorState.STARTING not in states[states.index(ActorState.DOWN) :]
        assert states[-1] is ActorState.OK


def test_a_trade_under_way_is_shown_with_what_it_wants() -> None:
    with World(5, drop_config()) as world:
        seen = watched(world)
        world.until_trading()
        for _ in range(36_000):
            world.run_for(Decimal("0.05"))
            if seen.desk.working:
                break
        (working,) = seen.desk.working

    assert working.purpose == "entry" and working.side == "buy"
    assert working.quantity is not None and working.limit is not None and working.since_ns is not None


def test_a_position_that_lost_its_price_is_shown_so_and_its_gain_is_not_counted() -> None:
    with World(5, drop_config()) as world:
        seen = watched(world)
        world.until_trading().run_for(7_200, until=lambda: bool(seen.desk.positions))
        (held,) = seen.desk.positions
        assert not held.is_stale and held.mark_age_ms is not None
        seen.world.exchange.exchange.delist(held.symbol.replace("/", ""))  # type: ignore[union-attr]
        world.run_for(1_200)
        stale = next(each for each in seen.desk.positions if each.symbol == held.symbol)
        assert stale.is_stale and stale.mark_age_ms is not None and stale.mark_age_ms > 30_000
        gain, loss = (attrs.evolve(stale, unrealised_quote=Decimal(each)) for each in (2, -3))
        assert counted_gain((gain, loss)) == -3
        assert counted_gain((attrs.evolve(gain, is_stale=False), loss)) == -1

        seen.world.exchange.exchange.relist(held.symbol.replace("/", ""))  # type: ignore[union-attr]
        world.run_for(4_000)
        assert not any(each.is_stale for each in seen.desk.positions)


def test_the_day_goes_on_over_a_restart() -> None:
    with World(5, drop_config()) as world:
        before = watched(world)
        world.until_trading().run_for(1800)
        closed = before.desk.trades_today
        world.kill9()
        after = watched(world)
        world.run_for(30)

        assert after.desk.trades_today >= closed > 0
        assert after.desk.exits_filled < closed


def test_a_desk_survives_the_way_through_the_status_file(drops: Watched) -> None:
    status = drops.keeper.status()

    assert status_from(status_record(status)) == status


def test_an_actor_that_missed_a_beat_is_late_only_until_it_answers_again(drops: Watched) -> None:
    # Given an actor that left pings unanswered
    missed = Emit(HeartbeatMissed("drop_buyer", 1, 9), "heartbeat", drops.world.system.now_ns())
    drops.world.system.tell("telemetry", missed)
    assert states(drops)["drop_buyer"] is ActorState.LATE
    # When it answers
    drops.world.run_for(2 * int(drops.world.config.heartbeat.interval_s))
    # Then it is as well as all the others
    assert set(states(drops).values()) == {ActorState.OK}


def test_of_every_actor_that_is_asked_it_is_told_how_long_ago_it_answered(drops: Watched) -> None:
    # Given an engine that has run for a while
    interval_s = drops.world.config.heartbeat.interval_s
    # When somebody looks a second after a round
    drops.world.run_for(int(interval_s) + 1)
    beats = {actor.name: actor.last_beat_s for actor in drops.keeper.status().actors}
    # Then each has answered the last round, but for the one that asks and the one that it tells
    assert {name for name, beat in beats.items() if beat is None} == {names.HEARTBEAT, names.SUPERVISOR}
    assert all(0 <= beat <= interval_s for beat in beats.values() if beat is not None)


def states(seen: Watched) -> dict[str, ActorState]:
    return {actor.name: actor.state for actor in seen.keeper.status().actors}
