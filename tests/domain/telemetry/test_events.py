from __future__ import annotations

import inspect
import re

import attrs
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    CursorAdvanced,
    EngineStateSet,
    FeeCharged,
    FillRecorded,
    HaltCleared,
    HaltRecorded,
    JournalEvent,
    OrderAdopted,
    OrderIntended,
    OrderTransitioned,
    SessionClosed,
    SessionCrashed,
    SessionOpened,
    SubmissionPrepared,
    SubmissionPurpose,
    SubmissionResolved,
)
from neo.domain.messages.quoting import QuoteRefusal, QuoteRefused
from neo.domain.messages.session import RiskBreach, RiskBreached
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.strategy.quoting import Holdings
from neo.domain.strategy.tick import decide_tick
from neo.domain.telemetry import events
from neo.domain.telemetry.event import Severity, TelemetryEvent, registered_events
from neo.domain.telemetry.events import QuoteRefusedEvent, QuoteTick, RiskBreachedEvent, TickSuspended, quote_tick
from neo.domain.telemetry.narration import ORDER_STORIES, narrate
from tests.domain.samples import START_NS, D, book, market, order, order_size, pool, quote, strategy

CATALOGUE = [value for value in vars(events).values() if inspect.isclass(value) and issubclass(value, TelemetryEvent)]

FACTS: list[tuple[JournalEvent, str]] = [
    (SessionOpened("s", "0badcafe", "sim", START_NS, "h", "v", 1, "d"), "SESSION_START"),
    (SessionClosed("s", START_NS, "duration_elapsed", ""), "SESSION_END"),
    (SessionCrashed("s", START_NS, "s2"), "SESSION_CRASHED"),
    (HaltRecorded("s", "kill_switch", "ann", True), "HALT"),
    (HaltCleared("s", "kill_switch", "ann"), "HALT_CLEARED"),
    (OrderIntended("o", "i", "s", "xrpl", "XRP/RLUSD", Side.BUY, D(1), D(2), D(2), 0, 7), "ORDER_INTENDED"),
    (OrderAdopted("o", "s", "xrpl", "XRP/RLUSD", Side.BUY, D(1), D(2), D(2), 7), "ORDER_ADOPTED"),
    (SubmissionPrepared("H", "o", "xrpl", SubmissionPurpose.PLACE, 7, 99, 12), "TRANSACTION_PREPARED"),
    (SubmissionResolved("H", "xrpl", "tesSUCCESS", 98), "TRANSACTION_RESOLVED"),
    (FillRecorded("f", "xrpl", "o", "XRP/RLUSD", Side.SELL, D(2), D(1), 5, 0, "H", START_NS, True), "FILL"),
    (FeeCharged("f", "xrpl", "XRP", D("0.000012")), "FEE"),
    (CapitalRecorded("c", "s", "xrpl", "XRP", D(5), CapitalKind.DEPOSIT), "CAPITAL_EVENT"),
]


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.__name__)
def test_every_event_is_registered_says_when_it_is_emitted_and_has_a_searchable_name(
    event: type[TelemetryEvent],
) -> None:
    assert registered_events()[event.NAME] is event
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", event.NAME)
    assert (event.__doc__ or "").startswith(("When ", "For ", "Once ", "At ", "From "))
    assert attrs.has(event)


def test_every_step_of_an_orders_life_has_a_story() -> None:
    assert set(ORDER_STORIES) == set(OrderEvent)


@pytest.mark.parametrize(("fact", "name"), FACTS, ids=[name for _, name in FACTS])
def test_a_durable_fact_is_told_under_its_name(fact: JournalEvent, name: str) -> None:
    story = narrate(fact)

    assert story is not None
    assert name == story.NAME


def test_a_failed_order_is_told_with_its_reason_and_as_a_warning() -> None:
    story = narrate(OrderTransitioned("o7", OrderEvent.PROVED_FAILED, OrderState.FAILED, "tecUNFUNDED_OFFER"))

    assert story is not None
    assert (story.NAME, story.SEVERITY) == ("ORDER_FAILED", Severity.WARNING)
    assert attrs.asdict(story) == {"order_id": "o7", "reason": "tecUNFUNDED_OFFER"}


@pytest.mark.parametrize("fact", [CursorAdvanced("xrpl", 5), EngineStateSet("k", "v")])
def test_book_keeping_is_not_news(fact: JournalEvent) -> None:
    assert narrate(fact) is None


def decided(seen_book_bid: str | None = "0.5199") -> QuoteTick | TickSuspended:
    seen = market(book(bid=seen_book_bid, beside=pool("0.52")))
    working = (order(Side.BUY, "0.5198"),)
    decision = decide_tick(
        3, START_NS, "xrpl", "XRP/RLUSD", seen, Holdings(D(9), D(9)), working, strategy(), order_size(), 10
    )
    return quote_tick(decision)


def test_a_quoting_tick_tells_anchor_quotes_and_distance() -> None:
    event = decided()

    assert isinstance(event, QuoteTick)
    assert (event.source, event.anchor, event.quotes) == ("amm", D("0.52"), 2)
    assert (event.bid, event.ask) == (D("0.519688"), D("0.520312"))
    assert (event.distance_to_clob_bid_bps, event.within_2bps_bid) == (D("-1.923"), True)
    assert event.distance_to_clob_ask_bps is None


def test_a_tick_without_quotes_tells_why() -> None:
    event = decided(None)

    assert isinstance(event, TickSuspended)
    assert (event.reason, event.detail) == ("one_sided_book", "one sided book")


def test_a_refused_quote_and_a_broken_limit_carry_their_numbers() -> None:
    refused = QuoteRefusedEvent.of(QuoteRefused(3, quote(), QuoteRefusal.BASE_EXPOSURE, "worst case 110.76 > 99.00"))
    breached = RiskBreachedEvent.of(RiskBreached(RiskBreach.DRAWDOWN, "drawdown (12 > 10)"))

    assert (refused.reason, refused.detail, refused.side) == ("base_exposure", "worst case 110.76 > 99.00", "buy")
    assert (breached.breach, breached.detail) == ("risk_drawdown", "drawdown (12 > 10)")
