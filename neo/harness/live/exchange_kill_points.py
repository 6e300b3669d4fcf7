"""The boundaries on the way of an order at an exchange, at each of which a process may die.

decided | written | handed over | taken by the exchange | answered | looked up | trades fetched | booked
"""

from __future__ import annotations

import enum

from neo.actors import names
from neo.actors.runtime import Envelope, Port
from neo.domain.messages.exchange import OrderTradesFetched, PlaceExchangeOrder
from neo.domain.messages.journal import FillRecorded, OrderIntended
from neo.domain.messages.storage import Persist, Persisted
from neo.harness.live.kill_points import Die, GuardedPort


class ExchangeKillPoint(enum.Enum):
    """Where the process ends, named after what has not happened yet, or has just happened."""

    BEFORE_DURABLE = "before_durable"
    AFTER_DURABLE = "after_durable"
    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"
    BEFORE_BOOKING = "before_booking"
    BEFORE_FILL_DURABLE = "before_fill_durable"
    AFTER_FILL = "after_fill"


class ExchangeKillSwitch:
    """Dies at the `nth` time that an order reaches the point. An observer of the system and a port before the exchange."""

    def __init__(self, point: ExchangeKillPoint, nth: int, die: Die) -> None:
        self._point = point
        self._left = nth
        self._die = die
        self._writes: dict[int, tuple[ExchangeKillPoint, ...]] = {}

    def seen(self, envelope: Envelope) -> None:
        """Called for each message when it is sent, before anybody handles it."""
        message = envelope.message
        if isinstance(message, Persist) and envelope.sender == names.EXCHANGE_ROUTER:
            self._written(envelope.correlation, message)
        elif isinstance(message, Persisted):
            for point in self._writes.pop(envelope.correlation, ()):
                self._reached(point)
        elif isinstance(message, OrderTradesFetched):
            self._reached(ExchangeKillPoint.BEFORE_BOOKING)

    def _written(self, correlation: int, message: Persist) -> None:
        """One write may book a fill and intend the next try."""
        kinds, then = {type(event) for event in message.events}, []
        if FillRecorded in kinds:
            self._reached(ExchangeKillPoint.BEFORE_FILL_DURABLE)
            then.append(ExchangeKillPoint.AFTER_FILL)
        if OrderIntended in kinds:
            self._reached(ExchangeKillPoint.BEFORE_DURABLE)
            then.append(ExchangeKillPoint.AFTER_DURABLE)
        self._writes[correlation] = tuple(then)

    def before(self, port: Port) -> Port:
        """The same port, with the boundaries of the network in front of it."""
        return GuardedPort(
            port,
            PlaceExchangeOrder,
            lambda: self._reached(ExchangeKillPoint.BEFORE_SEND),
            lambda: self._reached(ExchangeKillPoint.AFTER_SEND),
        )

    def _reached(self, point: ExchangeKillPoint) -> None:
        if point is self._point:
            self._left -= 1
            if self._left == 0:
                self._die()
