"""An exchange that tells nonsense while a session runs: each kind is said once, and nothing is bought on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from neo.domain.config.configuration import Config
from neo.domain.telemetry.drop_events import EntryProposed
from neo.domain.telemetry.exchange_events import ExchangeClockOff, ExchangeQuoteRefused
from neo.domain.telemetry.order_events import OrderFailed
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket

FALL = Decimal("-0.02")
#: It is tried again and again, with longer and longer pauses, until the proposal is too old.
REFUSALS = 4
SOUND, STRANGE = "XRP/USDT", "BTC/USDT"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ExchangeWorld]:
    with ExchangeWorld(tmp_path, exchange_plan(symbols=6)) as world:
        world.stand_still()
        yield world


def told(world: ExchangeWorld, event: str) -> list[dict[str, Any]]:
    """Fields of each event of that name which the newest session wrote."""
    path = max(world.directory.glob("sessions/*"), key=lambda each: each.name) / "logs" / "events.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = (json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n"))
    return [line["fields"] for line in lines if line["event"] == event]


def write_book(world: ExchangeWorld, symbol: str, bid: str, ask: str) -> None:
    """Exactly these two prices, whatever they are."""

    def write(site: ExchangeSite) -> None:
        name = symbol.replace("/", "")
        old = site.exchange.markets[name]
        sides = BookSides((Level(Decimal(bid), Decimal(1)),), (Level(Decimal(ask), Decimal(1)),))
        site.exchange.markets[name] = ExchangeMarket(old.rules, old.path, WrittenLiquidity(sides))
        site.bulk_answers.clear()

    world.sandbox.within(write)


def bought(world: ExchangeWorld) -> set[str]:
    return {order.symbol for order in world.sandbox.truth().orders}


def buys_a_fall_of(world: ExchangeWorld, symbol: str) -> None:
    world.move(symbol, FALL)
    world.until(lambda: symbol.replace("/", "") in bought(world))


@pytest.mark.parametrize(
    ("bid", "ask", "why"),
    [
        ("0", "60000", "the bid is not positive"),
        ("-5", "60000", "the bid is not positive"),
        ("NaN", "60000", "the bid is not a number"),
        ("70000", "60000", "bid above ask"),
    ],
)
def test_an_absurd_ticker_is_said_once_and_nothing_is_traded_on_it(
    world: ExchangeWorld, bid: str, ask: str, why: str
) -> None:
    world.start()
    world.until_trading()
    world.until(lambda: {SOUND, STRANGE} <= world.quoted)

    write_book(world, STRANGE, bid, ask)
    world.until_told(ExchangeQuoteRefused)
    buys_a_fall_of(world, SOUND)
    ended = world.stop()

    (refused,) = told(world, "EXCHANGE_QUOTE_REFUSED")
    assert (refused["symbol"], refused["why"]) == (STRANGE, why)
    assert bought(world) == {"XRPUSDT"}
    assert ended.halt_reason == "interrupted_sigterm"


def test_symbols_that_do_not_exist_or_cannot_be_sized_are_named_once_and_left_alone(world: ExchangeWorld) -> None:
    def without_minimum(site: ExchangeSite) -> None:
        old = site.exchange.markets["BTCUSDT"]
        rules = attrs.evolve(old.rules, min_quantity=Decimal(0), min_notional=Decimal(0))
        site.exchange.markets["BTCUSDT"] = ExchangeMarket(rules, old.path, old.liquidity)

    def watching(config: Config) -> Config:
        watchlist = (*config.exchange.watchlist, "XRBP/USDT")
        return attrs.evolve(config, exchange=attrs.evolve(config.exchange, watchlist=watchlist))

    world.sandbox.within(without_minimum)
    world.configured = watching
    world.start()
    world.until_trading()
    world.until(lambda: SOUND in world.quoted)
    world.move(STRANGE, FALL)
    buys_a_fall_of(world, SOUND)
    log = (world.session.directory / "logs" / "neo.log").read_text(encoding="utf-8")
    world.stop()

    skipped = {each["symbol"]: each["detail"] for each in told(world, "MD_SYMBOL_SKIPPED")}
    assert skipped == {
        "BTC/USDT": "the exchange tells no step or no minimum of it",
        "XRBP/USDT": "not among the exchange's markets",
    }
    assert len(told(world, "MD_SYMBOL_SKIPPED")) == 2
    assert "XRP/USDT instead of XRBP/USDT" in log
    assert bought(world) == {"XRPUSDT"}


def test_with_a_clock_that_goes_astray_nothing_is_bought_and_what_is_held_is_sold(world: ExchangeWorld) -> None:
    world.start()
    world.until_trading()
    world.until(lambda: {SOUND, STRANGE} <= world.quoted)
    buys_a_fall_of(world, SOUND)
    world.sandbox.drift_clock(9_000)
    world.until_told(ExchangeClockOff)

    world.move(STRANGE, FALL)
    world.until_told(EntryProposed, STRANGE)
    world.move(SOUND, Decimal("0.05"))
    world.until(lambda: len(world.sandbox.truth().orders) == 2)
    world.until_told(OrderFailed, times=REFUSALS)
    world.stop()

    refused = [each["reason"] for each in told(world, "ORDER_FAILED")]
    assert sum("ClocksDisagree" in reason for reason in refused) >= REFUSALS
    assert bought(world) == {"XRPUSDT"}
    assert len(told(world, "EXCHANGE_CLOCK_OFF")) == 1
    assert abs(told(world, "EXCHANGE_CLOCK_OFF")[0]["ahead_ms"] - 9_000) < 5_000
