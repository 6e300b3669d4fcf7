"""A coin that the drop buyer holds is sold by hand while no engine runs: it halts, is told, and trades on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neo.cli.main import main
from neo.domain.messages.session import Phase
from neo.harness import World, broken_when_quiet
from neo.infra.simulated_exchange.order import OrderKind, OrderTicket, Side
from neo.infra.sqlite.books_reader import BooksReader
from tests.simulation.drop_plants import drop_config


def test_a_position_that_was_sold_by_hand_is_told_by_hand_and_trading_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(7_200, until=lambda: bool(world.books().positions))
        position = world.books().positions[0]
        world.finish()
        assert world.exchange is not None
        sold = sell(world, position.symbol.replace("/", ""))
        coin = position.symbol.partition("/")[0]

        world.boot()
        world.run_for(600, until=lambda: world.halted)
        assert world.halted  # reconciler_halt: as if traded without us
        ended = world.finish()
        assert ended.halt_reason == "reconciler_halt"

        taken = ["capital", "withdraw", "mexc", coin, f"{position.quantity:f}", "--note", "sold by hand"]
        database = ["--database", str(world.database)]
        assert main([*taken, *database]) == 2
        assert "--close-position" in capsys.readouterr().err
        assert main([*taken, "--close-position", *database]) == 0
        assert f"position {position.symbol} of {position.quantity:f} closed" in capsys.readouterr().out
        assert main(["capital", "deposit", "mexc", "USDT", f"{sold:f}", "--note", "sold by hand", *database]) == 0

        with BooksReader(world.database) as reader:
            assert position.symbol not in [row.symbol for row in reader.positions()]

        world.boot().until_trading()
        world.run_for(1_800)
        assert world.phase is Phase.TRADING
        assert not any(row.intent_id == position.intent_id for row in world.books().positions)
        # whoever judges the exchange rightly misses the order by hand in neo's records; the money is right
        assert [broken for broken in broken_when_quiet(world) if "by-hand" not in broken.detail] == []


def sell(world: World, symbol: str) -> Decimal:
    """All of it at the market; what came of it in USDT."""
    assert world.exchange is not None
    exchange, account = world.exchange.exchange, world.exchange.account
    before = {each.asset: each.free for each in exchange.wallet(account).balances()}
    ticket = OrderTicket(
        symbol=symbol,
        side=Side.SELL,
        kind=OrderKind.MARKET,
        quantity=before[symbol.removesuffix("USDT")],
        client_id="by-hand",
    )
    exchange.submit(account, ticket, exchange.now_ms)
    return next(each.free for each in exchange.wallet(account).balances() if each.asset == "USDT") - before["USDT"]
