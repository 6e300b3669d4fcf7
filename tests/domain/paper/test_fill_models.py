"""What an imagined offer would have got: never more than the market gave, never out of turn."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.config.choices import FillModel
from neo.domain.market.instrument import Side
from neo.domain.messages.venue import BookObserved, Level, MarketTrade, PoolView
from neo.domain.paper.fill_model import Funds, LedgerFills, fill_resting
from neo.domain.paper.offer import PaperOffer, advanced, queued
from tests.domain.paper.market import (
    QUEUE,
    RICH,
    START_NS,
    THROUGH,
    TOUCH,
    D,
    ask,
    bid,
    book,
    bought,
    levels,
    sold,
)

# ------------------------------------------------------------------------------------------------------------- strategies

prices = st.decimals("0.40", "0.60", places=2)
amounts = st.decimals("0.000001", "500", places=6)
trades = st.builds(MarketTrade, prices, amounts, st.sampled_from(Side), st.booleans())
sides_of_book = st.lists(st.builds(Level, prices, amounts), max_size=5, unique_by=lambda level: level.price)
pools = st.none() | st.builds(
    PoolView, st.decimals("1000", "100000", places=0), st.decimals("500", "60000", places=0), st.integers(0, 1000)
)


@st.composite
def markets(draw: st.DrawFn) -> BookObserved:
    bids = sorted(draw(sides_of_book), key=lambda level: -level.price)
    asks = sorted(draw(sides_of_book), key=lambda level: level.price)
    seen = draw(st.lists(trades, max_size=6))
    return BookObserved("xrpl", "XRP/RLUSD", START_NS, 101, tuple(bids), tuple(asks), draw(pools), tuple(seen))


@st.composite
def own_offers(draw: st.DrawFn) -> tuple[PaperOffer, ...]:
    made = draw(st.lists(st.tuples(st.sampled_from(Side), prices, amounts, amounts | st.just(D(0))), max_size=5))
    return tuple(
        PaperOffer(sequence, side, price, base, price * base, None, ahead, ahead)
        for sequence, (side, price, base, ahead) in enumerate(made, 1)
    )


models = st.sampled_from(FillModel)


def filled_base(outcome: LedgerFills, side: Side | None = None, sequence: int | None = None) -> Decimal:
    return sum(
        (
            fill.base
            for fill in outcome.fills
            if side in (None, fill.before.side) and sequence in (None, fill.before.sequence)
        ),
        D(0),
    )


# -------------------------------------------------------------------------------------------------------------- properties


@given(models, own_offers(), markets())
def test_no_more_is_filled_than_was_traded_or_quoted_through_us(
    model: FillModel, offers: tuple[PaperOffer, ...], seen: BookObserved
) -> None:
    without_pool = attrs.evolve(seen, pool=None)

    outcome = fill_resting(model, offers, without_pool, RICH)

    for side in Side:
        own = [offer.price for offer in offers if offer.side is side]
        if not own:
            continue
        best = max(own) if side is Side.BUY else min(own)
        quotes = seen.asks if side is Side.BUY else seen.bids
        reach = [(t.price, t.quantity) for t in seen.trades if t.taker_side is not side]
        reach += [(level.price, level.quantity) for level in quotes]
        met = [quantity for price, quantity in reach if (price <= best if side is Side.BUY else price >= best)]
        assert filled_base(outcome, side) <= sum(met, D(0))


@given(models, own_offers(), markets())
def test_nobody_gets_a_better_price_from_us_than_our_limit(
    model: FillModel, offers: tuple[PaperOffer, ...], seen: BookObserved
) -> None:
    for fill in fill_resting(model, offers, seen, RICH).fills:
        paid = fill.quote - fill.base * fill.before.quote / fill.before.base
        assert paid <= D("1e-20") if fill.before.side is Side.BUY else paid >= -D("1e-20")


@given(models, own_offers(), markets())
def test_what_is_filled_and_what_is_left_make_up_the_offer(
    model: FillModel, offers: tuple[PaperOffer, ...], seen: BookObserved
) -> None:
    outcome = fill_resting(model, offers, seen, RICH)

    left = {offer.sequence: offer for offer in outcome.resting}
    filled = {fill.before.sequence: fill for fill in outcome.fills}
    assert len(filled) == len(outcome.fills)
    for offer in offers:
        rest, fill = left.get(offer.sequence), filled.get(offer.sequence)
        assert offer.base == (rest.base if rest else 0) + (fill.base if fill else 0)
        assert offer.quote == (rest.quote if rest else 0) + (fill.quote if fill else 0)


@given(own_offers(), markets())
def test_queue_lies_between_trade_through_and_touch(offers: tuple[PaperOffer, ...], seen: BookObserved) -> None:
    first, between, last = (fill_resting(model, offers, seen, RICH) for model in (TOUCH, QUEUE, THROUGH))

    for side in Side:
        assert filled_base(last, side) <= filled_base(between, side) <= filled_base(first, side)


@given(models, own_offers(), markets(), trades)
def test_another_trade_never_takes_a_fill_away(
    model: FillModel, offers: tuple[PaperOffer, ...], seen: BookObserved, another: MarketTrade
) -> None:
    without_pool = attrs.evolve(seen, pool=None)
    more = attrs.evolve(without_pool, trades=(*seen.trades, another))

    before, after = (fill_resting(model, offers, market, RICH) for market in (without_pool, more))

    for offer in offers:
        assert filled_base(after, sequence=offer.sequence) >= filled_base(before, sequence=offer.sequence)


@given(own_offers(), markets(), amounts)
def test_a_longer_queue_never_brings_more(offers: tuple[PaperOffer, ...], seen: BookObserved, longer: Decimal) -> None:
    behind = tuple(attrs.evolve(offer, ahead=(offer.ahead or D(0)) + longer) for offer in offers)

    near, far = (fill_resting(QUEUE, own, seen, RICH) for own in (offers, behind))

    for side in Side:
        assert filled_base(far, side) <= filled_base(near, side)


@given(models, own_offers(), markets(), amounts, amounts)
def test_we_never_give_more_than_we_have(
    model: FillModel, offers: tuple[PaperOffer, ...], seen: BookObserved, base: Decimal, quote: Decimal
) -> None:
    outcome = fill_resting(model, offers, seen, Funds(base, quote))

    assert filled_base(outcome, Side.SELL) <= base
    assert sum((fill.quote for fill in outcome.fills if fill.before.side is Side.BUY), D(0)) <= quote


@given(models, prices, markets())
def test_at_one_price_the_earlier_offer_is_served_first(model: FillModel, price: Decimal, seen: BookObserved) -> None:
    early, late = bid(price, "20", sequence=1), bid(price, "20", sequence=2)

    outcome = fill_resting(model, (late, early), seen, RICH)

    if filled_base(outcome, sequence=2):
        assert filled_base(outcome, sequence=1) == early.base


@given(amounts, amounts, amounts, amounts)
def test_a_queue_only_ever_gets_shorter(ahead: Decimal, behind: Decimal, traded: Decimal, now: Decimal) -> None:
    offer = PaperOffer(1, Side.BUY, D("0.5"), D(30), D(15), None, ahead, ahead + behind)

    after = advanced(offer, traded, gone_through=False, levels=(Level(D("0.5"), now), Level(D("0.4"), D(1))))

    assert after.ahead is not None
    assert 0 <= after.ahead <= ahead
    assert after.ahead <= now


# --------------------------------------------------------------------------------------------------------------- examples


@pytest.mark.parametrize(("model", "got"), [(TOUCH, "30"), (THROUGH, "0"), (QUEUE, "10")])
def test_a_trade_at_our_price_fills_what_the_model_says(model: FillModel, got: str) -> None:
    outcome = fill_resting(model, (bid("0.5", "30", ahead="40"),), book(sold("0.5", "50")), RICH)

    assert filled_base(outcome) == D(got)


@pytest.mark.parametrize("model", FillModel)
def test_a_trade_through_our_price_fills_us_whatever_the_model(model: FillModel) -> None:
    outcome = fill_resting(model, (bid("0.5", "30", ahead="40"),), book(sold("0.4999", "12")), RICH)

    (fill,) = outcome.fills
    assert (fill.base, fill.quote) == (D(12), D(6))
    assert outcome.resting[0].base == D(18)
    assert outcome.resting[0].ahead == 0  # everybody before us was served


@pytest.mark.parametrize("model", FillModel)
def test_a_trade_of_the_other_side_or_short_of_our_price_fills_nothing(model: FillModel) -> None:
    seen = book(sold("0.51", "50"), bought("0.49", "50"), asks=levels(("0.61", "9")))

    assert not fill_resting(model, (bid("0.5"), ask("0.6")), seen, RICH).fills


@pytest.mark.parametrize("model", FillModel)
def test_a_pool_that_moved_through_our_price_trades_with_us(model: FillModel) -> None:
    """Whoever buys there and sells to us earns the difference, so somebody does."""
    seen = book(pool=PoolView(D(10_000), D(4_900), 500))  # sells at 0.4925, and we pay 0.5

    outcome = fill_resting(model, (bid("0.5", "1000"),), seen, RICH)

    # Until its price with fee is 0.5: 10,000 - sqrt(49,000,000 / (0.5 x 0.995)) = 10,000 - 9,924.34.
    (fill,) = outcome.fills
    assert D("75.66") < fill.base < D("75.67")


def test_what_the_pool_was_seen_to_trade_is_not_counted_a_second_time() -> None:
    pool = PoolView(D(10_000), D(4_900), 500)
    seen = book(sold("0.49", "75.66", pool=True), pool=pool)

    outcome = fill_resting(QUEUE, (bid("0.5", "1000"),), seen, RICH)

    assert filled_base(outcome) < D("75.67")


def test_a_trade_fills_only_one_of_our_offers() -> None:
    outcome = fill_resting(QUEUE, (bid("0.5", "30", 1), bid("0.5001", "30", 2)), book(sold("0.49", "40")), RICH)

    assert [(fill.before.sequence, fill.base) for fill in outcome.fills] == [(2, D(30)), (1, D(10))]


def test_a_new_offer_goes_to_the_end_of_its_level() -> None:
    offer = queued(bid("0.5", ahead=None), levels(("0.51", "7"), ("0.5", "40"), ("0.49", "100")))

    assert (offer.ahead, offer.level) == (D(40), D(40))


def test_an_offer_deeper_than_the_visible_book_learns_its_queue_when_it_comes_into_sight() -> None:
    offer = queued(bid("0.45"), levels(("0.5", "40")))
    unseen = fill_resting(QUEUE, (offer,), book(sold("0.45", "500"), bids=levels(("0.5", "40"))), RICH)
    seen = advanced(offer, D(0), gone_through=False, levels=levels(("0.46", "1"), ("0.45", "25")))

    assert offer.ahead is None
    assert not unseen.fills  # nobody knows how many stood there before us
    assert seen.ahead == D(25)


def test_cancellations_at_our_level_move_us_up_by_our_share_of_them() -> None:
    offer = PaperOffer(1, Side.BUY, D("0.5"), D(30), D(15), None, D(40), D(100))

    after = advanced(offer, D(0), gone_through=False, levels=levels(("0.5", "50"), ("0.4", "1")))

    assert after.ahead == D(20)


def test_trades_at_our_level_serve_the_front_of_the_queue() -> None:
    offer = PaperOffer(1, Side.BUY, D("0.5"), D(30), D(15), None, D(40), D(100))

    after = advanced(offer, D(15), gone_through=False, levels=levels(("0.5", "85"), ("0.4", "1")))

    assert after.ahead == D(25)
