"""A drop fires once, when it is confirmed, and again only after a recovery."""

from __future__ import annotations

from decimal import Decimal

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.strategy.drop.trigger import DropTrigger, TriggerRules, distance_to_trigger_bps, judge

RULES = TriggerRules(value=Decimal("0.985"), rearm_bps=Decimal(0), confirm_ticks=1, debounce_ns=0)
ANCHOR = Decimal(100)
PRICES = st.lists(st.integers(900, 1050).map(lambda n: Decimal(n) / 10), min_size=1, max_size=200)


def fired(rules: TriggerRules, prices: list[Decimal], step_ns: int = 1) -> list[int]:
    """Positions in `prices` at which a drop was reported."""
    trigger, at = DropTrigger(), []
    for position, price in enumerate(prices):
        trigger, drop = judge(rules, trigger, price, ANCHOR, position * step_ns)
        if drop is not None:
            at.append(position)
    return at


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@given(PRICES)
def test_without_confirmation_and_hysteresis_every_rising_edge_of_the_condition_fires(prices: list[Decimal]) -> None:
    below = [price <= Decimal("98.5") for price in prices]
    edges = [n for n in range(len(below)) if below[n] and (n == 0 or not below[n - 1])]
    assert fired(RULES, prices) == edges


def test_the_line_itself_is_a_drop() -> None:
    assert fired(RULES, decimals("98.51", "98.5")) == [1]


def test_a_price_that_touches_the_line_must_come_back_far_enough_before_the_next_drop() -> None:
    rules = attrs.evolve(RULES, rearm_bps=Decimal(50))  # back above 98.9925
    prices = decimals("98.4", "98.6", "98.4", "99.0", "98.4")
    assert fired(rules, prices) == [0, 4]
    assert fired(RULES, prices) == [0, 2, 4]


def test_a_single_price_is_no_drop_when_more_must_confirm_it() -> None:
    rules = attrs.evolve(RULES, confirm_ticks=3)
    assert fired(rules, decimals("98", "99", "98", "98", "98", "98")) == [4]


def test_two_drops_within_the_debounce_time_are_one() -> None:
    rules = attrs.evolve(RULES, debounce_ns=10)
    assert fired(rules, decimals("98", "99", "98", "99", "98"), step_ns=4) == [0, 4]


def test_a_drop_that_lasts_beyond_the_debounce_time_is_reported_then() -> None:
    rules = attrs.evolve(RULES, debounce_ns=10)
    assert fired(rules, decimals("98", "99", "98", "98"), step_ns=4) == [0, 3]


@given(PRICES, st.integers(1, 4), st.integers(0, 20), st.integers(0, 200))
def test_stricter_rules_never_find_more(prices: list[Decimal], confirm: int, debounce: int, rearm: int) -> None:
    strict = TriggerRules(value=RULES.value, rearm_bps=Decimal(rearm), confirm_ticks=confirm, debounce_ns=debounce)
    assert len(fired(strict, prices)) <= len(fired(RULES, prices))


def test_the_distance_is_zero_on_the_line_and_grows_above_it() -> None:
    assert distance_to_trigger_bps(RULES, Decimal("98.5"), ANCHOR) == 0
    assert distance_to_trigger_bps(RULES, Decimal("99.485"), ANCHOR) == 100
    assert distance_to_trigger_bps(RULES, Decimal("97.515"), ANCHOR) == -100


def test_a_drop_says_how_deep_it_was() -> None:
    _, drop = judge(RULES, DropTrigger(), Decimal(98), ANCHOR, 7)
    assert drop is not None
    assert (drop.anchor, drop.price, drop.at_ns, drop.depth_bps) == (ANCHOR, Decimal(98), 7, Decimal(200))
