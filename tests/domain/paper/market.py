"""A real market in small numbers, and imagined offers in it."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.choices import FillModel
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import (
    BookObserved,
    LedgerClosed,
    Level,
    MarketTrade,
    PoolView,
    SignedTransaction,
    TransactionKind,
    UnsignedTransaction,
)
from neo.domain.paper.account import AccountOpening, PaperAccount, opened
from neo.domain.paper.fill_model import Funds
from neo.domain.paper.ledger import PaperClose, close_ledger
from neo.domain.paper.offer import PaperOffer
from neo.domain.units import NS_PER_S, ripple_time_s

D = Decimal
US = "rUs"
START_NS = 1_700_000_000 * NS_PER_S
CLOSE_NS = 4 * NS_PER_S
RICH = Funds(D(1_000_000), D(1_000_000))
TOUCH, THROUGH, QUEUE = FillModel.TOUCH, FillModel.TRADE_THROUGH, FillModel.QUEUE


def bid(
    price: str | Decimal = "0.5", base: str | Decimal = "30", sequence: int = 1, ahead: str | None = "0"
) -> PaperOffer:
    return _offer(Side.BUY, D(price), D(base), sequence, ahead)


def ask(
    price: str | Decimal = "0.6", base: str | Decimal = "30", sequence: int = 2, ahead: str | None = "0"
) -> PaperOffer:
    return _offer(Side.SELL, D(price), D(base), sequence, ahead)


def _offer(side: Side, price: Decimal, base: Decimal, sequence: int, ahead: str | None) -> PaperOffer:
    before = None if ahead is None else D(ahead)
    return PaperOffer(sequence, side, price, base, price * base, None, before, before or D(0))


def levels(*rows: tuple[str, str]) -> tuple[Level, ...]:
    return tuple(Level(D(price), D(quantity)) for price, quantity in rows)


def sold(price: str | Decimal, quantity: str | Decimal, *, pool: bool = False) -> MarketTrade:
    """Somebody sold: to the bids, or to the pool."""
    return MarketTrade(D(price), D(quantity), Side.SELL, pool)


def bought(price: str | Decimal, quantity: str | Decimal, *, pool: bool = False) -> MarketTrade:
    return MarketTrade(D(price), D(quantity), Side.BUY, pool)


def book(
    *trades: MarketTrade,
    bids: tuple[Level, ...] = levels(("0.49", "1000")),
    asks: tuple[Level, ...] = levels(("0.61", "1000")),
    pool: PoolView | None = None,
    ledger: int = 101,
) -> BookObserved:
    return BookObserved("xrpl", "XRP/RLUSD", START_NS, ledger, bids, asks, pool, trades)


def ledger(index: int = 101, fee: int = 10) -> LedgerClosed:
    close_ns = START_NS + (index - 100) * CLOSE_NS
    return LedgerClosed("xrpl", index, close_ns, 10, fee, 1_000_000, 200_000, ())


def account(
    *offers: PaperOffer, base: str = "1000", quote: str = "1000", sequence: int = 50, tickets: tuple[int, ...] = ()
) -> PaperAccount:
    fresh = opened(AccountOpening(US, D(base), D(quote), sequence))
    return PaperAccount(fresh.account, fresh.base, fresh.quote, fresh.sequence, offers, tickets)


def signed(
    sequence: int = 50,
    kind: TransactionKind = TransactionKind.OFFER_CREATE,
    side: Side = Side.BUY,
    price: str = "0.5",
    base: str = "30",
    fee: int = 10,
    last: int = 105,
    replaces: int | None = None,
    expires_in_s: int | None = None,
    ticket: int | None = None,
    tickets: int | None = None,
) -> SignedTransaction:
    """A transaction of ours with the hash H<sequence>, or H<ticket>t."""
    creates = kind is TransactionKind.OFFER_CREATE
    name = f"H{sequence}" if ticket is None else f"H{ticket}t"
    return SignedTransaction(
        name,
        UnsignedTransaction(
            kind,
            US,
            sequence if ticket is None else 0,
            fee,
            last,
            side if creates else None,
            D(base) if creates else None,
            D(base) * D(price) if creates else None,
            replaces,
            ripple_time_s(START_NS) + expires_in_s if expires_in_s is not None else None,
            passive=creates,
            ticket_sequence=ticket,
            ticket_count=tickets,
        ),
    )


def close(
    who: PaperAccount,
    *waiting: SignedTransaction,
    seen: BookObserved | None = None,
    at: LedgerClosed | None = None,
    model: FillModel = QUEUE,
) -> PaperClose:
    closed = at if at is not None else ledger()
    return close_ledger(model, who, waiting, closed, seen or book(), closed.close_time_ns - CLOSE_NS)
