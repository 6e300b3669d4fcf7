"""One real ledger, lived through by the imagined account: what it filled, and what its own transactions did.

First the others: what traded in this ledger met offers that rested before it, so an offer that is cancelled in the same
ledger may still fill, which is the dear case. Then our transactions, by sequence, tickets after them; what could not go
into this ledger waits until its LastLedgerSequence. Fees, reserves and result codes are those of the real ledger, as far
as these transactions can meet them (https://xrpl.org/docs/references/protocol/transactions/transaction-results).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import attrs

from neo.domain.changed import changed
from neo.domain.config.choices import FillModel
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import (
    BookObserved,
    LedgerClosed,
    OfferChange,
    OfferChangeKind,
    SignedTransaction,
    TransactionKind,
    ValidatedTransaction,
)
from neo.domain.paper.account import PaperAccount
from neo.domain.paper.fill_model import Funds, OfferFill, fill_resting
from neo.domain.paper.transacting import Applied, apply
from neo.domain.units import ZERO, ripple_time_s
from neo.records import frozen

#: Sender of the transactions that fill our offers: nobody's address.
OTHERS = "paper-market"


@frozen
class PaperClose:
    """The account after a ledger, what happened to it there in ledger order, and what still waits to get in."""

    account: PaperAccount
    transactions: tuple[ValidatedTransaction, ...]
    waiting: tuple[SignedTransaction, ...]


def close_ledger(
    model: FillModel,
    account: PaperAccount,
    waiting: Sequence[SignedTransaction],
    ledger: LedgerClosed,
    book: BookObserved | None,
    previous_close_ns: int,
    last_book: BookObserved | None = None,
) -> PaperClose:
    """Live through `ledger`. Without its `book` nothing that rests fills: what was not seen did not happen.

    `previous_close_ns` is the close before: the ledger judges Expiration by it. `last_book` is the newest known: what comes
    new takes from it, and queues in it, when the ledger's own is missing.
    """
    parent_s = ripple_time_s(previous_close_ns)
    happened: list[ValidatedTransaction] = []
    account = _drop_expired(account, ledger, parent_s, happened)
    if book is not None:
        account = _fill(model, account, ledger, book, happened)
    account, left = _apply_all(account, waiting, ledger, book or last_book, parent_s, happened)
    return PaperClose(account, tuple(happened), left)


def _drop_expired(
    account: PaperAccount, ledger: LedgerClosed, parent_s: int, happened: list[ValidatedTransaction]
) -> PaperAccount:
    expired = [o for o in account.offers if o.expiration_s is not None and o.expiration_s <= parent_s]
    for offer in expired:
        change = OfferChange(
            offer.sequence, offer.side, OfferChangeKind.DELETED, offer.base, offer.base, offer.quote, offer.quote
        )
        happened.append(_by_others(account, ledger, len(happened), f"{offer.sequence}:expired", change))
    return changed(account, offers=tuple(o for o in account.offers if o not in expired)) if expired else account


def _fill(
    model: FillModel,
    account: PaperAccount,
    ledger: LedgerClosed,
    book: BookObserved,
    happened: list[ValidatedTransaction],
) -> PaperAccount:
    funds = Funds(max(ZERO, account.offerable_base(ledger)), account.quote)
    outcome = fill_resting(model, account.offers, book, funds)
    for fill in outcome.fills:
        sign = 1 if fill.before.side is Side.BUY else -1
        name = f"{fill.before.sequence}:filled"
        happened.append(
            attrs.evolve(
                _by_others(account, ledger, len(happened), name, _change(fill)),
                base_delta=sign * fill.base,
                quote_delta=-sign * fill.quote,
            )
        )
        account = changed(account, base=account.base + sign * fill.base, quote=account.quote - sign * fill.quote)
    return changed(account, offers=outcome.resting)


def _change(fill: OfferFill) -> OfferChange:
    before, after = fill.before, fill.after
    return OfferChange(
        before.sequence,
        before.side,
        OfferChangeKind.DELETED if after is None else OfferChangeKind.MODIFIED,
        before.base,
        before.base - fill.base,
        before.quote,
        before.quote - fill.quote,
    )


def _by_others(
    account: PaperAccount, ledger: LedgerClosed, position: int, name: str, change: OfferChange
) -> ValidatedTransaction:
    text = f"{account.account}|{ledger.ledger_index}|{name}"
    return ValidatedTransaction(
        hash=sha256(text.encode()).hexdigest().upper(),
        ledger_index=ledger.ledger_index,
        position=position,
        close_time_ns=ledger.close_time_ns,
        kind=TransactionKind.OFFER_CREATE,
        account=OTHERS,
        sequence=0,
        result="tesSUCCESS",
        fee_drops=0,
        base_delta=ZERO,
        quote_delta=ZERO,
        offers=(change,),
    )


def _apply_all(
    account: PaperAccount,
    waiting: Sequence[SignedTransaction],
    ledger: LedgerClosed,
    book: BookObserved | None,
    parent_s: int,
    happened: list[ValidatedTransaction],
) -> tuple[PaperAccount, tuple[SignedTransaction, ...]]:
    left: list[SignedTransaction] = []
    for signed in sorted(waiting, key=_canonical):
        asked = signed.transaction
        if asked.last_ledger_sequence < ledger.ledger_index:
            continue
        if _must_wait(account, signed, ledger):
            left.append(signed)
            continue
        applied = apply(account, asked, ledger, book, parent_s)
        if applied is None:
            continue
        account = applied.account
        happened.append(_own(signed, applied, ledger, len(happened)))
    return account, tuple(one for one in left if one.transaction.last_ledger_sequence > ledger.ledger_index)


def _canonical(signed: SignedTransaction) -> tuple[bool, int, int]:
    asked = signed.transaction
    return asked.ticket_sequence is not None, asked.ticket_sequence or asked.sequence, asked.fee_drops


def _must_wait(account: PaperAccount, signed: SignedTransaction, ledger: LedgerClosed) -> bool:
    asked = signed.transaction
    if asked.fee_drops < max(ledger.base_fee_drops, ledger.open_ledger_fee_drops):
        return True
    if asked.ticket_sequence is not None:
        return asked.ticket_sequence not in account.tickets and asked.ticket_sequence >= account.sequence
    return asked.sequence > account.sequence


def _own(signed: SignedTransaction, applied: Applied, ledger: LedgerClosed, position: int) -> ValidatedTransaction:
    asked = signed.transaction
    return ValidatedTransaction(
        hash=signed.hash,
        ledger_index=ledger.ledger_index,
        position=position,
        close_time_ns=ledger.close_time_ns,
        kind=asked.kind,
        account=asked.account,
        sequence=asked.sequence,
        result=applied.result,
        fee_drops=asked.fee_drops,
        base_delta=applied.base_delta,
        quote_delta=applied.quote_delta,
        offers=applied.offers,
        ticket_sequence=asked.ticket_sequence,
        tickets_created=applied.tickets_created,
    )
