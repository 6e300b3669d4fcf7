"""ExchangeRouter and ExchangeReconciler among the other actors: durable first, sent once, told once, held against the wallet."""

from __future__ import annotations

from decimal import Decimal

from neo.actors import names
from neo.domain.exchange_orders.client_ids import client_order_id, is_ours
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import PositionsChanged, TradeApproved, TradeEnded, TradeOutcome
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeOrderStatus,
    FetchOrder,
    OrderReported,
    PlaceExchangeOrder,
)
from neo.domain.messages.journal import CapitalKind, CapitalRecorded, OrderIntended
from neo.domain.messages.session import (
    CancelEverything,
    EverythingCanceled,
    Phase,
    ReconcileAmbiguous,
    Reconciled,
    ReconcileNow,
)
from neo.domain.units import NS_PER_S
from tests.actors.exchange_scene import Scene
from tests.domain.exchange_orders.exchange_stand import ME


def test_a_purchase_is_written_sent_once_booked_and_told() -> None:
    scene = Scene()
    trade = scene.approved("i1")
    scene.pass_time(10)

    ends = [end for end in scene.of(TradeEnded) if end.intent_id == "i1"]
    books = scene.of(PositionsChanged)[-1]
    assert len(scene.port.placed) == len({order.client_order_id for order in scene.port.placed}) >= 1
    assert len(ends) == 2, "the drop buyer and Risk, once each"
    assert ends[0].outcome in (TradeOutcome.FILLED, TradeOutcome.PARTLY_FILLED) and ends[0].quantity > 0
    assert [position.symbol for position in books.positions] == [trade.symbol]
    assert books.budget.total == books.budget.free + books.budget.reserved + books.budget.committed
    assert books.budget.reserved == 0 and books.working == () and books.acted_intents == ("i1",)
    assert books.placed_total == len(scene.port.placed)
    assert {"ORDER_INTENDED", "ORDER_SUBMITTED", "FILL", "FEE"} <= set(scene.events())


def test_an_approval_that_comes_twice_is_handled_once() -> None:
    scene = Scene()
    trade = scene.approved("i1")
    scene.system.tell(names.EXCHANGE_ROUTER, TradeApproved(trade, scene.kernel.now_ns()))
    scene.pass_time(30)
    scene.system.tell(names.EXCHANGE_ROUTER, TradeApproved(trade, scene.kernel.now_ns()))
    scene.pass_time(30)
    orders = [event for event in scene.books.events if isinstance(event, OrderIntended)]
    assert len(orders) == len({order.order_id for order in orders}) == len(scene.port.placed)
    assert len([end for end in scene.of(TradeEnded) if end.intent_id == "i1"]) == 2


def test_an_approval_of_a_proposal_that_the_buyer_may_have_forgotten_is_refused() -> None:
    scene = Scene()
    scene.approved("old", age_s=16)
    scene.pass_time(5)
    assert scene.port.placed == []
    assert {end.outcome for end in scene.of(TradeEnded)} == {TradeOutcome.NOT_FILLED}
    assert {"TRADE_NOT_TAKEN_ON", "TRADE_ENDED"} <= set(scene.events())


def test_nothing_is_sent_outside_trading() -> None:
    scene = Scene()
    scene.phase(Phase.PAUSED)
    scene.approved("i1")
    scene.pass_time(5)
    assert scene.port.placed == []


def test_an_order_whose_answer_is_lost_is_looked_up_and_never_sent_again() -> None:
    scene = Scene()
    scene.port.swallow = lambda request: isinstance(request, PlaceExchangeOrder)
    scene.approved("i1")
    scene.pass_time(60)
    names_sent = [order.client_order_id for order in scene.port.placed]
    assert len(names_sent) == len(set(names_sent))
    assert any(isinstance(request, FetchOrder) for request in scene.port.asked)
    assert "ORDER_UNKNOWN" in scene.events()
    assert [end.quantity > 0 for end in scene.of(TradeEnded)] == [True, True]


def test_cancelling_everything_waits_for_the_proof_and_names_what_has_none() -> None:
    scene = Scene()
    scene.port.swallow = lambda request: isinstance(request, (PlaceExchangeOrder, FetchOrder))
    scene.approved("i1")
    scene.pass_time(1)
    deadline_ns = scene.kernel.now_ns() + 10 * NS_PER_S
    scene.system.tell(names.SUPERVISOR, CancelEverything(deadline_ns))
    scene.pass_time(9)
    assert scene.of(EverythingCanceled) == []
    scene.pass_time(3)
    (answer,) = scene.of(EverythingCanceled)
    assert len(answer.unverified) == 1 and client_order_id("i1", 1) in answer.unverified[0]


def test_cancelling_everything_is_done_at_once_when_nothing_is_under_way() -> None:
    scene = Scene()
    scene.system.tell(names.SUPERVISOR, CancelEverything(scene.kernel.now_ns() + 10 * NS_PER_S))
    scene.pass_time(1)
    assert scene.of(EverythingCanceled) == [EverythingCanceled(0, ())]


def test_what_could_not_be_written_is_not_sent_and_needs_no_proof() -> None:
    scene = Scene()
    scene.store.breaks = True
    scene.approved("i1")
    scene.pass_time(1)
    scene.system.tell(names.SUPERVISOR, CancelEverything(scene.kernel.now_ns() + 10 * NS_PER_S, journal=False))
    scene.pass_time(1)
    assert scene.port.placed == []
    (answer,) = scene.of(EverythingCanceled)
    assert answer.unverified == ()


def test_without_a_journal_what_is_under_way_is_still_followed_to_its_end() -> None:
    scene = Scene()
    scene.port.swallow = lambda request: isinstance(request, PlaceExchangeOrder)
    scene.approved("i1")
    scene.pass_time(1)
    scene.store.breaks = True
    scene.system.tell(names.SUPERVISOR, CancelEverything(scene.kernel.now_ns() + 40 * NS_PER_S, journal=False))
    scene.pass_time(5)
    assert scene.of(EverythingCanceled) == []
    scene.pass_time(20)
    assert scene.of(EverythingCanceled) == [EverythingCanceled(1, ())]


def test_the_first_reconciliation_opens_the_books_with_the_wallet() -> None:
    scene = Scene()
    opening = {e.asset: e.amount for e in scene.books.events if isinstance(e, CapitalRecorded)}
    assert opening == scene.stand.holdings()
    assert {e.kind for e in scene.books.events if isinstance(e, CapitalRecorded)} == {CapitalKind.INITIAL}
    assert len(scene.of(Reconciled)) == 1
    assert scene.of(PositionsChanged)[-1].budget.free == 200


def test_money_that_comes_from_outside_is_capital_once_it_was_seen_three_times() -> None:
    scene = Scene()
    scene.stand.exchange.deposit(ME, "USDT", Decimal(50))
    scene.system.tell(names.EXCHANGE_RECONCILER, ReconcileNow("test"))
    scene.pass_time(3)
    assert len(scene.of(Reconciled)) == 1
    scene.pass_time(10)
    (deposit,) = [e for e in scene.books.events if isinstance(e, CapitalRecorded) and e.kind is CapitalKind.DEPOSIT]
    assert deposit.asset == "USDT" and deposit.amount == 50
    assert scene.of(PositionsChanged)[-1].budget.total == 250
    assert len(scene.of(Reconciled)) == 2 and scene.of(ReconcileAmbiguous) == []


def test_a_position_that_somebody_sold_is_ambiguous() -> None:
    scene = Scene()
    scene.approved("i1")
    scene.pass_time(10)
    (position,) = scene.of(PositionsChanged)[-1].positions
    scene.stand.exchange.wallet(ME).debit(position.symbol[:3], position.quantity)
    scene.system.tell(names.EXCHANGE_RECONCILER, ReconcileNow("test"))
    scene.pass_time(20)
    (found,) = scene.of(ReconcileAmbiguous)
    assert position.symbol[:3] in found.detail


def test_an_order_under_our_name_that_the_books_do_not_know_is_cancelled_and_a_foreign_one_reported() -> None:
    scene = Scene()
    ours = report(client_order_id("lost", 1), "7")
    scene.port.resting = (ours, report("by-hand", "8"))
    scene.system.tell(names.EXCHANGE_RECONCILER, ReconcileNow("test"))
    scene.pass_time(1)
    assert [r.client_order_id for r in scene.port.asked if isinstance(r, CancelExchangeOrder)] == [ours.client_order_id]
    scene.port.resting = scene.port.resting[1:]
    scene.pass_time(5)
    assert scene.of(Reconciled)[-1].explained == ("order 8 in XRP/USDT is not ours",)


def report(client_id: str, number: str) -> OrderReported:
    zero = Decimal(0)
    return OrderReported(client_id, number, "XRP/USDT", Side.BUY, ExchangeOrderStatus.OPEN, Decimal(5), zero, zero, 0)


def test_names_of_orders_are_short_plain_and_different() -> None:
    made = {client_order_id(f"run.{n}-{m}", attempt) for n in range(9) for m in range(9) for attempt in range(1, 9)}
    assert len(made) == 9 * 9 * 8
    assert all(is_ours(name) and len(name) <= 32 for name in made)
    assert client_order_id("a", 1) == client_order_id("a", 1)
    assert not is_ours("web-123") and not is_ours("neo-1")
