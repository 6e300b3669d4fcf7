"""One account on one ledger, and the messages that reach its order router."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import JournalEvent, SubmissionPurpose
from neo.domain.messages.quoting import Quote, QuotesApproved
from neo.domain.messages.storage import AssetBalance, OrderRecord, Recovery, SubmissionRecord
from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    LedgerClosed,
    OfferChange,
    OfferChangeKind,
    OpenOffer,
    OpenOffers,
    SignedTransaction,
    TransactionKind,
    UnsignedTransaction,
    ValidatedTransaction,
)
from neo.domain.orders.fills import Place
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.order import Order, Submission
from neo.domain.orders.router_state import Journal, RouterOutput, RouterSetup, RouterState
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS as START_NS
from tests.domain.samples import strategy

D = Decimal
US, THEM = "rUs", "rThem"
PLACE = Place("xrpl", "XRP/RLUSD", "XRP", "RLUSD", "s1")
SETUP = RouterSetup(PLACE, US, "run.1", 2000, 4, strategy())
LEDGER = 100
NEXT_SEQUENCE = 50


def sign(transaction: UnsignedTransaction) -> SignedTransaction:
    """A hash that a reader of a failing test recognises: T and its sequence, or K and its ticket."""
    ticket = transaction.ticket_sequence
    return SignedTransaction(f"T{transaction.sequence}" if ticket is None else f"K{ticket}", transaction)


def quote(side: Side = Side.BUY, price: str = "0.5", quantity: str = "30", level: int = 0) -> Quote:
    return Quote(side, level, D(price), D(quantity))


def approval(*quotes: Quote, tick: int = 1) -> QuotesApproved:
    return QuotesApproved(tick, "xrpl", "XRP/RLUSD", quotes, START_NS, START_NS)


def order(sequence: int = 10, side: Side = Side.BUY, state: OrderState = OrderState.OPEN, **changes: Any) -> Order:
    values: dict[str, Any] = {
        "order_id": f"o{sequence}",
        "side": side,
        "level": 0,
        "price": D("0.5"),
        "quantity": D(30),
        "quote_quantity": D(15),
        "offer_sequence": sequence,
        "state": state,
    }
    return Order(**(values | changes))


def submission(
    sequence: int = 10,
    purpose: SubmissionPurpose = SubmissionPurpose.PLACE,
    order_id: str | None = None,
    target_id: str | None = None,
    last_ledger: int = LEDGER + 4,
    ticket: int | None = None,
) -> Submission:
    name = f"T{sequence}" if ticket is None else f"K{ticket}"
    return Submission(
        name, order_id or f"o{sequence}", purpose, sequence, last_ledger, target_id, ticket_sequence=ticket
    )


def router(*orders: Order, submissions: tuple[Submission, ...] = (), **changes: Any) -> RouterState:
    """A router in the middle of trading."""
    values: dict[str, Any] = {
        "orders": {o.order_id: o for o in orders},
        "submissions": {s.hash: s for s in submissions},
        "ledger_index": LEDGER,
        "cursor_journaled": LEDGER,
        "next_sequence": NEXT_SEQUENCE,
        "sequence_doubtful": False,
        "trading": True,
    }
    return RouterState(**(values | changes))


def change(
    sequence: int,
    kind: OfferChangeKind,
    base: tuple[str, str],
    quote: tuple[str, str],
    side: Side = Side.BUY,
) -> OfferChange:
    return OfferChange(sequence, side, kind, D(base[0]), D(base[1]), D(quote[0]), D(quote[1]))


def created(sequence: int, base: str = "30", quote: str = "15", side: Side = Side.BUY) -> OfferChange:
    return change(sequence, OfferChangeKind.CREATED, (base, base), (quote, quote), side)


def deleted(sequence: int, left: str = "30", quote_left: str = "15", side: Side = Side.BUY) -> OfferChange:
    """Taken off the book with nothing traded."""
    return change(sequence, OfferChangeKind.DELETED, (left, left), (quote_left, quote_left), side)


def eaten(sequence: int, base: str = "30", quote: str = "15", side: Side = Side.BUY) -> OfferChange:
    """Traded to the end."""
    return change(sequence, OfferChangeKind.DELETED, (base, "0"), (quote, "0"), side)


def bitten(sequence: int, base: tuple[str, str], quote: tuple[str, str], side: Side = Side.BUY) -> OfferChange:
    return change(sequence, OfferChangeKind.MODIFIED, base, quote, side)


def validated(
    hash_: str,
    *offers: OfferChange,
    account: str = US,
    ledger: int = LEDGER + 1,
    position: int = 0,
    kind: TransactionKind = TransactionKind.OFFER_CREATE,
    result: str = "tesSUCCESS",
    base: str = "0",
    quote: str = "0",
    fee_drops: int | None = None,
    sequence: int | None = None,
    ticket: int | None = None,
    tickets_created: tuple[int, ...] = (),
) -> ValidatedTransaction:
    if sequence is None:
        sequence = int(hash_[1:]) if hash_[1:].isdigit() and ticket is None else 0
    fee = (10 if account == US else 0) if fee_drops is None else fee_drops
    return ValidatedTransaction(
        hash_,
        ledger,
        position,
        START_NS,
        kind,
        account,
        sequence,
        result,
        fee,
        D(base),
        D(quote),
        offers,
        ticket,
        tickets_created,
    )


def closed(*transactions: ValidatedTransaction, ledger: int = LEDGER + 1, fee_drops: int = 10) -> LedgerClosed:
    return LedgerClosed("xrpl", ledger, START_NS, fee_drops, fee_drops, 1_000_000, 200_000, transactions)


def history(
    *transactions: ValidatedTransaction, first: int = LEDGER + 1, last: int = LEDGER + 3, complete: bool = True
) -> AccountTransactions:
    return AccountTransactions(US, first, last, complete, transactions)


def account(
    ledger: int = LEDGER,
    sequence: int = NEXT_SEQUENCE,
    base: str = "1000",
    quote: str = "1000",
    tickets: tuple[int, ...] = (),
) -> AccountState:
    return AccountState(US, ledger, START_NS, sequence, D(base), D(quote), 1, True, 1_000_000, 200_000, 10, 10, tickets)


def offers(*sequences: int, ledger: int = LEDGER) -> OpenOffers:
    return OpenOffers(US, ledger, tuple(OpenOffer(s, Side.BUY, D(30), D(15), None) for s in sequences))


def record(
    sequence: int | None = 10, state: OrderState = OrderState.OPEN, order_id: str | None = None, age_s: int = 60
) -> OrderRecord:
    return OrderRecord(
        order_id or f"o{sequence}",
        "xrpl",
        "XRP/RLUSD",
        Side.BUY,
        D("0.5"),
        D(30),
        D(15),
        0,
        state,
        sequence,
        D(0),
        D(0),
        START_NS - age_s * NS_PER_S,
    )


def books(
    *orders: OrderRecord,
    submissions: tuple[SubmissionRecord, ...] = (),
    cursor: int | None = LEDGER,
    base: str = "1000",
    quote: str = "1000",
    opened: bool = True,
) -> Recovery:
    return Recovery(
        7,
        orders,
        submissions,
        (AssetBalance("xrpl", "XRP", D(0), D(base)), AssetBalance("xrpl", "RLUSD", D(0), D(quote))),
        (("xrpl", cursor),) if cursor is not None else (),
        (("books.opened.xrpl", "{}"),) if opened else (),
        (),
    )


def journaled(outputs: tuple[RouterOutput, ...], kind: type[JournalEvent]) -> list[Any]:
    """The events of one kind that `outputs` want durable."""
    return [e for o in outputs if isinstance(o, Journal) for e in o.events if isinstance(e, kind)]


def submitted(outputs: tuple[RouterOutput, ...]) -> list[SignedTransaction]:
    return [signed for o in outputs if isinstance(o, Journal) for signed in o.then_submit]


def with_state(one: Order, state: OrderState) -> Order:
    return attrs.evolve(one, state=state)
