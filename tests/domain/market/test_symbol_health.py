"""A failing symbol rests ever longer, is tried again, and recovers with one answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.symbol_health import HEALTHY, DegradationRules, SymbolHealth, answered, failed

RULES = DegradationRules(failures_max=3, backoff_first_ns=10, backoff_max_ns=100)


def after_failures(count: int, at_ns: int = 0) -> SymbolHealth:
    health = HEALTHY
    for _ in range(count):
        health = failed(RULES, health, at_ns)
    return health


def test_fewer_failures_than_allowed_change_nothing() -> None:
    assert not after_failures(2).is_degraded
    assert after_failures(2).is_due(0)


def test_the_rest_doubles_up_to_its_bound() -> None:
    rests = [after_failures(count).resting_until_ns for count in range(3, 9)]
    assert rests == [10, 20, 40, 80, 100, 100]


def test_a_resting_symbol_is_tried_when_its_rest_is_over() -> None:
    health = after_failures(3, at_ns=5)
    assert [health.is_due(at_ns) for at_ns in (5, 14, 15)] == [False, False, True]


@given(st.integers(1, 10_000))
def test_one_answer_recovers_after_any_number_of_failures(count: int) -> None:
    health = SymbolHealth(count, 7)
    assert answered(health) == HEALTHY
    assert answered(HEALTHY) is HEALTHY
    until = failed(RULES, health, 0).resting_until_ns
    assert until is None or until <= RULES.backoff_max_ns
