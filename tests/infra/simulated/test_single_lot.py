"""A pass that takes one lot comes to what the walk over its whole level comes to."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.crossing import Crossing
from neo.infra.simulated.level import Level
from neo.infra.simulated.liquidity import Liquidity
from neo.infra.simulated.openings import open_pool
from neo.infra.simulated.quality import ANY_QUALITY, quality_of
from neo.infra.simulated.records import Offer
from neo.infra.simulated.single_lot import take_single_lot
from neo.infra.simulated.state import LedgerState
from tests.infra.simulated.worlds import TRADERS, XRP, world

NOW_S = 1_000
TAKER = TRADERS[0]


@attrs.frozen
class Resting:
    """An offer of `owner`, so many ten thousandths of the pool's price away from it."""

    owner: str
    drops: int
    away: int
    expiration_s: int | None


@attrs.frozen
class Meeting:
    """What meets what: asked is for `share` of the first offer, and `affordable` times its price may be spent."""

    gets_xrp: bool
    resting: tuple[Resting, ...]
    pool: bool
    poor: str
    share: Decimal
    affordable: Decimal
    limited: bool


shares = st.integers(1, 300).map(lambda hundredths: Decimal(hundredths) / 100)
resting = st.builds(
    Resting,
    owner=st.sampled_from(TRADERS),
    drops=st.sampled_from([1, 2, 999_983, 7 * XRP, 60 * XRP]),
    away=st.integers(-40, 120),
    expiration_s=st.sampled_from([None, None, None, NOW_S - 1]),
)
meetings = st.builds(
    Meeting,
    gets_xrp=st.booleans(),
    resting=st.lists(resting, max_size=4).map(tuple),
    pool=st.booleans(),
    poor=st.sampled_from(["nobody", *TRADERS]),
    share=shares,
    affordable=shares,
    limited=st.booleans(),
)


def _state(meeting: Meeting) -> LedgerState:
    state = world(pool=meeting.pool).state
    for number, each in enumerate(meeting.resting):
        price = Decimal("2.5") * (10_000 + each.away if meeting.gets_xrp else 10_000 - each.away) / 10_000
        tokens = (price * each.drops / XRP).quantize(Decimal("1e-9"))
        pays, gets = (tokens, each.drops) if meeting.gets_xrp else (each.drops, tokens)
        sequence = state.sequence[each.owner]
        state.sequence[each.owner] = sequence + 1
        state.place(Offer(each.owner, sequence, pays, gets, quality_of(pays, gets), number + 1, 0, each.expiration_s))
    if meeting.poor in state.token:
        state.token[meeting.poor] = Decimal("3.000001")
        state.drops[meeting.poor] = state.reserve_drops(meeting.poor) + 1_000_003
    state.commit()
    return state


def _liquidity(state: LedgerState, meeting: Meeting) -> Liquidity:
    xrp = meeting.gets_xrp
    quality = quality_of(Decimal("2.525"), XRP) if xrp else quality_of(XRP, Decimal("2.475"))
    limit = quality if meeting.limited else ANY_QUALITY - 1
    return Liquidity(state, TAKER, limit, NOW_S, gets_xrp=xrp, pool=state.pool(gives_xrp=xrp))


def _amounts(state: LedgerState, meeting: Meeting) -> tuple[Amount, Amount]:
    """(asked, left_in)"""
    first = next(iter(state.book(gives_xrp=meeting.gets_xrp)), None)
    drops = max(1, int((60 * XRP if first is None else _drops_of(first)) * meeting.share))
    tokens = (Decimal("2.5") * drops / XRP * meeting.affordable).quantize(Decimal("1e-9")) or Decimal("1e-9")
    return (drops, tokens) if meeting.gets_xrp else (tokens, drops)


def _drops_of(offer: Offer) -> int:
    return offer.gets if type(offer.gets) is int else int(offer.pays)


def _walked(liquidity: Liquidity, asked: Amount, left_in: Amount) -> tuple[Amount, Amount]:
    """The server's way: backwards, again for what there is when sums were rounded, forwards when it is too expensive."""
    mark = liquidity.begin_pass()
    level = Level(liquidity, asked=asked)
    paid, got = level.take()
    if got and got != asked and level.is_rounded_sum:
        liquidity.rewind(mark)
        paid, got = Level(liquidity, asked=got).take()
    if got and paid > left_in:
        liquidity.rewind(mark)
        paid, got = Level(liquidity, asked=left_in, backwards=(paid, got)).take()
    return paid, got


@given(meeting=meetings)
def test_a_single_lot_is_taken_as_the_walk_over_its_level_takes_it(meeting: Meeting) -> None:
    state, twin = _state(meeting), _state(meeting)
    short, long = _liquidity(state, meeting), _liquidity(twin, meeting)
    asked, left_in = _amounts(state, meeting)

    short.begin_pass()
    taken = take_single_lot(short, asked, left_in)

    event("left to the walk" if taken is None else "taken at once")
    if taken is not None:
        assert taken == _walked(long, asked, left_in)
        if taken[1] > 0:
            short.remove_dead()
            long.remove_dead()
            assert short.removable == long.removable
            assert state == twin


def test_the_pool_alone_and_a_part_of_an_offer_alone_need_no_walk() -> None:
    offer = Resting(TRADERS[1], 60 * XRP, 0, None)
    plain = Meeting(True, (), True, "nobody", Decimal("0.5"), Decimal(3), False)
    for meeting in (plain, attrs.evolve(plain, pool=False, resting=(offer,)), attrs.evolve(plain, gets_xrp=False)):
        state = _state(meeting)
        assert take_single_lot(_liquidity(state, meeting), *_amounts(state, meeting)) is not None


EXPIRED = Offer(TRADERS[2], 101, Decimal(152), 60 * XRP, quality_of(Decimal(152), 60 * XRP), 2, 0, NOW_S - 1)
#: A drop for less than its price: what is left of an offer whose amounts were rounded.
DUST = Offer(TRADERS[2], 101, 1, Decimal("0.0000001"), quality_of(10 * XRP, Decimal(24)), 2)


@pytest.mark.parametrize(
    "gets_xrp, behind", [(True, EXPIRED), (False, DUST)], ids=["an expired offer", "an offer for a drop"]
)
def test_what_is_dead_behind_an_offer_is_found_when_all_of_it_is_wanted_though_a_part_can_be_paid(
    gets_xrp: bool, behind: Offer
) -> None:
    front = Resting(TRADERS[1], 60 * XRP, 0, None)
    # A quarter of what the offer in front wants, in tokens or in drops.
    share, affordable = (Decimal(2), Decimal("0.125")) if gets_xrp else (Decimal("0.25"), Decimal(8))
    meeting = Meeting(gets_xrp, (front,), False, "nobody", share, affordable, False)
    state = _state(meeting)
    state.place(behind)
    asked, left_in = _amounts(state, meeting)

    crossed = Crossing(_liquidity(state, meeting)).run(asked, left_in)

    assert crossed.paid == left_in == (Decimal("37.5") if gets_xrp else 15 * XRP)
    assert crossed.removable == ((behind.owner, behind.sequence),)


def test_a_pool_that_gives_more_than_was_asked_for_by_rounding_gives_it_as_the_walk_does() -> None:
    """Of 4.67E+7 tokens the last digit is larger than that of what is asked for, and a drop less is all that may be spent."""
    states = [world().state for _ in range(2)]
    for state in states:
        open_pool(state, 6_091_018_638_525_524, Decimal(46_731_800), 1_000)
    short, long = [
        Liquidity(state, TAKER, ANY_QUALITY - 1, NOW_S, gets_xrp=False, pool=state.pool(gives_xrp=False))
        for state in states
    ]
    asked, left_in = Decimal("3620400.435680913"), 516_677_108_384_741

    short.begin_pass()
    taken = take_single_lot(short, asked, left_in)

    assert taken is not None
    assert taken[1] > asked
    assert taken == _walked(long, asked, left_in)
    assert states[0] == states[1]
