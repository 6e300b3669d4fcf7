"""Fields of a line, checked: numbers that are numbers, prices that are prices, time that does not run back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from neo.infra.replay.errors import ReplayDataError

_REPAIR = "repair or remove the line, or fetch the file again"


def columns(path: Path, header: str, needed: tuple[str, ...]) -> tuple[int, ...]:
    """Positions of the needed columns in a header line."""
    names = [name.strip() for name in header.split(",")]
    missing = [name for name in needed if name not in names]
    if missing:
        problem = f"the header '{header[:80]}' lacks {', '.join(missing)}"
        raise ReplayDataError(path, 1, problem, f"the first line must name the columns {','.join(needed)}")
    return tuple(names.index(name) for name in needed)


def cells(path: Path, line: int, text: str, positions: tuple[int, ...]) -> list[str]:
    parts = text.split(",")
    if len(parts) <= max(positions):
        raise ReplayDataError(path, line, f"{len(parts)} fields where the header has more: '{text[:80]}'", _REPAIR)
    return [parts[position] for position in positions]


def price(path: Path, line: int, name: str, text: str) -> Decimal:
    value = _decimal(path, line, name, text)
    if value <= 0:
        raise ReplayDataError(path, line, f"{name} is {text}; a price is above 0", _REPAIR)
    return value


def quantity(path: Path, line: int, name: str, text: str) -> Decimal:
    value = _decimal(path, line, name, text)
    if value < 0:
        raise ReplayDataError(path, line, f"{name} is {text}; a quantity is not negative", _REPAIR)
    return value


def whole_number(path: Path, line: int, name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as bad:
        raise ReplayDataError(path, line, f"{name} '{text}' is not a whole number", _REPAIR) from bad


def _decimal(path: Path, line: int, name: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as bad:
        raise ReplayDataError(path, line, f"{name} '{text}' is not a number", _REPAIR) from bad
    if not value.is_finite():
        raise ReplayDataError(path, line, f"{name} is {text}, not a number", _REPAIR)
    return value


#: Times beyond are in other units than the column says: 2200-01-01.
LATEST_NS = 7_258_118_400 * 1_000_000_000


def not_before(path: Path, line: int, at_ns: int, previous_ns: int | None, *, strictly: bool) -> None:
    """ReplayDataError when time runs back (or, `strictly`, stands still), or is no time of this age."""
    if at_ns > LATEST_NS:
        advice = "times are UTC milliseconds since 1970; give the column in that unit"
        raise ReplayDataError(path, line, "time is later than the year 2200", advice)
    if previous_ns is None or at_ns > previous_ns or (at_ns == previous_ns and not strictly):
        return
    word = "repeats" if at_ns == previous_ns else "runs back by"
    amount = "the time before" if at_ns == previous_ns else f"{(previous_ns - at_ns) / 1e9:g} s"
    raise ReplayDataError(path, line, f"time {word} {amount}", "sort the file by time and remove duplicates")
