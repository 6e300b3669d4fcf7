"""Recorded market data: written so that a kill costs one ledger, read back exactly."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import BookObserved, Level, MarketTrade, PoolView
from neo.infra.recorder.market_file import MarketFile, RecordingFailed, RecordingRefused
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.market_lines import Recorded, book_line, read_market
from neo.infra.replay.recording import read_fair_price

D = Decimal
XRP = Recorded("xrpl", "XRP/RLUSD")
START_NS = 1_767_225_600 * 10**9


def book(index: int, bid: str = "0.5199", ask: str = "0.5201") -> BookObserved:
    return BookObserved(
        "xrpl",
        "XRP/RLUSD",
        START_NS + index * 4 * 10**9,
        index,
        (Level(D(bid), D(100)), Level(D("0.5"), D("0.000001"))),
        (Level(D(ask), D("12.5")),),
        PoolView(D("2E+6"), D("1040000.00"), 500),
        (MarketTrade(D(ask), D(3), Side.BUY, True), MarketTrade(D(bid), D("0.1"), Side.SELL)),
    )


def recorded(path: Path, *indices: int, bytes_max: int = 10**9) -> MarketFile:
    file = MarketFile(path, XRP, bytes_max)
    for index in indices:
        file.add(book(index))
    file.close()
    return file


def ledgers(path: Path) -> list[int]:
    return [each.ledger_index for each in read_market([path])]


def test_what_was_recorded_is_read_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "market.jsonl"
    recorded(path, 7, 8, 11)

    assert list(read_market([path])) == [book(7), book(8), book(11)]


amounts = st.decimals(min_value="1e-15", max_value="1e17", allow_nan=False, allow_infinity=False)
levels = st.lists(st.builds(Level, amounts, amounts), max_size=4).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    bids=levels,
    asks=levels,
    pool=st.none() | st.builds(PoolView, amounts, amounts, st.integers(0, 1000)),
    trades=st.lists(st.builds(MarketTrade, amounts, amounts, st.sampled_from(Side), st.booleans()), max_size=3).map(
        tuple
    ),
)
def test_every_book_survives_its_line(
    tmp_path_factory: pytest.TempPathFactory,
    bids: tuple[Level, ...],
    asks: tuple[Level, ...],
    pool: PoolView | None,
    trades: tuple[MarketTrade, ...],
) -> None:
    path = tmp_path_factory.mktemp("lines") / "m"
    told = BookObserved("xrpl", "XRP/RLUSD", START_NS, 9, bids, asks, pool, trades)
    file = MarketFile(path, XRP, 10**9)
    file.add(told)
    file.close()

    assert list(read_market([path])) == [told]


def test_a_book_that_is_told_again_replaces_the_one_before(tmp_path: Path) -> None:
    file = MarketFile(tmp_path / "m", XRP, 10**9)

    file.add(book(7))
    file.add(book(7, bid="0.5198"))
    file.add(book(6))
    file.close()

    assert list(read_market([tmp_path / "m"])) == [book(7, bid="0.5198")]


@pytest.mark.parametrize("torn", ['{"ledger":9,"at_', "{", '{"ledger":9,"at_ns":1}garbage'])
def test_a_torn_end_is_left_out_and_removed_by_the_next_writer(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "m"
    recorded(path, 7, 8)
    with path.open("a") as file:
        file.write(torn)

    assert ledgers(path) == [7, 8]
    recorded(path, 8, 9)
    assert ledgers(path) == [7, 8, 9]


def test_a_file_that_was_torn_in_its_first_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text('{"neo_mar')

    recorded(path, 7)

    assert ledgers(path) == [7]


def test_ledgers_that_the_file_has_are_not_recorded_again(tmp_path: Path) -> None:
    path = tmp_path / "m"
    recorded(path, 7, 8)

    second = recorded(path, 5, 8, 12)

    assert second.ledgers == 1
    assert ledgers(path) == [7, 8, 12]


def test_a_recording_of_another_market_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "m"
    recorded(path, 7)
    before = path.read_bytes()

    with pytest.raises(RecordingRefused, match="records XRP/RLUSD"):
        MarketFile(path, Recorded("xrpl", "XRP/EUR"), 10**9)

    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["dear diary\nmore\n", "dear diary", '{"neo": 1}', "\n"])
def test_a_file_that_is_no_recording_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m"
    path.write_text(text)

    with pytest.raises((ReplayDataError, RecordingRefused)):
        MarketFile(path, XRP, 10**9)

    assert path.read_text() == text


def test_the_size_is_bounded(tmp_path: Path) -> None:
    file = MarketFile(tmp_path / "m", XRP, len(book_line(book(1))) * 3)
    index = 0
    while not file.is_full:
        index += 1
        assert index < 10
        file.add(book(index))
    file.close()

    assert file.bytes_written == (tmp_path / "m").stat().st_size < len(book_line(book(1))) * 5


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordingFailed, match="--out"):
        MarketFile(tmp_path / "file" / "m", XRP, 10**9)


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m"
    file = MarketFile(path, XRP, 10**9)
    file.add(book(1))
    real = os.write

    def short(descriptor: int, data: memoryview) -> int:
        if len(data) < 100:
            raise OSError(28, "No space left on device")
        return real(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(RecordingFailed, match="No space left"):
        file.add(book(2))
    monkeypatch.undo()

    assert path.read_bytes().endswith(b"\n")
    assert ledgers(path) == []


def test_replay_reads_the_mid_of_each_ledger(tmp_path: Path) -> None:
    path = tmp_path / "m"
    file = MarketFile(path, XRP, 10**9)
    file.add(book(1))
    file.add(book(2, bid="0.53", ask="0.55"))
    file.add(attrs.evolve(book(3), bids=()))
    file.add(attrs.evolve(book(4), bids=(), pool=None))
    file.close()

    found = read_fair_price([path])

    assert (found.start_ns, found.end_ns) == (book(1).at_ns, book(3).at_ns)
    assert [found.price_at(book(n).at_ns) for n in (1, 2, 3)] == [D("0.52"), D("0.54"), D("0.52")]


DAMAGE: list[tuple[Callable[[str], str], str]] = [
    (lambda line: line.replace('"ledger":8', '"ledger":"8"'), "is not a recorded ledger"),
    (lambda line: line.replace('"ledger":8', '"ledger":6'), "comes after 7"),
    (lambda line: line.replace('"0.5199"', '"-1"'), "a price is above 0"),
    (lambda line: line.replace('"0.5199"', '"NaN"'), "not a number"),
    (lambda line: line.replace('"buy"', '"both"'), "is not a recorded ledger"),
    (lambda line: line.replace('"pool":[', '"pool":[1,'), "is not a recorded ledger"),
    (lambda line: line.replace('"bids"', '"bid"'), "is not a recorded ledger"),
    (lambda line: "[" * 100_000, "is not JSON"),
    (lambda line: "7", "is not a JSON object"),
]


@pytest.mark.parametrize(("damage", "says"), DAMAGE)
def test_a_damaged_line_is_named_with_its_place(tmp_path: Path, damage: Callable[[str], str], says: str) -> None:
    path = tmp_path / "m"
    recorded(path, 7, 8, 9)
    head, first, second, third = path.read_text().splitlines()
    path.write_text("\n".join([head, first, damage(second), third, ""]))

    with pytest.raises(ReplayDataError, match=says) as caught:
        list(read_market([path]))

    assert (caught.value.line, caught.value.path) == (3, path)


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text('{"neo_market": 2, "venue": "xrpl", "symbol": "XRP/RLUSD"}\n')

    with pytest.raises(ReplayDataError, match="version 1"):
        list(read_market([path]))
