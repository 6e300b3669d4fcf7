"""How an exchange's book-ticker stream is spoken: what to send, and what a frame says. No sockets here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from neo.records import frozen


class Unreadable(ValueError):
    """A frame that says nothing in this language."""


@frozen
class BestOffers:
    """Of one market, as the exchange writes them: text that nobody has looked at. `order` grows, where the exchange counts."""

    market_id: str
    bid: object
    ask: object
    order: int | None = None


@frozen
class Refused:
    """Channels of these markets were refused, in the exchange's words."""

    market_ids: tuple[str, ...]
    why: str


@frozen
class Answered:
    """A subscription or a ping was answered: the other side hears us."""


Heard = BestOffers | Refused | Answered


class StreamLanguage(Protocol):
    """One for each exchange whose stream is known. `number` counts messages of a connection."""

    #: Markets on one connection, and connections at a time.
    channels_max: int
    connections_max: int
    #: Where it is, unless that is replaced.
    address: str

    def subscribe(self, market_ids: Sequence[str], number: int) -> str: ...

    def unsubscribe(self, market_ids: Sequence[str], number: int) -> str: ...

    def ping(self, number: int) -> str:
        """Something that is answered on every connection that is alive."""
        ...

    def read(self, frame: str | bytes) -> Heard:
        """Unreadable for everything that is none of the three."""
        ...
