"""What is traded where."""

from __future__ import annotations

import enum

from neo.records import frozen

#: What the XRP Ledger is called wherever a venue is named.
LEDGER_VENUE = "xrpl"


class Side(enum.Enum):
    """Side of an order or fill, seen from us: BUY gains base and pays quote."""

    BUY = "buy"
    SELL = "sell"

    # Members are single objects: what makes them the same also makes their hash, in a fifth of the time that Enum's takes.
    __hash__ = object.__hash__

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


#: By themselves, for what looks at them with every tick: from their class they take six times as long (in Python 3.11).
BUY, SELL = Side.BUY, Side.SELL


@frozen
class Instrument:
    """A pair on a venue, for example XRP/RLUSD on "xrpl"; `base` and `quote` are asset codes."""

    venue: str
    base: str
    quote: str

    @property
    def symbol(self) -> str:
        return f"{self.base}/{self.quote}"
