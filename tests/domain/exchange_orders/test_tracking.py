"""An order that rests although it should not, answers that contradict each other, and answers that come twice."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.exchange_orders import routing, tracking
from neo.domain.exchange_orders.approving import approved
from neo.domain.exchange_orders.work import Ask, Journal, Position, RouterState, Send
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeApproved, TradeEnded, TradeOutcome, TradeProposed, TradePurpose
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeOrderStatus,
    ExchangeTrade,
    FetchOrder,
    FetchOrderTrades,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    PlaceExchangeOrder,
    TradeFee,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.money.budget import Budget
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import NS_PER_MS, NS_PER_S, ZERO
from neo.infra.simulated_exchange.faults import ExchangeFaults
from tests.domain.exchange_orders.exchange_stand import D, rule
from tests.domain.exchange_orders.router_world import SETUP

XRP = "XRP/USDT"
NOW_NS = 1_700_000_000 * NS_PER_S


class Bench:
    """One purchase of 10 at 1.00, sent; each answer goes to the newest question. `written` is all that was journalled."""

    def __init__(self, limits: tuple[Decimal, ...] = (D(1),)) -> None:
        self.now_ns = NOW_NS
        state = routing.rules_known(RouterState(budget=Budget(D(100)), trading=True), (rule(XRP),))
        trade = TradeProposed("i", TradePurpose.ENTRY, XRP, Side.BUY, D(10), limits, "drop", NOW_NS, NOW_NS)
        self.state, outputs = approved(SETUP, state, TradeApproved(trade, NOW_NS), NOW_NS)
        (journal,) = outputs
        assert isinstance(journal, Journal) and journal.then[-1] == Send("i")
        self.written = [*journal.events]
        self.asked: list[Ask] = []
        self.ends: list[TradeEnded] = []
        self._take(routing.durable(SETUP, self.state, "i", NOW_NS))

    def _take(self, decision: tuple[RouterState, tuple[object, ...]]) -> None:
        self.state, outputs = decision
        for output in outputs:
            if isinstance(output, Ask):
                self.asked.append(output)
            elif isinstance(output, Journal):
                self.written += output.events
                for each in output.then:
                    if isinstance(each, Send):
                        self._take(routing.durable(SETUP, self.state, each.intent_id, self.now_ns))
                self.ends += [each for each in output.then if isinstance(each, TradeEnded)]

    def answer(self, message: tracking.Answer) -> None:
        newest = self.asked[-1]
        self._take(tracking.answered(SETUP, self.state, "i", newest.number, message, self.now_ns))

    def wait(self, seconds: int = 20) -> None:
        self.wait_ms(seconds * 1_000)

    def wait_ms(self, milliseconds: int) -> None:
        self.now_ns += milliseconds * NS_PER_MS
        self._take(tracking.time_passed(SETUP, self.state, self.now_ns))

    @property
    def question(self) -> object:
        return self.asked[-1].request

    @property
    def placed(self) -> list[PlaceExchangeOrder]:
        return [each.request for each in self.asked if isinstance(each.request, PlaceExchangeOrder)]

    @property
    def name(self) -> str:
        return self.state.trades["i"].order.client_order_id

    def report(self, status: ExchangeOrderStatus, filled: str = "0") -> OrderReported:
        return OrderReported(self.name, "77", XRP, Side.BUY, status, D(10), D(filled), D(filled), self.now_ns)

    def trades(self, *quantities: str) -> OrderTradesFetched:
        found = tuple(
            ExchangeTrade(str(n), XRP, Side.SELL, D(q), D(q), (TradeFee("USDT", D("0.01")),), False, self.now_ns)
            for n, q in enumerate(quantities)
        )
        return OrderTradesFetched(self.name, XRP, found)


def resting_and_canceled() -> Bench:
    bench = Bench()
    bench.answer(bench.report(ExchangeOrderStatus.OPEN))
    bench.wait()
    assert isinstance(bench.question, FetchOrder)
    bench.answer(bench.report(ExchangeOrderStatus.OPEN, "4"))
    assert isinstance(bench.question, CancelExchangeOrder)
    return bench


def test_an_order_that_rests_is_cancelled_and_what_it_traded_until_then_is_booked() -> None:
    bench = resting_and_canceled()
    bench.answer(bench.report(ExchangeOrderStatus.CANCELED, "4"))
    assert isinstance(bench.question, FetchOrderTrades)
    bench.answer(bench.trades("1", "3"))
    (end,) = bench.ends
    assert (end.outcome, end.quantity) == (TradeOutcome.PARTLY_FILLED, D(4))
    assert bench.state.budget.free == D("95.98") and bench.state.budget.committed == D("4.02")
    assert bench.state.budget.reserved == ZERO and bench.state.positions[XRP].quantity == 4


def test_a_cancel_that_is_refused_because_the_order_filled_ends_with_the_fill() -> None:
    bench = resting_and_canceled()
    bench.answer(PortFailed("exchange", PortError.REJECTED, "order is closed"))
    bench.wait()
    assert isinstance(bench.question, FetchOrder)
    bench.answer(bench.report(ExchangeOrderStatus.FILLED, "10"))
    bench.answer(bench.trades("10"))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.FILLED]


def test_an_order_that_was_acknowledged_is_never_taken_for_absent() -> None:
    bench = Bench()
    bench.answer(bench.report(ExchangeOrderStatus.UNSAID))
    for _ in range(50):
        bench.answer(OrderNotFound(XRP, bench.name))
        bench.wait()
    assert bench.ends == [] and "i" in bench.state.trades


def test_an_order_in_doubt_is_given_up_only_after_five_looks_and_a_minute() -> None:
    bench = Bench()
    bench.answer(PortFailed("exchange", PortError.OUTCOME_UNKNOWN, "time-out"))
    assert bench.state.trades["i"].order.state is OrderState.UNKNOWN
    for _ in range(5):
        bench.wait(5)
        bench.answer(OrderNotFound(XRP, bench.name))
    assert bench.ends == [], "looked often enough, but not long enough"
    bench.wait(60)
    bench.answer(OrderNotFound(XRP, bench.name))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.NOT_FILLED]
    assert bench.state.budget == Budget(D(100))
    assert sum(isinstance(each.request, PlaceExchangeOrder) for each in bench.asked) == 1


def test_a_try_that_never_left_waits_and_does_not_use_up_its_limit() -> None:
    """Five tries went within 0.1 s into a limit of requests that had no room, each at the next limit, and the exit was over."""
    bench = Bench((D(1), D("1.01")))
    unsent = PortFailed("exchange", PortError.UNAVAILABLE, "LimitReached: no room for 4.0 s")
    waited_ms = []
    for _ in range(3):
        bench.answer(unsent)
        placed, since_ns = len(bench.asked), bench.now_ns
        while len(bench.asked) == placed and bench.now_ns < since_ns + 10 * NS_PER_S:
            bench.wait_ms(100)
        waited_ms.append((bench.now_ns - since_ns) // 1_000_000)
    assert waited_ms == [500, 1_000, 2_000]
    assert [request.price for request in bench.placed] == [D(1)] * 4
    assert len({request.client_order_id for request in bench.placed}) == 4
    bench.answer(bench.report(ExchangeOrderStatus.CANCELED))
    assert bench.placed[-1].price == D("1.01"), "one that found nobody is followed at once, at the next limit"
    bench.answer(bench.report(ExchangeOrderStatus.CANCELED))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.NOT_FILLED]
    assert bench.state.budget == Budget(D(100))


def test_a_try_that_waits_is_given_up_when_its_proposal_is_too_old_or_a_halt_comes() -> None:
    unsent = PortFailed("exchange", PortError.UNAVAILABLE, "maintenance")
    for late_s, halted in ((60, False), (1, True)):
        bench = Bench((D(1), D("1.01")))
        bench.answer(unsent)
        if halted:
            bench.state = routing.canceling(bench.state)
        bench.wait(late_s)
        assert [end.outcome for end in bench.ends] == [TradeOutcome.NOT_FILLED]
        assert len(bench.placed) == 1 and bench.state.budget == Budget(D(100))


@pytest.mark.parametrize(("filled", "result"), [(None, None), ("4", D("-4.01"))])
def test_only_an_exit_that_sold_something_has_a_result(filled: str | None, result: Decimal | None) -> None:
    """A result of zero counted as one of the day's trades, and ended a streak of losses."""
    bench = Bench()
    held = Position(XRP, "b", D(10), D(20), D(0), D(10), D(20), NOW_NS)
    trade = attrs.evolve(bench.state.trades["i"], purpose=TradePurpose.EXIT, side=Side.SELL)
    budget = Budget(D(80), committed=D(20))
    bench.state = attrs.evolve(bench.state, trades={"i": trade}, positions={XRP: held}, budget=budget)
    bench.answer(bench.report(ExchangeOrderStatus.CANCELED, filled or "0"))
    if filled:
        bench.answer(bench.trades(filled))
    assert [end.result_quote for end in bench.ends] == [result]


def test_a_try_that_waits_is_in_no_list_of_what_may_still_trade() -> None:
    bench = Bench((D(1), D("1.01")))
    assert len(routing.unfinished(bench.state)) == 1
    bench.answer(PortFailed("exchange", PortError.UNAVAILABLE, "maintenance"))
    assert routing.unfinished(bench.state) == ()


def test_a_refusal_is_confirmed_by_a_look_before_it_is_believed() -> None:
    bench = Bench()
    bench.answer(PortFailed("exchange", PortError.REJECTED, "repeated request"))
    bench.wait()
    bench.answer(bench.report(ExchangeOrderStatus.FILLED, "10"))
    bench.answer(bench.trades("10"))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.FILLED]


def test_a_confirmed_refusal_ends_the_intent_as_refused() -> None:
    bench = Bench()
    bench.answer(PortFailed("exchange", PortError.REJECTED, "balance too small"))
    for _ in range(3):
        bench.wait(6)
        bench.answer(OrderNotFound(XRP, bench.name))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.REFUSED_BY_VENUE]


def test_a_refusal_is_not_believed_while_an_accepted_order_may_still_be_hidden() -> None:
    """The request arrived twice: the first was accepted and is shown ten seconds later, the second was refused."""
    bench = Bench()
    bench.answer(PortFailed("exchange", PortError.REJECTED, "balance too small"))
    for _ in range(4):
        bench.wait(2)
        bench.answer(OrderNotFound(XRP, bench.name))
    assert bench.ends == []
    bench.wait(2)
    bench.answer(bench.report(ExchangeOrderStatus.FILLED, "10"))
    bench.answer(bench.trades("10"))
    assert [end.outcome for end in bench.ends] == [TradeOutcome.FILLED]


def test_what_an_exchange_may_hide_is_over_before_a_refusal_or_an_absence_is_believed() -> None:
    hidden_ns = ExchangeFaults().late_visible_max_ns
    assert hidden_ns < tracking.REFUSED_AFTER_NS < tracking.ABSENT_AFTER_NS


def test_trades_that_do_not_add_up_to_the_record_are_not_booked() -> None:
    bench = Bench()
    bench.answer(bench.report(ExchangeOrderStatus.FILLED, "10"))
    bench.answer(bench.trades("4"))
    assert bench.ends == [] and bench.state.positions == {}
    bench.wait()
    bench.answer(bench.trades("4", "6"))
    assert [end.quantity for end in bench.ends] == [D(10)]


def test_the_answer_to_an_older_question_changes_nothing() -> None:
    bench = Bench()
    placed = bench.asked[0]
    bench.answer(bench.report(ExchangeOrderStatus.FILLED, "10"))
    before = bench.state
    late = PortFailed("exchange", PortError.UNAVAILABLE, "late")
    assert tracking.answered(SETUP, before, "i", placed.number, late, bench.now_ns) == (before, ())
