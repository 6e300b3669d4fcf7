"""What the owners of offers can still give in the course of one crossing.

A crossing does not let anybody spend what it earned or set free on the way: an owner's reserve stays that of its start,
and tokens left are the balance of the start less the sum of what was given since, which rounds otherwise than giving
them one after another. Source: rippled `PaymentSandbox.cpp` (balanceHook, ownerCountHook).
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.amounts import ZERO, Amount, add_tokens
from neo.infra.simulated.state import LedgerState


class Funds:
    """Funds within one crossing. `begin_pass`, `end_pass` and `forget_pass` follow the passes of the crossing."""

    def __init__(self, state: LedgerState) -> None:
        self._state = state
        self._owner_counts: dict[str, int] = {}
        self._start: dict[str, Decimal] = {}
        self._given_before: dict[str, Decimal] = {}
        self._given: dict[str, Decimal] = {}
        self._pass_start = len(state.journal)

    def begin_pass(self) -> int:
        """Length of the journal at its begin."""
        self._given.clear()
        self._pass_start = start = len(self._state.journal)
        return start

    def forget_pass(self) -> None:
        """The pass came to nothing, or is done again."""
        self._given.clear()

    def end_pass(self) -> None:
        """What was given in this pass counts."""
        for owner, given in self._given.items():
            before = self._given_before.get(owner)
            self._given_before[owner] = given if before is None else add_tokens(before, given)
        self._given.clear()

    def keep_reserve(self, owner: str) -> None:
        """Before an offer of `owner` is removed: what it reserved is not free before the end of the crossing."""
        self._owner_counts.setdefault(owner, self._state.owner_count[owner])

    def give(self, owner: str, amount: Decimal) -> None:
        """Take tokens from `owner`."""
        state = self._state
        if owner != state.issue.issuer:
            if owner not in self._given_before and owner not in self._given:
                self._start[owner] = state.token.get(owner, ZERO)
            before = self._given.get(owner)
            self._given[owner] = amount if before is None else add_tokens(before, amount)
        state.credit(owner, -amount)

    def of(self, owner: str, *, xrp: bool) -> Amount:
        """What `owner` can give now; tokens may come out below zero by the last digit."""
        state = self._state
        if xrp:
            if owner not in self._owner_counts:
                return state.spendable(owner, xrp=True)
            return max(0, state.drops[owner] - self._reserve_drops(owner))
        held = state.spendable(owner, xrp=False)
        if owner not in self._start or owner not in state.token or not held:
            return held
        given = add_tokens(self._given.get(owner, ZERO), self._given_before.get(owner, ZERO))
        return min(held, add_tokens(self._start[owner], -given)) if given else held

    def before_pass(self, owner: str, *, xrp: bool) -> Amount:
        """What `owner` could give when the pass began."""
        state = self._state
        table: dict[str, int] | dict[str, Decimal] = state.drops if xrp else state.token
        before: Amount | None = table.get(owner)
        for changed, key, old in state.journal[self._pass_start :]:
            if changed is table and key == owner:
                before = old
                break
        if xrp:
            return max(0, (before or 0) - self._reserve_drops(owner))
        if before is None or state.is_frozen(owner):
            return state.spendable(owner, xrp=False) if owner == state.issue.issuer else ZERO
        earlier = self._given_before.get(owner)
        return before if earlier is None else min(before, add_tokens(self._start[owner], -earlier))

    def _reserve_drops(self, owner: str) -> int:
        now = self._state.owner_count[owner]
        rules = self._state.rules
        return rules.reserve_base_drops + max(self._owner_counts.get(owner, now), now) * rules.reserve_increment_drops
