"""What is asked stays within its budget, and a late answer is asked for a second time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.ccxt.hedging import hedged
from neo.infra.ccxt.limiter import LimitReached, RequestBudget, RollingLimit

BUDGET = RequestBudget(weight_max=10, window_s=5.0, wait_s_max=1.0)


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 10)), max_size=60))
def test_no_window_ever_holds_more_than_its_weight(steps: list[tuple[float, int]]) -> None:
    now_s = 0.0
    limit = RollingLimit(BUDGET, lambda: now_s)
    taken: list[tuple[float, int]] = []

    for pause_s, weight in steps:
        now_s += pause_s
        if limit.take(weight):
            taken.append((now_s, weight))

    for end_s, _ in taken:
        window = [weight for at_s, weight in taken if end_s - BUDGET.window_s < at_s <= end_s]
        assert sum(window) <= BUDGET.weight_max


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 10)), max_size=30), st.integers(1, 10))
def test_there_is_room_when_the_wait_that_was_told_is_over(steps: list[tuple[float, int]], weight: int) -> None:
    now_s = 0.0
    limit = RollingLimit(BUDGET, lambda: now_s)
    for pause_s, each in steps:
        now_s += pause_s
        limit.take(each)

    now_s += limit.wait_s(weight) + 1e-6

    assert limit.take(weight)


def test_a_pause_that_the_exchange_wants_counts_for_everybody() -> None:
    now_s = 100.0
    limit = RollingLimit(BUDGET, lambda: now_s)

    limit.pause(7.0)

    assert limit.wait_s(1) == 7.0 and not limit.take(1)
    now_s = 107.0
    assert limit.take(1)


def test_who_would_have_to_wait_too_long_is_refused_at_once() -> None:
    limit = RollingLimit(BUDGET, lambda: 0.0)
    limit.pause(60.0)

    with pytest.raises(LimitReached):
        asyncio.run(limit.wait_for(1))


def asker(*answers: object) -> tuple[Callable[[], Awaitable[object]], list[str]]:
    """Answers in turn: None never comes, an exception is raised. The list tells what happened."""
    told: list[str] = []
    waiting = list(answers)

    async def ask() -> object:
        answer = waiting.pop(0)
        told.append("asked")
        if answer is None:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                told.append("given up")
                raise
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask, told


def test_a_good_first_answer_is_the_only_one() -> None:
    ask, told = asker("first", "second")

    assert asyncio.run(hedged(ask, 60.0, lambda: True)) == "first"
    assert told == ["asked"]


def test_a_first_question_that_hangs_is_given_up_for_the_second() -> None:
    ask, told = asker(None, "second")

    assert asyncio.run(hedged(ask, 0.0, lambda: True)) == "second"
    assert told == ["asked", "asked", "given up"]


def test_a_first_question_that_fails_is_asked_again() -> None:
    ask, told = asker(ValueError("first"), "second")

    assert asyncio.run(hedged(ask, 60.0, lambda: True)) == "second"
    assert told == ["asked", "asked"]


def test_without_room_for_a_second_question_the_first_one_counts() -> None:
    ask, told = asker(ValueError("first"), "second")

    with pytest.raises(ValueError, match="first"):
        asyncio.run(hedged(ask, 60.0, lambda: False))
    assert told == ["asked"]


def test_as_many_more_questions_are_asked_as_allowed_while_all_hang() -> None:
    ask, told = asker(None, None, None, "fourth")

    assert asyncio.run(hedged(ask, 0.0, lambda: True, 3)) == "fourth"
    assert sorted(told) == ["asked"] * 4 + ["given up"] * 3


def test_an_answer_that_comes_after_a_failure_of_another_counts() -> None:
    ask, told = asker(None, ValueError("second"), "third")

    assert asyncio.run(hedged(ask, 0.0, lambda: True, 2)) == "third"
    assert told == ["asked", "asked", "asked", "given up"]


def test_when_both_fail_the_failure_is_told() -> None:
    ask, _ = asker(ValueError("first"), ValueError("second"))

    with pytest.raises(ValueError, match="second"):
        asyncio.run(hedged(ask, 60.0, lambda: True))
