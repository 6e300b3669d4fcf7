"""Who pays whom for a match: wallets, fees, and the other side of every trade with others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from neo.domain.money.exact import difference, total
from neo.domain.units import ONE, ZERO
from neo.infra.simulated_exchange.exact import product
from neo.infra.simulated_exchange.fees import Fee, FeeAsset, FeeSchedule, coin_fee, ordinary_fee
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import Side
from neo.infra.simulated_exchange.wallet import Wallet
from neo.records import frozen


@frozen
class Settled:
    """What one side of a match did to its account: the fee, and what left its locked funds."""

    fee: Fee
    unlocked: Decimal


class Treasury:
    """What is not in any wallet: fees taken, and what others have given (negative) or got (positive)."""

    def __init__(self) -> None:
        self.fees: dict[str, Decimal] = {}
        self.others: dict[str, Decimal] = {}
        self.deposited: dict[str, Decimal] = {}

    @staticmethod
    def book(column: dict[str, Decimal], asset: str, amount: Decimal) -> None:
        column[asset] = total(column.get(asset, ZERO), amount)


class Settlement:
    """`coin_price` says what the exchange's own coin is worth in a quote asset, None when it has no such market."""

    def __init__(self, schedule: FeeSchedule, treasury: Treasury, coin_price: Callable[[str], Decimal | None]) -> None:
        self._schedule = schedule
        self._treasury = treasury
        self._coin_price = coin_price

    def to_lock(self, rules: MarketRules, side: Side, quantity: Decimal, price: Decimal) -> Decimal:
        """What an order sets aside, in quote when it buys and in base when it sells."""
        if side is Side.SELL:
            return quantity
        return product(product(quantity, price), self._schedule.buffer(rules))

    def settle(
        self, wallet: Wallet, rules: MarketRules, side: Side, price: Decimal, quantity: Decimal, is_maker: bool
    ) -> Settled:
        """One account's side of a match, paid from its locked funds."""
        cost = product(price, quantity)
        rate = rules.maker_fee if is_maker else rules.taker_fee
        received = (rules.base, quantity) if side is Side.BUY else (rules.quote, cost)
        paid = (rules.quote, cost) if side is Side.BUY else (rules.base, quantity)
        wallet.spend_locked(*paid)
        wallet.credit(*received)
        fee, unlocked = self._charge(wallet, rules, side, (quantity, cost), rate)
        self._treasury.book(self._treasury.fees, fee.asset, fee.amount)
        return Settled(fee, total(paid[1], unlocked))

    def with_others(self, rules: MarketRules, side: Side, price: Decimal, quantity: Decimal) -> None:
        """The other side of a match whose own side is `side`, when no account of ours is there."""
        sign = ONE if side is Side.BUY else -ONE
        others = self._treasury.others
        self._treasury.book(others, rules.base, -sign * quantity)
        self._treasury.book(others, rules.quote, sign * product(price, quantity))

    def _charge(
        self, wallet: Wallet, rules: MarketRules, side: Side, traded: tuple[Decimal, Decimal], rate: Decimal
    ) -> tuple[Fee, Decimal]:
        """The fee, and how much of it came from locked funds."""
        coin = self._in_coin(wallet, rules, traded[1], rate)
        if coin is not None:
            wallet.debit(coin.asset, coin.amount)
            return coin, ZERO
        fee = ordinary_fee(self._schedule, rules, side, traded, rate)
        if side is Side.BUY and self._schedule.charged_in is FeeAsset.QUOTE:
            wallet.spend_locked(fee.asset, fee.amount)
            return fee, fee.amount
        wallet.debit(fee.asset, fee.amount)
        return fee, ZERO

    def _in_coin(self, wallet: Wallet, rules: MarketRules, cost: Decimal, rate: Decimal) -> Fee | None:
        """The fee in the exchange's coin, when there is enough of it that the trade itself did not just bring."""
        schedule = self._schedule
        if not schedule.coin or schedule.coin in (rules.base, rules.quote):
            return None
        price = self._coin_price(rules.quote)
        if price is None:
            return None
        fee = coin_fee(schedule, cost, rate, price)
        return fee if wallet.free(fee.asset) >= fee.amount else None


def money_out_of_place(wallets: list[Wallet], treasury: Treasury) -> dict[str, Decimal]:
    """Assets of which wallets, fees and others together hold something else than was deposited; empty when money is
    conserved.
    """
    held: dict[str, Decimal] = {}
    for wallet in wallets:
        for balance in wallet.balances():
            Treasury.book(held, balance.asset, total(balance.free, balance.locked))
    for column in (treasury.fees, treasury.others):
        for asset, amount in column.items():
            Treasury.book(held, asset, amount)
    assets = sorted({*held, *treasury.deposited})
    surplus = {each: difference(held.get(each, ZERO), treasury.deposited.get(each, ZERO)) for each in assets}
    return {asset: amount for asset, amount in surplus.items() if amount}
