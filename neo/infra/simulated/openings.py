"""What a first ledger is made of: accounts and a pool that no transaction opened."""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.records import AmmEntry, AuctionSlot
from neo.infra.simulated.state import LedgerState


def open_account(state: LedgerState, account: str, drops: int, token: Decimal | None, sequence: int = 1) -> None:
    """An account of the first ledger; `token` None means that it has no trust line."""
    state.drops[account] = drops
    state.sequence[account] = sequence
    state.owner_count[account] = 0 if token is None or account == state.issue.issuer else 1
    if token is not None:
        state.token[account] = token
        state.token_limit[account] = Decimal(1_000_000_000)


def open_pool(
    state: LedgerState, drops: int, token: Decimal, fee_hundred_thousandths: int, slot: AuctionSlot | None = None
) -> None:
    """A pool of the first ledger whose shares belong to nobody."""
    account = state.pool_account
    state.drops[account], state.token[account] = drops, token
    state.sequence[account], state.owner_count[account] = 1, 1
    state.amm[account] = AmmEntry(fee_hundred_thousandths, slot=slot)
