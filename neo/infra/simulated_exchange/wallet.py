"""What an account has: free to use, or locked for its open orders."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.errors import BrokenInvariant
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
class Balance:
    asset: str
    free: Decimal
    locked: Decimal


class Wallet:
    """Balances of one account, by asset. Nothing may become negative: whoever pays has looked first."""

    def __init__(self) -> None:
        self._free: dict[str, Decimal] = {}
        self._locked: dict[str, Decimal] = {}

    def free(self, asset: str) -> Decimal:
        return self._free.get(asset, ZERO)

    def locked(self, asset: str) -> Decimal:
        return self._locked.get(asset, ZERO)

    def balances(self) -> tuple[Balance, ...]:
        """Every asset this account ever held, by name."""
        assets = sorted({*self._free, *self._locked})
        return tuple(Balance(asset, self.free(asset), self.locked(asset)) for asset in assets)

    def credit(self, asset: str, amount: Decimal) -> None:
        self._free[asset] = _not_negative(asset, total(self.free(asset), amount))

    def debit(self, asset: str, amount: Decimal) -> None:
        self._free[asset] = _not_negative(asset, difference(self.free(asset), amount))

    def lock(self, asset: str, amount: Decimal) -> None:
        self.debit(asset, amount)
        self._locked[asset] = total(self.locked(asset), amount)

    def unlock(self, asset: str, amount: Decimal) -> None:
        self.spend_locked(asset, amount)
        self.credit(asset, amount)

    def spend_locked(self, asset: str, amount: Decimal) -> None:
        self._locked[asset] = _not_negative(asset, difference(self.locked(asset), amount))


def _not_negative(asset: str, amount: Decimal) -> Decimal:
    if amount < ZERO:
        raise BrokenInvariant(f"a balance of {asset} would be {amount}")
    return amount
