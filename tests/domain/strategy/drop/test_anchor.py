"""Four ways to remember a price, each against a straightforward reading of the rule."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.rolling_peak import RollingPeak
from neo.domain.strategy.drop.anchor import (
    AnchorRules,
    DropAnchor,
    DropTriggerMode,
    StoredAnchor,
    observed,
    trade_completed,
    warmed_up,
)
from neo.domain.units import NS_PER_S

MINUTE_NS = 60 * NS_PER_S
PRICES = st.integers(1, 10_000).map(Decimal)
WALKS = st.lists(st.tuples(st.integers(0, 4 * MINUTE_NS), PRICES), min_size=1, max_size=60)


def rules(mode: DropTriggerMode = DropTriggerMode.PERSISTENT_ANCHOR) -> AnchorRules:
    return AnchorRules(
        mode=mode,
        lookback_ns=5 * MINUTE_NS,
        clamp_above_peak_bps=Decimal(50),
        stale_after_ns=60 * MINUTE_NS,
        start_above_max_bps=Decimal(100),
    )


def walk(steps: list[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    at_ns, seen = 0, []
    for pause_ns, price in steps:
        at_ns += pause_ns
        seen.append((at_ns, price))
    return seen


@given(WALKS)
def test_the_rolling_peak_is_the_highest_price_of_the_window(steps: list[tuple[int, Decimal]]) -> None:
    seen = walk(steps)
    peak = RollingPeak(5 * MINUTE_NS)
    for count, (at_ns, price) in enumerate(seen, 1):
        peak = peak.observed(at_ns, price)
        assert peak.price == max(p for t, p in seen[:count] if t >= at_ns - 5 * MINUTE_NS)


def test_an_observation_that_was_overtaken_changes_nothing() -> None:
    peak = RollingPeak(MINUTE_NS).observed(10, Decimal(5))
    assert peak.observed(9, Decimal(7)) == peak


@given(WALKS)
def test_session_peak_and_the_higher_of_both_are_the_highest_price_so_far(steps: list[tuple[int, Decimal]]) -> None:
    anchor = DropAnchor.fresh(rules())
    highest = Decimal(0)
    for at_ns, price in walk(steps):
        anchor = observed(rules(), anchor, price, at_ns)
        highest = max(highest, price)
        assert anchor.price(DropTriggerMode.SESSION_PEAK) == highest
        assert anchor.price(DropTriggerMode.HIGHER_OF_BOTH) == highest


def test_a_price_from_before_the_session_counts_for_the_rolling_peak_and_the_higher_of_both_only() -> None:
    anchor = warmed_up(DropAnchor.fresh(rules()), Decimal(120), 0)
    anchor = observed(rules(), anchor, Decimal(100), MINUTE_NS)
    assert anchor.price(DropTriggerMode.SESSION_PEAK) == 100
    assert anchor.price(DropTriggerMode.ROLLING_PEAK) == 120
    assert anchor.price(DropTriggerMode.HIGHER_OF_BOTH) == 120


def test_no_anchor_has_a_price_before_the_first_observation() -> None:
    anchor = warmed_up(DropAnchor.fresh(rules()), Decimal(120), 0)
    assert all(anchor.price(mode) is None for mode in DropTriggerMode)


@given(WALKS)
def test_the_persistent_anchor_is_never_below_the_price_nor_far_above_the_rolling_peak(
    steps: list[tuple[int, Decimal]],
) -> None:
    anchor = DropAnchor.fresh(rules())
    for at_ns, price in walk(steps):
        anchor = observed(rules(), anchor, price, at_ns)
        persistent = anchor.price(DropTriggerMode.PERSISTENT_ANCHOR)
        rolling = anchor.price(DropTriggerMode.ROLLING_PEAK)
        assert persistent is not None
        assert rolling is not None
        assert price <= persistent <= rolling * Decimal("1.005")


def test_the_persistent_anchor_outlives_the_window_as_far_as_the_clamp_lets_it() -> None:
    anchor = observed(rules(), DropAnchor.fresh(rules()), Decimal(1000), 0)
    anchor = observed(rules(), anchor, Decimal(997), 6 * MINUTE_NS)
    assert anchor.price(DropTriggerMode.ROLLING_PEAK) == 997
    assert anchor.price(DropTriggerMode.PERSISTENT_ANCHOR) == 1000  # 997 × 1.005 is 1001.985: the clamp leaves it alone
    anchor = observed(rules(), anchor, Decimal(900), 12 * MINUTE_NS)
    assert anchor.price(DropTriggerMode.PERSISTENT_ANCHOR) == Decimal("904.5")


def test_a_completed_trade_starts_the_persistent_anchor_anew_and_leaves_the_others() -> None:
    anchor = observed(rules(), DropAnchor.fresh(rules()), Decimal(100), 0)
    anchor = observed(rules(), anchor, Decimal(98), NS_PER_S)
    anchor = trade_completed(anchor, Decimal(98), 2 * NS_PER_S)
    anchor = observed(rules(), anchor, Decimal(97), 3 * NS_PER_S)
    assert anchor.price(DropTriggerMode.PERSISTENT_ANCHOR) == 98
    assert anchor.price(DropTriggerMode.SESSION_PEAK) == 100


def test_after_a_long_silence_the_persistent_anchor_begins_again_from_what_is_seen() -> None:
    anchor = observed(rules(), DropAnchor.fresh(rules()), Decimal(100), 0)
    anchor = observed(rules(), anchor, Decimal(60), 61 * MINUTE_NS)
    assert anchor.price(DropTriggerMode.PERSISTENT_ANCHOR) == 60


def test_a_stored_anchor_is_taken_up_but_bounded_by_the_first_price() -> None:
    stored = StoredAnchor(Decimal(100), 0)
    wide = attrs_evolved_clamp()
    near = observed(wide, DropAnchor.fresh(wide, stored), Decimal("99.5"), MINUTE_NS)
    far = observed(wide, DropAnchor.fresh(wide, stored), Decimal(50), MINUTE_NS)
    stale = observed(wide, DropAnchor.fresh(wide, stored), Decimal(50), 61 * MINUTE_NS)
    assert near.price(DropTriggerMode.PERSISTENT_ANCHOR) == 100
    assert far.price(DropTriggerMode.PERSISTENT_ANCHOR) == Decimal("50.5")
    assert stale.price(DropTriggerMode.PERSISTENT_ANCHOR) == 50


def attrs_evolved_clamp() -> AnchorRules:
    """With a clamp so wide that only the bound of the start is seen."""
    return AnchorRules(
        mode=DropTriggerMode.PERSISTENT_ANCHOR,
        lookback_ns=5 * MINUTE_NS,
        clamp_above_peak_bps=Decimal(5000),
        stale_after_ns=60 * MINUTE_NS,
        start_above_max_bps=Decimal(100),
    )
