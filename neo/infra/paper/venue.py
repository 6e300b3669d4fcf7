"""The ledger port of mode paper: real ledgers and books pass through, our transactions stay here.

Stands between the engine and any gateway. What the gateway says of the real account is left out; what the imagined
account did in each real ledger is put in. Nothing is ever sent to the gateway but its start, its stop and its detach.

Everything happens in callbacks of the injected scheduler, one at a time: `submit` and what the gateway publishes may come
from any thread. The account lives as long as this object: a new process begins with what the books say, and with no offer
(docs/paper.md).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

import attrs

from neo.domain.config.choices import FillModel
from neo.domain.messages.venue import (
    AccountState,
    BookObserved,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    LedgerClosed,
    OpenOffers,
    PortError,
    PortFailed,
    SignedTransaction,
    SubmissionAnswered,
    SubmitTransaction,
)
from neo.domain.paper.account import AccountOpening, opened
from neo.domain.paper.ledger import close_ledger
from neo.domain.paper.preliminary import word_on
from neo.domain.ports import LEDGER_PORT
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.infra.paper.history import PaperHistory

Publish = Callable[[str, object], None]
Reply = Callable[[object], None]

#: A ledger whose book has not come by then is closed without one.
BOOK_PATIENCE_NS = 2 * NS_PER_S
#: An order that comes when a ledger's book is missing takes from one that is at most so many ledgers old.
BOOK_LEDGERS_MAX = 10
#: Under this name the gateway talks to us; what it says to others is passed on.
_HERE = "paper"
_NO_LEDGER = "no ledger was seen yet"


class Gateway(Protocol):
    """What is needed of the real gateway, and of the simulated one."""

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ...) -> None: ...
    def detach(self) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> object: ...


class Scheduler(Protocol):
    """Timers on one thread."""

    def after(self, delay_ns: int, callback: Callable[[], None], /) -> object: ...


class PaperVenue:
    """Port.submit for SubmitTransaction, FetchAccount, FetchOffers and FetchTransactions of the imagined account."""

    def __init__(
        self,
        gateway: Gateway,
        opening: AccountOpening,
        fill_model: FillModel,
        scheduler: Scheduler,
        rng: random.Random,
        latency_ns: int = 100 * NS_PER_MS,
    ) -> None:
        self.fill_model = fill_model
        self._gateway = gateway
        self._scheduler = scheduler
        self._rng = rng
        self._latency_ns = latency_ns
        self._account = opened(opening)
        self._history = PaperHistory(opening.account)
        self._waiting: tuple[SignedTransaction, ...] = ()
        self._ledger: LedgerClosed | None = None
        self._pending: LedgerClosed | None = None
        self._book: BookObserved | None = None
        self._publish: Publish | None = None
        self._facts_to: tuple[str, ...] = ()
        self._books_to: tuple[str, ...] = ()

    # ------------------------------------------------------------------------------------------------- life cycle

    def start(self) -> None:
        self._gateway.start()

    def stop(self) -> None:
        """The gateway ends; requests are still answered."""
        self._gateway.stop()

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None:
        """Push LedgerClosed with our imagined transactions to `facts_to`, BookObserved to `books_to`."""
        self._publish, self._facts_to, self._books_to = publish, facts_to, books_to
        # One name is enough: each message is wanted once, and handed on from here.
        self._gateway.attach(self._heard, (_HERE,), (_HERE,))

    def detach(self) -> None:
        """Push nothing any more; the account stands still until somebody is attached again."""
        self._publish = None
        self._gateway.detach()

    # ------------------------------------------------------------------------------------------- the real market

    def _heard(self, name: str, message: object) -> None:
        self._scheduler.after(0, lambda: self._take_in(name, message))

    def _take_in(self, name: str, message: object) -> None:
        if isinstance(message, LedgerClosed):
            self._ledger_closed(message)
        elif isinstance(message, BookObserved):
            self._book_observed(message)
        else:
            for receiver in self._facts_to if name == _HERE else (name,):
                self._push(receiver, message)

    def _ledger_closed(self, message: LedgerClosed) -> None:
        self._close_pending(None)  # the book of the one before never came
        if self._ledger is not None and message.ledger_index <= self._ledger.ledger_index:
            return
        self._pending = message
        if self._book is not None and self._book.ledger_index == message.ledger_index:
            self._close_pending(self._book)
        else:
            self._scheduler.after(BOOK_PATIENCE_NS, lambda: self._give_up_on(message.ledger_index))

    def _book_observed(self, message: BookObserved) -> None:
        self._book = message
        if self._pending is not None and message.ledger_index == self._pending.ledger_index:
            self._close_pending(message)
        for name in self._books_to:
            self._push(name, message)

    def _give_up_on(self, ledger_index: int) -> None:
        if self._pending is not None and self._pending.ledger_index == ledger_index:
            self._close_pending(None)

    def _close_pending(self, book: BookObserved | None) -> None:
        ledger, self._pending = self._pending, None
        if ledger is None:
            return
        previous_ns = self._ledger.close_time_ns if self._ledger is not None else ledger.close_time_ns
        closed = close_ledger(
            self.fill_model, self._account, self._waiting, ledger, book, previous_ns, self._recent_book(ledger)
        )
        self._account, self._waiting = closed.account, closed.waiting
        self._ledger = attrs.evolve(ledger, own_transactions=closed.transactions)
        self._history.add(ledger.ledger_index, closed.transactions)
        for name in self._facts_to:
            self._push(name, self._ledger)

    def _recent_book(self, ledger: LedgerClosed) -> BookObserved | None:
        """The newest book, unless it is so old that nobody would trade on it."""
        book = self._book
        return book if book is not None and ledger.ledger_index - book.ledger_index <= BOOK_LEDGERS_MAX else None

    def _push(self, name: str, message: object) -> None:
        if self._publish is not None:
            self._publish(name, message)

    def account_state(self) -> AccountState | None:
        """The imagined account as of the last ledger; None before the first."""
        return None if self._ledger is None else self._account.state_in(self._ledger)

    # --------------------------------------------------------------------------------------------------- requests

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing: an unknown request is answered as rejected."""
        del caller
        self._scheduler.after(self._delay_ns(), lambda: self._arrived(request, done))

    def _arrived(self, request: object, done: Reply) -> None:
        answer = self._carry_out(request)
        self._scheduler.after(self._delay_ns(), lambda: done(answer))

    def _delay_ns(self) -> int:
        """One way: half the latency, give or take a half of that."""
        return int(self._latency_ns * (0.25 + 0.5 * self._rng.random()))

    def _carry_out(self, request: object) -> object:
        ledger, account = self._ledger, self._account
        if ledger is None:
            return PortFailed(LEDGER_PORT, PortError.UNAVAILABLE, _NO_LEDGER)
        match request:
            case SubmitTransaction(signed=signed):
                return self._take_transaction(signed, ledger)
            case FetchAccount(account=account.account):
                return account.state_in(ledger)
            case FetchOffers(account=account.account):
                offers = tuple(offer.open_offer() for offer in account.offers)
                return OpenOffers(account.account, ledger.ledger_index, offers)
            case FetchTransactions(account=account.account, from_ledger=first, to_ledger=last):
                return self._history.between(first, last)
        what = type(request).__name__
        return PortFailed(LEDGER_PORT, PortError.REJECTED, f"the paper venue has no answer to this {what}")

    def _take_transaction(self, signed: SignedTransaction, ledger: LedgerClosed) -> SubmissionAnswered:
        word = word_on(self._account, self._waiting, signed, ledger)
        if word.taken:
            self._waiting = (*self._waiting, signed)
        return SubmissionAnswered(signed.hash, word.result, ledger.ledger_index)
