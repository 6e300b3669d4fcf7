"""Whole sessions in virtual time: each way to end, with its reason, its numbers and its exit code."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest

from neo.actors.runtime import Envelope
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.messages.journal import CapitalKind
from neo.domain.messages.quoting import MarketUpdated, QuotesProposed
from neo.domain.messages.session import EngineHaltRequested, Phase, SessionEnded, StopSignal
from neo.domain.safety.halts import HaltReason
from neo.harness import World, broken_now, broken_when_quiet, sim_config
from neo.infra.simulated.faults import LedgerFaults
from neo.infra.simulated.parsing import open_offers

D = Decimal


def configured(**sections: dict[str, Any]) -> Config:
    """The harness's configuration with some keys of some sections changed."""
    config = sim_config()
    return attrs.evolve(
        config, **{name: attrs.evolve(getattr(config, name), **keys) for name, keys in sections.items()}
    )


def resting(world: World) -> int:
    return len(open_offers(world.gateway.ledger.validated(), world.config.xrpl.account))


def until_ended(world: World, limit_s: int = 900) -> SessionEnded:
    world.run_for(limit_s, until=lambda: world.ended is not None)
    return world.bury()


def is_ended_by(ended: SessionEnded, reason: HaltReason) -> None:
    assert (ended.halt_reason, ended.exit_code) == (reason.value, reason.exit_code)
    assert ended.unverified == ()
    assert ended.stuck == ()


def stored_halt(world: World) -> tuple[str, str]:
    state = dict(world.books().engine_state)
    return state["halt.reason"], state["halt.detail"]


# ------------------------------------------------------------------------------------------------------------- capital


def test_deposits_and_withdrawals_in_the_middle_of_a_session_are_capital_and_trading_goes_on() -> None:
    with World(1) as world:
        world.boot().until_trading().run_for(600)

        world.gateway.deposit(D(250), xrp=True)
        world.gateway.deposit(D(40), xrp=False)
        world.run_for(120)
        world.gateway.withdraw(D(100), xrp=False)
        world.run_for(300)

        with world.reader() as reader:
            events = [each for each in reader.capital_events() if each.kind is not CapitalKind.INITIAL]
        # A balance has sixteen digits: what takes it over a thousand pushes the last one out.
        found = [(each.asset, round(each.amount, 9), each.kind) for each in events]
        assert found == [
            ("XRP", D(250), CapitalKind.DEPOSIT),
            ("RLUSD", D(40), CapitalKind.DEPOSIT),
            ("RLUSD", D(-100), CapitalKind.WITHDRAWAL),
        ]
        assert world.phase is Phase.TRADING
        assert broken_when_quiet(world) == ()


def test_a_deposit_is_no_profit_and_no_drawdown() -> None:
    with World(2, configured(risk={"max_drawdown_rlusd": D(20)})) as world:
        world.boot().until_trading().run_for(300)

        world.gateway.deposit(D(500), xrp=False)
        world.run_for(60)
        world.gateway.withdraw(D(500), xrp=False)
        world.run_for(300)

        assert world.phase is Phase.TRADING


# ------------------------------------------------------------------------------------------------------------ the venue


def test_a_ledger_that_stands_still_halts_with_its_age() -> None:
    with World(3) as world:
        world.boot().until_trading().run_for(120)

        world.gateway.faults = LedgerFaults(stale_ledger=1.0, stale_closes=8)
        world.run_for(30, until=lambda: world.halted)
        world.gateway.faults = LedgerFaults()
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.RISK_STALE_LEDGER)
        assert ended.halt_detail.startswith("age of the last ledger in s (")
        assert ended.halt_detail.endswith(" > 20)")
        assert resting(world) == 0


def test_a_node_that_refuses_everything_halts_as_an_rpc_failure() -> None:
    with World(4, configured(risk={"rpc_failures_max": 3})) as world:
        world.boot().until_trading().run_for(120)

        world.gateway.faults = LedgerFaults(unavailable=1.0)
        world.run_for(300, until=lambda: world.halted)
        world.gateway.faults = LedgerFaults()
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.RISK_RPC_FAILURE)
        assert "failed requests in a row (4 > 3), the last: connection refused" in ended.halt_detail
        assert resting(world) == 0


def test_orders_that_cannot_be_cancelled_are_listed() -> None:
    """The node is gone for good: the engine ends all the same, and says what it could not verify."""
    with World(5) as world:
        world.boot().until_trading().run_for(120)
        assert resting(world)

        world.gateway.faults = LedgerFaults(request_lost=1.0, dropped_close=1.0)
        world.halt("node is gone")
        ended = until_ended(world)

        assert ended.halt_reason == "kill_switch"
        assert ended.unverified
        assert all(" at 0." in line for line in ended.unverified)


def test_a_venue_that_never_answers_is_a_startup_failure() -> None:
    with World(6) as world:
        world.gateway.faults = LedgerFaults(request_lost=1.0)

        world.boot()
        ended = until_ended(world)

        assert ended.halt_reason == "startup_failure"
        assert ended.exit_code == HaltReason.STARTUP_FAILURE.exit_code
        assert "could not reconcile with the venue in time" in ended.halt_detail


def test_a_start_by_a_faster_clock_has_as_much_time_as_at_speed_one() -> None:
    """At 60 times the clock two minutes are two seconds, in which a busy machine may not get to anything."""
    with World(6) as world:
        world.gateway.faults = LedgerFaults(request_lost=1.0)
        world.boot()
        world.system.patience = 4

        world.run_for(4 * 119)
        assert world.ended is None
        assert until_ended(world).halt_reason == "startup_failure"


# -------------------------------------------------------------------------------------------------------------- limits


def test_too_much_xrp_halts_with_both_numbers() -> None:
    with World(7, configured(risk={"max_xrp_exposure": D(600)})) as world:
        world.boot().until_trading().run_for(60)

        world.gateway.deposit(D(400), xrp=True)
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.RISK_XRP_EXPOSURE)
        assert ended.halt_detail.startswith("xrp exposure limit (7")
        assert ended.halt_detail.endswith(" > 600)")
        assert stored_halt(world) == (ended.halt_reason, ended.halt_detail)
        assert resting(world) == 0


def test_too_much_rlusd_halts_with_both_numbers() -> None:
    with World(8, configured(risk={"max_rlusd_exposure": D(1100)})) as world:
        world.boot().until_trading().run_for(60)

        world.gateway.deposit(D(500), xrp=False)
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.RISK_RLUSD_EXPOSURE)
        assert ended.halt_detail.startswith("rlusd exposure limit (1")


def test_a_falling_market_halts_with_the_drawdown() -> None:
    class Falling:
        def __init__(self) -> None:
            self.started_ns: int | None = None

        def price_at(self, at_ns: int) -> Decimal:
            self.started_ns = self.started_ns or at_ns
            minutes = (at_ns - self.started_ns) // 60_000_000_000
            return D("0.52") * (1 - D("0.0008") * minutes)

    with World(9, configured(risk={"max_drawdown_rlusd": D(1)}), prices=Falling()) as world:
        world.boot().until_trading()
        ended = until_ended(world, 3 * 3600)

        is_ended_by(ended, HaltReason.RISK_DRAWDOWN)
        assert ended.halt_detail.startswith("drawdown limit in RLUSD (1.")


def test_too_many_orders_a_minute_halt() -> None:
    def restless(envelope: Envelope) -> Envelope:
        """Every tick wants its quotes twice, and in places of their own: nothing can be kept."""
        proposal = envelope.message
        if not isinstance(proposal, QuotesProposed):
            return envelope
        twice = (*proposal.quotes, *proposal.quotes)
        quotes = tuple(attrs.evolve(q, level=4 * proposal.tick + place) for place, q in enumerate(twice))
        return attrs.evolve(envelope, message=attrs.evolve(proposal, quotes=quotes))

    with World(10, configured(risk={"max_orders_per_minute": 30})) as world:
        world.intercept(restless)
        world.boot()
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.RISK_ORDER_RATE)
        assert ended.halt_detail == "orders per minute limit (32 > 30)"
        assert resting(world) == 0


# ------------------------------------------------------------------------------------------------------------- operators


def test_the_kill_switch_cancels_everything_and_names_who_pulled_it() -> None:
    with World(11) as world:
        world.boot().until_trading().run_for(120)
        assert resting(world)

        world.halt("looks odd")
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.KILL_SWITCH)
        assert ended.halt_detail == "harness: looks odd"
        assert resting(world) == 0
        assert broken_now(world) == ()


@pytest.mark.parametrize("signal", StopSignal, ids=lambda signal: signal.name)
def test_each_signal_is_its_own_reason_and_success(signal: StopSignal) -> None:
    with World(12) as world:
        world.boot().until_trading().run_for(30)

        world.stop(signal)
        ended = until_ended(world)

        is_ended_by(ended, HaltReason(signal.value))
        assert ended.exit_code == 0
        with world.reader() as reader:
            row = reader.session(ended.session_id)
        assert row is not None
        assert (row.halt_reason, row.ended_at_ns is not None) == (signal.value, True)


def test_a_session_ends_when_its_time_is_over() -> None:
    with World(13, configured(session={"duration_s": D(300)})) as world:
        started_ns = world.kernel.now_ns()
        world.boot()
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.DURATION_ELAPSED)
        assert ended.exit_code == 0
        assert 300 <= (world.kernel.now_ns() - started_ns) / 1e9 < 330


def test_an_actor_that_asks_for_a_halt_is_named() -> None:
    with World(14) as world:
        world.boot().until_trading()

        world.system.tell("supervisor", EngineHaltRequested("strategy", "nothing left to do"))
        ended = until_ended(world)

        is_ended_by(ended, HaltReason.ENGINE_REQUESTED_HALT)
        assert ended.halt_detail == "strategy: nothing left to do"


# ---------------------------------------------------------------------------------------------------------- hold, history


def held(seed: int) -> World:
    world = World(seed, configured(session={"on_halt": OnHalt.HOLD}))
    world.boot().until_trading().run_for(60)
    world.halt("have a look")
    world.run_for(120, until=lambda: world.phase is Phase.HELD)
    return world


def test_a_held_session_keeps_observing_and_places_nothing() -> None:
    with held(15) as world:
        orders = world.order_count()
        observed = world.record(MarketUpdated)

        world.run_for(300)

        assert world.phase is Phase.HELD
        assert world.ended is None
        assert world.order_count() == orders
        assert resting(world) == 0
        assert len(observed.envelopes) > 60


def test_a_held_session_resumes_after_a_reconciliation_and_its_halt_is_cleared() -> None:
    with held(16) as world:
        world.resume()
        world.run_for(300)

        assert world.phase is Phase.TRADING
        assert "halt.reason" not in dict(world.books().engine_state)
        assert resting(world)
        assert broken_when_quiet(world) == ()


@pytest.mark.parametrize("act", [World.stop, World.finish], ids=["stop", "finish"])
def test_a_held_session_can_be_stopped_and_keeps_the_halt_that_came_first(act: Callable[[World], object]) -> None:
    with held(17) as world:
        if act is World.stop:
            world.stop()
            ended = until_ended(world)
        else:
            ended = world.finish()

        assert ended.halt_reason == "kill_switch"
        with world.reader() as reader:
            history = [(row.reason, row.first) for row in reader.halts(ended.session_id)]
        assert history == [("kill_switch", True), ("interrupted_sigterm", False)]


def test_the_first_halt_wins_and_later_ones_are_history() -> None:
    with World(18) as world:
        world.boot().until_trading().run_for(60)

        world.halt("first")
        world.stop(StopSignal.SIGINT)
        ended = until_ended(world)

        assert ended.halt_reason == "kill_switch"
        with world.reader() as reader:
            assert [row.reason for row in reader.halts(ended.session_id)] == ["kill_switch", "interrupted_sigint"]


def test_resume_without_a_hold_changes_nothing() -> None:
    with World(19) as world:
        world.boot().until_trading()

        world.resume()
        world.run_for(60)

        assert world.phase is Phase.TRADING


# ----------------------------------------------------------------------------------------------------------- kill and start


def test_after_kill_9_the_next_session_reconciles_and_names_its_parent() -> None:
    with World(20) as world:
        world.boot().until_trading().run_for(600)
        world.kill9()
        world.run_for(90)

        world.boot().until_trading().run_for(200)

        assert broken_when_quiet(world) == ()
        with world.reader() as reader:
            crashed, recovering = (reader.session(session) for session in world.session_ids)
        assert crashed is not None
        assert recovering is not None
        assert crashed.crash_noticed_by == recovering.session_id
        assert recovering.parent_session == crashed.session_id


def test_what_was_traded_while_nobody_lived_is_in_the_books_afterwards() -> None:
    """Offers outlive the engine: whatever they trade until their Expiration is read from the ledger at the next start."""
    missed = 0
    with World(21) as world:
        world.boot().until_trading()
        for _ in range(12):
            world.run_for(120)
            world.kill9()
            before = len(world.gateway.own_history())
            world.run_for(110)
            missed += sum(1 for tx in world.gateway.own_history()[before:] if tx.base_delta)
            world.boot().until_trading()
            assert broken_now(world) == ()
        world.run_for(240)

        assert missed > 0
        assert broken_when_quiet(world) == ()
