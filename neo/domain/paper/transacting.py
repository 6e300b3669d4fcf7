"""What one transaction of ours does to the imagined account: result code, offers, balances."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from neo.domain.changed import changed
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import (
    BookObserved,
    LedgerClosed,
    OfferChange,
    OfferChangeKind,
    TransactionKind,
    UnsignedTransaction,
)
from neo.domain.paper.account import PaperAccount
from neo.domain.paper.fill_model import QUOTE_STEP
from neo.domain.paper.flow import BASE_STEP
from neo.domain.paper.offer import PaperOffer, queued
from neo.domain.paper.taking import Order, Taken, take
from neo.domain.units import ZERO, drops_to_xrp
from neo.records import frozen

_SUCCESS = "tesSUCCESS"
#: An account holds at most so many tickets (rippled TicketCreate).
TICKETS_MAX = 250


@frozen
class Applied:
    """A transaction that is in the ledger: it paid its fee. Deltas are without the fee."""

    account: PaperAccount
    result: str
    offers: tuple[OfferChange, ...] = ()
    base_delta: Decimal = ZERO
    quote_delta: Decimal = ZERO
    tickets_created: tuple[int, ...] = ()


def apply(
    account: PaperAccount, asked: UnsignedTransaction, ledger: LedgerClosed, book: BookObserved | None, parent_s: int
) -> Applied | None:
    """None when it can never be in a ledger: its sequence or ticket is used up, or the fee cannot be paid."""
    paid = _fee_paid(account, asked)
    if paid is None:
        return None
    if asked.kind is TransactionKind.OFFER_CANCEL:
        return _cancel(paid, asked)
    if asked.kind is TransactionKind.TICKET_CREATE:
        return _create_tickets(paid, asked, ledger)
    if asked.kind is TransactionKind.OFFER_CREATE:
        return _create(paid, asked, ledger, book, parent_s)
    return None


def _fee_paid(account: PaperAccount, asked: UnsignedTransaction) -> PaperAccount | None:
    fee = drops_to_xrp(asked.fee_drops)
    if fee > account.base:
        return None
    if asked.ticket_sequence is not None:
        if asked.ticket_sequence not in account.tickets:
            return None
        left = tuple(ticket for ticket in account.tickets if ticket != asked.ticket_sequence)
        return changed(account, base=account.base - fee, tickets=left)
    if asked.sequence != account.sequence:
        return None
    return changed(account, base=account.base - fee, sequence=account.sequence + 1)


def _cancel(account: PaperAccount, asked: UnsignedTransaction) -> Applied:
    account, removed = _without(account, asked.offer_sequence)
    return Applied(account, _SUCCESS, removed)


def _without(account: PaperAccount, sequence: int | None) -> tuple[PaperAccount, tuple[OfferChange, ...]]:
    """A name that nothing has is no error: the ledger says tesSUCCESS to it."""
    offer = account.offer(sequence)
    if offer is None:
        return account, ()
    change = OfferChange(
        offer.sequence, offer.side, OfferChangeKind.DELETED, offer.base, offer.base, offer.quote, offer.quote
    )
    return changed(account, offers=tuple(o for o in account.offers if o is not offer)), (change,)


def _create_tickets(account: PaperAccount, asked: UnsignedTransaction, ledger: LedgerClosed) -> Applied:
    count = asked.ticket_count or 0
    if len(account.tickets) + count > TICKETS_MAX:
        return Applied(account, "tecDIR_FULL")
    if account.offerable_base(ledger, count) < ZERO:
        return Applied(account, "tecINSUFFICIENT_RESERVE")
    made = tuple(range(account.sequence, account.sequence + count))
    account = changed(account, sequence=account.sequence + count, tickets=(*account.tickets, *made))
    return Applied(account, _SUCCESS, tickets_created=made)


def _create(
    account: PaperAccount, asked: UnsignedTransaction, ledger: LedgerClosed, book: BookObserved | None, parent_s: int
) -> Applied:
    side, base, quote = asked.side, asked.base_quantity, asked.quote_quantity
    if side is None or base is None or quote is None:
        raise ValueError("an OfferCreate has a side and two amounts")
    if asked.expiration_s is not None and asked.expiration_s <= parent_s:
        return Applied(account, "tecEXPIRED")
    before = account
    account, removed = _without(account, asked.offer_sequence)
    funds = account.quote if side is Side.BUY else account.offerable_base(ledger)
    if funds <= ZERO:
        return Applied(before, "tecUNFUNDED_OFFER")
    order = Order(side, base, quote, funds, asked.passive)
    taken = take(order, book) if book is not None else Taken()
    rest = _rest(asked, order, taken)
    account = _paid(account, side, taken)
    if rest is not None and account.offerable_base(ledger, 1) < ZERO:
        if not taken.base:
            return Applied(before, "tecINSUF_RESERVE_OFFER")
        rest = None
    changes = removed
    if rest is not None:
        levels = () if book is None else book.bids if side is Side.BUY else book.asks
        account = changed(account, offers=(*account.offers, queued(rest, levels)))
        created = OfferChange(rest.sequence, side, OfferChangeKind.CREATED, base, rest.base, quote, rest.quote)
        changes = (*removed, created)
    sign = 1 if side is Side.BUY else -1
    return Applied(account, _SUCCESS, changes, sign * taken.base, -sign * taken.quote)


def _paid(account: PaperAccount, side: Side, taken: Taken) -> PaperAccount:
    sign = 1 if side is Side.BUY else -1
    return changed(account, base=account.base + sign * taken.base, quote=account.quote - sign * taken.quote)


def _rest(asked: UnsignedTransaction, order: Order, taken: Taken) -> PaperOffer | None:
    """What goes on resting: at the price asked for, as much as is missing of what the offer pays for."""
    if order.side is Side.BUY:
        base = order.base - taken.base
        quote = (order.quote * base / order.base).quantize(QUOTE_STEP, ROUND_DOWN)
    else:
        quote = order.quote - taken.quote
        base = min(order.base - taken.base, (order.base * quote / order.quote).quantize(BASE_STEP, ROUND_UP))
    if base <= ZERO or quote <= ZERO:
        return None
    sequence = asked.sequence if asked.ticket_sequence is None else asked.ticket_sequence
    return PaperOffer(sequence, order.side, order.limit, base, quote, asked.expiration_s)
