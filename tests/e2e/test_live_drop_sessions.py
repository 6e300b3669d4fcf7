"""Whole sessions of the drop buyer over real sockets and the real ccxt client: they buy a fall, sell it, and end clean."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.cli.session_summary import summary_of
from neo.domain.config.choices import Mode
from neo.domain.errors import NeoError
from neo.domain.exchange_orders.reconciliation import ROUNDING_MAX
from neo.domain.messages.session import StopSignal
from neo.domain.session import exit_codes
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.simulated_exchange.disturbance import Trouble
from tests.patience import comes_true
from tests.threads import engine_threads_since

FALL, RISE = Decimal("-0.02"), Decimal("0.03")
SYMBOL = "XRP/USDT"


@pytest.fixture(params=list(DialectName), ids=lambda dialect: dialect.value)
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ExchangeWorld]:
    with ExchangeWorld(tmp_path, exchange_plan(request.param, symbols=6)) as world:
        world.stand_still()
        yield world


def held(world: ExchangeWorld) -> dict[str, Decimal]:
    """By the exchange's own record."""
    balances = {each.asset: each.free + each.locked for each in world.sandbox.truth().balances}
    return {asset: amount for asset, amount in balances.items() if amount}


def booked(world: ExchangeWorld) -> dict[str, Decimal]:
    """By ours."""
    with world.reader() as reader:
        amounts = {row.asset: row.fills_only + row.capital for row in reader.balances()}
    return {asset: amount for asset, amount in amounts.items() if amount}


def agree(world: ExchangeWorld) -> bool:
    """To what an exchange rounds away when it shows an amount."""
    ours, theirs = booked(world), held(world)
    return ours.keys() == theirs.keys() and all(abs(ours[each] - theirs[each]) <= ROUNDING_MAX for each in ours)


def positions(world: ExchangeWorld) -> int:
    with world.reader() as reader:
        return len(reader.recovery().positions)


def buy_a_fall(world: ExchangeWorld) -> None:
    world.until(lambda: SYMBOL in world.quoted)
    world.move(SYMBOL, FALL)
    world.until(lambda: positions(world) == 1)


def sell_the_rise(world: ExchangeWorld) -> None:
    world.move(SYMBOL, RISE)
    world.until(lambda: positions(world) == 0)


def test_a_live_session_buys_a_fall_sells_the_rise_and_its_books_are_the_exchanges(world: ExchangeWorld) -> None:
    threads = set(threading.enumerate())

    world.start()
    world.until_trading()
    buy_a_fall(world)
    sell_the_rise(world)
    ended = world.stop()

    assert (ended.halt_reason, ended.exit_code, ended.stuck, ended.unverified) == ("interrupted_sigterm", 0, (), ())
    truth = world.sandbox.truth()
    assert [order.side.value.lower() for order in truth.orders] == ["buy", "sell"]
    assert not [order for order in truth.orders if order.status.is_open]
    assert agree(world)
    assert held(world)["USDT"] > 10_000
    assert engine_threads_since(threads) == []
    with world.reader() as reader:
        assert [(row.mode, row.ended_at_ns is not None) for row in reader.sessions()] == [("live", True)]


def test_a_live_session_trades_on_quotes_that_come_by_websocket_and_leaves_no_connection(world: ExchangeWorld) -> None:
    wide, wider = Decimal(5_000), Decimal(6_000)
    world.configured = lambda config: attrs.evolve(
        config, exchange=attrs.evolve(config.exchange, websocket=True, hot_within_bps=wide, cool_beyond_bps=wider)
    )
    world.start()
    world.until_trading()
    world.until(lambda: world.sandbox.listeners() == 1)
    buy_a_fall(world)
    world.sandbox.drop_streams()
    world.until(lambda: world.sandbox.listeners() == 1)
    sell_the_rise(world)
    world.stop()

    assert agree(world)
    assert comes_true(lambda: world.sandbox.listeners() == 0)
    (written,) = world.directory.rglob("events.jsonl")
    names = [json.loads(line)["event"] for line in written.read_text().splitlines()]
    assert names.count("MD_STREAM_DOWN") >= 1 and names.count("MD_STREAM_UP") >= 2
    assert "MD_STREAM_DROPPED" not in names and "MD_STREAM_UNAVAILABLE" not in names


def test_a_position_that_one_session_bought_is_sold_by_the_next(world: ExchangeWorld) -> None:
    world.start()
    world.until_trading()
    buy_a_fall(world)
    world.stop()
    world.start()
    world.until_trading()

    sell_the_rise(world)
    world.stop()

    assert len(world.sandbox.truth().orders) == 2
    assert agree(world)


def test_no_key_is_in_anything_that_a_live_session_writes(world: ExchangeWorld) -> None:
    world.start()
    world.until_trading()
    buy_a_fall(world)
    world.stop()

    place = world.place
    written = [path for path in world.directory.rglob("*") if path.is_file()]
    assert {"neo.db", "events.jsonl"} <= {path.name for path in written}
    for secret in (place.api_key, place.secret):
        assert [path for path in written if secret.encode() in path.read_bytes()] == []


def test_a_live_session_without_consent_asks_the_exchange_nothing(world: ExchangeWorld) -> None:
    before = world.sandbox.requests()

    for asked, allow in ((False, True), (True, False)):
        world.configured = lambda config, allow=allow: attrs.evolve(config, allow_live=allow)  # type: ignore[misc]
        with pytest.raises(NeoError) as caught:
            world.start(asked=asked)
        assert caught.value.exit_code == exit_codes.NO_CONSENT

    assert world.sandbox.requests() == before


def test_a_paper_session_trades_the_same_quotes_needs_no_key_and_orders_nothing(
    world: ExchangeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in world.place.environment:
        monkeypatch.delenv(name)
    world.configured = lambda config: attrs.evolve(config, allow_live=False)

    world.start(Mode.PAPER, asked=False)
    world.until_trading()
    buy_a_fall(world)
    world.stop()
    world.start(Mode.PAPER, asked=False)
    world.until_trading()
    sell_the_rise(world)
    ended = world.stop()

    assert (ended.halt_reason, ended.stuck, ended.unverified) == ("interrupted_sigterm", (), ())
    assert world.sandbox.truth().orders == ()
    assert booked(world)["USDT"] > 1000
    with world.reader() as reader:
        assert summary_of(world.database, reader, reader.sessions()[-1]).fill_model == "trade_through"


def test_ctrl_c_while_the_answer_to_an_order_is_lost_waits_until_its_fate_is_known(world: ExchangeWorld) -> None:
    world.start()
    world.until_trading()
    world.until(lambda: SYMBOL in world.quoted)

    world.sandbox.next_trouble(Trouble.REPLY_LOST)
    world.move(SYMBOL, FALL)
    world.until(lambda: bool(world.sandbox.truth().orders))
    ended = world.stop(StopSignal.SIGINT)

    assert (ended.halt_reason, ended.exit_code, ended.unverified) == ("interrupted_sigint", 0, ())
    assert len(world.sandbox.truth().orders) == 1
    assert agree(world)
    assert positions(world) == 1
