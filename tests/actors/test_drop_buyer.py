"""DropBuyer and the exchange half of Risk in virtual time: from a quote to an approval, and over restarts."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.actors import names
from neo.domain.messages.dropping import (
    BuyerStarted,
    MarketsUpdated,
    QuotesUpdated,
    StandingsChanged,
    StandingsWanted,
    TradeApproved,
    TradeEnded,
    TradeOutcome,
    TradeProposed,
    TradePurpose,
    TradeRefusal,
    TradeRefused,
)
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach, RiskBreached
from neo.domain.messages.storage import LoadRecovery
from neo.domain.safety.exchange_record import record_key
from neo.domain.strategy.drop.anchor import DropTriggerMode
from neo.domain.strategy.drop.remembered import anchors_key, counts_key
from neo.domain.telemetry.drop_events import DropTriggered, EntryProposed, TopDrops, TradeRefusedEvent
from neo.domain.telemetry.events import RiskBreachedEvent
from tests.actors.drop_stage import A, DropStage
from tests.domain.safety.exchange_desk import books, position
from tests.domain.strategy.drop.buyer_desk import RULES, market

RISK_ONLY = (names.RISK,)


def lost(result: str, number: int = 1) -> TradeEnded:
    one = Decimal(1)
    return TradeEnded(f"x-{number}", TradePurpose.EXIT, A, TradeOutcome.FILLED, one, one, Decimal(result), 0)


def dropped(stage: DropStage) -> None:
    stage.quote(100)
    stage.quote(98)


def test_a_drop_becomes_one_approval_for_the_router() -> None:
    stage = DropStage()
    stage.begin()
    dropped(stage)
    stage.quote(97)
    (approved,) = stage.said(TradeApproved)
    assert (approved.trade.symbol, approved.trade.purpose) == (A, TradePurpose.ENTRY)
    (told,) = stage.events(DropTriggered)
    assert told.blocked_by == ""
    assert [event.intent_id for event in stage.events(EntryProposed)] == [approved.trade.intent_id]


def test_a_refusal_comes_back_to_the_buyer_who_tells_it_and_may_ask_again() -> None:
    stage = DropStage()
    stage.begin()
    stage.tell(books(total=40))
    dropped(stage)
    assert stage.said(TradeApproved) == []
    assert [event.reason for event in stage.events(TradeRefusedEvent)] == ["cash_reserve"]
    stage.tell(books())
    dropped(stage)
    assert len(stage.said(TradeApproved)) == 1


def test_nothing_is_proposed_before_the_engine_trades_or_after_it_stopped() -> None:
    stage = DropStage(risk=False)
    stage.begin()
    stage.tell(PhaseChanged(Phase.PAUSED, "s"), to=(names.DROP_BUYER,))
    dropped(stage)
    assert stage.said(TradeProposed) == []
    assert [event.blocked_by for event in stage.events(DropTriggered)] == ["global_trading"]


def test_risk_refuses_a_proposal_that_was_long_on_its_way() -> None:
    first = DropStage(risk=False)
    first.begin()
    dropped(first)
    (trade,) = first.said(TradeProposed)
    second = DropStage(buyer=False)
    second.tell(books(), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    second.pass_time(10)
    second.tell(trade, to=RISK_ONLY)
    assert [refused.reason for refused in second.said(TradeRefused)] == [TradeRefusal.STALE_QUOTE]
    assert second.said(TradeApproved) == []


def test_a_rebuilt_buyer_has_its_anchors_and_counts_and_uses_no_intent_id_twice() -> None:
    rules = attrs.evolve(RULES, anchor=attrs.evolve(RULES.anchor, mode=DropTriggerMode.PERSISTENT_ANCHOR))
    stage = DropStage(risk=False, rules=rules)
    stage.begin()
    dropped(stage)
    stage.system.stop(names.DROP_BUYER)
    stage.pass_time(1)
    assert '"drops": 1' in stage.rows[counts_key("s")]
    assert A in stage.rows[anchors_key("mexc")]
    stage.play_buyer()
    stage.begin()
    stage.quote("97.9")  # against the anchor of before, clamped close to this price: no drop
    stage.quote(95)
    ids = [trade.intent_id for trade in stage.said(TradeProposed)]
    assert len(ids) == len(set(ids)) == 2
    stage.pass_time(61)
    assert '"drops": 2' in stage.rows[counts_key("s")]


def test_a_buyer_that_begins_asks_for_markets_and_books_and_sells_what_it_holds_in_any_order_of_answers() -> None:
    stage = DropStage(risk=False)
    assert len(stage.said(BuyerStarted)) == 2
    stage.tell(books(position(A, 100)), PhaseChanged(Phase.TRADING, "s"), to=(names.DROP_BUYER,))
    stage.tell(MarketsUpdated("mexc", (market(A),), (), ()), to=(names.DROP_BUYER,))
    stage.quote(98)
    assert [trade.reason for trade in stage.said(TradeProposed)] == ["stop_loss"]


def test_top_drops_are_told_every_ten_seconds_once_there_are_quotes() -> None:
    stage = DropStage(risk=False)
    stage.begin()
    stage.pass_time(20)
    assert stage.events(TopDrops) == []
    stage.quote(100)
    stage.pass_time(20)
    told = stage.events(TopDrops)
    assert len(told) == 2
    ((nearest,),) = (event.drops for event in told[:1])
    assert (nearest.symbol, nearest.anchor, nearest.distance_bps) == (A, Decimal(100), Decimal("152.3"))  # above 98.5


def test_exchange_data_hears_every_standing_when_it_asks() -> None:
    stage = DropStage(risk=False)
    stage.begin()
    stage.quote(100)
    stage.heard.clear()
    stage.tell(StandingsWanted(), to=(names.DROP_BUYER,))
    (told,) = stage.said(StandingsChanged)
    assert [symbol for symbol, _ in told.standings] == [A]


def test_who_gets_no_books_asks_again_and_notes_nothing_down_meanwhile() -> None:
    stage = DropStage(deaf=True)
    stage.pass_time(100)
    assert len(stage.said(LoadRecovery)) >= 2 * 19
    assert stage.rows == {}


def test_a_breach_is_told_to_the_supervisor_once_with_its_venue() -> None:
    stage = DropStage(buyer=False)
    stage.tell(books(position(A, 101)), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    for _ in range(5):
        stage.pass_time(5)
        stage.tell(QuotesUpdated("mexc", ()), to=RISK_ONLY)
    (breach,) = stage.said(RiskBreached)
    assert (breach.breach, breach.venue) == (RiskBreach.QUOTE_EXPOSURE, "mexc")
    assert len(stage.events(RiskBreachedEvent)) == 1


def test_silence_of_the_exchange_is_noticed_by_the_clock_alone() -> None:
    stage = DropStage(buyer=False)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    stage.pass_time(29)
    assert stage.said(RiskBreached) == []
    stage.pass_time(3)
    assert [breach.breach for breach in stage.said(RiskBreached)] == [RiskBreach.STALE_MARKET_DATA]


def test_failures_of_another_venue_are_no_business_of_the_exchange() -> None:
    stage = DropStage(buyer=False)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    for venue in ("xrpl", "mexc"):
        assert stage.said(RiskBreached) == []
        for _ in range(3):
            stage.tell(GatewayReported(venue, False, "503"), to=RISK_ONLY)
    assert [breach.breach for breach in stage.said(RiskBreached)] == [RiskBreach.RPC_FAILURE]


def test_a_crash_of_risk_forgets_no_loss() -> None:
    stage = DropStage(buyer=False)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), lost("-1"), lost("-1", 2), to=RISK_ONLY)
    stage.system.stop(names.RISK)
    stage.pass_time(1)
    stage.play_risk()
    stage.pass_time(1)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    assert stage.said(RiskBreached) == []
    stage.tell(lost("-1", 3), to=RISK_ONLY)
    assert [breach.breach for breach in stage.said(RiskBreached)] == [RiskBreach.LOSS_STREAK]


def test_losses_that_were_accepted_by_a_resume_do_not_come_back_with_a_crash() -> None:
    stage = DropStage(buyer=False)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), *(lost("-1", n) for n in range(3)), to=RISK_ONLY)
    lost_row = stage.rows[record_key("mexc")]
    for phase in (Phase.HELD, Phase.RECONCILING, Phase.TRADING):
        stage.tell(PhaseChanged(phase, "s"), to=RISK_ONLY)
    assert stage.rows[record_key("mexc")] != lost_row
    stage.system.stop(names.RISK)
    stage.pass_time(1)
    stage.heard.clear()
    stage.play_risk()
    stage.pass_time(1)
    stage.tell(books(), PhaseChanged(Phase.TRADING, "s"), to=RISK_ONLY)
    stage.pass_time(2)
    assert stage.said(RiskBreached) == []
