"""The ledger port of the simulated node: answers, pushes, and everything that may go wrong with them."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    BookObserved,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    LedgerClosed,
    OfferChangeKind,
    OpenOffers,
    PortError,
    PortFailed,
    SubmissionAnswered,
    SubmitTransaction,
    TransactionKind,
    UnsignedTransaction,
)
from neo.domain.units import NS_PER_S, ripple_time_s
from neo.infra.simulated.faults import NO_FAULTS, LedgerFaults
from neo.infra.simulated.gateway import GatewayPlan, SimulatedLedgerGateway
from neo.infra.simulated.genesis import Genesis, create_ledger
from neo.infra.simulated.market import Market, MarketPlan
from neo.infra.simulated.prices import ConstantPrice, PricePath
from neo.infra.simulated.signer import SimulatedSigner
from tests.infra.simulated.worlds import Clockwork

PRICE = Decimal("0.5")


class Desk:
    """A gateway with a quiet market, and everything that came out of it."""

    def __init__(self, faults: LedgerFaults = NO_FAULTS, path: PricePath | None = None, seed: int = 0) -> None:
        self.clock = Clockwork(seed=seed)
        ledger = create_ledger(Genesis("us", PRICE), ripple_time_s(self.clock.now_ns()))
        market = Market(ledger, path or ConstantPrice(PRICE), self.clock.rng_for("market"), MarketPlan())
        self.gateway = SimulatedLedgerGateway(self.clock, ledger, market, GatewayPlan(account="us"), faults)
        self.ledger = ledger
        self.pushed: list[tuple[str, object]] = []
        self.replies: list[object] = []
        self.signer = SimulatedSigner("us")
        self.gateway.attach(self.publish, ("router",), ("market-data",))
        self.gateway.start()

    def publish(self, name: str, message: object) -> None:
        self.pushed.append((name, message))

    def ask(self, request: object, wait_s: int = 1) -> object:
        before = len(self.replies)
        self.gateway.submit("router", request, self.replies.append)
        self.clock.run_for(wait_s * NS_PER_S)
        return self.replies[before] if len(self.replies) > before else None

    def offer(self, side: Side, xrp: str, price: str, **more: int) -> SubmitTransaction:
        base = Decimal(xrp)
        unsigned = UnsignedTransaction(
            TransactionKind.OFFER_CREATE,
            "us",
            more.get("sequence", self.ledger.state.sequence["us"]),
            10,
            self.ledger.index + 5,
            side,
            base,
            base * Decimal(price),
            more.get("offer_sequence"),
        )
        return SubmitTransaction(self.signer.sign(unsigned))

    def closes(self) -> list[LedgerClosed]:
        return [message for name, message in self.pushed if isinstance(message, LedgerClosed) and name == "router"]

    def run_closes(self, count: int) -> None:
        self.clock.run_for(count * 4 * NS_PER_S)


def test_a_submission_is_answered_at_once_and_proved_by_a_closed_ledger() -> None:
    desk = Desk()
    request = desk.offer(Side.BUY, "10", "0.4990")

    answer = desk.ask(request)
    desk.run_closes(2)

    assert answer == SubmissionAnswered(request.signed.hash, "tesSUCCESS", 1_000)
    proved = [transaction for closed in desk.closes() for transaction in closed.own_transactions]
    assert [(each.hash, each.result, each.fee_drops) for each in proved] == [(request.signed.hash, "tesSUCCESS", 10)]
    change = proved[0].offers[0]
    assert (change.kind, change.side, change.base_after) == (OfferChangeKind.CREATED, Side.BUY, Decimal(10))
    assert (proved[0].base_delta, proved[0].quote_delta) == (Decimal(0), Decimal(0))


def test_ledgers_are_pushed_in_order_about_every_four_seconds() -> None:
    desk = Desk()

    desk.run_closes(50)

    indexes = [closed.ledger_index for closed in desk.closes()]
    assert indexes == list(range(1_001, 1_001 + len(indexes)))
    assert 47 <= len(indexes) <= 53
    times = [closed.close_time_ns for closed in desk.closes()]
    assert times == sorted(set(times))


def test_a_fill_is_told_with_balances_without_the_fee_and_the_rest_of_the_offer() -> None:
    desk = Desk()
    desk.ask(desk.offer(Side.SELL, "100", "0.50005"))
    for _ in range(40):
        desk.run_closes(5)
        facts = [each for closed in desk.closes() for each in closed.own_transactions]
        if len(facts) > 1:
            break

    placed, fill = facts[0], facts[1]
    change = fill.offers[0]
    assert placed.offers[0].kind is OfferChangeKind.CREATED
    assert fill.account != "us" and fill.fee_drops == 0
    assert change.side is Side.SELL and change.sequence == placed.sequence
    assert fill.base_delta == change.base_after - change.base_before < 0
    assert fill.quote_delta == change.quote_before - change.quote_after > 0


def test_the_pushed_book_leaves_our_own_offers_out_and_shows_the_pool() -> None:
    desk = Desk()
    desk.ask(desk.offer(Side.BUY, "10", "0.49999"))
    desk.run_closes(3)

    book = [message for name, message in desk.pushed if name == "market-data"][-1]

    assert isinstance(book, BookObserved)
    assert desk.ledger.state.offers_of("us")
    assert book.bids[0].price < Decimal("0.49999") < Decimal("0.5") < book.asks[0].price
    assert [level.price for level in book.bids] == sorted((level.price for level in book.bids), reverse=True)
    assert [level.price for level in book.asks] == sorted(level.price for level in book.asks)
    assert book.pool is not None and abs(book.pool.mid - PRICE) < Decimal("0.001")


def test_account_offers_and_history_are_answered_from_validated_ledgers() -> None:
    desk = Desk()
    desk.run_closes(1)
    desk.clock.run_for(NS_PER_S)  # just behind a close: none falls between the questions
    desk.ask(desk.offer(Side.BUY, "10", "0.4990"), wait_s=0)
    desk.clock.run_for(NS_PER_S // 20)

    account, offers = desk.ask(FetchAccount("us"), 1), desk.ask(FetchOffers("us"), 1)
    desk.run_closes(2)
    later, history = desk.ask(FetchOffers("us")), desk.ask(FetchTransactions("us", 1_000, 0))

    assert isinstance(account, AccountState) and isinstance(offers, OpenOffers) and isinstance(later, OpenOffers)
    assert (account.base, account.quote, account.owner_count, account.sequence) == (
        Decimal(1_000),
        Decimal(1_000),
        1,
        1,
    )
    assert offers.offers == ()
    assert [offer.quote_quantity for offer in later.offers] == [Decimal("4.990")]
    assert isinstance(history, AccountTransactions) and history.complete
    assert [each.sequence for each in history.transactions] == [1]
    assert 1_002 <= history.to_ledger <= desk.ledger.index


def test_history_beyond_what_the_node_has_is_not_complete() -> None:
    desk = Desk()
    desk.run_closes(3)

    future = desk.ask(FetchTransactions("us", 1_000, 2_000))
    past = desk.ask(FetchTransactions("us", 1, 0))

    assert isinstance(future, AccountTransactions) and not future.complete
    assert isinstance(past, AccountTransactions) and not past.complete


@pytest.mark.parametrize("request_", [FetchAccount("nobody"), FetchTransactions("other", 1, 0), "nonsense"])
def test_impossible_requests_are_rejected_for_good(request_: object) -> None:
    answer = Desk().ask(request_)

    assert isinstance(answer, PortFailed) and answer.error is PortError.REJECTED


def test_a_cancel_takes_the_offer_out_and_keeps_its_amounts_in_the_record() -> None:
    desk = Desk()
    desk.ask(desk.offer(Side.BUY, "10", "0.49"))
    desk.run_closes(1)
    unsigned = UnsignedTransaction(TransactionKind.OFFER_CANCEL, "us", 2, 10, 2_000, offer_sequence=1)

    desk.ask(SubmitTransaction(desk.signer.sign(unsigned)))
    desk.run_closes(2)

    last = [each for closed in desk.closes() for each in closed.own_transactions][-1]
    assert last.kind is TransactionKind.OFFER_CANCEL
    assert [(c.kind, c.base_before, c.base_after) for c in last.offers] == [
        (OfferChangeKind.DELETED, Decimal(10), Decimal(10))
    ]


def test_an_unavailable_node_did_nothing() -> None:
    desk = Desk(LedgerFaults(unavailable=1.0))

    answer = desk.ask(desk.offer(Side.BUY, "10", "0.49"))
    desk.run_closes(2)

    assert isinstance(answer, PortFailed) and answer.error is PortError.UNAVAILABLE
    assert desk.ledger.state.sequence["us"] == 1


def test_a_rejected_submission_did_nothing_and_fetches_still_work() -> None:
    desk = Desk(LedgerFaults(rejected=1.0))

    answer = desk.ask(desk.offer(Side.BUY, "10", "0.49"))

    assert isinstance(answer, PortFailed) and answer.error is PortError.REJECTED
    assert isinstance(desk.ask(FetchAccount("us")), AccountState)
    assert desk.ledger.state.sequence["us"] == 1


def test_a_lost_request_has_no_answer_and_no_effect() -> None:
    desk = Desk(LedgerFaults(request_lost=1.0))

    assert desk.ask(desk.offer(Side.BUY, "10", "0.49")) is None
    assert desk.ledger.state.sequence["us"] == 1


def test_a_lost_reply_leaves_a_transaction_that_takes_effect_all_the_same() -> None:
    desk = Desk(LedgerFaults(reply_lost=1.0))

    answer = desk.ask(desk.offer(Side.BUY, "10", "0.49"))
    desk.run_closes(2)

    assert answer is None
    assert [each.result for closed in desk.closes() for each in closed.own_transactions] == ["tesSUCCESS"]


def test_a_late_reply_comes_after_its_usual_time_and_a_duplicate_comes_twice() -> None:
    late, twice = Desk(LedgerFaults(late_reply=1.0), seed=4), Desk(LedgerFaults(duplicate_reply=1.0))

    first_second = late.ask(FetchAccount("us"))
    late.clock.run_for(40 * NS_PER_S)
    twice.ask(FetchAccount("us"))

    assert first_second is None
    assert len(late.replies) == 1
    assert len(twice.replies) == 2 and twice.replies[0] == twice.replies[1]


def test_a_stale_node_pushes_nothing_and_leaves_a_gap_that_history_fills() -> None:
    desk = Desk(LedgerFaults(stale_ledger=1.0, stale_closes=4))
    desk.clock.run_for(10 * NS_PER_S)
    assert desk.pushed == []
    refused = desk.ask(FetchAccount("us"))

    desk.gateway.faults = NO_FAULTS
    desk.run_closes(6)
    history = desk.ask(FetchTransactions("us", 1_001, 0))

    assert isinstance(refused, PortFailed) and "not synced" in refused.detail
    assert desk.closes()[0].ledger_index == 1_005
    assert isinstance(history, AccountTransactions) and history.complete


def test_dropped_closes_leave_gaps_while_the_ledger_goes_on() -> None:
    desk = Desk(LedgerFaults(dropped_close=0.5))

    desk.run_closes(60)

    indexes = [closed.ledger_index for closed in desk.closes()]
    assert indexes == sorted(indexes)
    assert 10 < len(indexes) < 50
    assert desk.ledger.index >= 1_055


def test_the_ledger_outlives_the_engine_and_serves_the_next_one() -> None:
    desk = Desk()
    desk.ask(desk.offer(Side.SELL, "5", "0.6"))
    desk.gateway.detach()
    count = len(desk.pushed)
    desk.run_closes(5)
    assert len(desk.pushed) == count

    desk.gateway.attach(desk.publish, ("router",))
    desk.run_closes(2)
    history = desk.ask(FetchTransactions("us", 1_001, 0))

    assert len(desk.pushed) > count
    assert isinstance(history, AccountTransactions)
    assert [each.result for each in history.transactions] == ["tesSUCCESS"]


def test_deposits_and_withdrawals_arrive_as_payments() -> None:
    desk = Desk()
    desk.gateway.deposit(Decimal(250), xrp=False)
    desk.gateway.withdraw(Decimal(40), xrp=True)

    desk.run_closes(2)

    facts = {each.account: each for closed in desk.closes() for each in closed.own_transactions}
    assert facts["vault"].kind is TransactionKind.PAYMENT
    assert (facts["vault"].quote_delta, facts["vault"].fee_drops) == (Decimal(250), 0)
    assert (facts["us"].base_delta, facts["us"].fee_drops) == (Decimal(-40), 10)


def test_the_same_seed_gives_the_same_conversation() -> None:
    def conversation(seed: int) -> list[tuple[str, object]]:
        faults = LedgerFaults(unavailable=0.2, reply_lost=0.2, duplicate_reply=0.2, dropped_close=0.2, late_reply=0.2)
        desk = Desk(faults, seed=seed)
        for number in range(10):
            desk.ask(desk.offer(Side.BUY, "3", f"0.49{number}"), wait_s=3)
        return [*desk.pushed, *(("reply", reply) for reply in desk.replies)]

    assert conversation(1) == conversation(1)
    assert conversation(1) != conversation(2)


def test_probabilities_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="unavailable is a probability"):
        LedgerFaults(unavailable=1.5)


def test_equal_transactions_have_equal_hashes_and_other_accounts_are_not_signed_for() -> None:
    signer: SimulatedSigner = SimulatedSigner("us")
    one = UnsignedTransaction(TransactionKind.OFFER_CANCEL, "us", 2, 10, 2_000, offer_sequence=1)

    assert signer.sign(one).hash == signer.sign(attrs.evolve(one)).hash
    assert signer.sign(one).hash != signer.sign(attrs.evolve(one, sequence=3)).hash
    with pytest.raises(ValueError, match="cannot sign"):
        signer.sign(attrs.evolve(one, account="them"))
