"""Where the model's arithmetic takes a short cut, it comes to what the long way comes to."""

from __future__ import annotations

import random
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neo.infra.simulated.amounts import (
    DOWN,
    EXACT,
    NEAREST,
    ZERO,
    divide,
    square_root,
    to_drops,
    within_relative_distance,
)
from neo.infra.simulated.metadata import journal_touches, read_outcome
from neo.infra.simulated.parsing import book_observed
from neo.infra.simulated.pool import PoolAmounts, offer_up_to_quality, out_for_average_quality, swap_in, swap_out
from neo.infra.simulated.prices import WanderingPrice
from neo.infra.simulated.quality import (
    are_near,
    is_clearly_beyond,
    is_clearly_within,
    is_far_from,
    quality_of,
    rate_of,
)
from neo.infra.simulated.records import Offer
from neo.infra.simulated.rules import apply_transaction
from neo.infra.simulated.transactions import IMMEDIATE_OR_CANCEL, SELL, OfferCancel, OfferCreate, Transaction
from tests.infra.simulated.worlds import TRADERS, XRP, buy, sell, step, world

sixteen_digits = st.integers(10**15, 10**16 - 1)
numbers = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent, EXACT), sixteen_digits, st.integers(-30, 20)
)
drops = st.integers(1, 10**14)
tokens = st.integers(1, 10**14).map(lambda millionths: Decimal(millionths).scaleb(-6))


def _root_by_numbers(value: Decimal) -> Decimal:
    """The server's root2, step by step in its own arithmetic."""
    exponent = value.adjusted() + 1
    exponent += exponent % 2
    scaled = value.scaleb(-exponent, EXACT)
    n = NEAREST
    slope = n.add(n.multiply(Decimal(-60), scaled), Decimal(144))
    root = divide(n, n.add(n.multiply(slope, scaled), Decimal(18)), Decimal(105))
    before, last = ZERO, ZERO
    while True:
        before, last = last, root
        root = divide(n, n.add(root, divide(n, scaled, root)), Decimal(2))
        if root in (last, before):
            return root.scaleb(exponent // 2, EXACT)


@given(value=numbers)
@example(value=Decimal("0.01"))
@example(value=Decimal("9999999999999999"))
@example(value=Decimal("1.000000000000001"))
@example(value=Decimal("0.9899999999999999"))
def test_the_root_is_the_servers_to_the_last_digit(value: Decimal) -> None:
    assert square_root(value) == _root_by_numbers(value)


@given(whole=st.integers(1, 10**8))
def test_the_root_of_a_small_square_is_exact(whole: int) -> None:
    assert square_root(Decimal(whole * whole)) == whole


@given(value=st.decimals(min_value=-(10**16), max_value=10**16, places=7, allow_nan=False))
@pytest.mark.parametrize("rounding", [ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING])
def test_drops_are_rounded_as_decimal_rounds(rounding: str, value: Decimal) -> None:
    assert to_drops(value, rounding) == value.to_integral_value(rounding=rounding)


@given(price=numbers, distance=st.integers(0, 2 * 10**9))
@example(price=Decimal("9.999999500000001"), distance=10**9)
@example(price=Decimal("9.999999999999999"), distance=1)
@example(price=Decimal("9999998990000001"), distance=999_999_999)
@example(price=Decimal("9999998990000001"), distance=999_999_998)
def test_prices_are_near_when_they_differ_by_less_than_a_ten_millionth(price: Decimal, distance: int) -> None:
    """`distance` is in units of the last of sixteen digits."""
    further = NEAREST.add(price, Decimal(distance).scaleb(price.adjusted() - 15, EXACT))
    better, worse = (quality_of(each, Decimal(1)) for each in (price, further))

    expected = within_relative_distance(rate_of(better), rate_of(worse), Decimal("1e-7"))

    assert are_near(better, worse) is expected


@given(pays=tokens, gets=drops, limit_pays=tokens, limit_gets=drops, fee=st.integers(0, 1000))
@example(pays=Decimal("2.5"), gets=1_000_000, limit_pays=Decimal("25.125628"), limit_gets=10_000_000, fee=500)
def test_a_pool_is_out_of_reach_when_its_price_with_fee_is_more_than_the_limit(
    pays: Decimal, gets: int, limit_pays: Decimal, limit_gets: int, fee: int
) -> None:
    pool, limit = PoolAmounts(pays, gets, fee), quality_of(limit_pays, limit_gets)

    with_fee = Fraction(rate_of(pool.spot_quality)) / (1 - Fraction(fee, 100_000))

    assert pool.is_out_of_reach(limit) is (with_fee > Fraction(rate_of(limit)) * (1 + Fraction(1, 10**12)))


@given(
    drops=st.integers(10**6, 10**15),
    token=tokens,
    fee=st.integers(0, 1000),
    share=st.floats(1e-9, 2),
    bps=st.floats(-90, 400),
)
def test_who_asks_for_much_less_than_an_average_price_allows_is_within_it(
    drops: int, token: Decimal, fee: int, share: float, bps: float
) -> None:
    pool = PoolAmounts(token, drops, fee)
    average = quality_of(NEAREST.multiply(rate_of(pool.spot_quality), 1 + Decimal(str(bps)) / 10_000), Decimal(1))
    allowed = out_for_average_quality(pool, average)
    asked = max(1, int((allowed or Decimal(drops)) * Decimal(str(share))))

    if pool.is_well_within(average, asked):
        assert allowed is not None
        assert allowed > asked
    elif allowed is not None:
        assert asked >= allowed - drops * Decimal("2e-6") - 1


def _reached_first(pool: PoolAmounts, target: int) -> Decimal | None:
    """Drops after which the pool's price is `target`, or for which the average is: the lesser one, by the server's equations."""
    n, rate, multiple = NEAREST, rate_of(target), pool.fee_multiple
    pool_in, pool_out = Decimal(pool.pool_in), Decimal(pool.pool_out)
    if type(pool.pool_out) is int:
        fee_share = n.subtract(Decimal(1), divide(n, Decimal(1), multiple))
        a, b = Decimal(1), n.subtract(divide(n, n.multiply(pool_in, fee_share), rate), n.multiply(Decimal(2), pool_out))
        c = n.subtract(n.multiply(pool_out, pool_out), divide(n, n.multiply(pool_in, pool_out), rate))
        average = n.subtract(pool_out, divide(n, pool_in, n.multiply(rate, multiple)))
    else:
        a, b = multiple, n.multiply(pool_in, n.add(Decimal(1), multiple))
        c = n.subtract(n.multiply(pool_in, pool_in), n.multiply(n.multiply(pool_in, pool_out), rate))
        average = n.subtract(n.multiply(pool_out, rate), divide(n, pool_in, multiple))
    discriminant = n.subtract(n.multiply(b, b), n.multiply(n.multiply(Decimal(4), a), c))
    if discriminant < 0 or average <= 0:
        return None
    root = square_root(discriminant)
    marginal = divide(n, n.multiply(Decimal(2), c), n.subtract(-b, root) if b > 0 else n.add(-b, root))
    return min(marginal, average) if marginal > 0 else None


def _swapped(pool: PoolAmounts, number: Decimal) -> tuple[Decimal | int, Decimal | int]:
    whole = int(number)
    return (swap_out(pool, whole), whole) if type(pool.pool_out) is int else (whole, swap_in(pool, whole))


@given(
    drops=st.integers(10**6, 10**15),
    token=st.integers(10**6, 10**15).map(lambda millionths: Decimal(millionths).scaleb(-6)),
    fee=st.integers(0, 1000),
    share_of_fee=st.floats(0.01, 4),
    gives_xrp=st.booleans(),
)
@example(drops=10**11, token=Decimal(250_000), fee=500, share_of_fee=1.03, gives_xrp=True)
@example(drops=10**11, token=Decimal(250_000), fee=500, share_of_fee=1.03, gives_xrp=False)
def test_the_pool_offers_what_the_lesser_of_its_two_equations_says(
    drops: int, token: Decimal, fee: int, share_of_fee: float, gives_xrp: bool
) -> None:
    pool = PoolAmounts(token, drops, fee) if gives_xrp else PoolAmounts(drops, token, fee)
    beyond = 1 + Decimal(fee + 1).scaleb(-5) * (1 + Decimal(str(share_of_fee)))
    target = quality_of(NEAREST.multiply(rate_of(pool.spot_quality), beyond), Decimal(1))

    proposed = _reached_first(pool, target)

    expected = None
    if proposed is not None:
        pays, gets = _swapped(pool, proposed)
        if pays > 0 and gets > 0 and quality_of(pays, gets) > target:
            less = Decimal(gets if gives_xrp else pays)
            pays, gets = _swapped(pool, DOWN.multiply(less, Decimal("0.9999")))
        if pays > 0 and gets > 0 and quality_of(pays, gets) <= target:
            expected = (pays, gets, quality_of(pays, gets))
    assert offer_up_to_quality(pool, target) == expected


@given(pays=tokens, gets=drops, other_pays=drops, other_gets=tokens)
def test_an_offer_never_takes_what_is_far_from_it(
    pays: Decimal, gets: int, other_pays: int, other_gets: Decimal
) -> None:
    quality, opposite = quality_of(pays, gets), quality_of(other_pays, other_gets)

    if is_far_from(quality, opposite):
        assert opposite > quality_of(gets, pays)


@given(pays=tokens, gets=drops, further=st.integers(2, 10**6))
def test_prices_that_are_a_millionth_apart_are_far_from_each_other(pays: Decimal, gets: int, further: int) -> None:
    opposite = quality_of(gets, pays)
    worse = quality_of(rate_of(opposite) * (1 + Decimal(further).scaleb(-6)), Decimal(1))

    assert is_far_from(quality_of(pays, gets), worse)


@given(pays=numbers, gets=st.one_of(numbers, drops), last_digits=st.integers(-40, 40))
@example(pays=Decimal("2.500000000000001"), gets=1_000_000, last_digits=0)
@example(pays=Decimal("9.000000000000000"), gets=Decimal("1.000000000000000"), last_digits=-1)
def test_what_is_clearly_within_a_limit_or_beyond_it_has_such_a_quality(
    pays: Decimal, gets: Decimal | int, last_digits: int
) -> None:
    """Prices within a few last digits of the limit, and those that are 10^-13 of it away."""
    quality = quality_of(pays, gets)
    limit = quality + last_digits

    assert not is_clearly_within(pays, gets, limit) or quality <= limit
    assert not is_clearly_beyond(pays, gets, limit) or quality > limit
    better, worse = (EXACT.multiply(pays, 1 + side * Decimal("1e-13")) for side in (-1, 1))
    assert is_clearly_within(better, gets, quality)
    assert is_clearly_beyond(worse, gets, quality)


@given(st.integers(0, 10**6), st.integers(100, 10**10), st.integers(0, 40_000))
@example(seed=1, start_units=100, volatility_bps=40_000)
def test_a_price_wanders_in_integers_as_it_would_in_decimals(seed: int, start_units: int, volatility_bps: int) -> None:
    start = Decimal(start_units).scaleb(-8)
    path = WanderingPrice(random.Random(seed), start, Decimal(volatility_bps), 0, jumps_per_day=20_000)
    rng, price, per_second = random.Random(seed), start, float(Decimal(volatility_bps)) / 10_000 / 86_400**0.5

    for turn in range(1, 30):
        step = rng.gauss(0.0, 1.0) * per_second * 4.0**0.5
        if rng.random() < 20_000 / 86_400 * 4.0:
            step *= 10
        move = Decimal(round(step * 10**9) + 10**9).scaleb(-9)
        price = max(Decimal("0.000001"), EXACT.multiply(price, move).quantize(Decimal("1e-8"), ROUND_HALF_EVEN))

        assert path.price_at(turn * 4 * 10**9) == price


@pytest.mark.parametrize("units, moved", [(101, 152), (103, 154), (102, 153)])
def test_a_price_between_two_units_goes_to_the_even_one(units: int, moved: int) -> None:
    class Half(random.Random):
        def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
            return 0.5

    path = WanderingPrice(Half(1), Decimal(units).scaleb(-8), Decimal(10_000), 0, jumps_per_day=0)

    assert path.price_at(86_400 * 10**9) == Decimal(moved).scaleb(-8)


def test_the_pool_is_told_as_it_is_whatever_of_it_changed() -> None:
    ledger = world(pool=True)
    state = ledger.state
    told = []
    for change in range(4):
        if change == 1:
            state.amm["amm"] = attrs.evolve(state.amm["amm"], fee_hundred_thousandths=700)
        elif change == 2:
            state.token["amm"] = Decimal(260_000)
        elif change == 3:
            state.drops["amm"] = 110_000 * XRP
        pool = book_observed(state, ledger, "xrpl", "XRP/RLUSD", "us", 10).pool
        assert pool is not None
        assert pool is book_observed(state, ledger, "xrpl", "XRP/RLUSD", "us", 10).pool
        told.append((int(pool.base), int(pool.quote), pool.fee_hundred_thousandths))

    assert told == [(100_000, 250_000, 500), (100_000, 250_000, 700), (100_000, 260_000, 700), (110_000, 260_000, 700)]


def test_whoever_has_a_balance_or_an_offer_changed_is_found_in_the_journal() -> None:
    state = world(pool=True).state
    maker, taker, outsider = TRADERS
    steps: list[Transaction] = [
        OfferCreate(maker, state.sequence[maker], 10, Decimal("2.505"), 1_000_000),
        OfferCreate(maker, state.sequence[maker] + 1, 10, 1_000_000, Decimal("2.495")),
        OfferCreate(taker, state.sequence[taker], 10, 500_000, Decimal("1.5"), IMMEDIATE_OR_CANCEL),
        OfferCreate(taker, state.sequence[taker] + 1, 10, Decimal("0.1"), 5_000_000, IMMEDIATE_OR_CANCEL | SELL),
        OfferCancel(maker, state.sequence[maker] + 2, 10, state.sequence[maker]),
    ]
    for each in steps:
        mark = len(state.journal)
        assert apply_transaction(state, each, 1_001, 1_004) == "tesSUCCESS"
        journal = state.journal[mark:]
        outcome = read_outcome(state, each, "tesSUCCESS", 0, journal)
        for account in (maker, taker, outsider, state.pool_account):
            assert journal_touches(journal, account) is outcome.touches(account)


@pytest.mark.parametrize("expires_in_s, rests", [(4, False), (400, True)])
def test_an_offer_that_only_the_pools_fee_keeps_from_meeting_it_rests_and_what_is_dead_in_front_goes(
    expires_in_s: int, rests: bool
) -> None:
    ledger = world(pool=True)
    step(ledger, sell(ledger, "ann", 10, "2.52", expiration_s=ledger.close_time_s + expires_in_s))
    step(ledger)
    pool_before = (ledger.state.drops["amm"], ledger.state.token["amm"])

    step(ledger, buy(ledger, "bob", 10, "2.505"))

    assert len(ledger.state.offers_of("bob")) == 1
    assert (ledger.state.drops["amm"], ledger.state.token["amm"]) == pool_before
    assert bool(ledger.state.offers_of("ann")) is rests


def test_dust_in_front_of_a_pool_that_only_its_fee_keeps_away_goes() -> None:
    ledger = world(pool=True)
    dust = Offer("ann", 100, 1, Decimal("0.0000001"), quality_of(10 * XRP, Decimal("24.8")), 1)
    ledger.state.place(dust)
    ledger.state.commit()

    step(ledger, sell(ledger, "bob", 10, "2.495"))

    assert [len(ledger.state.offers_of(each)) for each in ("ann", "bob")] == [0, 1]


@pytest.mark.parametrize("flags", [IMMEDIATE_OR_CANCEL, IMMEDIATE_OR_CANCEL | SELL], ids=["buys", "sells"])
def test_an_offer_that_never_rests_is_killed_when_its_digits_do_not_show_what_was_filled(flags: int) -> None:
    """Of 250 billion tokens the sixteenth digit is the fourth after the point; a drop is worth a fortieth of it."""
    ledger = world()
    drop, tokens = (1, Decimal("0.0000025")), (10**17, Decimal(250_000_000_000))
    if flags & SELL:
        ledger.state.token["bob"] = tokens[1]
        resting = OfferCreate("ann", 100, 10, drop[1], drop[0])
        hungry = OfferCreate("bob", 100, 10, tokens[0], tokens[1], flags)
    else:
        resting = OfferCreate("ann", 100, 10, drop[0], drop[1])
        hungry = OfferCreate("bob", 100, 10, tokens[1], tokens[0], flags)
    step(ledger, resting)

    outcome = step(ledger, hungry).outcomes[0]

    assert outcome.result == "tecKILLED"
    assert len(ledger.state.offers_of("ann")) == 1
