"""How much XRP may be offered: the ledger keeps a reserve, and every transaction costs a fee.

Source: https://xrpl.org/docs/concepts/accounts/reserves. The amounts are read from the ledger, never assumed.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.messages.quoting import AccountObserved
from neo.domain.units import ZERO, drops_to_xrp


def reserve_drops(account: AccountObserved, new_objects: int = 0) -> int:
    """What the ledger keeps for the account once it owns `new_objects` more (an offer is one; less than zero: fewer)."""
    return account.reserve_base_drops + (account.owner_count + new_objects) * account.reserve_increment_drops


def offerable_xrp(balance: Decimal, account: AccountObserved, new_objects: int, fee_headroom_drops: int) -> Decimal:
    """XRP of `balance` that may be offered, never negative.

    `fee_headroom_drops` stays aside so that there is always enough to cancel what was offered.
    """
    left = balance - drops_to_xrp(reserve_drops(account, new_objects) + fee_headroom_drops)
    return left if left > ZERO else ZERO
