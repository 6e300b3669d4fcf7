"""One market's book: own orders among the offers of others, by price and then by time.

Offers of others at a price that were there before an own order are ahead of it; what comes later stands behind it. When
others have less at that price in the next epoch, those ahead are taken to have left, so the own order moves forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from neo.domain.units import ZERO
from neo.infra.simulated_exchange.exact import product
from neo.infra.simulated_exchange.liquidity import BookSides, Level, Liquidity
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import SelfTrade, Side
from neo.records import define, frozen


@define
class Resting:
    """An own order in the queue; `ahead` is the quantity of others that is served before it at its price."""

    order_id: int
    account: str
    price: Decimal
    remaining: Decimal
    ahead: Decimal


@frozen
class Match:
    """`maker_id` is the own order that was met, 0 for offers of others."""

    price: Decimal
    quantity: Decimal
    maker_id: int


@frozen
class Taken:
    """`prevented` are own orders met by their own account that must end; `stopped` when the taker must end too."""

    matches: tuple[Match, ...]
    prevented: tuple[int, ...] = ()
    stopped: bool = False


@frozen
class Appetite:
    """How much a taker takes: `quantity` in base, or `budget` in quote when that is not 0; never beyond `limit`."""

    quantity: Decimal = ZERO
    budget: Decimal = ZERO
    limit: Decimal | None = None


class MarketBook:
    """Own resting orders, and what is left of the others' book in the present epoch."""

    def __init__(self, rules: MarketRules, liquidity: Liquidity, at_ms: int) -> None:
        self._rules = rules
        self._liquidity = liquidity
        self.epoch = liquidity.epoch(at_ms)
        self._others: dict[Side, dict[Decimal, Decimal]] = {}
        self._own: dict[Side, list[Resting]] = {Side.BUY: [], Side.SELL: []}
        self._fill_in(liquidity.sides(self.epoch))

    @property
    def has_own(self) -> bool:
        return bool(self._own[Side.BUY] or self._own[Side.SELL])

    def enter_epoch(self, epoch: int) -> None:
        """The others' book is new; places in the queue are kept as far as others are still there."""
        self.epoch = epoch
        self._fill_in(self._liquidity.sides(epoch))
        for side, resting in self._own.items():
            for order in resting:
                order.ahead = min(order.ahead, self._others[side].get(order.price, ZERO))

    def levels(self, side: Side, depth: int) -> tuple[Level, ...]:
        """Best first, own orders included."""
        sums = dict(self._others[side])
        for order in self._own[side]:
            sums[order.price] = sums.get(order.price, ZERO) + order.remaining
        prices = sorted(sums, reverse=side is Side.BUY)[:depth]
        return tuple(Level(price, sums[price]) for price in prices)

    def best(self, side: Side) -> Decimal | None:
        """The best price of `side`, None when it is empty."""
        prices = [*self._others[side], *(order.price for order in self._own[side])]
        if not prices:
            return None
        return max(prices) if side is Side.BUY else min(prices)

    def would_take(self, side: Side, price: Decimal) -> bool:
        best = self.best(side.other)
        return best is not None and _reaches(side, price, best)

    def rest(self, side: Side, order: Resting) -> None:
        """Behind everybody who is at its price already."""
        order.ahead = self._others[side].get(order.price, ZERO)
        self._own[side].append(order)

    def withdraw(self, order_id: int) -> None:
        for side, resting in self._own.items():
            self._own[side] = [order for order in resting if order.order_id != order_id]

    def within_reach(self, side: Side, appetite: Appetite) -> Decimal:
        """Quantity that a taker on `side` could get; nothing changes."""
        assert appetite.limit is not None
        levels = self.levels(side.other, len(self._others[side.other]) + len(self._own[side.other]))
        return sum((each.quantity for each in levels if _reaches(side, appetite.limit, each.price)), ZERO)

    def take(self, side: Side, appetite: Appetite, account: str = "", rule: SelfTrade = SelfTrade.ALLOW) -> Taken:
        """What a taker on `side` gets, best price first; `account` is empty when others take."""
        matches: list[Match] = []
        prevented: list[int] = []
        left = appetite
        for price, quantity, maker in self._offers(side.other):
            if appetite.limit is not None and not _reaches(side, appetite.limit, price):
                break
            wanted = self._wanted(left, price)
            if wanted <= ZERO:
                break
            if maker is not None and maker.account == account and rule is not SelfTrade.ALLOW:
                if rule.ends_maker:
                    prevented.append(maker.order_id)
                if rule.ends_taker:
                    return Taken(tuple(matches), tuple(prevented), stopped=True)
                continue
            got = min(wanted, quantity)
            matches.append(Match(price, got, maker.order_id if maker is not None else 0))
            self._consume(side.other, price, got, maker)
            left = _less(left, price, got)
        return Taken(tuple(matches), tuple(prevented))

    def crossed_by_others(self) -> tuple[Match, ...]:
        """Own orders that the others' new book runs into, at their own prices; bounded by what others have there."""
        matches = []
        for side, resting in self._own.items():
            opposite = self._others[side.other]
            for order in sorted(resting, key=lambda each: each.price, reverse=side is Side.BUY):
                reached = [price for price in opposite if _reaches(side, order.price, price)]
                there = sum((opposite[price] for price in reached), ZERO)
                got = min(order.remaining, there)
                if got > ZERO:
                    matches.append(Match(order.price, got, order.order_id))
                    order.remaining -= got
                    self._drain(opposite, sorted(reached, reverse=side is Side.SELL), got)
            self._own[side] = [order for order in resting if order.remaining > ZERO]
        return tuple(matches)

    def _fill_in(self, sides: BookSides) -> None:
        self._others = {
            Side.BUY: {level.price: level.quantity for level in sides.bids},
            Side.SELL: {level.price: level.quantity for level in sides.asks},
        }

    def _offers(self, side: Side) -> Iterator[tuple[Decimal, Decimal, Resting | None]]:
        """(price, quantity, own order or None) in the order in which they are served. Takes place on a snapshot."""
        others = dict(self._others[side])
        own = list(self._own[side])
        for price in sorted({*others, *(order.price for order in own)}, reverse=side is Side.BUY):
            left, served = others.get(price, ZERO), ZERO
            for order in (each for each in own if each.price == price):
                before = min(left, max(ZERO, order.ahead - served))
                if before > ZERO:
                    yield price, before, None
                    left, served = left - before, served + before
                yield price, order.remaining, order
            if left > ZERO:
                yield price, left, None

    def _wanted(self, left: Appetite, price: Decimal) -> Decimal:
        return self._rules.whole_steps(left.budget / price) if left.budget else left.quantity

    def _consume(self, side: Side, price: Decimal, quantity: Decimal, maker: Resting | None) -> None:
        if maker is not None:
            maker.remaining -= quantity
            self._own[side] = [order for order in self._own[side] if order.remaining > ZERO]
            return
        self._drain(self._others[side], [price], quantity)
        for order in self._own[side]:
            if order.price == price:
                order.ahead = max(ZERO, order.ahead - quantity)

    @staticmethod
    def _drain(others: dict[Decimal, Decimal], prices: list[Decimal], quantity: Decimal) -> None:
        for price in prices:
            taken = min(quantity, others[price])
            quantity -= taken
            others[price] -= taken
            if not others[price]:
                del others[price]


def _reaches(side: Side, limit: Decimal, price: Decimal) -> bool:
    return price <= limit if side is Side.BUY else price >= limit


def _less(left: Appetite, price: Decimal, got: Decimal) -> Appetite:
    if left.budget:
        rest = left.budget - product(price, got)
        # A budget of exactly nothing would read as "no budget": one that is spent takes nothing more.
        return attrs.evolve(left, budget=rest) if rest > ZERO else Appetite(limit=left.limit)
    return attrs.evolve(left, quantity=left.quantity - got)
