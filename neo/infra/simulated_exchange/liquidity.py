"""What others offer: a book around the fair price, new every second, and what they take from it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from typing import Protocol
from zlib import crc32

from neo.domain.units import ZERO
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.price_path import PricePath
from neo.records import frozen

EPOCH_MS = 1_000
_MASK = (1 << 64) - 1


@frozen
class Level:
    price: Decimal
    quantity: Decimal


@frozen
class BookSides:
    """Best first on both sides."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


@frozen
class Flow:
    """Quantities that others take during one epoch: sold into the bids, bought from the asks."""

    sold: Decimal
    bought: Decimal


class Liquidity(Protocol):
    """One market's other traders. An epoch is a stretch of time in which their book stands still."""

    def epoch(self, at_ms: int) -> int: ...

    def moment_ms(self, epoch: int, now_ms: int) -> int:
        """When `epoch` began, seen from `now_ms`."""
        ...

    def touch(self, epoch: int) -> BookSides:
        """The best level of each side only: what a ticker of every market needs."""
        ...

    def sides(self, epoch: int) -> BookSides: ...

    def flow(self, epoch: int) -> Flow: ...


class SeededLiquidity:
    """A book whose shape follows from the seed and the epoch alone. `level_notional` is what an average level is worth."""

    DEPTH = 20

    def __init__(
        self, seed: str, rules: MarketRules, path: PricePath, level_notional: Decimal, *, centred: bool = False
    ) -> None:
        """`centred`: the middle between best bid and best ask is the path's price exactly, as far as there are ticks."""
        self._centred = centred
        self._salt = crc32(seed.encode()) << 20
        self._rules = rules
        self._path = path
        self._notional = level_notional
        on_step = (rules.min_quantity / rules.step).to_integral_value(ROUND_UP) * rules.step
        self._smallest = max(on_step, rules.step)

    def epoch(self, at_ms: int) -> int:
        return at_ms // EPOCH_MS

    def moment_ms(self, epoch: int, now_ms: int) -> int:
        return min(epoch * EPOCH_MS, now_ms)

    def touch(self, epoch: int) -> BookSides:
        return self._sides(epoch, 1)

    def sides(self, epoch: int) -> BookSides:
        return self._sides(epoch, self.DEPTH)

    def flow(self, epoch: int) -> Flow:
        """In every second one side is hit with up to half of what its best level usually holds, in one of eight with a
        multiple of that.
        """
        drawn = self._drawn(epoch, 1_000)
        share = Decimal((drawn >> 8) % 50) / 100
        if drawn & 7 == 0:
            share *= 8
        price = self._rules.price(self._path.ticks_at(epoch * EPOCH_MS))
        quantity = self._rules.whole_steps(self._notional * share / price)
        return Flow(quantity, ZERO) if drawn >> 7 & 1 else Flow(ZERO, quantity)

    def _sides(self, epoch: int, depth: int) -> BookSides:
        mid = self._path.ticks_at(epoch * EPOCH_MS)
        spread = 1 + self._drawn(epoch, 0) % 3 + mid // 5_000
        best_bid = max(1, mid - (spread + 1) // 2 if self._centred else mid - spread // 2)
        best_ask = max(best_bid + 1, mid + mid - best_bid if self._centred else best_bid + spread)
        return BookSides(self._levels(epoch, depth, best_bid, -1), self._levels(epoch, depth, best_ask, 1))

    def _levels(self, epoch: int, depth: int, ticks: int, direction: int) -> tuple[Level, ...]:
        levels = []
        gap = 1 + ticks // 20_000
        for place in range(depth):
            if ticks < 1:
                break
            drawn = self._drawn(epoch, direction * (place + 1))
            levels.append(Level(self._rules.price(ticks), self._quantity(ticks, drawn)))
            ticks += direction * gap * (1 + drawn % 3)
        return tuple(levels)

    def _quantity(self, ticks: int, drawn: int) -> Decimal:
        """From a fifth to twice the average level, never below what the market trades at all."""
        notional = self._notional * Decimal(20 + (drawn >> 12) % 180) / 100
        return max(self._rules.whole_steps(notional / self._rules.price(ticks)), self._smallest)

    def _drawn(self, epoch: int, place: int) -> int:
        """A 64-bit number for this epoch and place (the finaliser of splitmix64, Steele et al. 2014)."""
        mixed = (self._salt + epoch * 0x9E3779B97F4A7C15 + place * 0xD1B54A32D192ED03) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)


class WrittenLiquidity:
    """A book that somebody wrote down, standing still until the next is written; for tests and staged situations."""

    def __init__(self, sides: BookSides, flows: Mapping[int, Flow] | None = None) -> None:
        self._books = [sides]
        self._flows = dict(flows or {})

    def write(self, sides: BookSides, flow: Flow | None = None) -> None:
        """The next epoch begins with this book; `flow` is what others take from it."""
        self._books.append(sides)
        if flow is not None:
            self._flows[len(self._books) - 1] = flow

    def epoch(self, at_ms: int) -> int:
        del at_ms
        return len(self._books) - 1

    def moment_ms(self, epoch: int, now_ms: int) -> int:
        del epoch
        return now_ms

    def touch(self, epoch: int) -> BookSides:
        sides = self._books[epoch]
        return BookSides(sides.bids[:1], sides.asks[:1])

    def sides(self, epoch: int) -> BookSides:
        return self._books[epoch]

    def flow(self, epoch: int) -> Flow:
        return self._flows.get(epoch, Flow(ZERO, ZERO))
