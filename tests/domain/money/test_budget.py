from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from neo.domain.errors import BrokenInvariant
from neo.domain.money.budget import Budget, BudgetRefusal, commit, move_capital, release, reserve, settle
from tests.domain.samples import D

INTENTS = st.sampled_from(["i1", "i2", "i3"])
AMOUNTS = st.decimals("0.01", "60", places=2)


def test_a_reservation_is_handled_once_however_often_it_arrives() -> None:
    budget, _ = reserve(Budget(D(100)), "i1", D(25))

    again, refusal = reserve(budget, "i1", D(25))

    assert (again, refusal) == (budget, None)


def test_what_is_not_free_cannot_be_promised() -> None:
    budget, _ = reserve(Budget(D(100)), "i1", D(80))

    assert reserve(budget, "i2", D(21)) == (budget, BudgetRefusal.NOT_ENOUGH_FREE)
    assert reserve(budget, "i2", D(20), keep_free=D(1)) == (budget, BudgetRefusal.NOT_ENOUGH_FREE)
    assert reserve(budget, "i2", D(0)) == (budget, BudgetRefusal.NOT_POSITIVE)


def test_a_partial_fill_commits_its_part_and_the_rest_is_released() -> None:
    budget, _ = reserve(Budget(D(100)), "i1", D(25))

    budget = release(commit(budget, "i1", D(10)), "i1")

    assert (budget.free, budget.reserved, budget.committed) == (D(90), D(0), D(10))


def test_a_fill_beyond_its_reservation_is_a_broken_invariant() -> None:
    budget, _ = reserve(Budget(D(100)), "i1", D(25))

    with pytest.raises(BrokenInvariant, match="spent 26 of a reservation of 25"):
        commit(budget, "i1", D(26))
    with pytest.raises(BrokenInvariant, match="nothing is reserved"):
        commit(budget, "i2", D(1))


def test_closing_a_position_returns_its_proceeds_and_changes_the_total_by_the_profit() -> None:
    budget, _ = reserve(Budget(D(100)), "i1", D(25))
    budget = settle(commit(budget, "i1", D(25)), D(25), D(26))

    assert (budget.free, budget.committed, budget.total) == (D(101), D(0), D(101))
    with pytest.raises(BrokenInvariant):
        settle(budget, D(1), D(1))


class EveryUseOfABudget(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget(D(100))
        self.owned = D(100)

    @rule(intent=INTENTS, amount=AMOUNTS)
    def reserve(self, intent: str, amount: Decimal) -> None:
        self.budget, _ = reserve(self.budget, intent, amount)

    @rule(intent=INTENTS, share=st.decimals("0.1", "1", places=1))
    def fill(self, intent: str, share: Decimal) -> None:
        entry = self.budget.reservation(intent)
        if entry is not None:
            self.budget = commit(self.budget, intent, entry.amount * share)

    @rule(intent=INTENTS)
    def release(self, intent: str) -> None:
        self.budget = release(self.budget, intent)

    @rule(proceeds=AMOUNTS)
    def close(self, proceeds: Decimal) -> None:
        cost = self.budget.committed
        self.budget = settle(self.budget, cost, proceeds)
        self.owned += proceeds - cost

    @rule(amount=AMOUNTS)
    def deposit(self, amount: Decimal) -> None:
        self.budget = move_capital(self.budget, amount)
        self.owned += amount

    @invariant()
    def the_parts_are_the_total(self) -> None:
        assert self.budget.free + self.budget.reserved + self.budget.committed == self.owned

    @invariant()
    def nothing_is_negative(self) -> None:
        assert self.budget.free >= 0
        assert self.budget.committed >= 0
        assert all(entry.amount > 0 for entry in self.budget.reservations)


TestEveryUseOfABudget = EveryUseOfABudget.TestCase
