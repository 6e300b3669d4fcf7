"""A gateway that says what a test tells it to, and a clock that a test moves."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

from neo.domain.config.choices import FillModel
from neo.domain.messages.venue import BookObserved, LedgerClosed
from neo.domain.paper.account import AccountOpening
from neo.domain.units import NS_PER_S
from neo.infra.paper.venue import PaperVenue
from tests.domain.paper.market import US, D, book, ledger

LATENCY_NS = NS_PER_S // 10


class Clock:
    """Timers fire in order when a test lets time pass."""

    def __init__(self) -> None:
        self._now_ns = 0
        self._numbers = itertools.count()
        self._due: list[tuple[int, int, Callable[[], None]]] = []

    def after(self, delay_ns: int, callback: Callable[[], None], /) -> object:
        heapq.heappush(self._due, (self._now_ns + delay_ns, next(self._numbers), callback))
        return None

    def pass_time(self, seconds: float = 1.0) -> None:
        end_ns = self._now_ns + int(seconds * NS_PER_S)
        while self._due and self._due[0][0] <= end_ns:
            self._now_ns, _, callback = heapq.heappop(self._due)
            callback()
        self._now_ns = end_ns


class MarketFeed:
    """The real market, as far as a gateway speaks of it. It has no port: whoever tried to send would fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._publish: Callable[[str, object], None] | None = None
        self._facts: tuple[str, ...] = ()
        self._books: tuple[str, ...] = ()

    def attach(
        self, publish: Callable[[str, object], None], facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()
    ) -> None:
        self._publish, self._facts, self._books = publish, facts_to, books_to

    def detach(self) -> None:
        self._publish = None

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def say(self, message: object, to: str | None = None) -> None:
        if self._publish is None:
            return
        names = (to,) if to else self._books if isinstance(message, BookObserved) else self._facts
        for name in names:
            self._publish(name, message)


class PaperDesk:
    """A paper venue, its market, and everything it said."""

    def __init__(self, model: FillModel = FillModel.QUEUE) -> None:
        self.clock, self.feed = Clock(), MarketFeed()
        opening = AccountOpening(US, D(1000), D(1000), 50)
        self.venue = PaperVenue(self.feed, opening, model, self.clock, random.Random(1), LATENCY_NS)
        self.heard: list[tuple[str, object]] = []
        self.venue.attach(lambda name, message: self.heard.append((name, message)), ("router",), ("market",))

    def ask(self, request: object) -> object:
        """The answer to a request, a second later."""
        answers: list[object] = []
        self.venue.submit("router", request, answers.append)
        self.clock.pass_time()
        (answer,) = answers
        return answer

    def market(self, closed: LedgerClosed, seen: BookObserved | None = None) -> None:
        """One ledger and its book."""
        self.feed.say(closed)
        self.feed.say(seen if seen is not None else book(ledger=closed.ledger_index))
        self.clock.pass_time()

    def ledgers(self) -> list[LedgerClosed]:
        return [message for name, message in self.heard if name == "router" and isinstance(message, LedgerClosed)]


def desk_with_a_ledger() -> PaperDesk:
    desk = PaperDesk()
    desk.market(ledger(100))
    return desk
