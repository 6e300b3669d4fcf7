"""Accounts of a real ledger as if neo had traded them: every drop of every recorded transaction has its place in the books.

Once as another wallet's doing (everything is adopted), once as neo's own (every order and its submission are known).
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    FeeCharged,
    FillRecorded,
    JournalEvent,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.venue import TransactionKind, ValidatedTransaction
from neo.domain.orders.lifecycle import OrderState
from neo.domain.orders.order import Order, Submission
from neo.domain.orders.reconciliation import QUOTE_TOLERANCE
from neo.domain.orders.router_state import Journal, RouterSetup, RouterState, Unexplained
from neo.domain.orders.verdicts import read_ledgers
from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.xrpl.wire.envelope import open_transaction
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.contract.recorded_ledger import Json, RecordedLedger, recorded
from tests.domain.orders.desk import PLACE
from tests.domain.samples import strategy

ROLES = ("maker", "taker", "other", "poor")
SCENARIOS = (
    "03_quoting",
    "04_crossing",
    "05_failures",
    "06_reserve",
    "07_amm",
    "09_fee_queue",
    "11_transfer_fee_tick",
    "12_freeze_clawback",
    "13_payments",
    "16_tickets",
    "17_same_ledger",
    "18_trust_line_by_offer",
    "21_random_book",
    "22_random_book_amm",
)
#: Kinds that move money without a trade.
MOVERS = frozenset(TransactionKind) - {
    TransactionKind.OFFER_CREATE,
    TransactionKind.OFFER_CANCEL,
    TransactionKind.TICKET_CREATE,
}


def history(ledger: RecordedLedger, pair: WirePair) -> list[tuple[ValidatedTransaction, Json]]:
    last = max(ledger.transactions, default=0)
    read = ((parse_transaction(pair, open_transaction(entry)), entry) for entry in ledger.between(0, last))
    return [(transaction, entry) for transaction, entry in read if transaction is not None]


def router_setup(account: str) -> RouterSetup:
    return RouterSetup(PLACE, account, "run.1", 2000, 4, strategy())


def read_all(
    state: RouterState, account: str, done: list[ValidatedTransaction]
) -> tuple[RouterState, list[JournalEvent], list[str]]:
    """Ledger by ledger, as they were validated."""
    events: list[JournalEvent] = []
    riddles: list[str] = []
    for index in sorted({one.ledger_index for one in done}):
        news = [one for one in done if one.ledger_index == index]
        state, outputs = read_ledgers(router_setup(account), state, news, index)
        for output in outputs:
            if isinstance(output, Journal):
                events.extend(output.events)
            elif isinstance(output, Unexplained):
                riddles.append(output.detail)
    return state, events, riddles


def booked(events: list[JournalEvent]) -> tuple[Decimal, Decimal]:
    """What the books make of it: trades, fees and capital."""
    base = quote = ZERO
    for event in events:
        if isinstance(event, FillRecorded):
            sign = 1 if event.side is Side.BUY else -1
            base, quote = base + sign * event.base_quantity, quote - sign * event.quote_quantity
        elif isinstance(event, FeeCharged | CapitalRecorded):
            amount = -event.amount if isinstance(event, FeeCharged) else event.amount
            base, quote = (base + amount, quote) if event.asset == "XRP" else (base, quote + amount)
    return base, quote


def moved(done: list[ValidatedTransaction]) -> tuple[Decimal, Decimal]:
    """What the ledger says."""
    return (
        sum((one.base_delta - drops_to_xrp(one.fee_drops) for one in done), ZERO),
        sum((one.quote_delta for one in done), ZERO),
    )


CASES = [(name, role) for name in SCENARIOS for role in ROLES if role in recorded(name).accounts]


@pytest.mark.parametrize(("name", "role"), CASES)
def test_another_wallets_doing_is_booked_to_the_drop(name: str, role: str) -> None:
    ledger = recorded(name, "issuer2" if name.startswith("11") else "rlusd")
    pair = ledger.pair(role)
    done = [one for one, _ in history(ledger, pair)]

    _, events, riddles = read_all(RouterState(ledger_index=0), pair.account, done)

    assert riddles == []
    base, quote = booked(events)
    assert (base, quote) == moved(done)
    kinds = {one.hash: one.kind for one in done}
    for event in events:
        if isinstance(event, CapitalRecorded):
            assert kinds[event.event_id.rpartition(":")[0]] in MOVERS, event


@pytest.mark.parametrize(("name", "role"), CASES)
def test_our_own_orders_are_booked_to_the_drop_and_every_one_has_its_verdict(name: str, role: str) -> None:
    ledger = recorded(name, "issuer2" if name.startswith("11") else "rlusd")
    pair = ledger.pair(role)
    read = history(ledger, pair)
    done = [one for one, _ in read]
    state = as_if_ours(pair, read)

    state, events, riddles = read_all(state, pair.account, done)

    assert riddles == []
    assert booked(events) == moved(done)
    assert state.submissions == {}
    resolved = {event.hash: event.result for event in events if isinstance(event, SubmissionResolved)}
    assert resolved == {one.hash: one.result for one in done if one.account == pair.account and _is_ours(one)}
    for order in state.orders.values():
        assert order.state in (OrderState.OPEN, OrderState.PARTIALLY_FILLED)


def as_if_ours(pair: WirePair, read: list[tuple[ValidatedTransaction, Json]]) -> RouterState:
    """A router that has sent every OfferCreate and OfferCancel of the account, and waits for all of them."""
    orders: dict[str, Order] = {}
    submissions: dict[str, Submission] = {}
    for one, entry in read:
        if one.account != pair.account or not _is_ours(one):
            continue
        name = one.sequence if one.ticket_sequence is None else one.ticket_sequence
        sent = entry["tx_json"]
        order = _order_of(pair, sent, name) if one.kind is TransactionKind.OFFER_CREATE else None
        if order is not None:
            orders[order.order_id] = order
        target = f"o{sent.get('OfferSequence')}"
        purpose = SubmissionPurpose.CANCEL if order is None else SubmissionPurpose.PLACE
        submissions[one.hash] = Submission(
            one.hash,
            target if order is None else order.order_id,
            purpose,
            one.sequence,
            10**9,
            ticket_sequence=one.ticket_sequence,
        )
    return RouterState(orders=orders, submissions=submissions, ledger_index=0)


def _is_ours(one: ValidatedTransaction) -> bool:
    return one.kind in (TransactionKind.OFFER_CREATE, TransactionKind.OFFER_CANCEL)


def _order_of(pair: WirePair, sent: Json, name: int) -> Order | None:
    """None for an offer in another pair."""
    pays, gets = sent["TakerPays"], sent["TakerGets"]
    side = Side.SELL if isinstance(gets, str) else Side.BUY
    drops, token = (gets, pays) if side is Side.SELL else (pays, gets)
    if not isinstance(drops, str) or not isinstance(token, dict) or token["issuer"] != pair.issuer:
        return None
    base, quote = drops_to_xrp(int(drops)), Decimal(token["value"])
    return Order(f"o{name}", side, 0, quote / base, base, quote, name, OrderState.SUBMITTED)


def test_the_transfer_fee_of_a_filled_bid_is_a_fee_and_not_a_withdrawal() -> None:
    ledger = recorded("11_transfer_fee_tick", "issuer2")
    pair = ledger.pair("maker")
    done = [one for one, _ in history(ledger, pair)]

    _, events, _ = read_all(RouterState(ledger_index=0), pair.account, done)

    fees = [event for event in events if isinstance(event, FeeCharged) and event.asset == "RLUSD"]
    (paid,) = fees
    bought = [
        e for e in events if isinstance(e, FillRecorded) and e.side is Side.BUY and e.transaction_hash in paid.fee_id
    ]
    assert abs(paid.amount - bought[0].quote_quantity * Decimal("0.002")) < QUOTE_TOLERANCE


def test_what_the_issuer_clawed_back_is_capital_of_its_own_kind() -> None:
    ledger = recorded("12_freeze_clawback")
    found = []
    for role in ROLES[:2]:
        pair = ledger.pair(role)
        done = [one for one, _ in history(ledger, pair)]
        _, events, _ = read_all(RouterState(ledger_index=0), pair.account, done)
        found += [e for e in events if isinstance(e, CapitalRecorded) and e.kind is CapitalKind.CLAWBACK]

    assert found
    assert all(event.asset == "RLUSD" and event.amount < ZERO and "clawback" in event.note for event in found)


def test_money_put_into_the_pool_by_hand_is_neither_deposit_nor_withdrawal() -> None:
    ledger = recorded("07_amm")
    pair = ledger.pair("maker")
    done = [one for one, _ in history(ledger, pair)]

    _, events, _ = read_all(RouterState(ledger_index=0), pair.account, done)

    moved_by_hand = [e for e in events if isinstance(e, CapitalRecorded)]
    assert {event.kind for event in moved_by_hand} >= {CapitalKind.POOL}
