"""Both strategies in one engine: what goes wrong at one venue halts that venue alone, and a resume brings it back."""

from __future__ import annotations

import json
from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.actors.inventory import Inventory
from neo.actors.runtime import Tick
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.messages.journal import FeeCharged
from neo.domain.messages.quoting import MarketUpdated
from neo.domain.messages.session import OperatorHalt, Phase, PhaseChanged, Reconciled, RiskBreach, RiskBreached
from neo.domain.messages.storage import Journaled
from neo.domain.messages.venue import LedgerClosed
from neo.domain.safety.halt_latch import VENUES_KEY
from neo.domain.safety.halts import HaltReason
from neo.domain.session.engine_balances import BALANCES_KEY, balances_from
from neo.harness import World, broken_now, broken_when_quiet
from neo.harness.campaign import run_seed
from neo.harness.plans import plan_named
from neo.infra.config.loader import load
from neo.infra.simulated.faults import LedgerFaults
from neo.infra.simulated_exchange.faults import ExchangeFaults
from neo.infra.sqlite.books_rows import HaltRow
from tests.infra.config.files import REPOSITORY

LEDGER, EXCHANGE = "xrpl", "mexc"
OTHER = {LEDGER: EXCHANGE, EXCHANGE: LEDGER}
TEN_MINUTES = 600


def both_config(on_halt: OnHalt = OnHalt.EXIT) -> Config:
    """config/both.toml without an end, with fewer symbols that fall more often."""
    config = load(REPOSITORY / "config" / "both.toml", {}).config
    return attrs.evolve(
        config,
        session=attrs.evolve(config.session, duration_s=Decimal(0), on_halt=on_halt),
        exchange=attrs.evolve(config.exchange, watchlist=config.exchange.watchlist[:10]),
        sim=attrs.evolve(config.sim, exchange_drops_per_day=Decimal(100)),
    )


def kill_venue(world: World, venue: str) -> None:
    """No request is answered any more."""
    if venue == LEDGER:
        world.gateway.faults = LedgerFaults(unavailable=1.0)
    else:
        assert world.exchange is not None
        world.exchange.faults = ExchangeFaults(unavailable=1.0)


def breach(world: World, venue: str, reason: RiskBreach = RiskBreach.LOSS_STREAK) -> None:
    world.system.tell(names.SUPERVISOR, RiskBreached(reason, "enough", venue))
    world.run_for(120, until=lambda: world.venue_phases[venue] is Phase.HELD or world.ended is not None)


def halts(world: World) -> tuple[HaltRow, ...]:
    with world.reader() as reader:
        return reader.halts(world.session_ids[-1])


def placed_at(world: World, venue: str) -> int:
    with world.reader() as reader:
        return sum(order.venue == venue for session in world.session_ids for order in reader.orders(session))


@pytest.mark.parametrize("venue", [LEDGER, EXCHANGE])
def test_a_venue_that_is_dead_for_ten_minutes_halts_alone_and_a_resume_brings_it_back(venue: str) -> None:
    with World(5, both_config()) as world:
        world.boot().until_trading().run_for(300)

        kill_venue(world, venue)
        world.run_for(180)
        orders = {each: placed_at(world, each) for each in OTHER}
        world.run_for(TEN_MINUTES - 180)

        assert world.venue_phases == {venue: Phase.HELD, OTHER[venue]: Phase.TRADING}
        assert world.phase is Phase.TRADING
        assert placed_at(world, venue) == orders[venue]
        assert placed_at(world, OTHER[venue]) > orders[OTHER[venue]]
        assert {halt.venue for halt in halts(world)} == {venue}
        assert broken_now(world) == ()

        world.heal()
        world.resume()
        world.run_for(TEN_MINUTES)

        assert set(world.venue_phases.values()) == {Phase.TRADING}
        assert placed_at(world, venue) > orders[venue]
        assert broken_when_quiet(world) == ()
        ended = world.finish()
        assert (ended.halt_reason, ended.unverified) == ("interrupted_sigterm", ())
        assert broken_when_quiet(world) == ()


@pytest.mark.parametrize("venue", [LEDGER, EXCHANGE])
def test_a_resume_while_the_venue_is_still_dead_halts_it_again_and_nothing_else(venue: str) -> None:
    with World(6, both_config()) as world:
        world.boot().until_trading().run_for(60)
        kill_venue(world, venue)
        world.run_for(300, until=lambda: world.venue_phases[venue] is Phase.HELD)

        world.resume()
        world.run_for(30)
        assert world.venue_phases == {venue: Phase.RECONCILING, OTHER[venue]: Phase.TRADING}
        world.run_for(300)

        assert world.venue_phases == {venue: Phase.HELD, OTHER[venue]: Phase.TRADING}


def test_a_venue_that_stays_dead_does_not_fill_the_history() -> None:
    config = both_config()
    often = attrs.evolve(config.reconcile, reconcile_interval_s=Decimal(5))
    with World(6, attrs.evolve(config, reconcile=often)) as world:
        world.boot().until_trading().run_for(60)
        kill_venue(world, EXCHANGE)
        world.run_for(TEN_MINUTES)

        reasons = [halt.reason for halt in halts(world)]

    assert reasons.count("engine_requested_halt") == 1
    assert len(reasons) == len(set(reasons))


def test_a_session_whose_one_venue_halted_ends_with_that_reason_when_the_rest_ends_normally() -> None:
    with World(7, both_config()) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        world.run_for(60)

        ended = world.finish()

        assert (ended.halt_reason, ended.exit_code) == ("risk_loss_streak", HaltReason.RISK_LOSS_STREAK.exit_code)
        assert [(halt.reason, halt.venue, halt.first) for halt in halts(world)] == [
            ("risk_loss_streak", EXCHANGE, True),
            ("interrupted_sigterm", "", False),
        ]
        assert broken_when_quiet(world) == ()


@pytest.mark.parametrize(("on_halt", "phase"), [(OnHalt.EXIT, Phase.STOPPING), (OnHalt.HOLD, Phase.HELD)])
def test_the_session_halts_when_no_venue_is_left(on_halt: OnHalt, phase: Phase) -> None:
    with World(8, both_config(on_halt)) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        assert world.venue_phases[LEDGER] is Phase.TRADING

        breach(world, LEDGER, RiskBreach.DRAWDOWN)
        world.run_for(120, until=lambda: world.ended is not None)

        assert world.phase is phase
        assert [halt.first for halt in halts(world)] == [True, False]
        assert (world.ended is not None) == (phase is Phase.STOPPING)


def test_an_operators_halt_stops_every_venue_and_his_resume_brings_every_one_back() -> None:
    with World(9, both_config(OnHalt.HOLD)) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        world.system.tell(names.SUPERVISOR, OperatorHalt("ann"))
        world.run_for(120, until=lambda: world.phase is Phase.HELD)
        assert set(world.venue_phases.values()) == {Phase.HELD}

        world.resume()
        world.run_for(120)

        assert set(world.venue_phases.values()) == {Phase.TRADING}
        assert [halt.cleared_by for halt in halts(world)] == ["harness", "harness"]
        with world.reader() as reader:
            assert [row.key for row in reader.engine_state() if row.key.startswith("halt.")] == []


@pytest.mark.parametrize("venue", [LEDGER, EXCHANGE])
def test_of_two_venues_that_halted_alone_the_one_that_is_named_comes_back_and_the_other_waits(venue: str) -> None:
    with World(9, both_config(OnHalt.HOLD)) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        breach(world, LEDGER, RiskBreach.STALE_LEDGER)
        assert world.phase is Phase.HELD

        world.resume(venue)
        world.run_for(120)

        assert world.venue_phases == {venue: Phase.TRADING, OTHER[venue]: Phase.HELD}
        assert {halt.venue: halt.cleared_by for halt in halts(world)} == {venue: "harness", OTHER[venue]: None}
        with world.reader() as reader:
            (still,) = [row for row in reader.engine_state() if row.key == VENUES_KEY]
        assert set(json.loads(still.value)) == {OTHER[venue]}
        world.resume(OTHER[venue])
        world.run_for(120)
        assert set(world.venue_phases.values()) == {Phase.TRADING}
        assert broken_when_quiet(world) == ()


def test_a_venue_is_not_resumed_alone_while_the_engines_own_halt_is_in_force() -> None:
    with World(9, both_config(OnHalt.HOLD)) as world:
        world.boot().until_trading().run_for(60)
        world.system.tell(names.SUPERVISOR, OperatorHalt("ann"))
        world.run_for(120, until=lambda: world.phase is Phase.HELD)

        world.resume(EXCHANGE)
        world.run_for(120)

        assert set(world.venue_phases.values()) == {Phase.HELD}


def test_the_history_says_when_a_halt_ended_that_another_one_covered() -> None:
    with World(9, both_config(OnHalt.HOLD)) as world:
        world.boot().until_trading().run_for(60)
        world.system.tell(names.SUPERVISOR, OperatorHalt("ann"))
        world.run_for(120, until=lambda: world.phase is Phase.HELD)
        breach(world, EXCHANGE)
        breach(world, LEDGER, RiskBreach.STALE_LEDGER)
        world.run_for(5)

        world.resume()
        world.run_for(120)

        assert [(halt.venue, halt.first) for halt in halts(world)] == [("", True), (EXCHANGE, False), (LEDGER, False)]
        assert len({halt.cleared_at_ns for halt in halts(world)} - {None}) == 1
        assert {halt.cleared_by for halt in halts(world)} == {"harness"}


def test_a_venues_halt_that_a_person_must_clear_outlives_a_kill_and_the_other_venue_trades_at_once() -> None:
    with World(10, both_config()) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        world.run_for(5)
        world.kill9()
        world.witness.phases.clear()

        world.boot().until_trading().run_for(60)

        assert world.venue_phases == {EXCHANGE: Phase.HELD, LEDGER: Phase.TRADING}
        world.resume()
        world.run_for(120)
        assert set(world.venue_phases.values()) == {Phase.TRADING}
        assert broken_when_quiet(world) == ()


def test_a_venues_halt_that_reconciliation_clears_is_over_after_a_kill() -> None:
    with World(11, both_config()) as world:
        world.boot().until_trading().run_for(60)
        breach(world, LEDGER, RiskBreach.STALE_LEDGER)
        world.kill9()
        world.witness.phases.clear()

        world.boot().until_trading().run_for(30)

        assert set(world.venue_phases.values()) == {Phase.TRADING}


def test_while_shared_actors_are_rebuilt_a_halted_venue_stays_halted() -> None:
    with World(12, both_config()) as world:
        world.boot().until_trading().run_for(60)
        breach(world, EXCHANGE)
        orders = placed_at(world, EXCHANGE)

        world.break_once(names.RISK, MarketUpdated)
        world.break_once(names.INVENTORY, Journaled)
        world.run_for(TEN_MINUTES)

        assert world.sabotage.fired
        assert world.venue_phases == {EXCHANGE: Phase.HELD, LEDGER: Phase.TRADING}
        assert placed_at(world, EXCHANGE) == orders
        assert broken_now(world) == ()


@pytest.mark.parametrize(
    ("name", "message", "venue"),
    [
        (names.ORDER_ROUTER, LedgerClosed, LEDGER),
        (names.STRATEGY, MarketUpdated, LEDGER),
        (names.EXCHANGE_ROUTER, Tick, EXCHANGE),
        (names.DROP_BUYER, Tick, EXCHANGE),
    ],
)
def test_while_an_actor_of_one_venue_is_rebuilt_the_other_trades_on(name: str, message: type, venue: str) -> None:
    with World(13, both_config()) as world:
        world.boot().until_trading().run_for(30)
        bystander = names.EXCHANGE_ROUTER if venue == LEDGER else names.ORDER_ROUTER
        incarnation = world.system.incarnation(bystander)
        record = world.record(PhaseChanged)

        world.break_once(name, message)
        world.run_for(60)

        heard = [(change.venue, change.phase) for change in record.of(PhaseChanged)]
        assert {there for there, _ in heard} == {venue}
        assert list(dict.fromkeys(phase for _, phase in heard)) == [Phase.PAUSED, Phase.RECONCILING, Phase.TRADING]
        assert set(world.venue_phases.values()) == {Phase.TRADING}
        assert world.system.incarnation(bystander) == incarnation


def test_a_start_that_cannot_reach_one_of_its_venues_trades_nowhere() -> None:
    with World(14, both_config()) as world:
        kill_venue(world, EXCHANGE)
        world.boot()
        world.run_for(300, until=lambda: world.ended is not None)
        ended = world.bury()

        assert ended.halt_reason == "startup_failure"
        assert EXCHANGE in ended.halt_detail
        assert world.order_count() == 0


def test_nothing_is_traded_before_the_books_agree_with_every_venue() -> None:
    with World(14, both_config()) as world:
        world.intercept(lambda envelope: None if _of_the_exchange(envelope.message) else envelope)
        world.boot()
        world.run_for(300, until=lambda: world.ended is not None)
        ended = world.bury()

        assert ended.halt_detail == "the engine could not reconcile with mexc in time"
        assert world.order_count() == 0


def _of_the_exchange(message: object) -> bool:
    return isinstance(message, Reconciled) and message.venue == EXCHANGE


def test_what_was_left_unverified_at_a_dead_venue_is_looked_at_again_at_the_end() -> None:
    with World(15, both_config()) as world:
        world.boot().until_trading().run_for(60)
        kill_venue(world, LEDGER)
        world.run_for(300, until=lambda: world.venue_phases[LEDGER] is Phase.HELD)
        world.heal()
        world.run_for(120)

        ended = world.finish()

        assert ended.halt_reason.startswith("risk_")
        assert ended.unverified == ()


# ------------------------------------------------------------------------------------------------------- the inventory


def test_the_end_of_a_session_keeps_what_the_engine_believed_of_every_asset_of_every_venue() -> None:
    with World(16, both_config()) as world:
        world.boot().until_trading().run_for(TEN_MINUTES)
        world.finish()

        with world.reader() as reader:
            row = reader.engine_state_of(BALANCES_KEY)
            booked = {(each.venue, each.asset): each.total for each in reader.balances()}
            drift = reader.engine_state_of("inventory_drift_at_shutdown")
    assert row is not None
    assert balances_from(row.value) == booked
    assert {venue for venue, _ in booked} == {LEDGER, EXCHANGE}
    assert len(booked) > 4
    assert drift is None


class ForgetsFees(Inventory):
    """Who charges what in which coin is too much detail."""

    def on_journaled(self, fact: Journaled) -> None:
        if not isinstance(fact.event, FeeCharged) or fact.event.venue != EXCHANGE:
            super().on_journaled(fact)


class DeafAtTheExchange(Inventory):
    """The ledger is what matters."""

    def on_journaled(self, fact: Journaled) -> None:
        if getattr(fact.event, "venue", EXCHANGE) != EXCHANGE:
            super().on_journaled(fact)


@pytest.mark.parametrize("mistaken", [ForgetsFees, DeafAtTheExchange])
def test_an_inventory_that_misses_facts_of_the_exchange_is_found(mistaken: type[Inventory]) -> None:
    with World(16, both_config(), replaced={names.INVENTORY: mistaken}) as world:
        world.boot().until_trading().run_for(TEN_MINUTES)

        found = {broken.invariant for broken in broken_when_quiet(world)}

    assert found & {"inventory is what the books say", "inventory hears of every fact"}


# --------------------------------------------------------------------------------------------------------- campaigns


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_invariant_holds_with_both_strategies_whatever_goes_wrong(seed: int) -> None:
    report = run_seed(seed, Decimal("0.3"), plan_named("default"), config=both_config())

    assert report.broken == ()
    assert report.ended[-1].halt_reason == "interrupted_sigterm"
