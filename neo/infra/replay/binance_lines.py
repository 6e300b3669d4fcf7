"""Binance spot recordings: lines `receive_ns {json}` of depth diffs, best quotes, trades and a REST snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import Level
from neo.infra.replay.depth_book import DepthBook, DepthDiff, MissingUpdates
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.fields import not_before, price, quantity, whole_number
from neo.infra.replay.lines import numbered_lines
from neo.infra.replay.trades import RecordedTrade
from neo.records import frozen

_FORM = "each line is a receive time in ns, a space and one JSON message"


@frozen
class Touch:
    """Best bid and ask as the exchange announced them."""

    at_ns: int
    bid: Level
    ask: Level

    @property
    def mid(self) -> Decimal:
        return (self.bid.price + self.ask.price) / 2


@frozen
class DepthChanged:
    """The kept book right after a diff, best first on each side."""

    at_ns: int
    last_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


BookEvent = Touch | DepthChanged | RecordedTrade


def read_book_events(paths: Sequence[Path], depth: int = 10) -> Iterator[BookEvent]:
    """Events of consecutive files as one stream. Depth events begin when the snapshot has been joined."""
    book = DepthBook()
    previous_ns: int | None = None
    for path in paths:
        for line, text in numbered_lines(path):
            at_ns, message = _parse(path, line, text)
            not_before(path, line, at_ns, previous_ns, strictly=False)
            previous_ns = at_ns
            event = _event(path, line, at_ns, message, book, depth)
            if event is not None:
                yield event


def _parse(path: Path, line: int, text: str) -> tuple[int, dict[str, Any]]:
    received, _, payload = text.partition(" ")
    at_ns = whole_number(path, line, "receive time", received)
    try:
        message = json.loads(payload)
    except json.JSONDecodeError as bad:
        raise ReplayDataError(path, line, f"no JSON after the receive time ({bad.msg})", _FORM) from bad
    if not isinstance(message, dict):
        raise ReplayDataError(path, line, "the message is not a JSON object", _FORM)
    return at_ns, message


def _event(path: Path, line: int, at_ns: int, message: dict[str, Any], book: DepthBook, depth: int) -> BookEvent | None:
    data = message.get("data", message)
    try:
        if "lastUpdateId" in data:
            book.take_snapshot(
                data["lastUpdateId"],
                _levels(path, line, data["bids"]),
                _levels(path, line, data["asks"]),
            )
            return None
        stream = message.get("stream", "")
        if "@depth" in stream:
            return _depth(path, line, at_ns, data, book, depth)
        if stream.endswith("@bookTicker"):
            return Touch(
                at_ns,
                _level(path, line, data["b"], data["B"]),
                _level(path, line, data["a"], data["A"]),
            )
        if stream.endswith("@trade"):
            level = _level(path, line, data["p"], data["q"])
            return RecordedTrade(at_ns, Side.SELL if data["m"] else Side.BUY, level.price, level.quantity)
    except KeyError as missing:
        raise ReplayDataError(path, line, f"the message has no field {missing}", _FORM) from missing
    except MissingUpdates as gap:
        raise ReplayDataError(path, line, str(gap), "record again, or start after the gap with a snapshot") from gap
    return None


def _depth(path: Path, line: int, at_ns: int, data: dict[str, Any], book: DepthBook, depth: int) -> DepthChanged | None:
    bids, asks = _levels(path, line, data["b"]), _levels(path, line, data["a"])
    book.apply(DepthDiff(data["U"], data["u"], bids, asks))
    if not book.ready:
        return None
    return DepthChanged(at_ns, book.last_id or 0, book.bids(depth), book.asks(depth))


def _levels(path: Path, line: int, levels: list[list[str]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple(
        (price(path, line, "price", at_price), quantity(path, line, "quantity", size)) for at_price, size in levels
    )


def _level(path: Path, line: int, at_price: str, size: str) -> Level:
    return Level(price(path, line, "price", at_price), quantity(path, line, "quantity", size))
