"""No purchase goes beyond what may be spent, whatever is on its way; no sale is refused for money."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.dropping import TradeEnded, TradeOutcome, TradePurpose, TradeRefusal
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach
from neo.domain.messages.storage import Recovery
from neo.domain.safety.breakers import TradingRecord
from neo.domain.safety.exchange_record import record_from, record_key, record_text
from neo.domain.safety.exchange_risk import APPROVAL_LIFE_NS, ExchangeRiskState, cost_of
from neo.domain.units import NS_PER_S
from tests.domain.safety.exchange_desk import LIMITS, START_NS, A, B, ExchangeRiskDesk, books, position

DAY_S = 86_400


def test_a_purchase_within_every_limit_passes() -> None:
    assert ExchangeRiskDesk().ask(ExchangeRiskDesk().proposal()) is None


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.TRADING])
@pytest.mark.parametrize("exits", [False, True])
def test_outside_trading_nothing_passes(phase: Phase, exits: bool) -> None:
    desk = ExchangeRiskDesk()
    desk.hear(PhaseChanged(phase, "s"))
    assert desk.ask(desk.proposal(exits=exits)) is TradeRefusal.NOT_TRADING


def test_before_the_books_are_known_nothing_passes() -> None:
    desk = ExchangeRiskDesk()
    desk.state = attrs.evolve(desk.state, books=None)
    assert desk.ask(desk.proposal()) is TradeRefusal.NOT_TRADING


def test_a_quote_may_be_as_old_as_allowed_and_no_older() -> None:
    desk = ExchangeRiskDesk()
    assert desk.ask(desk.proposal(old_s=3)) is None
    assert desk.ask(desk.proposal(B, old_s=4)) is TradeRefusal.STALE_QUOTE
    assert desk.ask(desk.proposal(exits=True, old_s=4)) is TradeRefusal.STALE_QUOTE


def test_what_is_on_its_way_counts_as_spent() -> None:
    desk = ExchangeRiskDesk(books(position(B, 30), reserved=20))
    assert desk.ask(desk.proposal("C/USDT")) is None  # 75
    assert desk.ask(desk.proposal("D/USDT")) is None  # 100: exactly the limit
    assert desk.ask(desk.proposal("E/USDT", "2")) is TradeRefusal.QUOTE_EXPOSURE


def test_an_approval_that_the_books_contain_is_counted_once() -> None:
    desk = ExchangeRiskDesk()
    trade = desk.proposal(cost="30")
    assert desk.ask(trade) is None
    desk.hear(books(position(A, 30), acted=(trade.intent_id,)))
    assert desk.state.on_the_way == ()
    assert desk.ask(desk.proposal(B, "30")) is None
    assert desk.ask(desk.proposal("C/USDT", "30")) is None
    assert desk.ask(desk.proposal("D/USDT", "11")) is TradeRefusal.QUOTE_EXPOSURE


def test_an_approval_that_was_lost_is_forgotten_after_its_life() -> None:
    desk = ExchangeRiskDesk()
    assert desk.ask(desk.proposal()) is None
    desk.now_ns += APPROVAL_LIFE_NS
    assert desk.ask(desk.proposal()) is TradeRefusal.SYMBOL_CAP
    desk.now_ns += 1
    assert desk.ask(desk.proposal()) is None


def test_an_approval_that_ended_is_on_its_way_no_more() -> None:
    desk = ExchangeRiskDesk()
    trade = desk.proposal()
    assert desk.ask(trade) is None
    zero = Decimal(0)
    desk.hear(TradeEnded(trade.intent_id, TradePurpose.ENTRY, A, TradeOutcome.NOT_FILLED, zero, zero, None, START_NS))
    assert desk.ask(desk.proposal()) is None


def test_one_symbol_costs_no_more_than_its_cap() -> None:
    desk = ExchangeRiskDesk(books(position(A, 10)))
    assert desk.ask(desk.proposal(cost="21")) is TradeRefusal.SYMBOL_CAP
    assert desk.ask(desk.proposal(cost="20")) is None


def test_a_symbol_with_an_order_that_may_still_trade_is_not_bought_again() -> None:
    desk = ExchangeRiskDesk()
    trade = desk.proposal(cost="20")
    assert desk.ask(trade) is None
    desk.hear(books(reserved=20, acted=(trade.intent_id,), working=(A,)))
    assert desk.ask(desk.proposal(cost="20")) is TradeRefusal.SYMBOL_CAP
    assert desk.ask(desk.proposal(B, cost="20")) is None


def test_the_cash_reserve_is_not_touched_and_money_that_is_not_there_is_not_spent() -> None:
    assert ExchangeRiskDesk(books(total=75)).ask(ExchangeRiskDesk().proposal()) is None
    assert ExchangeRiskDesk(books(total=74)).ask(ExchangeRiskDesk().proposal()) is TradeRefusal.CASH_RESERVE
    assert ExchangeRiskDesk(books(total=24)).ask(ExchangeRiskDesk().proposal()) is TradeRefusal.BUDGET


def test_a_sale_is_never_refused_for_money_or_breakers() -> None:
    desk = ExchangeRiskDesk(books(position(A, 90), total=90, reserved=0, working=(A,)))
    for _ in range(10):
        desk.closed("-5")
    assert desk.ask(desk.proposal(exits=True, cost="500")) is None
    assert desk.ask(desk.proposal(B)) is TradeRefusal.BREAKER


def test_breakers_stop_purchases_and_two_of_them_halt() -> None:
    desk = ExchangeRiskDesk()
    for result in ("-1", "-1", "1", "-1", "1"):
        desk.closed(result)
    assert desk.ask(desk.proposal()) is TradeRefusal.BREAKER  # five trades are enough for a day
    assert desk.breaches() == []
    desk.now_ns += DAY_S * NS_PER_S
    desk.quoted()
    assert desk.ask(desk.proposal()) is None
    for result in ("-1", "-1", "-8"):
        desk.closed(result)
    assert desk.breaches() == [RiskBreach.DRAWDOWN, RiskBreach.LOSS_STREAK]
    assert desk.breaches() == []


def test_whoever_resumes_accepts_the_losses_and_the_trades_of_the_day_stay_counted() -> None:
    desk = ExchangeRiskDesk()
    for _ in range(3):
        desk.closed("-5")
    assert desk.breaches()
    for phase in (Phase.HELD, Phase.RECONCILING, Phase.TRADING):
        desk.hear(PhaseChanged(phase, "s"))
    assert desk.ask(desk.proposal()) is None
    assert desk.breaches() == []
    assert desk.state.record.trades_today == 3


def test_each_limit_that_is_over_is_told_once_until_it_holds_again() -> None:
    desk = ExchangeRiskDesk(books(position(A, 101)))
    assert desk.breaches() == [RiskBreach.QUOTE_EXPOSURE]
    assert desk.breaches() == []
    desk.hear(books())
    assert desk.breaches() == []
    desk.hear(books(position(A, 101)))
    assert desk.breaches() == [RiskBreach.QUOTE_EXPOSURE]


def test_more_orders_in_a_minute_than_allowed_are_a_breach() -> None:
    desk = ExchangeRiskDesk(books(placed_total=0))
    desk.hear(books(placed_total=4))
    assert desk.breaches() == []
    desk.hear(books(placed_total=5))
    assert desk.breaches() == [RiskBreach.ORDER_RATE]


def test_silence_and_failures_are_breaches_at_their_limits() -> None:
    desk = ExchangeRiskDesk()
    desk.now_ns += 30 * NS_PER_S
    assert desk.breaches() == []
    desk.now_ns += 1
    assert desk.breaches() == [RiskBreach.STALE_MARKET_DATA]
    desk.quoted()
    for _ in range(2):
        desk.hear(GatewayReported("mexc", False, "503"))
    assert desk.breaches() == []
    desk.hear(GatewayReported("mexc", False, "503"))
    assert desk.breaches() == [RiskBreach.RPC_FAILURE]
    desk.hear(GatewayReported("mexc", True, ""))
    desk.hear(GatewayReported("mexc", False, "503"))
    for _ in range(6):
        desk.now_ns += 10 * NS_PER_S
        desk.quoted()
    assert desk.breaches() == []
    desk.now_ns += 1
    assert desk.breaches() == [RiskBreach.GATEWAY_UNHEALTHY]


def test_prices_that_are_answered_do_not_hide_that_nothing_is_answered_in_our_name() -> None:
    desk = ExchangeRiskDesk()
    for _ in range(2):
        desk.hear(GatewayReported("mexc", False, "keys revoked", of_account=True))
        desk.hear(GatewayReported("mexc", True, ""))
    assert desk.breaches() == []
    desk.hear(GatewayReported("mexc", False, "keys revoked", of_account=True))
    desk.hear(GatewayReported("mexc", True, ""))
    assert desk.breaches() == [RiskBreach.RPC_FAILURE]


def test_an_answer_in_our_name_ends_every_row_of_failures() -> None:
    desk = ExchangeRiskDesk()
    for of_account in (False, True):
        for _ in range(3):
            desk.hear(GatewayReported("mexc", False, "503", of_account=of_account))

    desk.hear(GatewayReported("mexc", True, "", of_account=True))

    assert desk.breaches() == []


def test_orders_that_fail_for_long_are_a_breach_and_a_pause_after_one_failure_is_none() -> None:
    desk = ExchangeRiskDesk()
    desk.hear(GatewayReported("mexc", False, "503", of_account=True))
    for _ in range(7):
        desk.now_ns += 10 * NS_PER_S
        desk.quoted()
    assert desk.breaches() == []
    desk.hear(GatewayReported("mexc", False, "503", of_account=True))
    assert desk.breaches() == [RiskBreach.GATEWAY_UNHEALTHY]
    desk.hear(GatewayReported("mexc", True, "", of_account=True))
    assert desk.breaches() == []


def test_nothing_is_over_while_nothing_trades() -> None:
    desk = ExchangeRiskDesk(books(position(A, 101)))
    desk.hear(PhaseChanged(Phase.PAUSED, "s"))
    assert desk.breaches() == []


PRICES = st.integers(2, 40).map(str)
ASKED = st.lists(st.tuples(st.sampled_from([A, B, "C/USDT", "D/USDT", "E/USDT"]), PRICES, st.booleans()), max_size=30)


@given(st.integers(0, 300), ASKED)
def test_whatever_is_asked_the_limits_hold_and_books_that_follow_change_nothing(
    total: int, asked: list[tuple[str, str, bool]]
) -> None:
    """Each approval is either still on its way or already in the books; the sums are the same."""
    desk = ExchangeRiskDesk(books(total=total))
    spent: dict[str, Decimal] = {}
    acted: tuple[str, ...] = ()
    unheard: dict[str, tuple[str, Decimal]] = {}
    for symbol, cost, heard in asked:
        trade = desk.proposal(symbol, cost)
        if desk.ask(trade) is None:
            unheard[trade.intent_id] = (symbol, cost_of(trade))
        if heard:
            acted += tuple(unheard)
            for of_symbol, amount in unheard.values():
                spent[of_symbol] = spent.get(of_symbol, Decimal(0)) + amount
            unheard.clear()
            held = tuple(position(each, amount) for each, amount in spent.items())
            desk.hear(books(*held, total=total, acted=acted))
        for of_symbol in {symbol, *spent}:
            in_symbol = spent.get(of_symbol, Decimal(0))
            in_symbol += sum(amount for name, amount in unheard.values() if name == of_symbol)
            assert in_symbol <= LIMITS.symbol_cap_usdt
        everything = sum(spent.values(), Decimal(0)) + sum(amount for _, amount in unheard.values())
        assert everything <= LIMITS.max_quote_exposure
        assert everything == 0 or total - everything >= LIMITS.cash_reserve_usdt


RECORDS = st.builds(
    TradingRecord,
    st.integers(0, 30_000),
    st.decimals(-1000, 1000, allow_nan=False, places=8),
    st.integers(0, 999),
    st.integers(0, 99),
)


def recovery(key: str, text: str) -> Recovery:
    return Recovery(1, (), (), (), (), ((key, text),), ())


@given(RECORDS)
def test_a_record_comes_back_as_it_was_written(record: TradingRecord) -> None:
    assert record_from(recovery(record_key("mexc"), record_text(record)), "mexc") == record
    assert record_from(recovery(record_key("mexc"), record_text(record)), "binance") == TradingRecord()


@given(st.one_of(st.text(), st.just('[1, "NaN", 2, 3]'), st.just('[1, "Infinity", 2, 3]'), st.just("[1, 2]")))
def test_a_record_that_cannot_be_read_is_a_day_that_begins(text: str) -> None:
    record = record_from(recovery(record_key("mexc"), text), "mexc")
    desk = ExchangeRiskDesk()
    desk.state = attrs.evolve(ExchangeRiskState(START_NS), record=record, phase=Phase.TRADING, books=books())
    assert desk.ask(desk.proposal()) is None
