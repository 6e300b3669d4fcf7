"""A recorded market as a gateway: every ledger that neo record stored, at its own time, on an injected scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import attrs

from neo.domain.messages.venue import BookObserved, LedgerClosed
from neo.domain.units import NS_PER_S
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.market_lines import read_market
from neo.records import frozen

Publish = Callable[[str, object], None]

#: Fees and reserves of the main network since December 2024; a recording has prices, not fees.
#: Source: https://xrpl.org/docs/concepts/accounts/reserves
BASE_FEE_DROPS = 10
#: How often ledgers close after the recording has ended.
CLOSE_EVERY_NS = 4 * NS_PER_S
RESERVE_BASE_DROPS = 1_000_000
RESERVE_INCREMENT_DROPS = 200_000


class Scheduler(Protocol):
    """Timers of one thread."""

    def now_ns(self) -> int: ...
    def after(self, delay_ns: int, callback: Callable[[], None], /) -> object: ...


@frozen
class RecordedSpan:
    """The market that files are about, and from when to when."""

    symbol: str
    starts_at_ns: int
    ends_at_ns: int


def span_of(paths: Sequence[Path]) -> RecordedSpan:
    """Reads everything once. ReplayDataError when something in it cannot be used, or there is no ledger at all."""
    first: BookObserved | None = None
    last: BookObserved | None = None
    for last in read_market(paths):
        first = first or last
    if first is None or last is None:
        raise ReplayDataError(paths[0], 0, "has no ledger", "record again when there is a market")
    return RecordedSpan(first.symbol, first.at_ns, last.at_ns)


class RecordedLedger:
    """Tells of each ledger, and then of its book, as a gateway to real nodes would. Nothing can be sent to it."""

    def __init__(self, paths: Sequence[Path], scheduler: Scheduler) -> None:
        self._books: Iterator[BookObserved] = read_market(paths)
        self._scheduler = scheduler
        self._publish: Publish | None = None
        self._facts_to: tuple[str, ...] = ()
        self._books_to: tuple[str, ...] = ()
        self._running = False
        self._last: BookObserved | None = None

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None:
        self._publish, self._facts_to, self._books_to = publish, facts_to, books_to

    def detach(self) -> None:
        """Tell nothing any more; time goes on."""
        self._publish = None

    def start(self) -> None:
        """Begin with the first ledger, at its time or at once if that has passed."""
        self._running = True
        self._await_next()

    def stop(self) -> None:
        self._running = False

    def _await_next(self) -> None:
        book = next(self._books, None) or self._standing_still()
        if book is not None:
            told = book
            self._scheduler.after(max(0, told.at_ns - self._scheduler.now_ns()), lambda: self._tell(told))

    def _standing_still(self) -> BookObserved | None:
        """After the last recorded ledger the market stands still, so that cancels still get into a ledger."""
        last = self._last
        if last is None:
            return None
        return attrs.evolve(last, ledger_index=last.ledger_index + 1, at_ns=last.at_ns + CLOSE_EVERY_NS, trades=())

    def _tell(self, book: BookObserved) -> None:
        if not self._running:
            return
        self._last = book
        publish = self._publish
        if publish is not None:
            closed = LedgerClosed(
                book.venue,
                book.ledger_index,
                book.at_ns,
                BASE_FEE_DROPS,
                BASE_FEE_DROPS,
                RESERVE_BASE_DROPS,
                RESERVE_INCREMENT_DROPS,
                (),
            )
            for name in self._facts_to:
                publish(name, closed)
            for name in self._books_to:
                publish(name, book)
        self._await_next()
