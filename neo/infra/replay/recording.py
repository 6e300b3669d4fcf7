"""From files named on the command line to a fair price: which kind of recording it is shows in its first line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from neo.infra.replay.bars import BAR_COLUMNS, Bar, read_bars
from neo.infra.replay.binance_lines import Touch, read_book_events
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.lines import numbered_lines
from neo.infra.replay.market_lines import MARK, fair_price, read_market
from neo.infra.replay.paths import BarPath, StepPath
from neo.infra.replay.trades import TRADE_COLUMNS, RecordedTrade, read_trades

RecordedPath = BarPath | StepPath

_KNOWN = (
    f"known are bars ({','.join(BAR_COLUMNS)}), trades ({','.join(TRADE_COLUMNS)}, ...) as CSV with a header, "
    "Binance lines 'receive_ns {json}', and what neo record writes; plain or gzip"
)


def read_fair_price(paths: Sequence[Path]) -> RecordedPath:
    """One path over all files, which must be of one kind and in the order of time."""
    if not paths:
        raise ReplayDataError(Path("--data"), 0, "no file given", _KNOWN)
    kinds = [_kind(path) for path in paths]
    if len(set(kinds)) > 1:
        other, kind = next(pair for pair in zip(paths, kinds, strict=True) if pair[1] != kinds[0])
        raise ReplayDataError(other, 1, f"holds {kind}, {paths[0]} holds {kinds[0]}", "give recordings of one kind")
    if kinds[0] == "bars":
        return BarPath(_joined_bars(paths))
    if kinds[0] == "trades":
        return _trade_path(paths)
    if kinds[0] == "ledgers":
        return _ledger_path(paths)
    return _touch_path(paths)


def holds_ledgers(paths: Sequence[Path]) -> bool:
    """Whether these are recordings of neo's own, with whole books. ReplayDataError for what is no recording at all."""
    return bool(paths) and all(_kind(path) == "ledgers" for path in paths)


def _kind(path: Path) -> str:
    first = next(numbered_lines(path))[1]
    if first.startswith("ts_ms"):
        return "bars" if "open" in first.split(",") else "trades"
    if first.startswith(MARK):
        return "ledgers"
    if first[:1].isdigit() and " {" in first[:40]:
        return "book"
    raise ReplayDataError(path, 1, f"the first line '{first[:60]}' is of no known recording", _KNOWN)


def _joined_bars(paths: Sequence[Path]) -> tuple[Bar, ...]:
    parts = [read_bars(path) for path in paths]
    for (before, after), path in zip(pairwise(parts), paths[1:], strict=True):
        if after[0].at_ns <= before[-1].at_ns:
            raise ReplayDataError(path, 2, "begins before the file given before it ends", "give the files in order")
    return tuple(bar for part in parts for bar in part)


def _trade_path(paths: Sequence[Path]) -> StepPath:
    trades: list[RecordedTrade] = []
    for path in paths:
        part = read_trades(path)
        if trades and part[0].at_ns < trades[-1].at_ns:
            raise ReplayDataError(path, 2, "begins before the file given before it ends", "give the files in order")
        trades.extend(part)
    return StepPath([(trade.at_ns, trade.price) for trade in trades])


def _ledger_path(paths: Sequence[Path]) -> StepPath:
    priced = ((book.at_ns, fair_price(book)) for book in read_market(paths))
    points = [(at_ns, price) for at_ns, price in priced if price is not None]
    if not points:
        raise ReplayDataError(paths[0], 0, "has no ledger with a price", "record again when there is a market")
    return StepPath(points)


def _touch_path(paths: Sequence[Path]) -> StepPath:
    points = [(event.at_ns, event.mid) for event in read_book_events(paths, depth=1) if isinstance(event, Touch)]
    if not points:
        raise ReplayDataError(paths[0], 0, "has no best quotes (bookTicker)", "record the bookTicker stream too")
    return StepPath(points)
