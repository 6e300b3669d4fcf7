"""What must not be forgotten, believed or waited for when something breaks in the middle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.domain.messages.quoting import MarketUpdated
from neo.domain.messages.session import Phase
from neo.domain.messages.storage import MarketSnapshot
from neo.domain.ports import StorageBroken
from neo.domain.safety.peak import PEAK_KEY
from neo.domain.units import NS_PER_S
from neo.harness import World, sim_config
from neo.infra.sqlite.market_store import MarketStore


def stored_peak(world: World) -> Decimal | None:
    text = dict(world.books().engine_state).get(PEAK_KEY)
    return None if text is None else Decimal(json.loads(text)["peak"])


def test_a_rebuilt_risk_measures_the_drawdown_from_the_peak_before_the_crash() -> None:
    config = sim_config()
    narrow = attrs.evolve(config, risk=attrs.evolve(config.risk, max_drawdown_rlusd=Decimal("0.001")))
    halted = []
    for crash in (False, True):
        with World(seed=11, config=narrow) as world:
            world.boot().until_trading()
            world.run_for(300)
            before = stored_peak(world)
            if crash:
                world.break_once(names.RISK, MarketUpdated)
            world.run_to(world.kernel.now_ns() + 3600 * NS_PER_S)
            after = stored_peak(world)
            assert before is not None and after is not None and after >= before
            halted.append(world.ended.halt_reason if world.ended else "")
    assert halted == ["risk_drawdown", "risk_drawdown"]


def test_a_database_that_is_removed_under_a_running_engine_is_a_storage_failure() -> None:
    with World(seed=3) as world:
        world.boot().until_trading()
        world.run_for(60)

        world.database.unlink()
        world.run_for(600, until=lambda: world.ended is not None)

        assert world.ended is not None
        assert (world.ended.halt_reason, world.ended.exit_code) == ("storage_failure", 95)
        assert "removed or replaced" in world.ended.halt_detail
        assert world.ended.unverified == ()


def test_market_snapshots_that_cannot_be_written_cost_no_trade(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: MarketStore, rows: Sequence[MarketSnapshot]) -> None:
        raise StorageBroken("the market database is full")

    monkeypatch.setattr(MarketStore, "append", refuse)
    with World(seed=3) as world:
        world.boot().until_trading()
        world.run_for(300)

        assert world.phase is Phase.TRADING
        problems = [e["fields"]["problem"] for e in world.telemetry.events("TELEMETRY_PROBLEM")]
        assert problems and all("market snapshots were lost" in problem for problem in problems)


def test_a_venue_that_stays_away_after_a_restart_halts_as_an_unhealthy_gateway() -> None:
    with World(seed=5) as world:
        world.boot().until_trading()
        world.run_for(30)
        world.gateway.faults = attrs.evolve(world.gateway.faults, unavailable=1.0)
        world.break_once(names.RISK, MarketUpdated)

        world.run_for(400, until=lambda: world.ended is not None)

        assert world.ended is not None
        assert world.ended.halt_reason in ("risk_gateway_unhealthy", "risk_rpc_failure")
