"""Readers of recorded data: what they give, and what they say about data that cannot be used."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.market.instrument import Side
from neo.infra.replay.bars import read_bars
from neo.infra.replay.binance_lines import DepthChanged, Touch, read_book_events
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.recording import read_fair_price
from neo.infra.replay.trades import RecordedTrade, read_trades

HEADER = "ts_ms,open,high,low,close,volume\n"
BAR = "1618951260000,1.4,1.5,1.3,1.45,100\n"
NEXT = "1618951320000,1.45,1.46,1.44,1.44,50\n"
TRADES = "ts_ms,trade_id,side,price,amount,cost\n1000,1,buy,2.5,4,10\n1000,2,sell,2.4,4,9.6\n"
SNAPSHOT = '3 {"lastUpdateId":10,"bids":[["99","1"],["98","2"]],"asks":[["101","1"],["102","2"]]}\n'


def depth(at_ns: int, first: int, last: int, bids: str = "[]", asks: str = "[]") -> str:
    return f'{at_ns} {{"stream":"x@depth@100ms","data":{{"U":{first},"u":{last},"b":{bids},"a":{asks}}}}}\n'


def ticker(at_ns: int, bid: str = "99", ask: str = "101") -> str:
    return f'{at_ns} {{"stream":"x@bookTicker","data":{{"u":1,"b":"{bid}","B":"1","a":"{ask}","A":"1"}}}}\n'


def write(folder: Path, text: str, name: str = "data.csv.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_bars_are_read_exactly_and_gaps_are_normal(tmp_path: Path) -> None:
    later = NEXT.replace("1618951320000", "1618968000000")

    bars = read_bars(write(tmp_path, HEADER + BAR + later))

    assert [bar.at_ns for bar in bars] == [1618951260000 * 10**6, 1618968000000 * 10**6]
    assert (bars[0].open, bars[0].high, bars[0].low, bars[0].close) == tuple(
        map(Decimal, ("1.4", "1.5", "1.3", "1.45"))
    )


def test_plain_files_are_read_like_compressed_ones(tmp_path: Path) -> None:
    plain = tmp_path / "data.csv"
    plain.write_text(HEADER + BAR)

    assert read_bars(plain) == read_bars(write(tmp_path, HEADER + BAR))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEADER, 1, "no bars"),
        ("time,open\n1,2\n", 1, "lacks ts_ms"),
        (HEADER + BAR + BAR, 3, "time repeats"),
        (HEADER + NEXT + BAR, 3, "time runs back by 60 s"),
        (HEADER + BAR.replace("1.45", "-1.45"), 2, "close is -1.45"),
        (HEADER + BAR.replace("1.45", "NaN"), 2, "close is NaN"),
        (HEADER + BAR.replace("1.45", "many"), 2, "close 'many' is not a number"),
        (HEADER + BAR.replace("100", "-1"), 2, "volume is -1"),
        (HEADER + BAR.replace("1.5", "1.2"), 2, "do not fit together"),
        (HEADER + BAR.replace("1618951260000", "noon"), 2, "ts_ms 'noon'"),
        (HEADER + "1618951260000,1.4\n", 2, "2 fields"),
    ],
)
def test_a_bad_bar_is_named_with_file_line_and_reason(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(ReplayDataError) as refused:
        read_bars(path)

    assert f"{path}:{line}" in refused.value.problem
    assert says in refused.value.problem
    assert refused.value.advice
    assert refused.value.exit_code == 65


def test_a_missing_file_a_folder_an_empty_file_and_no_gzip_are_told_apart(tmp_path: Path) -> None:
    empty, wrong = tmp_path / "empty.csv", tmp_path / "wrong.csv.gz"
    empty.write_text("")
    wrong.write_text(HEADER + BAR)

    said = []
    for path in (tmp_path / "none.csv", tmp_path, empty, wrong):
        with pytest.raises(ReplayDataError) as refused:
            read_fair_price([path])
        said.append(refused.value.problem)

    assert "no such file" in said[0] and "is a folder" in said[1]
    assert "is empty" in said[2] and "is not gzip" in said[3]


def test_a_truncated_file_is_refused_whole(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "".join(BAR.replace("260000", f"{260000 + n}") for n in range(3_000)))
    path.write_bytes(path.read_bytes()[:-400])

    with pytest.raises(ReplayDataError, match="damaged or cut short"):
        read_bars(path)


def test_binary_rubbish_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "rubbish.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")

    with pytest.raises(ReplayDataError, match="is not UTF-8"):
        read_fair_price([path])


def test_trades_keep_their_order_inside_a_millisecond(tmp_path: Path) -> None:
    trades = read_trades(write(tmp_path, TRADES))

    assert [(trade.side, trade.price) for trade in trades] == [(Side.BUY, Decimal("2.5")), (Side.SELL, Decimal("2.4"))]


@pytest.mark.parametrize(
    ("change", "says"),
    [(("sell", "short"), "side 'short'"), (("2.4", "0"), "price is 0"), (("1000,2", "999,2"), "back")],
)
def test_a_bad_trade_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    path = write(tmp_path, TRADES.replace(*change))

    with pytest.raises(ReplayDataError, match=says) as refused:
        read_trades(path)

    assert refused.value.line == 3


def test_a_snapshot_older_than_the_diffs_is_joined_with_those_that_came_before_it(tmp_path: Path) -> None:
    early = depth(1, 8, 9, '[["97","5"]]') + depth(2, 10, 12, '[["99","0"]]', '[["100","3"]]')
    path = write(tmp_path, early + SNAPSHOT + depth(4, 13, 14, '[["98.5","7"]]'))

    events = list(read_book_events([path]))

    assert len(events) == 1
    event = events[0]
    assert isinstance(event, DepthChanged)
    assert [level.price for level in event.bids] == [Decimal("98.5"), Decimal(98)]
    assert [level.price for level in event.asks] == [Decimal(100), Decimal(101), Decimal(102)]


def test_a_missing_update_is_refused_with_the_ids_that_are_missing(tmp_path: Path) -> None:
    path = write(tmp_path, SNAPSHOT + depth(4, 13, 14))

    with pytest.raises(ReplayDataError, match="updates 11 to 12 are missing") as refused:
        list(read_book_events([path]))

    assert refused.value.line == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("soon {}\n", "receive time 'soon'"),
        ("5 {oops\n", "no JSON"),
        ("5 []\n", "not a JSON object"),
        (ticker(5, bid="-1"), "price is -1"),
        ('5 {"stream":"x@bookTicker","data":{"b":"1"}}\n', "no field 'B'"),
        (ticker(2), "time runs back"),
    ],
)
def test_a_bad_book_line_is_named_with_its_reason(tmp_path: Path, line: str, says: str) -> None:
    path = write(tmp_path, SNAPSHOT + line)

    with pytest.raises(ReplayDataError, match=says) as refused:
        list(read_book_events([path]))

    assert refused.value.line == 2


def test_recordings_of_two_kinds_or_out_of_order_make_no_path(tmp_path: Path) -> None:
    bars, trades = write(tmp_path, HEADER + BAR, "a.csv.gz"), write(tmp_path, TRADES, "b.csv.gz")

    with pytest.raises(ReplayDataError, match="holds trades"):
        read_fair_price([bars, trades])
    with pytest.raises(ReplayDataError, match="begins before"):
        read_fair_price([bars, bars])
    with pytest.raises(ReplayDataError, match="no known recording"):
        read_fair_price([write(tmp_path, "hello\n", "c.gz")])
    with pytest.raises(ReplayDataError, match="no file given"):
        read_fair_price([])
    with pytest.raises(ReplayDataError, match="no best quotes"):
        read_fair_price([write(tmp_path, SNAPSHOT, "d.gz")])


def test_the_recorded_month_is_read_with_its_crash(shared_recordings: Path) -> None:
    folder = shared_recordings / "market" / "ohlcv_1m_2021-04-20_2021-05-20"

    bars = read_bars(folder / "XRP_USDT.csv.gz")

    assert len(bars) == 42_916
    worst = min(after.close / before.close for before, after in zip(bars, bars[5:], strict=False))
    assert Decimal("0.82") < worst < Decimal("0.83")


def test_the_recorded_book_is_joined_and_its_touch_is_its_best_level(shared_recordings: Path) -> None:
    folder = shared_recordings / "market" / "l2"
    paths = [folder / f"binance_spot_btcusdt_{day}.gz" for day in ("20240808", "20240809")]

    counts = {Touch: 0, DepthChanged: 0, RecordedTrade: 0}
    crossed = 0
    for event in read_book_events(paths, depth=1):
        counts[type(event)] += 1
        if isinstance(event, DepthChanged):
            crossed += event.bids[0].price >= event.asks[0].price

    assert counts[Touch] == 28_040 + 45_134
    assert counts[RecordedTrade] == 9_757 + 10_147
    assert 6_400 < counts[DepthChanged] <= 3_451 + 3_044
    assert crossed == 0
