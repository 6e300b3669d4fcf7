"""Book-ticker streams: who listens to which markets, and what each dialect's messages look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from neo.infra.simulated_exchange.liquidity import BookSides
from neo.records import frozen

#: A frame to send: text or binary.
Frame = str | bytes


@frozen
class Ticker:
    """Best bid and ask of one market. `update_id` grows with every change."""

    symbol: str
    sides: BookSides
    at_ms: int
    update_id: int


@frozen
class Heard:
    """What a client's message asks for: answers to send at once, and channels to add and drop."""

    answers: tuple[Frame, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class StreamDialect(Protocol):
    """Channels are named as the exchange names them."""

    def on_connect(self, path: str, query: str) -> tuple[str, ...]:
        """Channels that the address itself names."""
        ...

    def on_message(self, text: str, listening: Iterable[str]) -> Heard: ...

    def symbol_of(self, channel: str) -> str:
        """The market of a book-ticker channel, empty for other channels."""
        ...

    def frame(self, channel: str, ticker: Ticker, path: str) -> Frame: ...
