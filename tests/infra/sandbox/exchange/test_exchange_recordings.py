"""Recordings become markets, and what is none is refused with what to do."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.errors import NeoError
from neo.infra.sandbox.exchange.building import build_exchange
from neo.infra.sandbox.exchange.dialects import dialect_of
from neo.infra.sandbox.exchange.mexc.dialect import MEXC as SPOKEN
from neo.infra.sandbox.exchange.recordings import market_of_bars, market_of_book
from tests.infra.sandbox.exchange.clients import MEXC, plan

START_MS = 1_700_000_040_000
SECOND_NS = 1_000_000_000


def depth(at_ns: int, number: int, bids: list[list[str]], asks: list[list[str]]) -> str:
    data = {"e": "depthUpdate", "U": number, "u": number, "b": bids, "a": asks}
    return f"{at_ns} " + json.dumps({"stream": "xrpusdt@depth@100ms", "data": data})


def trade(at_ns: int, price: str, quantity: str, buyer_is_maker: bool) -> str:
    data = {"p": price, "q": quantity, "m": buyer_is_maker}
    return f"{at_ns} " + json.dumps({"stream": "xrpusdt@trade", "data": data})


def test_a_recorded_book_becomes_seconds_with_what_was_taken(tmp_path: Path) -> None:
    path = tmp_path / "XRP_USDT_monday"
    snapshot = {"lastUpdateId": 1, "bids": [["0.50", "10"]], "asks": [["0.52", "10.5"]]}
    lines = [
        f"{SECOND_NS} {json.dumps(snapshot)}",
        depth(SECOND_NS + 1, 2, [["0.49", "5"]], []),
        trade(2 * SECOND_NS + 5, "0.50", "3", True),
        depth(2 * SECOND_NS + 6, 3, [["0.50", "7"]], []),
        trade(3 * SECOND_NS + 7, "0.52", "1", False),
        depth(5 * SECOND_NS, 4, [["0.50", "6.25"]], []),
    ]
    path.write_text("\n".join(lines) + "\n")

    market = market_of_book([path], SPOKEN.terms, START_MS)

    seconds = [START_MS // 1_000 + place for place in range(3)]
    assert (market.rules.symbol, market.rules.tick, market.rules.step) == ("XRPUSDT", Decimal("0.01"), Decimal("0.1"))
    assert [market.liquidity.sides(each).bids[0].quantity for each in seconds] == [10, 7, 7]
    assert [market.liquidity.flow(each).sold for each in seconds] == [3, 0, 0]
    assert [market.liquidity.flow(each).bought for each in seconds] == [0, 1, 0]
    assert market.mid(START_MS) == Decimal("0.51")


def test_a_file_without_a_book_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "XRP_USDT"
    path.write_text(trade(SECOND_NS, "0.5", "1", True) + "\n")

    with pytest.raises(NeoError, match="no order book"):
        market_of_book([path], SPOKEN.terms, START_MS)


def test_the_recorded_bitcoin_book_is_relived(shared_recordings: Path, tmp_path: Path) -> None:
    path = tmp_path / "BTC_USDT.gz"
    path.write_bytes((shared_recordings / "market" / "l2" / "binance_spot_btcusdt_20240809.gz").read_bytes())
    first = tmp_path / "BTC_USDT_first.gz"
    first.write_bytes((shared_recordings / "market" / "l2" / "binance_spot_btcusdt_20240808.gz").read_bytes())

    market = market_of_book([first, path], SPOKEN.terms, START_MS)

    seconds = range(START_MS // 1_000, START_MS // 1_000 + 640)
    taken = sum(market.liquidity.flow(each).sold + market.liquidity.flow(each).bought for each in seconds)
    assert all(Decimal(61_000) < market.liquidity.touch(each).bids[0].price < Decimal(63_000) for each in seconds)
    assert all(len(market.liquidity.sides(each).asks) == 20 for each in seconds)
    assert market.rules.tick == Decimal("0.01") and taken > 10


@pytest.mark.parametrize("name", ["bars.csv", "XRP_BTC.csv", "_USDT.csv"])
def test_a_file_that_names_no_market_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("ts_ms,open,high,low,close,volume\n60000,1,1,1,1,1\n")

    with pytest.raises(NeoError, match="which market"):
        market_of_bars(path, SPOKEN.terms, 0, START_MS)


def test_a_plan_with_no_market_or_with_too_many_is_refused() -> None:
    for symbols in (0, 5_001):
        made = plan(MEXC)
        with pytest.raises(NeoError, match="symbols"):
            build_exchange(type(made)(dialect=MEXC, symbols=symbols), dialect_of(MEXC), START_MS)
