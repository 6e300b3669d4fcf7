"""What the effect of a transaction may look at beside the transaction itself."""

from __future__ import annotations

from neo.infra.simulated.records import OfferKey
from neo.infra.simulated.state import LedgerState
from neo.records import define

#: A result code, and offers that stay removed even when the transaction fails.
Verdict = tuple[str, tuple[OfferKey, ...]]


# Not frozen, which would cost more for each transaction than all of its checks.
@define
class Setting:
    """The state as it is after the fee was taken. `balance_before_fee` is in drops, times in ledger seconds."""

    state: LedgerState
    balance_before_fee: int
    ledger_index: int
    parent_close_s: int

    def can_own(self, account: str, more_objects: int = 1) -> bool:
        """True when `account` held enough XRP before the fee to own that many objects more."""
        state = self.state
        rules, owned = state.rules, state.owner_count[account] + more_objects
        return self.balance_before_fee >= rules.reserve_base_drops + owned * rules.reserve_increment_drops
