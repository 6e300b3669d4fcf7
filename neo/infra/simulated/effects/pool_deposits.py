"""AMMDeposit: both assets, one, or as much as so many shares cost. Source: rippled `AMMDeposit.cpp`.

The mode that names a price per share (tfLimitLPToken) and the refilling of an empty pool are not modelled.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated import flags
from neo.infra.simulated import pool_shares as shares_math
from neo.infra.simulated.amounts import Amount, is_xrp
from neo.infra.simulated.effects.pool_creation import change_shares
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.quality import quality_of, rate_of
from neo.infra.simulated.results import (
    TEC_AMM_FAILED,
    TEC_AMM_INVALID_TOKENS,
    TEC_AMM_NOT_EMPTY,
    TEC_FROZEN,
    TEC_INSUF_RESERVE_LINE,
    TEC_UNFUNDED_AMM,
    TEM_BAD_AMOUNT,
    TEM_DISABLED,
    TEM_INVALID_FLAG,
    TEM_MALFORMED,
    TER_NO_AMM,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import AmmDeposit
from neo.records import frozen

_MODES = (
    flags.LP_TOKEN
    | flags.SINGLE_ASSET
    | flags.TWO_ASSET
    | flags.ONE_ASSET_LP_TOKEN
    | flags.LIMIT_LP_TOKEN
    | flags.TWO_ASSET_IF_EMPTY
)
_UNKNOWN_HERE = flags.LIMIT_LP_TOKEN


@frozen
class Basket:
    """What goes in or out for how many shares; an asset that does not take part is 0."""

    drops: int
    token: Decimal
    shares: Decimal


@frozen
class PoolBalances:
    """The pool as it stands. `of` and `other` choose by kind of amount."""

    drops: int
    token: Decimal
    shares: Decimal
    fee: int

    def of(self, amount: Amount) -> Amount:
        return self.drops if is_xrp(amount) else self.token


def pool_balances(setting: Setting, account: str) -> PoolBalances | None:
    """None when there is no pool; the fee is the one that `account` pays."""
    state = setting.state
    entry = state.amm.get(state.pool_account)
    if entry is None:
        return None
    fee = entry.fee_for(account, setting.parent_close_s)
    return PoolBalances(state.drops[state.pool_account], state.token[state.pool_account], entry.shares, fee)


def malformed_deposit(state: LedgerState, asked: AmmDeposit) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    mode = asked.flags & ~flags.FULLY_CANONICAL_SIGNATURE
    if mode & ~_MODES:
        return TEM_INVALID_FLAG
    if mode.bit_count() != 1 or not _fields_fit(mode, asked):
        return TEM_MALFORMED
    if any(each is not None and each <= 0 for each in (asked.amount, asked.amount2, asked.shares_out)):
        return TEM_BAD_AMOUNT
    return TEM_DISABLED if mode & _UNKNOWN_HERE else None


def _fields_fit(mode: int, asked: AmmDeposit) -> bool:
    has = (asked.amount is not None, asked.amount2 is not None, asked.shares_out is not None)
    fitting = {
        flags.LP_TOKEN: ((False, False, True), (True, True, True)),
        flags.SINGLE_ASSET: ((True, False, False), (True, False, True)),
        flags.TWO_ASSET: ((True, True, False), (True, True, True)),
        flags.ONE_ASSET_LP_TOKEN: ((True, False, True),),
        flags.LIMIT_LP_TOKEN: ((True, False, False),),
        flags.TWO_ASSET_IF_EMPTY: ((True, True, False),),
    }
    return has in fitting[mode]


def deposit(setting: Setting, asked: AmmDeposit) -> Verdict:
    """Both assets, or one, for new shares."""
    return _deposit(setting, asked), ()


def _deposit(setting: Setting, asked: AmmDeposit) -> str:
    state, account = setting.state, asked.account
    pool = pool_balances(setting, account)
    if pool is None:
        return TER_NO_AMM
    if asked.flags & flags.TWO_ASSET_IF_EMPTY:
        return TEC_AMM_NOT_EMPTY
    if state.is_frozen(account) or state.is_globally_frozen():
        return TEC_FROZEN
    basket = _basket(pool, asked)
    if isinstance(basket, str):
        return basket
    if basket.shares <= 0:
        return TEC_AMM_INVALID_TOKENS
    new_line = account not in state.shares
    liquid = state.drops[account] - state.reserve_drops(account, int(new_line))
    if new_line and liquid <= 0:
        return TEC_INSUF_RESERVE_LINE
    if basket.drops > max(0, liquid) or basket.token > state.spendable(account, xrp=False):
        return TEC_UNFUNDED_AMM
    _move_in(state, account, basket)
    return TES_SUCCESS


def _move_in(state: LedgerState, account: str, basket: Basket) -> None:
    pool = state.pool_account
    if basket.drops:
        state.credit(account, -basket.drops)
        state.credit(pool, basket.drops)
    if basket.token:
        state.credit(account, -basket.token)
        state.credit(pool, basket.token)
    change_shares(state, account, basket.shares)


def _basket(pool: PoolBalances, asked: AmmDeposit) -> Basket | str:
    if asked.flags & flags.TWO_ASSET:
        return _both(pool, asked)
    if asked.flags & flags.LP_TOKEN:
        assert asked.shares_out is not None
        shares = shares_math.earned(pool.shares, asked.shares_out)
        fraction = rate_of(quality_of(shares, pool.shares)) if shares > 0 else Decimal(0)
        drops = shares_math.asset_in(pool.drops, fraction)
        return Basket(int(drops), Decimal(shares_math.asset_in(pool.token, fraction)), shares)
    assert asked.amount is not None
    return _one(pool, asked.amount, asked)


def _one(pool: PoolBalances, amount: Amount, asked: AmmDeposit) -> Basket | str:
    balance = pool.of(amount)
    if asked.flags & flags.ONE_ASSET_LP_TOKEN:
        assert asked.shares_out is not None
        shares = shares_math.earned(pool.shares, asked.shares_out)
        cost = shares_math.one_asset_for_shares(balance, pool.shares, shares, pool.fee)
        return TEC_AMM_FAILED if cost > amount else _basket_of_one(cost, shares)
    raw = shares_math.shares_for_one_asset(balance, amount, pool.shares, pool.fee)
    shares = shares_math.earned(pool.shares, raw)
    if shares <= 0:
        return TEC_AMM_INVALID_TOKENS
    shares, cost = shares_math.adjusted_deposit(balance, amount, pool.shares, shares, pool.fee)
    if asked.shares_out is not None and shares < asked.shares_out:
        return TEC_AMM_FAILED
    return _basket_of_one(cost, shares)


def _basket_of_one(amount: Amount, shares: Decimal) -> Basket:
    if type(amount) is int:
        return Basket(amount, Decimal(0), shares)
    return Basket(0, Decimal(amount), shares)


def _both(pool: PoolBalances, asked: AmmDeposit) -> Basket | str:
    """At the pool's own ratio: all of the first asset and as much of the second as belongs to it, or the other way round."""
    assert asked.amount is not None and asked.amount2 is not None
    for first, second in ((asked.amount, asked.amount2), (asked.amount2, asked.amount)):
        fraction = shares_math.share_of(first, pool.of(first))
        shares = shares_math.earned_fraction(pool.shares, fraction)
        if shares <= 0:
            return TEC_AMM_INVALID_TOKENS
        fraction = shares_math.share_of(shares, pool.shares)
        cost = shares_math.asset_in(pool.of(second), fraction)
        if cost <= second:
            if asked.shares_out is not None and shares < asked.shares_out:
                return TEC_AMM_FAILED
            drops, token = (first, cost) if is_xrp(first) else (cost, first)
            return Basket(int(drops), Decimal(token), shares)
    return TEC_AMM_FAILED
