"""Recorded bars are an exchange: every file a market at its own time, watched because it was recorded."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.cli.session_summary import summary_of
from neo.domain.errors import NeoError
from neo.domain.messages.dropping import BarsLoaded, QuotesUpdated, StatisticsUpdated
from neo.domain.session.summary import SessionSummary
from neo.domain.units import NS_PER_MINUTE, NS_PER_MS
from neo.infra.config.loader import Loaded, load
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.in_virtual_time import start_replay
from neo.system.replayed_market import replayed_market
from tests.infra.config.files import REPOSITORY
from tests.patience import the_end_of

BEGIN_MS = 1_621_382_400_000  # 2021-05-19 00:00 UTC
MINUTE_MS = 60_000
OPEN_GUARDS = {"drop.btc_fall_max_bps": "0", "drop.falling_share_max": "0", "drop.volatility_max_bps": "0"}


def bars(prices: Sequence[float], first_ms: int = BEGIN_MS) -> str:
    """A bar a minute that closes at each price and opens at the one before."""
    lines, before = ["ts_ms,open,high,low,close,volume"], prices[0]
    for place, price in enumerate(prices):
        high, low = max(before, price), min(before, price)
        lines.append(f"{first_ms + place * MINUTE_MS},{before:.4f},{high:.4f},{low:.4f},{price:.4f},1000")
        before = price
    return "\n".join(lines) + "\n"


def write(folder: Path, name: str, prices: Sequence[float], first_ms: int = BEGIN_MS) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(bars(prices, first_ms).encode()))
    return path


def falling(at: int, length: int = 100) -> list[float]:
    """Steady, a fall of 3 % within a minute, a recovery by 2.7 %."""
    return [100.0001] * at + [97.0] + [99.6] * (length - at - 1)


def configured(folder: Path, **options: str) -> Loaded:
    chosen = {**OPEN_GUARDS, "session.directory": str(folder / "sessions"), **options}
    return load(REPOSITORY / "config" / "drop.toml", {}, chosen)


def replayed(
    loaded: Loaded, files: Sequence[Path], from_ns: int | None = None, see: Callable[[Envelope], None] | None = None
) -> SessionSummary:
    session = start_replay(loaded, files, from_ns)
    if see is not None:
        session.observe(see)
    try:
        ended = the_end_of(session)
        assert ended is not None and ended.halt_reason == "duration_elapsed"
    finally:
        session.close()
    with BooksReader(session.database) as reader:
        row = reader.session(session.session_id)
        assert row is not None
        return summary_of(session.database, reader, row)


def test_the_files_are_the_watchlist_and_a_recorded_drop_is_bought_and_sold(tmp_path: Path) -> None:
    files = [write(tmp_path, "AAA_USDT.csv.gz", falling(80)), write(tmp_path, "BBB_USDT-1m.csv", [50.0] * 100)]

    summary = replayed(configured(tmp_path), files)

    (trading,) = summary.trading
    assert trading.markets == ("AAA/USDT", "BBB/USDT")
    (report,) = summary.drops
    assert [(trade.purpose, trade.symbol) for trade in report.trades] == [("entry", "AAA/USDT"), ("exit", "AAA/USDT")]
    assert report.exits_by_reason[0].reason == "take_profit"
    assert report.result_quote > 0
    bought, sold = report.trades
    assert bought.price is not None and sold.price is not None and 97 < bought.price < 98.8 < sold.price < 100
    assert summary.mode == "replay"


def test_two_replays_are_the_same_to_the_last_trade(tmp_path: Path) -> None:
    files = [write(tmp_path, "AAA_USDT.csv.gz", falling(80))]

    first, second = (replayed(configured(tmp_path / name), files).drops[0] for name in ("one", "two"))

    assert first == second


def test_the_session_begins_when_anchors_can_be_warm_and_the_bars_before_warm_them_up(tmp_path: Path) -> None:
    heard: list[Envelope] = []
    file = write(tmp_path, "AAA_USDT.csv.gz", falling(60, 75))  # the fall is the first minute after the warm-up

    summary = replayed(configured(tmp_path), [file], see=heard.append)

    assert summary.started_at_ns == BEGIN_MS * NS_PER_MS + 60 * NS_PER_MINUTE
    (loaded,) = (e.message for e in heard if isinstance(e.message, BarsLoaded) and e.receiver == names.DROP_BUYER)
    assert isinstance(loaded, BarsLoaded)
    assert [bar.at_ns for bar in loaded.bars] == [BEGIN_MS * NS_PER_MS + n * NS_PER_MINUTE for n in range(60)]
    assert {bar.volume for bar in loaded.bars} == {Decimal(1000)}
    assert summary.drops[0].drops == 1


def test_the_middle_of_every_quote_is_the_recorded_price_and_its_turnover_the_recorded_one(tmp_path: Path) -> None:
    heard: list[Envelope] = []
    file = write(tmp_path, "AAA_USDT.csv.gz", [100.0] * 70)

    replayed(configured(tmp_path), [file], see=heard.append)

    quotes = [q for e in heard if isinstance(e.message, QuotesUpdated) for q in e.message.quotes]
    assert {quote.mid for quote in quotes} == {Decimal(100)}
    assert all(quote.bid < quote.ask for quote in quotes)
    told = [row for e in heard if isinstance(e.message, StatisticsUpdated) for row in e.message.statistics]
    assert told[0].volume_quote == 60 * 1000 * 100


def test_a_replay_begins_and_ends_where_it_is_told_to(tmp_path: Path) -> None:
    file = write(tmp_path, "AAA_USDT.csv.gz", falling(150, 300))
    from_ns = BEGIN_MS * NS_PER_MS + 140 * NS_PER_MINUTE
    loaded = load(
        REPOSITORY / "config" / "drop.toml",
        {},
        {**OPEN_GUARDS, "session.directory": str(tmp_path / "sessions"), "session.duration_s": "1200"},
    )

    summary = replayed(loaded, [file], from_ns)

    assert summary.started_at_ns == from_ns
    assert summary.ended_at_ns is not None and summary.ended_at_ns // NS_PER_MINUTE == from_ns // NS_PER_MINUTE + 20
    assert summary.drops[0].drops == 1


def test_files_of_one_symbol_are_joined_and_only_the_time_of_all_symbols_is_replayed(tmp_path: Path) -> None:
    later_ms = BEGIN_MS + 100 * MINUTE_MS
    files = [
        write(tmp_path, "AAA_USDT.2021-05.csv.gz", [100.0] * 100),
        write(tmp_path, "BBB_USDT.csv.gz", [5.0] * 150, BEGIN_MS + 10 * MINUTE_MS),
        write(tmp_path, "AAA_USDT.2021-06.csv.gz", [100.0] * 30, later_ms),
    ]

    market = replayed_market(configured(tmp_path).config, files)

    assert market.starts_at_ns == (BEGIN_MS + 70 * MINUTE_MS) * NS_PER_MS
    assert market.ends_at_ns == (BEGIN_MS + 130 * MINUTE_MS) * NS_PER_MS


@pytest.mark.parametrize(
    ("names_and_begins", "from_minute", "complaint"),
    [
        ((("AAA.csv", 0),), None, "its name does not say which symbol it is of"),
        ((("AAA_EUR.csv", 0),), None, "is priced in EUR, exchange.quote is USDT"),
        ((("AAA_USDT.csv", 0), ("BBB_USDT.csv", 500)), None, "all 2 symbols have bars from 2021-05-19 08:20 UTC to"),
        ((("AAA_USDT.csv", 50), ("AAA_USDT.csv.gz", 0)), None, "begins before the file given before it ends"),
        ((("AAA_USDT.csv", 0),), 500, "has no bar in the time asked for|the replay should begin at"),
    ],
)
def test_files_that_cannot_be_replayed_are_refused_with_a_reason(
    tmp_path: Path, names_and_begins: Sequence[tuple[str, int]], from_minute: int | None, complaint: str
) -> None:
    files = [write(tmp_path, name, [10.0] * 100, BEGIN_MS + at * MINUTE_MS) for name, at in names_and_begins]
    from_ns = None if from_minute is None else BEGIN_MS * NS_PER_MS + from_minute * NS_PER_MINUTE

    with pytest.raises(NeoError, match=complaint):
        replayed_market(configured(tmp_path).config, files, from_ns)


def test_a_replay_without_btc_says_that_its_trend_kept_everything_from_being_bought(tmp_path: Path) -> None:
    file = write(tmp_path, "AAA_USDT.csv.gz", falling(80))

    summary = replayed(configured(tmp_path, **{"drop.btc_fall_max_bps": "200"}), [file])

    assert "BTC was falling, or its trend was not known" in summary.drops[0].why_nothing
