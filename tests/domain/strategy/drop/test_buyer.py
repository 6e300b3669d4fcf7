"""Every drop has exactly one fate, no symbol is held twice, and a position is sold for one reason."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import (
    BarsLoaded,
    MarketsUpdated,
    StandingsChanged,
    StandingsWanted,
    TradeOutcome,
    TradePurpose,
    TradeRefusal,
    TradeRefused,
)
from neo.domain.messages.exchange import PriceBar
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.strategy.drop.buyer import PROPOSAL_LIFE_NS
from neo.domain.strategy.drop.entering import top_drops
from neo.domain.telemetry.drop_events import DropTriggered
from neo.domain.units import NS_PER_S
from tests.domain.strategy.drop.buyer_desk import MINUTE_NS, RULES, BuyerDesk, market

A, B, C = "AAA/USDT", "BBB/USDT", "CCC/USDT"


def dropped(desk: BuyerDesk, symbol: str = A) -> None:
    desk.quotes(symbol, [100, 98])


def test_a_drop_is_proposed_with_its_size_and_the_limits_of_its_tries() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    (trade,) = desk.trades
    assert (trade.purpose, trade.side, trade.symbol) == (TradePurpose.ENTRY, Side.BUY, A)
    assert trade.quantity == Decimal("0.25")  # 25 at 98.01 is 0.25507 in steps of 0.01
    assert trade.limits == (Decimal("98.06"), Decimal("98.16"))  # 5 and 15 bps above 98.01, rounded up to a cent


def test_one_drop_is_bought_once() -> None:
    desk = BuyerDesk(A)
    desk.quotes(A, [100, 98, 97, 96, 100, 98])
    assert len(desk.trades) == 1
    assert [event.blocked_by for event in desk.said(DropTriggered)] == ["", "position_exists"]


def test_a_filled_entry_is_sold_at_its_profit_and_the_symbol_rests_for_its_cooldown() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.filled(desk.trades[0])  # at 98.06
    desk.quote(A, "98.5")
    assert len(desk.trades) == 1
    desk.quote(A, "98.60")  # bid 98.59: 54 bps above
    sale = desk.trades[1]
    assert (sale.purpose, sale.side, sale.reason) == (TradePurpose.EXIT, Side.SELL, "take_profit")
    assert (sale.quantity, sale.limits) == (Decimal("0.25"), (Decimal("98.59"), Decimal("98.49")))
    desk.filled(sale)
    desk.quotes(A, [100, 98])
    assert [event.blocked_by for event in desk.said(DropTriggered)][-1] == "cooldown"
    desk.quote(A, 100, after_s=60)
    desk.quote(A, 98)
    assert len(desk.trades) == 3


def test_a_sale_that_found_nobody_is_tried_again_with_the_next_quote() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.filled(desk.trades[0])
    desk.quote(A, 97)
    desk.ended(desk.trades[1], TradeOutcome.NOT_FILLED)
    desk.quote(A, "96.9")
    assert [trade.reason for trade in desk.trades[1:]] == ["stop_loss", "stop_loss"]
    assert desk.trades[1].intent_id != desk.trades[2].intent_id


def test_a_sale_under_way_is_not_proposed_again() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.filled(desk.trades[0])
    desk.quotes(A, [97, 96, 95])
    assert [trade.purpose for trade in desk.trades] == [TradePurpose.ENTRY, TradePurpose.EXIT]


def test_no_more_positions_than_allowed_entries_under_way_counted() -> None:
    desk = BuyerDesk(A, B, C)
    for symbol in (A, B, C):
        dropped(desk, symbol)
    assert [trade.symbol for trade in desk.trades] == [A, B]
    assert desk.said(DropTriggered)[-1].blocked_by == "max_positions"


def test_a_refusal_of_risk_frees_the_symbol_and_is_counted() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.hear(TradeRefused(desk.trades[0], TradeRefusal.CASH_RESERVE, "x"))
    desk.quotes(A, [100, 98])
    assert len(desk.trades) == 2
    assert desk.state.counts.refused_by_risk == {"cash_reserve": 1}


def test_a_proposal_that_was_lost_on_its_way_is_forgotten_after_its_life_and_not_before() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.quotes(A, [100, 98])
    assert len(desk.trades) == 1
    desk.quote(A, 100, after_s=PROPOSAL_LIFE_NS // NS_PER_S + 1)
    desk.quote(A, 98)
    assert len(desk.trades) == 2


def test_a_proposal_that_the_router_has_lives_until_it_ends() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.told_positions(desk.trades[0].intent_id, working=(A,))
    desk.quote(A, 100, after_s=3600)
    desk.quote(A, 98)
    assert len(desk.trades) == 1


def test_a_proposal_is_over_when_the_router_has_it_and_nothing_of_it_works_although_no_end_was_heard() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.told_positions(desk.trades[0].intent_id)
    desk.quote(A, 100, after_s=3600)
    desk.quote(A, 98)
    assert len(desk.trades) == 2


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.TRADING])
def test_nothing_is_bought_or_sold_while_the_engine_does_not_trade(phase: Phase) -> None:
    desk = BuyerDesk(A, B)
    dropped(desk)
    desk.filled(desk.trades[0])
    desk.hear(PhaseChanged(phase, "s"))
    desk.quote(A, 90)
    dropped(desk, B)
    assert len(desk.trades) == 1
    assert desk.said(DropTriggered)[-1].blocked_by == "global_trading"


def test_an_old_quote_moves_no_money() -> None:
    desk = BuyerDesk(A)
    desk.quote(A, 100)
    desk.quote(A, 98, after_s=10, old_s=4)
    assert not desk.trades
    assert desk.said(DropTriggered)[0].blocked_by == "stale_quote"


def test_switched_off_trading_still_sells_and_switched_off_order_flow_does_not() -> None:
    watching = attrs.evolve(RULES.guards, order_flow_enabled=False)
    for guards, sold in ((attrs.evolve(RULES.guards, global_trading=False), 1), (watching, 0)):
        desk = BuyerDesk(A)
        dropped(desk)
        desk.filled(desk.trades[0])
        desk.rules = attrs.evolve(RULES, guards=guards)
        desk.quote(A, 90)
        assert len(desk.trades) == 1 + sold


def test_a_market_whose_minimum_is_too_large_blocks_with_its_reason() -> None:
    desk = BuyerDesk(A)
    book = desk.state.books[A]
    big = attrs.evolve(book, market=market(A, notional_min=Decimal(31)))
    desk.state = attrs.evolve(desk.state, books={A: big})
    dropped(desk)
    assert desk.said(DropTriggered)[0].blocked_by == "minimum_order"
    desk.state = attrs.evolve(
        desk.state, books={A: attrs.evolve(desk.state.books[A], market=market(A, notional_min=Decimal(29)))}
    )
    desk.quotes(A, [100, 98])
    assert desk.trades[0].quantity * Decimal("98.01") >= 29


def test_what_is_to_be_sold_only_is_sold_and_its_drops_are_not_bought() -> None:
    desk = BuyerDesk(A)
    dropped(desk)
    desk.filled(desk.trades[0])
    desk.hear(MarketsUpdated("mexc", (market(A),), (), (), (A,)))

    desk.quote(A, 99, after_s=40)
    desk.filled(desk.trades[1])
    dropped(desk)

    assert [trade.purpose for trade in desk.trades] == [TradePurpose.ENTRY, TradePurpose.EXIT]
    assert desk.said(DropTriggered)[-1].blocked_by == "cooldown,not_watched"


def test_bars_from_before_the_session_make_the_first_quote_a_drop() -> None:
    desk = BuyerDesk(A)
    begin = desk.now_ns
    bars = tuple(PriceBar(begin - n * MINUTE_NS, *(Decimal(100),) * 4, Decimal(1)) for n in range(4, 0, -1))
    desk.hear(BarsLoaded("mexc", A, bars))
    desk.quote(A, 98)
    assert len(desk.trades) == 1


def test_standings_are_told_when_they_change_and_all_of_them_when_asked() -> None:
    desk = BuyerDesk(A, B)
    desk.quote(A, 100)
    told = len(desk.said(StandingsChanged))
    desk.quote(A, "100.001")
    assert len(desk.said(StandingsChanged)) == told
    (everything,) = [o for o in desk.hear(StandingsWanted()) if isinstance(o, StandingsChanged)]
    assert [symbol for symbol, _ in everything.standings] == [A, B]


def test_the_top_drops_are_the_nearest_to_their_trigger_with_the_guards_against_each() -> None:
    desk = BuyerDesk(A, B, C)
    desk.quotes(A, [100, 99])
    desk.quotes(B, [100, "98.6"])
    near, far = top_drops(RULES, desk.state.books, 2, 5, desk.now_ns + 4 * NS_PER_S, Phase.HALTING)
    assert (near.symbol, near.price, near.anchor, near.distance_bps) == (
        B,
        Decimal("98.6"),
        Decimal(100),
        Decimal("10.2"),
    )
    assert near.blocked_by == ("global_trading", "stale_quote", "max_positions")
    assert far.symbol == A


STEPS = st.lists(
    st.tuples(
        st.sampled_from([A, B, C]),
        st.integers(9_000, 10_500).map(lambda n: Decimal(n) / 100),
        st.integers(0, 90),
        st.sampled_from(["fill", "nothing", "refuse", "miss"]),
    ),
    max_size=80,
)


@given(STEPS)
def test_every_drop_has_one_fate_and_no_symbol_is_held_twice(steps: list[tuple[str, Decimal, int, str]]) -> None:
    desk = BuyerDesk(A, B, C)
    ids: set[str] = set()
    for symbol, price, pause_s, fate in steps:
        before = len(desk.trades)
        desk.quote(symbol, price, after_s=pause_s)
        for trade in desk.trades[before:]:
            assert trade.intent_id not in ids
            ids.add(trade.intent_id)
            assert (trade.purpose is TradePurpose.ENTRY) == (trade.symbol not in desk.positions)
            if trade.purpose is TradePurpose.ENTRY:
                assert len(desk.positions) < RULES.guards.max_positions
                assert trade.quantity * trade.limits[0] <= Decimal("25.1")
            if fate == "fill":
                desk.filled(trade)
            elif fate == "refuse":
                desk.hear(TradeRefused(trade, TradeRefusal.BUDGET, ""))
            elif fate == "miss":
                desk.told_positions(trade.intent_id)
                desk.ended(trade, TradeOutcome.NOT_FILLED)
    counts = desk.state.counts
    assert counts.drops == len(desk.said(DropTriggered)) == counts.blocked + counts.proposed
    assert counts.proposed == sum(1 for trade in desk.trades if trade.purpose is TradePurpose.ENTRY)
