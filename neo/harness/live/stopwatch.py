"""How many ledgers a decision takes until the ledger has validated it. An observer of a live session."""

from __future__ import annotations

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.journal import SubmissionPrepared, SubmissionPurpose
from neo.domain.messages.quoting import QuotesProposed
from neo.domain.messages.session import CancelEverything, EverythingCanceled
from neo.domain.messages.storage import Persist
from neo.domain.messages.venue import LedgerClosed
from neo.records import define

_PLACING = (SubmissionPurpose.PLACE, SubmissionPurpose.REPLACE)


@define
class _Requote:
    """A decision that led to transactions: the newest validated ledger then, and what is not validated yet."""

    decided_in: int
    waiting: set[str]
    sides: int


class LedgerStopwatch:
    """`requotes` of both sides and `cancels` of everything, each as the number of ledger closes that it took.

    A decision taken when ledger N was the newest and validated in N+1 took one close. What the ledger never took is in `lost`.
    """

    def __init__(self) -> None:
        self.requotes: list[int] = []
        self.cancels: list[int] = []
        self.lost = 0
        self._ledger = 0
        self._decided_in = 0
        self._pending: list[_Requote] = []
        self._cancel_from: int | None = None

    def seen(self, envelope: Envelope) -> None:
        """Called for each message when it is sent."""
        message = envelope.message
        if isinstance(message, LedgerClosed):
            self._closed(message)
        elif isinstance(message, QuotesProposed):
            self._decided_in = self._ledger
        elif isinstance(message, Persist) and envelope.sender == names.ORDER_ROUTER:
            self._sent(message)
        elif isinstance(message, CancelEverything):
            self._cancel_from = self._ledger
        elif isinstance(message, EverythingCanceled) and self._cancel_from is not None:
            if message.canceled and not message.unverified:
                self.cancels.append(self._ledger - self._cancel_from)
            self._cancel_from = None

    def _sent(self, message: Persist) -> None:
        hashes = {e.hash for e in message.events if isinstance(e, SubmissionPrepared) and e.purpose in _PLACING}
        if hashes:
            self._pending.append(_Requote(self._decided_in, hashes, len(hashes)))

    def _closed(self, ledger: LedgerClosed) -> None:
        self._ledger = max(self._ledger, ledger.ledger_index)
        validated = {transaction.hash for transaction in ledger.own_transactions}
        for requote in list(self._pending):
            requote.waiting -= validated
            if not requote.waiting:
                self._pending.remove(requote)
                if requote.sides > 1:
                    self.requotes.append(ledger.ledger_index - requote.decided_in)
            elif ledger.ledger_index - requote.decided_in > 20:
                self._pending.remove(requote)
                self.lost += 1
