"""Money that is promised before it is spent: reserve on intent, commit on fill, release the rest.

free + reserved + committed == total at every instant. Amounts are in units of the quote currency.
"""

from __future__ import annotations

import enum
from decimal import Decimal

import attrs

from neo.domain.errors import BrokenInvariant
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO
from neo.records import frozen


class BudgetRefusal(enum.Enum):
    NOT_ENOUGH_FREE = "not_enough_free"
    NOT_POSITIVE = "not_positive"


@frozen
class Reservation:
    """What an intent may still spend."""

    intent_id: str
    amount: Decimal


@frozen
class Budget:
    """`free` may be promised, `reservations` are promised, `committed` sits in positions."""

    free: Decimal
    reservations: tuple[Reservation, ...] = ()
    committed: Decimal = ZERO

    @property
    def reserved(self) -> Decimal:
        amount = ZERO
        for reservation in self.reservations:
            amount = total(amount, reservation.amount)
        return amount

    @property
    def total(self) -> Decimal:
        return total(total(self.free, self.reserved), self.committed)

    def reservation(self, intent_id: str) -> Reservation | None:
        return next((entry for entry in self.reservations if entry.intent_id == intent_id), None)


def reserve(
    budget: Budget, intent_id: str, amount: Decimal, keep_free: Decimal = ZERO
) -> tuple[Budget, BudgetRefusal | None]:
    """Promise `amount` to an intent. An intent that has a reservation already keeps it: it is handled once.

    `keep_free` is the cash that must stay free.
    """
    if budget.reservation(intent_id) is not None:
        return budget, None
    if amount <= 0:
        return budget, BudgetRefusal.NOT_POSITIVE
    if amount > difference(budget.free, keep_free):
        return budget, BudgetRefusal.NOT_ENOUGH_FREE
    reservations = (*budget.reservations, Reservation(intent_id, amount))
    return attrs.evolve(budget, free=difference(budget.free, amount), reservations=reservations), None


def widen(budget: Budget, intent_id: str, least: Decimal) -> Budget:
    """A fill turned out dearer than was promised (a fee above the exchange's own schedule): the promise grows to `least`.

    The money is spent already, so `free` may become negative.
    """
    entry = _known(budget, intent_id)
    if entry.amount >= least:
        return budget
    more = difference(least, entry.amount)
    others = tuple(other for other in budget.reservations if other is not entry)
    return attrs.evolve(
        budget, free=difference(budget.free, more), reservations=(*others, Reservation(intent_id, least))
    )


def commit(budget: Budget, intent_id: str, amount: Decimal) -> Budget:
    """A fill spent `amount` of a reservation. BrokenInvariant when it spent more than was promised."""
    entry = _known(budget, intent_id)
    if not 0 < amount <= entry.amount:
        raise BrokenInvariant(f"{intent_id} spent {amount} of a reservation of {entry.amount}")
    left = difference(entry.amount, amount)
    reservations = tuple(
        Reservation(intent_id, left) if other is entry else other
        for other in budget.reservations
        if other is not entry or left
    )
    return attrs.evolve(budget, reservations=reservations, committed=total(budget.committed, amount))


def release(budget: Budget, intent_id: str) -> Budget:
    """The intent is over: what it did not spend is free again. Nothing reserved for it is no error."""
    entry = budget.reservation(intent_id)
    if entry is None:
        return budget
    reservations = tuple(other for other in budget.reservations if other is not entry)
    return attrs.evolve(budget, free=total(budget.free, entry.amount), reservations=reservations)


def settle(budget: Budget, cost: Decimal, proceeds: Decimal) -> Budget:
    """A position that cost `cost` was sold for `proceeds`: the total changes by the profit. BrokenInvariant for a cost
    that was never committed."""
    if not 0 <= cost <= budget.committed:
        raise BrokenInvariant(f"a position of {cost} was closed while {budget.committed} was committed")
    return attrs.evolve(budget, free=total(budget.free, proceeds), committed=difference(budget.committed, cost))


def move_capital(budget: Budget, amount: Decimal) -> Budget:
    """Money in (+) or out (-). What was withdrawn is gone even when it was promised: free may become negative."""
    return attrs.evolve(budget, free=total(budget.free, amount))


def _known(budget: Budget, intent_id: str) -> Reservation:
    entry = budget.reservation(intent_id)
    if entry is None:
        raise BrokenInvariant(f"nothing is reserved for {intent_id}")
    return entry
