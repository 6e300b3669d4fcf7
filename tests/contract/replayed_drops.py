"""What a drop buyer heard in a session, in the order in which it heard it, and the drops that it told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.dropping import BarsLoaded, QuotesUpdated, TradeEnded, TradeOutcome, TradePurpose
from neo.domain.telemetry.drop_events import DropTriggered
from neo.domain.telemetry.event import Emit
from tests.contract.plain_drops import Point

_CLOSING = (TradeOutcome.FILLED, TradeOutcome.DUST_WRITTEN_OFF)


class HeardPrices:
    """By symbol. `closes` are positions that were closed: the time of the newest price then, and that price."""

    def __init__(self) -> None:
        self.before: dict[str, list[Point]] = {}
        self.prices: dict[str, list[Point]] = {}
        self.closes: dict[str, list[Point]] = {}
        self.drops: dict[str, list[Decimal]] = {}

    def see(self, envelope: Envelope) -> None:
        """An observer of a system."""
        message = envelope.message
        if isinstance(message, Emit) and isinstance(message.event, DropTriggered):
            self.drops.setdefault(message.event.symbol, []).append(message.event.price)
        elif envelope.receiver == names.DROP_BUYER:
            for symbol, point in _told(message):
                self.prices.setdefault(symbol, []).append(point)
            if isinstance(message, BarsLoaded):
                self.before[message.symbol] = [(bar.at_ns, bar.close) for bar in message.bars]
            if isinstance(message, TradeEnded) and _closes(message):
                self.closes.setdefault(message.symbol, []).append(self.prices[message.symbol][-1])


def _told(message: object) -> Iterator[tuple[str, Point]]:
    if isinstance(message, QuotesUpdated):
        for quote in message.quotes:
            yield quote.symbol, (quote.at_ns, quote.mid)


def _closes(message: TradeEnded) -> bool:
    return message.purpose is TradePurpose.EXIT and message.outcome in _CLOSING
