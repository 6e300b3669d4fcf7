from __future__ import annotations

from decimal import Decimal

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.market.pool import effective_buy_price, effective_sell_price
from neo.domain.market.suspension import Suspension
from neo.domain.messages.quoting import Quote
from neo.domain.messages.venue import BookObserved, Level, PoolView
from neo.domain.strategy.quoting import Holdings, QuoteDecision, QuoteDrop, propose_quotes, skew_bps
from tests.domain.samples import START_NS, D, book, order_size, pool, strategy

BALANCED = Holdings(D(1000), D(520))


def decide(
    observed: BookObserved, anchor: str = "0.52", holdings: Holdings = BALANCED, fee_drops: int = 10, **changes: object
) -> QuoteDecision:
    return propose_quotes(D(anchor), observed, holdings, strategy(**changes), order_size(), fee_drops)


def of(decision: QuoteDecision, side: Side) -> list[Quote]:
    return [quote for quote in decision.quotes if quote.side is side]


def test_quotes_stand_their_offset_away_from_the_anchor() -> None:
    decision = decide(book("0.9900", "1.0100"), anchor="1.00")

    assert [(q.side, q.price) for q in decision.quotes] == [(Side.BUY, D("0.9994")), (Side.SELL, D("1.0006"))]
    assert decision.quotes[0].quantity == D("15.009005")


def test_further_levels_step_away_and_grow_as_configured() -> None:
    decision = decide(
        book("0.9900", "1.0100"), anchor="1.00", levels=3, level_offset_step_bps=D(4), level_size_step=D("0.5")
    )

    assert [q.price for q in of(decision, Side.BUY)] == [D("0.9994"), D("0.9990"), D("0.9986")]
    assert [q.price for q in of(decision, Side.SELL)] == [D("1.0006"), D("1.0010"), D("1.0014")]
    values = [q.quantity * q.price for q in of(decision, Side.SELL)]
    assert [round(value, 3) for value in values] == [D(15), D("22.5"), D(30)]


def test_a_bid_that_would_take_from_the_book_rests_one_step_below_the_best_ask() -> None:
    decision = decide(book("0.9980", "0.9990"), anchor="1.00", bid_offset_bps=D(0))

    assert of(decision, Side.BUY)[0].price == D("0.9989999")


def test_an_ask_that_would_take_from_the_pool_rests_outside_its_effective_price() -> None:
    # The book is far away; the pool, without a fee, sells and buys at its mid.
    decision = decide(book("0.9000", "1.1000", pool("1.0010", fee=0)), anchor="1.00")

    assert of(decision, Side.SELL)[0].price == D("1.001001")


def test_levels_that_are_pulled_back_do_not_stand_on_each_other() -> None:
    decision = decide(book("0.9980", "0.9990"), anchor="1.01", levels=3)

    prices = [q.price for q in of(decision, Side.BUY)]
    assert prices == sorted(set(prices), reverse=True)
    assert len(prices) == 3


def test_a_minimum_spread_widens_both_sides_evenly() -> None:
    decision = decide(
        book("0.9000", "1.1000"), anchor="1.00", bid_offset_bps=D(1), ask_offset_bps=D(1), min_spread_bps=D(10)
    )

    assert [q.price for q in decision.quotes] == [D("0.9995"), D("1.0005")]


def test_the_spread_is_never_below_what_a_round_trip_costs() -> None:
    decision = decide(
        book("0.9000", "1.1000"),
        anchor="1.00",
        bid_offset_bps=D(0),
        ask_offset_bps=D(0),
        min_spread_bps=D(0),
        adverse_move_bps="8",
    )

    bid, ask = decision.quotes
    assert ask.price - bid.price >= D("0.0008")


def test_a_spread_floor_that_is_not_below_the_ceiling_quotes_nothing_and_says_so() -> None:
    decision = decide(book(), adverse_move_bps="60", max_spread_bps="60")

    assert decision.quotes == ()
    assert decision.suspension is Suspension.NOT_VIABLE
    assert "spread floor 60.01 bps is not below the spread ceiling 60 bps" in decision.detail


def test_fees_alone_can_make_quoting_unviable() -> None:
    config = strategy(adverse_move_bps="1", max_spread_bps="5")

    cheap = propose_quotes(D("0.52"), book(), BALANCED, config, order_size(), 10)
    expensive = propose_quotes(D("0.52"), book(), BALANCED, config, order_size(), 10_000)

    assert cheap.suspension is None
    assert expensive.suspension is Suspension.NOT_VIABLE


def test_a_quote_outside_floor_or_ceiling_is_dropped_with_its_reason() -> None:
    decision = decide(book("0.9900", "1.0100"), anchor="1.00", price_ceiling=D("1.0000"))

    assert [q.side for q in decision.quotes] == [Side.BUY]
    assert [(d.side, d.level, d.reason) for d in decision.dropped] == [(Side.SELL, 0, QuoteDrop.ABOVE_CEILING)]


def test_an_anchor_far_below_the_floor_suspends_the_tick() -> None:
    decision = decide(book("0.0490", "0.0510"), anchor="0.05")

    assert decision.suspension is Suspension.OUTSIDE_PRICE_LIMITS
    assert {d.reason for d in decision.dropped} == {QuoteDrop.BELOW_FLOOR}


def test_a_wallet_of_one_asset_is_skewed_by_the_whole_strength_and_no_more() -> None:
    config = strategy(skew_strength_bps=D(5))

    assert skew_bps(Holdings(D(1000), D(0)), D(1), config) == -5
    assert skew_bps(Holdings(D(0), D(1000)), D(1), config) == 5
    assert skew_bps(Holdings(D(500), D(500)), D(1), config) == 0
    assert skew_bps(Holdings(D(0), D(0)), D(1), config) == 0


anchors = st.decimals("0.11", "9.9", places=7)
amounts = st.decimals("0", "5000", places=6)


@given(anchors, amounts, amounts, amounts, st.decimals("0", "1", places=2), st.decimals("0.1", "50", places=1))
def test_more_base_never_raises_a_price(
    anchor: Decimal, base: Decimal, more: Decimal, cash: Decimal, target: Decimal, strength: Decimal
) -> None:
    config = strategy(skew_strength_bps=strength, target_base_share=target)
    far = book("0.0001", "100")

    before = propose_quotes(anchor, far, Holdings(base, cash), config, order_size(), 10)
    after = propose_quotes(anchor, far, Holdings(base + more, cash), config, order_size(), 10)

    prices_before = {(q.side, q.level): q.price for q in before.quotes}
    for quote in after.quotes:
        earlier = prices_before.get((quote.side, quote.level))
        assert earlier is None or quote.price <= earlier


@st.composite
def markets(draw: st.DrawFn) -> tuple[Decimal, BookObserved]:
    anchor = draw(anchors)
    bid_bps, ask_bps = draw(st.integers(-80, 80)), draw(st.integers(-80, 80))
    bid = anchor * (10_000 - bid_bps) / 10_000
    ask = max(anchor * (10_000 + ask_bps) / 10_000, bid * D("1.0000001"))
    beside = None
    if draw(st.booleans()):
        mid = anchor * (10_000 + draw(st.integers(-60, 60))) / 10_000
        base = draw(st.decimals("100", "1000000", places=2))
        beside = PoolView(base, base * mid, draw(st.integers(0, 1000)))
    return anchor, BookObserved("xrpl", "XRP/RLUSD", START_NS, 5, (Level(bid, D(10)),), (Level(ask, D(10)),), beside)


@given(
    markets(),
    amounts,
    amounts,
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(1, 4),
    st.integers(0, 5),
    st.integers(0, 40),
)
def test_a_quote_never_crosses_the_book_the_pool_or_our_own_other_side(
    seen: tuple[Decimal, BookObserved],
    base: Decimal,
    cash: Decimal,
    bid_offset: int,
    ask_offset: int,
    levels: int,
    step: int,
    strength: int,
) -> None:
    anchor, observed = seen
    config = strategy(
        bid_offset_bps=D(bid_offset),
        ask_offset_bps=D(ask_offset),
        min_spread_bps=D(0),
        levels=levels,
        level_offset_step_bps=D(step),
        skew_strength_bps=D(strength),
        adverse_move_bps="0",
    )

    decision = propose_quotes(anchor, observed, Holdings(base, cash), config, order_size(), 0)

    bids, asks = of(decision, Side.BUY), of(decision, Side.SELL)
    for quote in bids:
        assert quote.price < observed.asks[0].price
        if observed.pool is not None:
            assert quote.price < effective_buy_price(observed.pool, D("0.000001"))
    for quote in asks:
        assert quote.price > observed.bids[0].price
        if observed.pool is not None:
            assert quote.price > effective_sell_price(observed.pool, D("0.000001"))
    if bids and asks:
        assert max(q.price for q in bids) < min(q.price for q in asks)
    for quote in decision.quotes:
        assert config.price_floor <= quote.price <= config.price_ceiling
        assert len((quote.price * quote.quantity).as_tuple().digits) <= 15


def test_the_best_quotes_are_those_of_level_zero() -> None:
    decision = decide(book("0.9", "1.1"), anchor="1", levels=4)

    assert max(of(decision, Side.BUY), key=lambda q: q.price).level == 0
    assert min(of(decision, Side.SELL), key=lambda q: q.price).level == 0
    assert attrs.astuple(decision.quotes[0])[1] == 0


def test_a_bid_that_would_just_touch_the_best_ask_is_pulled_back_as_well() -> None:
    decision = decide(book("0.9000", "0.9994"), anchor="1.00")

    assert of(decision, Side.BUY)[0].price == D("0.9993999")


def test_without_any_spread_our_own_ask_still_stands_above_our_own_bid() -> None:
    decision = decide(
        book("0.9000", "1.1000"),
        anchor="1.00",
        bid_offset_bps=D(0),
        ask_offset_bps=D(0),
        min_spread_bps=D(0),
        adverse_move_bps="0",
        fee_drops=0,
    )

    assert [q.price for q in decision.quotes] == [D("1.00"), D("1.000001")]
