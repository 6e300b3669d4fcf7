"""What a user gets wrong before a session on an exchange: each has a clear message and an exit code, and nothing is ordered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.config.exchange_access import KEY_VARIABLE, SECRET_VARIABLE
from neo.domain.errors import NeoError
from neo.domain.session import exit_codes
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.infra.sandbox.exchange.plan import AccountPlan
from tests.threads import engine_threads_since

BOTH_MODES = pytest.mark.parametrize("mode", [Mode.LIVE, Mode.PAPER], ids=lambda mode: mode.value)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ExchangeWorld]:
    with ExchangeWorld(tmp_path, exchange_plan(symbols=6)) as world:
        yield world


def exchange(**changes: Any) -> Callable[[Config], Config]:
    return lambda config: attrs.evolve(config, exchange=attrs.evolve(config.exchange, **changes))


def refusal_of(world: ExchangeWorld, mode: Mode = Mode.LIVE) -> NeoError:
    """How the start was refused; the books say so, nothing was ordered and nothing is left running."""
    threads = set(threading.enumerate())
    with pytest.raises(NeoError) as caught:
        world.start(mode)
    assert caught.value.advice
    with world.reader() as reader:
        row = reader.sessions()[-1]
    assert (row.halt_reason, row.ended_at_ns is not None) == ("startup_failure", True)
    if world.sandbox.is_running:
        assert world.sandbox.truth().orders == ()
    assert engine_threads_since(threads) == []
    return caught.value


@BOTH_MODES
def test_an_exchange_that_does_not_exist_is_named_with_those_that_do(world: ExchangeWorld, mode: Mode) -> None:
    world.configured = exchange(name="binanse")

    refusal = refusal_of(world, mode)

    assert refusal.exit_code == exit_codes.CONFIG
    assert "binanse" in refusal.problem and "binance" in refusal.advice


def test_keys_that_are_not_in_the_environment(world: ExchangeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.delenv(SECRET_VARIABLE)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.SIGNING_KEY
    assert KEY_VARIABLE in refusal.problem and SECRET_VARIABLE in refusal.problem


def test_keys_that_the_exchange_refuses_are_not_shown(world: ExchangeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "a-wrong-secret-of-somebody")

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.SIGNING_KEY
    assert "refused" in refusal.problem
    assert "wrong-secret" not in str(refusal) and world.place.api_key not in str(refusal)


@BOTH_MODES
def test_a_watchlist_of_nonsense(world: ExchangeWorld, mode: Mode) -> None:
    world.configured = exchange(watchlist=("NOSUCH/USDT", "XRBP/USDT"))

    refusal = refusal_of(world, mode)

    assert refusal.exit_code == exit_codes.CONFIG
    assert "none of its 2 symbols" in refusal.problem


@BOTH_MODES
@pytest.mark.parametrize("drift_ms", [9_000, -9_000])
def test_a_clock_that_is_nine_seconds_off(world: ExchangeWorld, mode: Mode, drift_ms: int) -> None:
    world.sandbox.drift_clock(drift_ms)

    refusal = refusal_of(world, mode)

    assert refusal.exit_code == exit_codes.CLOCK
    assert ("ahead of" if drift_ms > 0 else "behind") in refusal.problem
    assert "clock_offset_max_ms" in refusal.problem


@BOTH_MODES
def test_an_exchange_that_cannot_be_reached(world: ExchangeWorld, mode: Mode) -> None:
    world.sandbox.stop()

    refusal = refusal_of(world, mode)

    assert refusal.exit_code == exit_codes.UNAVAILABLE
    assert "does not list its markets" in refusal.problem


def test_an_exchange_in_maintenance(world: ExchangeWorld) -> None:
    world.sandbox.maintenance(True)

    refusal = refusal_of(world)

    assert refusal.exit_code == exit_codes.UNAVAILABLE
    assert "maintenance" in refusal.problem.lower()


def test_an_account_without_any_money(tmp_path: Path) -> None:
    poor = AccountPlan(funds=(("USDT", Decimal(0)),))
    with ExchangeWorld(tmp_path, attrs.evolve(exchange_plan(symbols=6), accounts=(poor,))) as world:
        refusal = refusal_of(world)

        assert refusal.exit_code == exit_codes.ACCOUNT
        assert "holds no USDT" in refusal.problem


def test_a_refused_start_leaves_a_crashed_session_to_the_next_one(world: ExchangeWorld) -> None:
    world.start()
    world.until_trading()
    crashed = world.session.session_id
    world.abandon()
    world.sandbox.maintenance(True)
    with pytest.raises(NeoError):
        world.start()
    world.sandbox.maintenance(False)

    world.start()
    world.until_trading()
    recovering = world.session.session_id
    world.stop()

    with world.reader() as reader:
        row = reader.session(recovering)
    assert row is not None and row.parent_session == crashed
