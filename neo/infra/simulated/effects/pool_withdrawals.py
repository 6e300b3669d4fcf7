"""AMMWithdraw: everything, so many shares, both assets, or one. Source: rippled `AMMWithdraw.cpp`.

The mode that names a price per share (tfLimitLPToken) is not modelled.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.simulated import flags
from neo.infra.simulated import pool_shares as shares_math
from neo.infra.simulated.amounts import Amount, is_xrp, within_relative_distance
from neo.infra.simulated.effects.pool_creation import change_shares
from neo.infra.simulated.effects.pool_deposits import Basket, PoolBalances, pool_balances
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.quality import quality_of, rate_of
from neo.infra.simulated.results import (
    TEC_AMM_BALANCE,
    TEC_AMM_FAILED,
    TEC_AMM_INVALID_TOKENS,
    TEC_FROZEN,
    TEM_BAD_AMM_TOKENS,
    TEM_BAD_AMOUNT,
    TEM_DISABLED,
    TEM_INVALID_FLAG,
    TEM_MALFORMED,
    TER_NO_AMM,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import AmmWithdraw

_MODES = (
    flags.LP_TOKEN
    | flags.WITHDRAW_ALL
    | flags.ONE_ASSET_WITHDRAW_ALL
    | flags.SINGLE_ASSET
    | flags.TWO_ASSET
    | flags.ONE_ASSET_LP_TOKEN
    | flags.LIMIT_LP_TOKEN
)
#: The last provider's shares may differ that much from the pool's count by rounding.
_ROUNDING_DISTANCE = Decimal("0.001")


def malformed_withdrawal(state: LedgerState, asked: AmmWithdraw) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    mode = asked.flags & ~flags.FULLY_CANONICAL_SIGNATURE
    if mode & ~_MODES:
        return TEM_INVALID_FLAG
    if mode.bit_count() != 1 or not _fields_fit(mode, asked):
        return TEM_MALFORMED
    if asked.shares_in is not None and asked.shares_in <= 0:
        return TEM_BAD_AMM_TOKENS
    if any(each is not None and each <= 0 for each in (asked.amount, asked.amount2)):
        return None if mode & flags.ONE_ASSET_LP_TOKEN and asked.amount == 0 else TEM_BAD_AMOUNT
    return TEM_DISABLED if mode & flags.LIMIT_LP_TOKEN else None


def _fields_fit(mode: int, asked: AmmWithdraw) -> bool:
    has = (asked.amount is not None, asked.amount2 is not None, asked.shares_in is not None)
    fitting = {
        flags.LP_TOKEN: (False, False, True),
        flags.WITHDRAW_ALL: (False, False, False),
        flags.ONE_ASSET_WITHDRAW_ALL: (True, False, False),
        flags.SINGLE_ASSET: (True, False, False),
        flags.TWO_ASSET: (True, True, False),
        flags.ONE_ASSET_LP_TOKEN: (True, False, True),
        flags.LIMIT_LP_TOKEN: (True, False, False),
    }
    return has == fitting[mode]


def withdraw(setting: Setting, asked: AmmWithdraw) -> Verdict:
    """Shares back for what they are worth; the pool goes with its last share."""
    return _withdraw(setting, asked), ()


def _withdraw(setting: Setting, asked: AmmWithdraw) -> str:
    state, account = setting.state, asked.account
    pool = pool_balances(setting, account)
    if pool is None:
        return TER_NO_AMM
    held = state.shares.get(account, Decimal(0))
    if held <= 0 or (asked.shares_in is not None and asked.shares_in > held):
        return TEC_AMM_INVALID_TOKENS
    if state.is_frozen(account) or state.is_globally_frozen():
        return TEC_FROZEN
    pool = _counted_by_last_provider(state, pool, held)
    basket = _basket(pool, asked, held)
    if isinstance(basket, str):
        return basket
    refusal = _unbalanced(pool, basket, held)
    if refusal:
        return refusal
    _move_out(state, account, basket)
    return TES_SUCCESS


def _counted_by_last_provider(state: LedgerState, pool: PoolBalances, held: Decimal) -> PoolBalances:
    """Rounding may leave the pool's count beside what its last provider holds: then the provider's number is right."""
    if len(state.shares) > 1 or held == pool.shares:
        return pool
    if not within_relative_distance(held, pool.shares, _ROUNDING_DISTANCE):
        return pool
    state.put(state.amm, state.pool_account, attrs.evolve(state.amm[state.pool_account], shares=held))
    return attrs.evolve(pool, shares=held)


def _unbalanced(pool: PoolBalances, basket: Basket, held: Decimal) -> str | None:
    if basket.shares <= 0 or basket.shares > held:
        return TEC_AMM_INVALID_TOKENS
    takes_all_drops, takes_all_token = basket.drops == pool.drops, basket.token == pool.token
    if takes_all_drops != takes_all_token or (basket.shares == pool.shares and not takes_all_drops):
        return TEC_AMM_BALANCE
    return TEC_AMM_BALANCE if basket.drops > pool.drops or basket.token > pool.token else None


def _move_out(state: LedgerState, account: str, basket: Basket) -> None:
    pool = state.pool_account
    if basket.drops:
        state.credit(pool, -basket.drops)
        state.credit(account, basket.drops)
    if basket.token:
        state.credit(pool, -basket.token)
        state.credit(account, basket.token)
    change_shares(state, account, -basket.shares)


def _basket(pool: PoolBalances, asked: AmmWithdraw, held: Decimal) -> Basket | str:
    mode = asked.flags
    if mode & (flags.LP_TOKEN | flags.WITHDRAW_ALL):
        shares = held if asked.shares_in is None else asked.shares_in
        return _equal(pool, shares, everything=bool(mode & flags.WITHDRAW_ALL))
    assert asked.amount is not None
    if mode & flags.TWO_ASSET:
        assert asked.amount2 is not None
        return _both(pool, asked.amount, asked.amount2)
    if mode & flags.SINGLE_ASSET:
        return _one(pool, asked.amount)
    everything = bool(mode & flags.ONE_ASSET_WITHDRAW_ALL)
    shares = held if asked.shares_in is None else asked.shares_in
    return _one_for_shares(pool, asked.amount, shares, everything=everything)


def _equal(pool: PoolBalances, shares: Decimal, *, everything: bool) -> Basket | str:
    if shares == pool.shares:
        return Basket(pool.drops, pool.token, shares)
    if not everything:
        shares = shares_math.burned(pool.shares, shares)
    if shares <= 0:
        return TEC_AMM_INVALID_TOKENS
    fraction = rate_of(quality_of(shares, pool.shares))
    drops, token = shares_math.asset_out(pool.drops, fraction), shares_math.asset_out(pool.token, fraction)
    return Basket(int(drops), Decimal(token), shares) if drops and token else TEC_AMM_FAILED


def _both(pool: PoolBalances, amount: Amount, amount2: Amount) -> Basket | str:
    for first, second in ((amount, amount2), (amount2, amount)):
        fraction = shares_math.share_of(first, pool.of(first))
        shares = shares_math.burned_fraction(pool.shares, fraction)
        if shares <= 0:
            return TEC_AMM_INVALID_TOKENS
        fraction = shares_math.share_of(shares, pool.shares)
        value = shares_math.asset_out(pool.of(second), fraction)
        if value <= second:
            drops, token = (first, value) if is_xrp(first) else (value, first)
            return Basket(int(drops), Decimal(token), shares)
    return TEC_AMM_FAILED


def _one(pool: PoolBalances, amount: Amount) -> Basket | str:
    balance = pool.of(amount)
    if amount >= balance:
        return TEC_AMM_BALANCE
    raw = shares_math.shares_for_one_asset_out(balance, amount, pool.shares, pool.fee)
    shares = shares_math.burned(pool.shares, raw)
    if shares <= 0:
        return TEC_AMM_INVALID_TOKENS
    shares, value = shares_math.adjusted_withdrawal(balance, amount, pool.shares, shares, pool.fee)
    return _basket_of_one(value, shares)


def _one_for_shares(pool: PoolBalances, least: Amount, shares: Decimal, *, everything: bool) -> Basket | str:
    if not everything:
        shares = shares_math.burned(pool.shares, shares)
    if shares <= 0:
        return TEC_AMM_INVALID_TOKENS
    value = shares_math.one_asset_out_for_shares(pool.of(least), pool.shares, shares, pool.fee)
    return _basket_of_one(value, shares) if not least or value >= least else TEC_AMM_FAILED


def _basket_of_one(amount: Amount, shares: Decimal) -> Basket:
    if type(amount) is int:
        return Basket(amount, Decimal(0), shares)
    return Basket(0, Decimal(amount), shares)
