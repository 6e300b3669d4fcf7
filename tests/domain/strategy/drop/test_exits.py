"""A position is sold for one reason at a time, and its loss is bounded whatever the prices do."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.exchange_orders.sizes import orderable
from neo.domain.strategy.drop.exits import (
    ExitReason,
    ExitRules,
    OpenPosition,
    Protection,
    trailing_price,
    watched,
)
from neo.domain.strategy.drop.sizing import SizeRules, entry_limits, exit_limits
from neo.domain.units import NS_PER_S
from tests.domain.strategy.drop.buyer_desk import market

MINUTE_NS = 60 * NS_PER_S
RULES = ExitRules(
    take_profit_bps=Decimal(50),
    stop_loss_bps=Decimal(100),
    switch_above_bps=Decimal(10),
    switch_below_bps=Decimal(40),
    switch_cooldown_ns=20 * NS_PER_S,
    time_limit_ns=120 * MINUTE_NS,
    trailing_from_bps=None,
    trailing_bps=Decimal(30),
    ladder_bps=(Decimal(0), Decimal(10), Decimal(40)),
)
TRAILING = attrs.evolve(RULES, take_profit_bps=Decimal(1000), trailing_from_bps=Decimal(50))
POSITION = OpenPosition(Decimal(100), Decimal(2), 0, Decimal(100))
BIDS = st.lists(st.integers(9_000, 11_500).map(lambda n: Decimal(n) / 100), min_size=1, max_size=100)


@pytest.mark.parametrize(
    ("bid", "minutes", "reason"),
    [
        ("100.49", 119, None),
        ("100.50", 0, ExitReason.TAKE_PROFIT),
        ("99.01", 119, None),
        ("99.00", 0, ExitReason.STOP_LOSS),
        ("100.10", 120, ExitReason.TIME_LIMIT),
        ("98.00", 500, ExitReason.STOP_LOSS),
        ("101.00", 500, ExitReason.TAKE_PROFIT),
    ],
)
def test_the_exits_lie_exactly_on_their_lines(bid: str, minutes: int, reason: ExitReason | None) -> None:
    assert watched(RULES, POSITION, Decimal(bid), minutes * MINUTE_NS)[1] is reason


def test_the_trailing_stop_waits_until_the_price_was_high_enough_and_never_falls() -> None:
    low, reason = watched(TRAILING, POSITION, Decimal("100.4"), 1)
    assert (trailing_price(TRAILING, low), reason) == (None, None)
    high, reason = watched(TRAILING, low, Decimal("102"), 2)
    assert (trailing_price(TRAILING, high), reason) == (Decimal("101.694"), None)
    assert watched(TRAILING, high, Decimal("101.7"), 3)[1] is None
    fallen, reason = watched(TRAILING, high, Decimal("101.694"), 3)
    assert reason is ExitReason.TRAILING_STOP
    assert trailing_price(TRAILING, fallen) == Decimal("101.694")


@given(BIDS)
def test_a_position_at_or_below_its_stop_is_always_sold_and_never_later(bids: list[Decimal]) -> None:
    position = POSITION
    for at, bid in enumerate(bids):
        position, reason = watched(TRAILING, position, bid, at)
        assert (reason is ExitReason.STOP_LOSS) == (bid <= 99)
        if reason is not None:
            return


def test_the_protection_follows_the_price_with_a_band_and_a_cooldown() -> None:
    resting = []
    position = POSITION
    for second, bid in enumerate(["99.8", "99.6", "99.9", "100.2", "100.2"]):
        position, _ = watched(RULES, position, Decimal(bid), second * 10 * NS_PER_S)
        resting.append(position.protection)
    assert resting == [
        Protection.TAKE_PROFIT,  # within the band: what rests stays
        Protection.STOP_LOSS,  # 40 bps below entry
        Protection.STOP_LOSS,  # back within the band
        Protection.TAKE_PROFIT,  # 20 bps above, 20 s after the switch
        Protection.TAKE_PROFIT,
    ]


def test_a_switch_waits_for_the_cooldown() -> None:
    position, _ = watched(RULES, POSITION, Decimal("99.5"), 0)
    early, _ = watched(RULES, position, Decimal("100.2"), 19 * NS_PER_S)
    late, _ = watched(RULES, early, Decimal("100.2"), 20 * NS_PER_S)
    assert (position.protection, early.protection, late.protection) == (
        Protection.STOP_LOSS,
        Protection.STOP_LOSS,
        Protection.TAKE_PROFIT,
    )


def test_a_sale_gives_way_step_by_step_and_an_entry_has_so_many_tries() -> None:
    price = Decimal(100)
    assert exit_limits(RULES.ladder_bps, market("A/USDT"), price) == (Decimal(100), Decimal("99.9"), Decimal("99.6"))
    size = SizeRules(
        position_size=Decimal(25),
        size_up_max_share=Decimal(0),
        premium_bps=Decimal(0),
        premium_step_bps=Decimal(5),
        tries_max=2,
    )
    assert entry_limits(size, market("A/USDT"), price) == (Decimal(100), Decimal("100.05"))


def test_dust_is_too_little_by_quantity_or_by_value() -> None:
    rule = market("A/USDT", quantity_min=Decimal("0.1"))
    assert orderable(rule, Decimal("0.09"), Decimal(1000)) == 0
    assert orderable(rule, Decimal("0.1"), Decimal(49)) == 0
    assert orderable(rule, Decimal("0.1"), Decimal(50)) == Decimal("0.1")
