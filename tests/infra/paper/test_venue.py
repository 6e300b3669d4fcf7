"""The ledger port of mode paper, over a market that a test speaks for."""

from __future__ import annotations

import attrs

from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    BookObserved,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    LedgerClosed,
    OpenOffers,
    PortError,
    PortFailed,
    SubmissionAnswered,
    SubmitTransaction,
)
from neo.infra.paper.history import PaperHistory
from tests.domain.orders.desk import validated
from tests.domain.paper.market import US, D, book, ledger, levels, signed, sold
from tests.infra.paper.market_feed import PaperDesk, desk_with_a_ledger


def test_a_submission_is_answered_and_in_the_next_ledger_and_never_leaves() -> None:
    desk = desk_with_a_ledger()

    answer = desk.ask(SubmitTransaction(signed(50)))
    desk.market(ledger(101))

    assert answer == SubmissionAnswered("H50", "tesSUCCESS", 100)
    assert [tx.hash for tx in desk.ledgers()[-1].own_transactions] == ["H50"]
    assert desk.feed.calls == []


def test_what_the_real_account_did_is_left_out() -> None:
    desk = PaperDesk()
    real = attrs.evolve(ledger(100), own_transactions=(validated("R1", account=US),))

    desk.market(real)

    assert [closed.own_transactions for closed in desk.ledgers()] == [()]


def test_account_offers_and_history_are_of_one_ledger_and_agree() -> None:
    desk = desk_with_a_ledger()
    desk.ask(SubmitTransaction(signed(50)))
    desk.market(ledger(101))

    account, offers = desk.ask(FetchAccount(US)), desk.ask(FetchOffers(US))
    past = desk.ask(FetchTransactions(US, 1, 0))

    assert isinstance(account, AccountState)
    assert isinstance(offers, OpenOffers)
    assert isinstance(past, AccountTransactions)
    assert account.ledger_index == offers.ledger_index == past.to_ledger == 101
    assert (account.sequence, account.owner_count, account.base) == (51, 2, D("999.99999"))
    assert [offer.sequence for offer in offers.offers] == [50]
    assert past.complete
    assert [tx.hash for tx in past.transactions] == ["H50"]


def test_before_the_first_ledger_nothing_can_be_done() -> None:
    answer = PaperDesk().ask(SubmitTransaction(signed(50)))

    assert isinstance(answer, PortFailed)
    assert answer.error is PortError.UNAVAILABLE


def test_another_account_and_an_unknown_request_are_refused() -> None:
    desk = desk_with_a_ledger()

    for request in (FetchAccount("rSomebody"), "hello"):
        answer = desk.ask(request)
        assert isinstance(answer, PortFailed)
        assert answer.error is PortError.REJECTED


def test_a_resting_offer_fills_from_what_others_traded() -> None:
    desk = desk_with_a_ledger()
    desk.ask(SubmitTransaction(signed(50, price="0.5", base="30")))
    desk.market(ledger(101), book(ledger=101, bids=levels(("0.5", "40"), ("0.49", "1"))))

    desk.market(ledger(102), book(sold("0.5", "50"), ledger=102, bids=levels(("0.5", "2"), ("0.49", "1"))))

    (fill,) = desk.ledgers()[-1].own_transactions
    assert (fill.base_delta, fill.quote_delta) == (D(10), D(-5))


def test_the_book_may_come_before_its_ledger() -> None:
    desk = desk_with_a_ledger()
    desk.ask(SubmitTransaction(signed(50)))
    desk.market(ledger(101))

    desk.feed.say(book(sold("0.49", "50"), ledger=102))
    desk.feed.say(ledger(102))
    desk.clock.pass_time()

    assert [tx.base_delta for tx in desk.ledgers()[-1].own_transactions] == [D(30)]


def test_a_ledger_whose_book_never_comes_is_told_without_fills() -> None:
    desk = desk_with_a_ledger()
    desk.ask(SubmitTransaction(signed(50)))

    desk.feed.say(ledger(101))
    desk.clock.pass_time(1)
    waiting = len(desk.ledgers())
    desk.clock.pass_time(5)
    told = len(desk.ledgers())
    desk.feed.say(book(sold("0.1", "500"), ledger=101))
    desk.clock.pass_time(5)

    assert (waiting, told) == (1, 2)
    assert [[tx.hash for tx in closed.own_transactions] for closed in desk.ledgers()] == [[], ["H50"]]


def test_an_order_that_crosses_takes_although_its_ledgers_book_is_missing() -> None:
    desk = PaperDesk()
    desk.market(ledger(100), book(ledger=100, asks=levels(("0.49", "10"), ("0.61", "1000"))))
    desk.ask(SubmitTransaction(signed(50, price="0.5", base="30")))

    desk.feed.say(ledger(101))
    desk.clock.pass_time(5)

    (placed,) = desk.ledgers()[-1].own_transactions
    assert placed.base_delta == D(10)


def test_a_book_that_is_long_past_is_taken_from_no_more() -> None:
    desk = PaperDesk()
    desk.market(ledger(100), book(ledger=100, asks=levels(("0.49", "10"), ("0.61", "1000"))))
    desk.ask(SubmitTransaction(signed(50, price="0.5", base="30", last=120)))

    desk.feed.say(ledger(111))
    desk.clock.pass_time(5)

    (placed,) = desk.ledgers()[-1].own_transactions
    assert placed.base_delta == D(0)


def test_the_next_ledger_does_not_wait_for_the_book_of_the_one_before() -> None:
    desk = desk_with_a_ledger()

    desk.feed.say(ledger(101))
    desk.feed.say(ledger(102))
    desk.clock.pass_time(0.1)

    assert [closed.ledger_index for closed in desk.ledgers()] == [100, 101]


def test_a_ledger_that_is_told_twice_or_late_is_lived_through_once() -> None:
    desk = desk_with_a_ledger()
    desk.market(ledger(102))

    desk.market(ledger(102))
    desk.market(ledger(101))

    assert [closed.ledger_index for closed in desk.ledgers()] == [100, 102]


def test_books_pass_through_and_so_does_what_the_gateway_tells_others() -> None:
    desk = desk_with_a_ledger()
    seen = book(ledger=101)

    desk.feed.say(seen)
    desk.feed.say("a node was dropped", to="telemetry")
    desk.clock.pass_time()

    assert ("market", seen) in desk.heard
    assert ("telemetry", "a node was dropped") in desk.heard


def test_start_and_stop_reach_the_gateway_and_a_detached_venue_is_silent() -> None:
    desk = PaperDesk()

    desk.venue.start()
    desk.venue.stop()
    desk.venue.detach()
    desk.feed.say(ledger(100))
    desk.clock.pass_time()

    assert desk.feed.calls == ["start", "stop"]
    assert desk.heard == []


def test_history_before_the_account_existed_is_complete_and_empty() -> None:
    history = PaperHistory(US)
    history.add(90_000_000, ())

    answer = history.between(5, 0)

    assert (answer.complete, answer.to_ledger, answer.transactions) == (True, 90_000_000, ())


def test_history_that_was_forgotten_is_not_called_complete() -> None:
    history = PaperHistory(US, kept_max=1)
    history.add(10, (validated("A1", ledger=10),))
    history.add(11, (validated("A2", ledger=11),))

    assert not history.between(10, 0).complete
    assert history.between(11, 0).complete
    assert not history.between(11, 12).complete


def test_every_ledger_is_told_with_the_book_that_belongs_to_it() -> None:
    desk = desk_with_a_ledger()
    desk.market(ledger(101))

    kinds = [type(message) for _, message in desk.heard]
    assert kinds == [LedgerClosed, BookObserved] * 2
