"""What the AMM pool pays: constant product, fee on what goes in.

Source: XLS-30 (https://github.com/XRPLF/XRPL-Standards/tree/master/XLS-0030-automated-market-maker), swapAssetIn/swapAssetOut.
Prices are quote per base, seen from somebody who trades against the pool.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from neo.domain.messages.venue import PoolView
from neo.domain.units import ONE, ZERO

FEE_UNITS = Decimal(100_000)


def fee_fraction(pool: PoolView) -> Decimal:
    """The trading fee as a fraction of what goes in, at most 0.01."""
    return pool.fee_hundred_thousandths / FEE_UNITS


@lru_cache(maxsize=64)
def _kept(fee_hundred_thousandths: int) -> Decimal:
    """What the fee leaves of what goes in. Remembered: a pool's fee is the same for weeks, and is asked for with every tick."""
    return ONE - fee_hundred_thousandths / FEE_UNITS


def is_usable(pool: PoolView | None) -> bool:
    """Whether the pool has something on both sides; an emptied pool stays on the ledger without a price."""
    return pool is not None and pool.base > ZERO and pool.quote > ZERO


def spot_prices(pool: PoolView, mid: Decimal | None = None) -> tuple[Decimal, Decimal]:
    """Prices of the first drop, bought from the pool and sold to it. `mid` is the pool's, for those who know it already.

    An order to buy at or above the first, or to sell at or below the second, takes from the pool.
    """
    if mid is None:
        mid = pool.mid
    kept = _kept(pool.fee_hundred_thousandths)
    return mid / kept, mid * kept


def quote_to_buy(pool: PoolView, base_quantity: Decimal) -> Decimal:
    """Quote that the pool takes for `base_quantity`. ValueError when the pool does not have that much."""
    if not 0 < base_quantity < pool.base:
        raise ValueError(f"the pool holds {pool.base} base and cannot sell {base_quantity}")
    return pool.quote * base_quantity / (pool.base - base_quantity) / (ONE - fee_fraction(pool))


def quote_from_sale(pool: PoolView, base_quantity: Decimal) -> Decimal:
    """Quote that the pool pays for `base_quantity`. ValueError unless it is positive."""
    if base_quantity <= 0:
        raise ValueError(f"cannot sell {base_quantity} to the pool")
    after_fee = base_quantity * (ONE - fee_fraction(pool))
    return pool.quote * after_fee / (pool.base + after_fee)


def effective_buy_price(pool: PoolView, base_quantity: Decimal) -> Decimal:
    """Average price of buying `base_quantity` from the pool, fee and slippage included. ValueError as quote_to_buy."""
    return quote_to_buy(pool, base_quantity) / base_quantity


def effective_sell_price(pool: PoolView, base_quantity: Decimal) -> Decimal:
    """Average price of selling `base_quantity` to the pool, fee and slippage included. ValueError as quote_from_sale."""
    return quote_from_sale(pool, base_quantity) / base_quantity
