"""Ledger closes are counted from the decision to the ledger that validated it."""

from __future__ import annotations

from decimal import Decimal

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.journal import SubmissionPrepared, SubmissionPurpose
from neo.domain.messages.quoting import QuotesProposed
from neo.domain.messages.session import CancelEverything, EverythingCanceled
from neo.domain.messages.storage import Persist
from neo.domain.messages.venue import LedgerClosed, TransactionKind, ValidatedTransaction
from neo.harness.live.stopwatch import LedgerStopwatch

ZERO = Decimal(0)


def decision() -> Envelope:
    return Envelope(QuotesProposed(1, "xrpl", "XRP/RLUSD", None, (), 0, 0), names.STRATEGY, names.RISK)


def sent(*hashes: str, purpose: SubmissionPurpose = SubmissionPurpose.REPLACE) -> Envelope:
    events = tuple(SubmissionPrepared(hash_, "o", "xrpl", purpose, 1, 9, 10) for hash_ in hashes)
    return Envelope(Persist(1, events), names.ORDER_ROUTER, names.STATE_WRITER)


def closed(index: int, *hashes: str) -> Envelope:
    own = tuple(
        ValidatedTransaction(hash_, index, 0, 0, TransactionKind.OFFER_CREATE, "r", 1, "tesSUCCESS", 10, ZERO, ZERO)
        for hash_ in hashes
    )
    return Envelope(LedgerClosed("xrpl", index, 0, 10, 10, 0, 0, own), "", names.ORDER_ROUTER)


def watched(*envelopes: Envelope) -> LedgerStopwatch:
    watch = LedgerStopwatch()
    for envelope in envelopes:
        watch.seen(envelope)
    return watch


def test_a_requote_counts_until_its_second_side_is_validated() -> None:
    watch = watched(closed(10), decision(), sent("a", "b"), closed(11, "a"), closed(12, "b"))

    assert (watch.requotes, watch.lost) == ([2], 0)


def test_one_side_alone_and_cancels_are_no_requotes() -> None:
    one = watched(closed(10), decision(), sent("a"), closed(11, "a"))
    cancel = watched(closed(10), decision(), sent("a", "b", purpose=SubmissionPurpose.CANCEL), closed(11, "a", "b"))

    assert one.requotes == cancel.requotes == []


def test_what_no_ledger_takes_is_lost_and_no_sample() -> None:
    watch = watched(closed(10), decision(), sent("a", "b"), closed(11, "a"), closed(31))

    assert (watch.requotes, watch.lost) == ([], 1)


def test_a_cancel_counts_until_it_is_verified() -> None:
    order = Envelope(CancelEverything(1), names.SUPERVISOR, names.ORDER_ROUTER)
    verified = Envelope(EverythingCanceled(2, ()), names.ORDER_ROUTER, names.SUPERVISOR)
    doubtful = Envelope(EverythingCanceled(1, ("order 7",)), names.ORDER_ROUTER, names.SUPERVISOR)
    nothing = Envelope(EverythingCanceled(0, ()), names.ORDER_ROUTER, names.SUPERVISOR)

    assert watched(closed(10), order, closed(11), verified).cancels == [1]
    assert watched(closed(10), order, closed(11), doubtful).cancels == []
    assert watched(closed(10), order, nothing).cancels == []
