"""The boundaries on the way of a transaction, at each of which a process may die.

decided | written | handed over | taken by the ledger | answered | validated | verdict written
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from neo.actors import names
from neo.actors.runtime import Envelope, Port
from neo.domain.messages.journal import SubmissionPrepared, SubmissionResolved
from neo.domain.messages.storage import Persist, Persisted
from neo.domain.messages.venue import LedgerClosed, SubmitTransaction

Die = Callable[[], None]
Reached = Callable[[], None]


class KillPoint(enum.Enum):
    """Where the process ends, named after what has not happened yet, or has just happened."""

    BEFORE_DURABLE = "before_durable"
    AFTER_DURABLE = "after_durable"
    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"
    BEFORE_VERDICT = "before_verdict"
    BEFORE_VERDICT_DURABLE = "before_verdict_durable"
    AFTER_VERDICT = "after_verdict"


class KillSwitch:
    """Dies at the `nth` time that a transaction reaches the point. An observer of the system and a port before the venue."""

    def __init__(self, point: KillPoint, nth: int, die: Die) -> None:
        self._point = point
        self._left = nth
        self._die = die
        self._writes: dict[int, KillPoint] = {}

    def seen(self, envelope: Envelope) -> None:
        """Called for each message when it is sent, before anybody handles it."""
        message = envelope.message
        if isinstance(message, Persist) and envelope.sender == names.ORDER_ROUTER:
            self._written(envelope.correlation, message)
        elif isinstance(message, Persisted) and envelope.correlation in self._writes:
            self._reached(self._writes.pop(envelope.correlation))
        elif isinstance(message, LedgerClosed) and message.own_transactions:
            self._reached(KillPoint.BEFORE_VERDICT)

    def _written(self, correlation: int, message: Persist) -> None:
        kinds = {type(event) for event in message.events}
        if SubmissionPrepared in kinds:
            self._reached(KillPoint.BEFORE_DURABLE)
            self._writes[correlation] = KillPoint.AFTER_DURABLE
        elif SubmissionResolved in kinds:
            self._reached(KillPoint.BEFORE_VERDICT_DURABLE)
            self._writes[correlation] = KillPoint.AFTER_VERDICT

    def before(self, port: Port) -> Port:
        """The same port, with the boundaries of the network in front of it."""
        return GuardedPort(
            port,
            SubmitTransaction,
            lambda: self._reached(KillPoint.BEFORE_SEND),
            lambda: self._reached(KillPoint.AFTER_SEND),
        )

    def _reached(self, point: KillPoint) -> None:
        if point is self._point:
            self._left -= 1
            if self._left == 0:
                self._die()


class GuardedPort:
    """A port that says when a request of one class is about to leave, and when its answer has come."""

    def __init__(self, port: Port, request_class: type, leaving: Reached, answered: Reached) -> None:
        self._port = port
        self._request_class = request_class
        self._leaving = leaving
        self._answered = answered

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        if not isinstance(request, self._request_class):
            self._port.submit(caller, request, done)
            return

        def answered(reply: Any) -> None:
            self._answered()
            done(reply)

        self._leaving()
        self._port.submit(caller, request, answered)
