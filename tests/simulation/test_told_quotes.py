"""The whole engine with quotes that come by themselves beside its polls, and with symbols that vanish: in virtual time."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.config.configuration import Config
from neo.domain.messages.session import Phase
from neo.harness import World, broken_now
from neo.harness.campaign import run_seed
from neo.harness.plans import plan_named
from tests.simulation.drop_plants import drop_config


def told_config(symbols: int = 5) -> Config:
    """So many symbols, every one of them hot and told, and the markets loaded every ten minutes."""
    config = drop_config()
    exchange = attrs.evolve(
        config.exchange,
        watchlist=config.exchange.watchlist[:symbols],
        websocket=True,
        market_reload_s=600,
        hot_within_bps=Decimal(2_000),
        cool_beyond_bps=Decimal(3_000),
    )
    return attrs.evolve(config, exchange=exchange)


def symbols_of(world: World, name: str) -> list[object]:
    return [event["fields"]["symbol"] for event in world.telemetry.events(name)]


@pytest.mark.parametrize("faults", ["none", "default", "kills"])
def test_drops_are_bought_on_told_quotes_and_every_invariant_holds(faults: str) -> None:
    report = run_seed(5, Decimal("0.3"), plan_named(faults), config=told_config())

    assert report.broken == ()
    assert report.fills > 0


def test_the_same_seed_is_the_same_session_with_told_quotes() -> None:
    first, second = (
        run_seed(7, Decimal("0.1"), plan_named("default"), config=told_config(), digest=True) for _ in range(2)
    )

    assert first.digest == second.digest


def test_told_quotes_of_an_honest_exchange_are_never_dropped() -> None:
    with World(3, told_config()) as world:
        world.boot().until_trading().run_for(1800)

        health = world.telemetry.events("MD_STREAM_HEALTH")[-1]["fields"]
        assert health["quotes"] > 1_000 and not health["drops"]
        world.finish()


def test_a_delisted_symbol_costs_the_engine_one_event_and_comes_back_when_it_is_listed_again() -> None:
    with World(3, told_config()) as world:
        world.boot().until_trading().run_for(60)
        assert world.exchange is not None
        world.exchange.exchange.delist("ADAUSDT")
        world.run_for(2_000)  # three loads of the markets that do not list it

        assert symbols_of(world, "MD_SYMBOL_SKIPPED") == ["ADA/USDT"]
        assert not world.telemetry.events("MD_SKIP_LIST_ALERT")
        world.exchange.exchange.relist("ADAUSDT")
        world.run_for(660)
        assert symbols_of(world, "MD_SYMBOL_RELISTED") == ["ADA/USDT"]
        assert broken_now(world) == ()
        world.finish()


def test_twenty_delisted_at_once_raise_one_alert_and_the_rest_trades_on() -> None:
    with World(3, drop_config()) as world:
        world.boot().until_trading().run_for(60)
        assert world.exchange is not None
        gone = [symbol.replace("/", "") for symbol in world.config.exchange.watchlist[-20:]]
        for each in gone:
            world.exchange.exchange.delist(each)
        world.run_for(600)

        assert len(world.telemetry.events("MD_SYMBOL_SKIPPED")) == 20
        assert len(world.telemetry.events("MD_SKIP_LIST_ALERT")) == 1
        assert world.phase is Phase.TRADING
        assert broken_now(world) == ()
        world.finish()
