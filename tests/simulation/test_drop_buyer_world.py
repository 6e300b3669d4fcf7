"""The drop buyer in virtual time on the embedded exchange: what holds with and without faults."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.domain.messages.dropping import BarsLoaded, QuotesUpdated
from neo.domain.messages.session import Phase
from neo.domain.safety.held_prices import stale_prices_from, stale_prices_key
from neo.harness import World, broken_now, broken_when_quiet
from neo.harness.campaign import run_seed
from neo.harness.configuration import sim_config
from neo.harness.plans import plan_named
from neo.infra.simulated_exchange.order import OrderKind, OrderTicket, Side
from neo.infra.sqlite.books_rows import OrderRow
from tests.simulation.drop_plants import drop_config

HALF_AN_HOUR = Decimal("0.5")


@pytest.mark.parametrize("faults", ["none", "default", "kills"])
def test_drops_are_bought_and_every_invariant_holds(faults: str) -> None:
    report = run_seed(5, HALF_AN_HOUR, plan_named(faults), config=drop_config())

    assert report.broken == ()
    assert report.fills > 0


def test_the_same_seed_is_the_same_session() -> None:
    first, second = (
        run_seed(7, Decimal("0.1"), plan_named("default"), config=drop_config(), digest=True) for _ in range(2)
    )

    assert first.digest == second.digest


def test_an_order_that_the_engine_never_wrote_down_breaks_an_invariant() -> None:
    with World(1, drop_config()) as world:
        world.boot().until_trading()
        assert world.exchange is not None
        ticket = OrderTicket(
            symbol="BTCUSDT",
            side=Side.BUY,
            kind=OrderKind.MARKET,
            quote_quantity=Decimal(50),
            client_id="stranger",
        )
        world.exchange.exchange.submit(world.exchange.account, ticket, world.exchange.exchange.now_ms)

        names = {broken.invariant for broken in broken_now(world)}

    assert {"no order but ours", "written before it was sent"} <= names


def test_money_that_the_books_do_not_know_breaks_an_invariant() -> None:
    with World(1, drop_config()) as world:
        world.boot().until_trading()
        assert world.exchange is not None
        world.exchange.deposit("USDT", Decimal(1))

        assert "books equal the exchange" in {broken.invariant for broken in broken_when_quiet(world)}


def test_both_strategies_trade_in_one_engine() -> None:
    drops = drop_config()
    engine = attrs.evolve(drops.engine, strategies=("market_maker", "drop_buyer"))
    sections = {name: getattr(drops, name) for name in ("exchange", "drop", "exits", "exchange_risk")}

    with World(5, attrs.evolve(sim_config(), engine=engine, **sections)) as world:
        world.boot().until_trading().run_for(900)
        venues = {order.venue for session in world.session_ids for order in _orders(world, session)}

        assert venues == {"xrpl", "mexc"}
        assert world.phase is Phase.TRADING
        assert broken_now(world) == ()
        assert world.finish().halt_reason == "interrupted_sigterm"


def _orders(world: World, session: str) -> tuple[OrderRow, ...]:
    with world.reader() as reader:
        return reader.orders(session)


def test_a_rebuilt_drop_buyer_is_warmed_up_again_as_at_the_start() -> None:
    with World(5, drop_config()) as world:
        loaded = world.record(BarsLoaded)
        world.boot().until_trading().run_for(120)
        symbols = [each.message.symbol for each in loaded.envelopes if isinstance(each.message, BarsLoaded)]

        world.break_once(names.DROP_BUYER, QuotesUpdated)
        world.run_for(120)

        again = [each.message for each in loaded.envelopes[len(symbols) :]]
        assert sorted(symbols) == sorted(world.config.exchange.watchlist)
        assert sorted(bars.symbol for bars in again if isinstance(bars, BarsLoaded)) == sorted(symbols)
        assert all(len(bars.bars) == 60 for bars in again if isinstance(bars, BarsLoaded))
        assert broken_now(world) == ()


def test_a_held_symbol_that_is_delisted_is_told_shown_and_in_the_summary_until_it_is_listed_again() -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(7_200, until=lambda: bool(world.books().positions))
        held = world.books().positions[0].symbol
        assert world.exchange is not None
        world.exchange.exchange.delist(held.replace("/", ""))
        world.run_for(1_200)

        told = [event["fields"] for event in world.telemetry.events("POSITION_PRICE_STALE")]
        assert [event["symbol"] for event in told] == [held]
        with world.reader() as reader:
            row = reader.engine_state_of(stale_prices_key(world.session_ids[-1], "mexc"))
        assert row is not None and set(stale_prices_from(row.value)) == {held}
        assert any(record.symbol == held for record in world.books().positions)

        world.exchange.exchange.relist(held.replace("/", ""))
        world.run_for(400)  # the ordinary reload is once an hour
        ended = [event["fields"] for event in world.telemetry.events("POSITION_PRICED")]
        assert [event["symbol"] for event in ended] == [held]
        with world.reader() as reader:
            assert reader.engine_state_of(stale_prices_key(world.session_ids[-1], "mexc")) is None
        world.run_for(3_600)
        assert not any(record.symbol == held for record in world.books().positions)  # and it was sold
        assert broken_now(world) == ()
        world.finish()


def test_a_held_symbol_that_was_delisted_while_nothing_ran_is_sold_soon_after_it_is_listed_again() -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(7_200, until=lambda: bool(world.books().positions))
        held = world.books().positions[0].symbol
        world.kill9()
        assert world.exchange is not None
        world.exchange.exchange.delist(held.replace("/", ""))
        world.boot().until_trading()
        world.run_for(60)
        assert [event["fields"]["symbol"] for event in world.telemetry.events("POSITION_PRICE_STALE")] == [held]

        world.exchange.exchange.relist(held.replace("/", ""))
        world.run_for(400)

        assert [event["fields"]["symbol"] for event in world.telemetry.events("POSITION_PRICED")] == [held]
        assert broken_now(world) == ()
        world.finish()
