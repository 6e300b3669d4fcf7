"""neo replay of 19 May 2021 on 20 recorded markets: the engine's drops are those of a plain count of the prices it was told.

The hour and a half from noon on has the worst of it.
"""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.cli.session_summary import summary_of
from neo.domain.config.drop import DropConfig
from neo.domain.session.summary import SessionSummary
from neo.domain.strategy.drop.anchor import DropTriggerMode
from neo.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from neo.infra.config.loader import load
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.in_virtual_time import start_replay
from tests.contract.plain_drops import plain_drops
from tests.contract.replayed_drops import HeardPrices
from tests.infra.config.files import REPOSITORY
from tests.patience import the_end_of

MONTH = "ohlcv_1m_2021-04-20_2021-05-20"
NOON_NS = 1_621_425_600 * NS_PER_S  # 2021-05-19 12:00 UTC
LIMITS = {
    "exchange.hot_interval_s": "10",
    "exchange.warm_interval_s": "20",
    "exchange.cold_interval_s": "30",
    "exchange_risk.market_data_age_max_s": "600",
    "exchange_risk.loss_streak_max": "1000",
    "drop.falling_share_max": "0",
    "drop.btc_fall_max_bps": "0",
    "session.duration_s": "5400",
}


@attrs.frozen
class Replayed:
    heard: HeardPrices
    summary: SessionSummary
    recordings: tuple[Path, ...]
    rules: DropConfig


@pytest.fixture(scope="module")
def recorded(shared_recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Of each file the minutes of 26 hours, a day of them before noon: every replay reads its files from end to end."""
    folder = tmp_path_factory.mktemp("recorded")
    first, last = (str((NOON_NS + hours * 60 * NS_PER_MINUTE) // NS_PER_MS).encode() for hours in (-24, 2))
    for path in sorted((shared_recordings / "market" / MONTH).glob("*_USDT.csv.gz")):
        header, *bars = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        cut = b"".join(bar for bar in bars if first <= bar.partition(b",")[0] < last)
        (folder / path.name).write_bytes(gzip.compress(header + cut, compresslevel=1))
    return tuple(sorted(folder.iterdir()))


@pytest.fixture(scope="module", params=[mode.value for mode in DropTriggerMode])
def replayed(
    request: pytest.FixtureRequest, recorded: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> Replayed:
    """An hour and a half from noon on, with the drop buyer in one of its modes."""
    files = recorded
    place = tmp_path_factory.mktemp("replay")
    options = {**LIMITS, "drop.drop_trigger_mode": str(request.param), "session.directory": str(place / "sessions")}
    loaded = load(REPOSITORY / "config" / "drop.toml", {}, options)
    heard = HeardPrices()
    session = start_replay(loaded, files, NOON_NS)
    session.observe(heard.see)
    try:
        ended = the_end_of(session)
        assert ended is not None and ended.halt_reason == "duration_elapsed"
    finally:
        session.close()
    with BooksReader(session.database) as reader:
        row = reader.session(session.session_id)
        assert row is not None
        return Replayed(heard, summary_of(session.database, reader, row), files, loaded.config.drop)


def test_the_drops_of_every_symbol_are_those_of_a_plain_count(replayed: Replayed) -> None:
    heard = replayed.heard
    assert len(heard.prices) == 20
    for symbol, prices in heard.prices.items():
        found = plain_drops(replayed.rules, heard.before[symbol], prices, heard.closes.get(symbol, []))
        at = dict(prices)
        assert heard.drops.get(symbol, []) == [at[drop] for drop in found], symbol
    assert replayed.summary.drops[0].drops == sum(map(len, heard.drops.values())) > 20


def test_every_price_lies_within_its_recorded_minute(replayed: Replayed) -> None:
    for path in replayed.recordings:
        symbol = path.name.split(".")[0].replace("_", "/")
        with gzip.open(path, "rt", newline="") as lines:
            bars = {int(row["ts_ms"]) * NS_PER_MS: row for row in csv.DictReader(lines)}
        prices = replayed.heard.prices[symbol]
        assert len(prices) >= 90
        for at_ns, price in prices:
            bar = bars[at_ns - at_ns % NS_PER_MINUTE]
            assert Decimal(bar["low"]) <= price <= Decimal(bar["high"])


def test_the_report_has_the_fate_of_every_drop_and_every_trade(replayed: Replayed) -> None:
    (report,) = replayed.summary.drops
    entries = [trade for trade in report.trades if trade.purpose == "entry"]
    assert report.drops == report.blocked + report.proposed
    assert report.proposed == len(entries) + sum(count for _, count in report.refused_by_risk) + report.unanswered
    assert sum(count for _, count in report.blocked_by) >= report.blocked > 0
    assert report.bought_quote > 0 and report.why_nothing == ""
    assert sum(group.trades for group in report.exits_by_reason) == len(entries) - len(report.positions)
    assert replayed.summary.fill_model == "exchange"
