"""One ledger of the imagined account: fees, reserves, result codes and offers as on the real one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OfferChangeKind, PoolView, SignedTransaction, TransactionKind
from neo.domain.paper.ledger import close_ledger
from neo.domain.paper.preliminary import word_on
from neo.domain.units import ZERO
from tests.domain.paper.market import (
    CLOSE_NS,
    QUEUE,
    START_NS,
    D,
    account,
    ask,
    bid,
    book,
    bought,
    close,
    ledger,
    levels,
    signed,
    sold,
)

CANCEL, TICKETS = TransactionKind.OFFER_CANCEL, TransactionKind.TICKET_CREATE
FEE = D("0.00001")


def test_an_offer_rests_and_costs_a_fee_and_an_owned_object() -> None:
    closed = close(account(), signed(50))

    (transaction,) = closed.transactions
    assert (transaction.hash, transaction.result, transaction.fee_drops) == ("H50", "tesSUCCESS", 10)
    assert transaction.offers[0].kind is OfferChangeKind.CREATED
    assert closed.account.base == D(1000) - FEE
    assert closed.account.owner_count == 2
    assert closed.account.sequence == 51


def test_what_was_asked_for_and_what_rests_tells_what_was_taken_at_once() -> None:
    seen = book(asks=levels(("0.498", "10"), ("0.61", "1000")))

    closed = close(account(), signed(50, price="0.5", base="30"), seen=seen)

    (transaction,) = closed.transactions
    (created,) = transaction.offers
    assert (created.base_before, created.base_after) == (D(30), D(20))
    assert (transaction.base_delta, transaction.quote_delta) == (D(10), -D("4.98"))


def test_a_passive_order_takes_what_is_better_and_leaves_what_is_equal() -> None:
    better = close(account(), signed(50), seen=book(asks=levels(("0.49", "5"))))
    equal = close(account(), signed(50), seen=book(asks=levels(("0.5", "5"))))

    assert better.transactions[0].base_delta == 5
    assert equal.transactions[0].base_delta == ZERO


def test_a_passive_order_takes_from_the_pool() -> None:
    closed = close(account(), signed(50, price="0.5"), seen=book(pool=PoolView(D(10_000), D(4_900), 500)))

    (transaction,) = closed.transactions
    assert transaction.base_delta == 30
    assert D("14.7") < -transaction.quote_delta < D(15)  # between the pool's mid and our limit


def test_a_sell_that_gets_a_better_price_ends_when_it_has_the_quote_it_asked_for() -> None:
    """Without tfSell an offer ends with what it wants, not with what it gives."""
    closed = close(
        account(), signed(50, side=Side.SELL, price="0.5", base="30"), seen=book(bids=levels(("0.6", "900")))
    )

    (transaction,) = closed.transactions
    assert transaction.quote_delta == 15
    assert transaction.base_delta == -25
    assert not closed.account.offers


def test_an_offer_that_fills_in_the_ledger_of_its_cancel_is_filled() -> None:
    closed = close(account(bid("0.5", "30", 7)), _cancel(50, 7), seen=book(sold("0.4", "100")))

    filled, canceled = closed.transactions
    assert (filled.base_delta, filled.offers[0].kind) == (D(30), OfferChangeKind.DELETED)
    assert (canceled.result, canceled.offers) == ("tesSUCCESS", ())


def test_a_replacement_removes_the_old_offer_and_places_the_new_one_in_one_transaction() -> None:
    closed = close(account(bid("0.5", "30", 7)), signed(50, price="0.51", replaces=7))

    (transaction,) = closed.transactions
    assert [change.kind for change in transaction.offers] == [OfferChangeKind.DELETED, OfferChangeKind.CREATED]
    assert [offer.sequence for offer in closed.account.offers] == [50]


def test_an_expired_offer_is_gone_and_cannot_fill() -> None:
    placed = close(account(), signed(50, expires_in_s=4)).account

    early = close(placed, at=ledger(102), seen=book(sold("0.4", "1"), ledger=102))
    late = close(placed, at=ledger(103), seen=book(sold("0.4", "1"), ledger=103))

    assert early.transactions[0].base_delta == ZERO
    assert (early.account.offers, late.account.offers) == ((), ())
    assert close(placed, at=ledger(101), seen=book(sold("0.4", "1"))).transactions[0].base_delta == 1


def test_an_offer_that_is_expired_when_it_comes_costs_its_fee() -> None:
    closed = close(account(), signed(50, expires_in_s=0))

    assert closed.transactions[0].result == "tecEXPIRED"
    assert closed.account.base == D(1000) - FEE


def test_below_the_reserve_nothing_rests() -> None:
    closed = close(account(base="1.3"), signed(50))

    assert closed.transactions[0].result == "tecINSUF_RESERVE_OFFER"
    assert not closed.account.offers


def test_without_funds_nothing_rests() -> None:
    assert close(account(quote="0"), signed(50)).transactions[0].result == "tecUNFUNDED_OFFER"


def test_the_reserve_is_never_sold() -> None:
    resting = account(ask("0.6", "1000", 7), base="1000")

    closed = close(resting, seen=book(bought("0.7", "5000")))

    assert closed.account.base == D("1.4")  # base reserve, trust line, and the rest of this offer


def test_a_gap_in_the_sequence_waits_until_its_last_ledger() -> None:
    early = close(account(), signed(51, last=102))
    filled = close_ledger(QUEUE, early.account, (*early.waiting, signed(50)), ledger(102), None, START_NS + CLOSE_NS)
    too_late = close(early.account, *early.waiting, signed(50), at=ledger(103))

    assert early.transactions == ()
    assert [tx.hash for tx in filled.transactions] == ["H50", "H51"]
    assert [tx.hash for tx in too_late.transactions] == ["H50"]


def test_a_fee_below_the_open_ledgers_waits() -> None:
    busy = close(account(), signed(50, fee=10), at=ledger(101, fee=5000))
    calm = close(busy.account, *busy.waiting, at=ledger(102))

    assert busy.transactions == ()
    assert [tx.hash for tx in calm.transactions] == ["H50"]


def test_the_second_transaction_with_one_sequence_never_gets_in() -> None:
    closed = close(account(), signed(50, price="0.4"), signed(50, price="0.45"))

    assert len(closed.transactions) == 1
    assert closed.waiting == ()


def test_tickets_are_owned_objects_and_let_a_cancel_overtake_a_gap() -> None:
    made = close(account(bid(sequence=7)), signed(50, TICKETS, tickets=2))
    gap = signed(60, last=110)
    closed = close(made.account, gap, _cancel(0, 7, ticket=51), at=ledger(102))

    assert made.transactions[0].tickets_created == (51, 52)
    assert made.account.owner_count == 4
    assert [tx.ticket_sequence for tx in closed.transactions] == [51]
    assert closed.account.tickets == (52,)
    assert closed.account.offers == ()
    assert closed.account.sequence == 53


def test_an_offer_made_with_a_ticket_is_known_by_its_ticket() -> None:
    closed = close(account(tickets=(44,)), signed(ticket=44))

    assert [offer.sequence for offer in closed.account.offers] == [44]


@pytest.mark.parametrize(
    ("transaction", "word"),
    [
        (signed(50), "tesSUCCESS"),
        (signed(49), "tefPAST_SEQ"),
        (signed(52), "terPRE_SEQ"),
        (signed(50, last=101), "tefMAX_LEDGER"),
        (signed(50, fee=9), "telINSUF_FEE_P"),
        (signed(ticket=44), "tesSUCCESS"),
        (signed(ticket=45), "tefNO_TICKET"),
        (signed(ticket=99), "terPRE_TICKET"),
    ],
)
def test_the_first_word_is_that_of_a_real_server(transaction: SignedTransaction, word: str) -> None:
    assert word_on(account(tickets=(44,)), (), transaction, ledger(101)).result == word


def test_a_ledger_whose_book_was_not_seen_fills_nothing() -> None:
    closed = close_ledger(QUEUE, account(bid("0.5", "30", 7)), (signed(50),), ledger(101), None, START_NS)

    assert [tx.hash for tx in closed.transactions] == ["H50"]


prices = st.decimals("0.40", "0.60", places=2).map(str)
quantities = st.decimals("0.000001", "300", places=6).map(str)
steps = st.lists(
    st.tuples(st.sampled_from(Side), prices, quantities, prices, quantities, st.booleans()), min_size=1, max_size=12
)


@given(steps)
def test_the_account_is_what_it_began_with_and_what_its_transactions_say(
    plan: list[tuple[Side, str, str, str, str, bool]],
) -> None:
    who = start = account()
    base, quote = start.base, start.quote
    for number, (side, price, quantity, market_price, market_quantity, by_pool) in enumerate(plan):
        deal = sold if side is Side.BUY else bought
        pool = PoolView(D(10_000), D(10_000) * D(market_price), 500) if by_pool else None
        seen = book(
            deal(market_price, market_quantity),
            bids=levels(("0.45", market_quantity)),
            asks=levels(("0.55", market_quantity)),
            pool=pool,
            ledger=101 + number,
        )
        order = signed(50 + number, side=side, price=price, base=quantity, last=999)
        closed = close(who, order, at=ledger(101 + number), seen=seen)
        base += sum((tx.base_delta - Decimal(tx.fee_drops).scaleb(-6) for tx in closed.transactions), ZERO)
        quote += sum((tx.quote_delta for tx in closed.transactions), ZERO)
        who = closed.account

        assert (who.base, who.quote) == (base, quote)
        assert who.quote >= 0
        assert who.offerable_base(ledger()) >= -D("0.2") * len(who.offers)


def _cancel(sequence: int, offer: int, ticket: int | None = None) -> SignedTransaction:
    return signed(sequence, CANCEL, replaces=offer, ticket=ticket)
