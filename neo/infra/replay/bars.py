"""One-minute bars: `ts_ms,open,high,low,close,volume`, bar open time in UTC milliseconds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.domain.units import NS_PER_MS
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.fields import LATEST_NS, cells, columns, not_before, price, quantity, whole_number
from neo.infra.replay.lines import numbered_lines
from neo.records import frozen

BAR_COLUMNS = ("ts_ms", "open", "high", "low", "close", "volume")


@frozen
class Bar:
    at_ns: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


def read_bars(path: Path, from_ns: int = 0, until_ns: int = LATEST_NS) -> tuple[Bar, ...]:
    """All bars, oldest first, or those that open in `from_ns` <= t < `until_ns`: of the others only the time is looked at.

    Gaps are normal (an exchange that is down makes none).
    """
    lines = numbered_lines(path)
    positions = columns(path, next(lines)[1], BAR_COLUMNS)
    bars: list[Bar] = []
    previous_ns: int | None = None
    for line, text in lines:
        parts = cells(path, line, text, positions)
        at_ns = whole_number(path, line, "ts_ms", parts[0]) * NS_PER_MS
        not_before(path, line, at_ns, previous_ns, strictly=True)
        previous_ns = at_ns
        if from_ns <= at_ns < until_ns:
            bars.append(_bar(path, line, at_ns, parts))
    if previous_ns is None:
        raise ReplayDataError(path, 1, "has a header and no bars", "fetch the file again")
    return tuple(bars)


def _bar(path: Path, line: int, at_ns: int, parts: list[str]) -> Bar:
    opened, high, low, close = (
        price(path, line, name, part) for name, part in zip(BAR_COLUMNS[1:5], parts[1:5], strict=True)
    )
    if not (low <= opened <= high and low <= close <= high):
        problem = f"open {opened}, high {high}, low {low}, close {close} do not fit together"
        raise ReplayDataError(path, line, problem, "low must be the lowest and high the highest of the four")
    return Bar(at_ns, opened, high, low, close, quantity(path, line, "volume", parts[5]))
