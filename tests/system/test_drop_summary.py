"""The summary of a session that bought drops tells what its books have, and nothing of a ledger that it did not trade on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

import attrs
import pytest

from neo.cli.session_summary import summary_of
from neo.domain.config.configuration import Config
from neo.domain.config.drop import DropConfig
from neo.domain.session.summary import SessionSummary
from neo.domain.session.summary_json import summary_values
from neo.domain.session.summary_text import summary_lines
from neo.harness import World
from neo.harness.configuration import sim_config
from tests.system.test_status import drop_config


def summarised(world: World, session_id: str) -> SessionSummary:
    with world.reader() as reader:
        row = reader.session(session_id)
        assert row is not None
        return summary_of(world.database, reader, row)


@pytest.fixture(scope="module")
def traded() -> Iterator[tuple[World, SessionSummary]]:
    """Half an hour in which drops were bought and sold, ended in order."""
    with World(5, drop_config()) as world:
        world.boot().until_trading().run_for(1800)
        yield world, summarised(world, world.finish().session_id)


def test_a_drop_session_says_what_it_traded_and_nothing_of_a_ledger(traded: tuple[World, SessionSummary]) -> None:
    _, summary = traded
    text = "\n".join(summary_lines(summary))

    assert "drops of 29 symbols on mexc" in text.splitlines()[0]
    assert all(word not in text for word in ("XRP/RLUSD", "RLUSD", "ticks", "distance to", "price unknown"))
    assert summary.fill_model == "exchange"
    values = summary_values(summary)
    assert [values[key] for key in ("symbol", "profit", "equity", "distance", "ticks")] == [None] * 5
    json.dumps(values)


def test_trades_fees_and_result_are_those_of_the_books(traded: tuple[World, SessionSummary]) -> None:
    world, summary = traded
    (report,) = summary.drops
    with world.reader() as reader:
        fills, trades = reader.fills(summary.session_id), reader.trades(summary.session_id)
        inventory = reader.inventory(summary.session_id)

    assert (summary.fills, len(report.trades)) == (len(fills), len(trades))
    assert report.bought_quote == sum((f.quote_quantity for f in fills if f.side.value == "buy"), Decimal(0))
    assert report.sold_quote == sum((f.quote_quantity for f in fills if f.side.value == "sell"), Decimal(0))
    charged = [row for row in inventory if row.counter_account == "fees"]
    assert dict(report.fees) == {"USDT": -sum((row.amount for row in charged), Decimal(0))}
    assert report.result_quote == sum((trade.result_quote for trade in trades), Decimal(0))
    assert sum(group.trades for group in report.exits_by_reason) == report.gains + report.losses > 0
    assert {group.reason for group in report.exits_by_reason} <= {"take_profit", "stop_loss", "time_limit"}
    assert all(trade.slippage_bps is not None for trade in report.trades if trade.filled)


def test_every_asset_of_the_exchange_has_its_inventory_line(traded: tuple[World, SessionSummary]) -> None:
    world, summary = traded
    books = {row.asset: row for row in world.books().balances if row.fills_only or row.capital}

    assert {line.asset for line in summary.inventory} == set(books)
    for line in summary.inventory:
        row = books[line.asset]
        assert (line.venue, line.fills_only, line.capital_overlay) == ("mexc", row.fills_only, row.capital)
        assert f"{line.text} ({line.asset} on mexc)" in "\n".join(summary_lines(summary))
    assert not summary.has_drift


def test_what_is_held_at_the_end_is_listed_also_when_later_sessions_sold_it() -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(1800, until=lambda: bool(world.books().positions))
        first = world.finish().session_id
        held = {row.symbol: row.quantity for row in world.books().positions}
        world.boot().until_trading().run_for(900, until=lambda: not world.books().positions)
        world.finish()

        (report,) = summarised(world, first).drops

        assert {position.symbol: position.quantity for position in report.positions} == held != {}
        assert not {row.symbol for row in world.books().positions} & set(held)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda drop: attrs.evolve(drop, order_flow_enabled=False), "order_flow_enabled is off"),
        (lambda drop: attrs.evolve(drop, volume_24h_min=Decimal(10**15)), "too little volume in 24 hours"),
        (lambda drop: attrs.evolve(drop, drop_trigger_value=Decimal("0.51")), "no symbol fell to its trigger"),
    ],
)
def test_a_session_that_bought_nothing_says_why(change: Callable[[DropConfig], DropConfig], why: str) -> None:
    config = drop_config()
    config = attrs.evolve(config, drop=change(config.drop))
    with World(5, config) as world:
        world.boot().until_trading().run_for(600)
        summary = summarised(world, world.finish().session_id)

    assert summary.drops[0].why_nothing.startswith("Nothing was bought: ") and why in summary.drops[0].why_nothing
    assert summary.drops[0].why_nothing in summary_lines(summary)


def test_both_strategies_have_their_own_blocks_and_do_not_share_fills() -> None:
    drops: Config = drop_config()
    engine = attrs.evolve(drops.engine, strategies=("market_maker", "drop_buyer"))
    sections = {name: getattr(drops, name) for name in ("exchange", "drop", "exits", "exchange_risk")}
    with World(5, attrs.evolve(sim_config(), engine=engine, **sections)) as world:
        world.boot().until_trading().run_for(900)
        summary = summarised(world, world.finish().session_id)
        with world.reader() as reader:
            fills = reader.fills(summary.session_id)

    on_ledger = sum(1 for fill in fills if fill.venue == "xrpl")
    text = "\n".join(summary_lines(summary))
    assert 0 < on_ledger < len(fills) == summary.fills
    assert summary.profit.fills_bought + summary.profit.fills_sold == on_ledger
    assert "XRP/RLUSD and drops of 29 symbols on mexc" in text
    assert "Drop buyer on mexc" in text and "distance to bid" in text
    assert {line.venue for line in summary.inventory} == {"", "mexc"}
    assert summary.fill_model == "ledger, exchange"
