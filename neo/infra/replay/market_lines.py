"""Recorded market data of neo's own: a line that says what is recorded, then one JSON line for each ledger.

    {"neo_market": 1, "venue": "xrpl", "symbol": "XRP/RLUSD"}
    {"ledger": 91, "at_ns": 1767225600000000000, "bids": [["0.52", "100"]], "asks": [], "pool": ["2e6", "1.04e6", 500],
     "trades": [["0.5201", "30", "buy", "book"]]}

Prices are quote per base, quantities base, both exact texts, best first; our own offers are left out. `pool` is base, quote and
fee in 1/100,000, or null. The last line of a file whose writer was killed may be torn: it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import BookObserved, Level, MarketTrade, PoolView
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.fields import not_before, price, quantity
from neo.infra.replay.lines import numbered_raw_lines
from neo.records import frozen

VERSION = 1
MARK = '{"neo_market"'
_FORM = "record it again with neo record; a damaged line in the middle can be removed"
_SOURCES = {"pool": True, "book": False}


@frozen
class Recorded:
    """What a file is about."""

    venue: str
    symbol: str


def head_line(recorded: Recorded) -> str:
    return json.dumps({"neo_market": VERSION, "venue": recorded.venue, "symbol": recorded.symbol})


def book_line(book: BookObserved) -> str:
    """One ledger, without its line end."""
    pool = book.pool
    return json.dumps(
        {
            "ledger": book.ledger_index,
            "at_ns": book.at_ns,
            "bids": [[str(level.price), str(level.quantity)] for level in book.bids],
            "asks": [[str(level.price), str(level.quantity)] for level in book.asks],
            "pool": None if pool is None else [str(pool.base), str(pool.quote), pool.fee_hundred_thousandths],
            "trades": [
                [str(t.price), str(t.quantity), t.taker_side.value, "pool" if t.from_pool else "book"]
                for t in book.trades
            ],
        },
        separators=(",", ":"),
    )


def read_market(paths: Sequence[Path]) -> Iterator[BookObserved]:
    """The books of consecutive files as one stream, in the order of ledgers. ReplayDataError says where a file is damaged."""
    previous: BookObserved | None = None
    for path in paths:
        for line, book in _books_of(path):
            if previous is not None and book.ledger_index <= previous.ledger_index:
                problem = f"ledger {book.ledger_index} comes after {previous.ledger_index}"
                raise ReplayDataError(path, line, problem, "give the files in order")
            not_before(path, line, book.at_ns, previous.at_ns if previous is not None else None, strictly=False)
            previous = book
            yield book


def _books_of(path: Path) -> Iterator[tuple[int, BookObserved]]:
    lines = whole_lines(path)
    number, first = next(lines, (1, ""))
    recorded = parse_head(path, number, first)
    for number, text in lines:
        yield number, parse_book(path, number, text, recorded)


def whole_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that their writer finished: the last one counts only with its line end."""
    for number, text in numbered_raw_lines(path):
        if text.endswith("\n"):
            yield number, text.rstrip("\r\n")


def parse_head(path: Path, line: int, text: str) -> Recorded:
    """What the file is about; ReplayDataError when it is of another form, or of a version that is not known."""
    head = _parsed(path, line, text)
    if head.get("neo_market") != VERSION:
        problem = f"is not of version {VERSION} of the form that neo record writes"
        raise ReplayDataError(path, line, problem, _FORM)
    return Recorded(str(head.get("venue", "")), str(head.get("symbol", "")))


def parse_book(path: Path, line: int, text: str, recorded: Recorded) -> BookObserved:
    """One ledger. ReplayDataError for whatever is not as `book_line` writes it."""
    row = _parsed(path, line, text)
    try:
        at_ns, index = row["at_ns"], row["ledger"]
        if type(at_ns) is not int or type(index) is not int or index < 0:
            raise ValueError(f"ledger {index!r} at {at_ns!r}")
        return BookObserved(
            recorded.venue,
            recorded.symbol,
            at_ns,
            index,
            _levels(path, line, row["bids"]),
            _levels(path, line, row["asks"]),
            _pool(path, line, row["pool"]),
            tuple(_trade(path, line, each) for each in row["trades"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise ReplayDataError(path, line, f"is not a recorded ledger ({wrong})", _FORM) from wrong


def _parsed(path: Path, line: int, text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as bad:
        raise ReplayDataError(path, line, "is not JSON", _FORM) from bad
    if not isinstance(row, dict):
        raise ReplayDataError(path, line, "is not a JSON object", _FORM)
    return row


def _levels(path: Path, line: int, rows: list[list[str]]) -> tuple[Level, ...]:
    return tuple(Level(price(path, line, "price", at), quantity(path, line, "quantity", size)) for at, size in rows)


def _pool(path: Path, line: int, row: list[Any] | None) -> PoolView | None:
    if row is None:
        return None
    base, quote, fee = row
    if type(fee) is not int:
        raise ValueError(f"a pool's fee of {fee!r}")
    return PoolView(quantity(path, line, "pool", base), quantity(path, line, "pool", quote), fee)


def _trade(path: Path, line: int, row: list[str]) -> MarketTrade:
    at, size, side, source = row
    return MarketTrade(
        price(path, line, "price", at), quantity(path, line, "quantity", size), Side(side), _SOURCES[source]
    )


def fair_price(book: BookObserved) -> Decimal | None:
    """Mid of the book; of the pool when the book has one side only; None when there is neither."""
    if book.bids and book.asks:
        return (book.bids[0].price + book.asks[0].price) / 2
    return book.pool.mid if book.pool is not None and book.pool.base > 0 else None
