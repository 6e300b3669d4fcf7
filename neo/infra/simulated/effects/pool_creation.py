"""AMMCreate, and how an empty pool goes away. Source: rippled `AMMCreate.cpp`, `AMMUtils.cpp`."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.simulated.amounts import add_tokens
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.flags import FULLY_CANONICAL_SIGNATURE, POOL_ACCOUNT_FLAGS
from neo.infra.simulated.pool_shares import first_shares
from neo.infra.simulated.records import AccountSettings, AmmEntry, AuctionSlot, VoteSlot
from neo.infra.simulated.results import (
    TEC_DUPLICATE,
    TEC_FROZEN,
    TEC_INSUF_RESERVE_LINE,
    TEC_UNFUNDED_AMM,
    TEM_BAD_AMOUNT,
    TEM_BAD_FEE,
    TEM_INVALID_FLAG,
    TER_NO_RIPPLE,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import AmmCreate

TRADING_FEE_MAX = 1000
AUCTION_SLOT_S = 24 * 60 * 60
#: The slot's day is told in so many parts.
AUCTION_INTERVALS = 20
#: A vote of somebody who owns every share.
WHOLE_WEIGHT = 100_000


def malformed_amm_create(state: LedgerState, asked: AmmCreate) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    if asked.flags & ~FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    if asked.drops <= 0 or asked.token <= 0:
        return TEM_BAD_AMOUNT
    return TEM_BAD_FEE if not 0 <= asked.trading_fee <= TRADING_FEE_MAX else None


def create_pool(setting: Setting, asked: AmmCreate) -> Verdict:
    """The founder gives both assets and gets shares for them."""
    state, founder = setting.state, asked.account
    refusal = _refused(setting, asked)
    if refusal:
        return refusal, ()
    pool = state.pool_account
    shares = first_shares(asked.drops, asked.token)
    state.put(state.drops, pool, 0)
    state.put(state.sequence, pool, setting.ledger_index)
    state.put(state.owner_count, pool, 1)
    state.put(state.settings, pool, AccountSettings(flags=POOL_ACCOUNT_FLAGS))
    state.put(state.token, pool, asked.token)
    state.credit(founder, -asked.drops)
    state.credit(pool, asked.drops)
    state.credit(founder, -asked.token)
    state.put(state.amm, pool, founded(founder, asked.trading_fee, setting.parent_close_s))
    change_shares(state, founder, shares)
    return TES_SUCCESS, ()


def _refused(setting: Setting, asked: AmmCreate) -> str | None:
    state, founder = setting.state, asked.account
    if state.amm:
        return TEC_DUPLICATE
    if not state.ripples_by_default(state.issue.issuer):
        return TER_NO_RIPPLE
    if state.is_frozen(founder):
        return TEC_FROZEN
    liquid = setting.balance_before_fee - state.reserve_drops(founder, extra_objects=1)
    if liquid <= 0:
        return TEC_INSUF_RESERVE_LINE
    if asked.drops > liquid or asked.token > state.spendable(founder, xrp=False):
        return TEC_UNFUNDED_AMM
    return None


def founded(founder: str, trading_fee: int, parent_close_s: int) -> AmmEntry:
    """The founder has the auction slot for a day and the only vote."""
    slot = AuctionSlot(founder, parent_close_s + AUCTION_SLOT_S)
    return AmmEntry(trading_fee, slot=slot, votes=(VoteSlot(founder, trading_fee, WHOLE_WEIGHT),))


def change_shares(state: LedgerState, account: str, change: Decimal) -> None:
    """Issue shares to `account`, or burn them when negative; the pool goes with its last share."""
    pool = state.pool_account
    entry = state.amm[pool]
    total = add_tokens(entry.shares, change)
    state.issue_shares(account, change)
    if total > 0:
        state.put(state.amm, pool, attrs.evolve(entry, shares=total))
    else:
        _remove_pool(state)


def _remove_pool(state: LedgerState) -> None:
    """The pool's account, entry and trust line go; its line no longer counts when its account goes."""
    pool = state.pool_account
    state.put(state.owner_count, pool, 0)
    for table in (state.amm, state.token, state.drops, state.sequence, state.owner_count, state.settings):
        state.put(table, pool, None)
