"""An order book kept from a snapshot and its diffs (Binance spot).

Rules of https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly:
diffs that arrive before the snapshot are buffered; those it already contains are dropped; then no update id may be missing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal

from neo.domain.messages.venue import Level
from neo.records import frozen


@frozen
class DepthDiff:
    """Update ids `first_id`..`last_id`; a quantity of 0 removes the price."""

    first_id: int
    last_id: int
    bids: tuple[tuple[Decimal, Decimal], ...]
    asks: tuple[tuple[Decimal, Decimal], ...]


class MissingUpdates(ValueError):
    """A diff does not continue where the book stands."""


class DepthBook:
    """Both sides by price. `ready` once a snapshot has been taken."""

    def __init__(self) -> None:
        self.last_id: int | None = None
        self._quantities: dict[bool, dict[Decimal, Decimal]] = {True: {}, False: {}}
        self._prices: dict[bool, list[Decimal]] = {True: [], False: []}
        self._buffered: list[DepthDiff] = []

    @property
    def ready(self) -> bool:
        return self.last_id is not None

    def take_snapshot(
        self, last_id: int, bids: Iterable[tuple[Decimal, Decimal]], asks: Iterable[tuple[Decimal, Decimal]]
    ) -> None:
        """Start (again) from a snapshot, then replay what was buffered."""
        for is_bid, levels in ((True, bids), (False, asks)):
            self._quantities[is_bid] = {price: quantity for price, quantity in levels if quantity}
            self._prices[is_bid] = sorted(self._quantities[is_bid])
        self.last_id = last_id
        buffered, self._buffered = self._buffered, []
        for diff in buffered:
            self.apply(diff)

    def apply(self, diff: DepthDiff) -> None:
        """MissingUpdates when ids between the book and the diff are missing."""
        if self.last_id is None:
            self._buffered.append(diff)
            return
        if diff.last_id <= self.last_id:
            return
        if diff.first_id > self.last_id + 1:
            raise MissingUpdates(f"updates {self.last_id + 1} to {diff.first_id - 1} are missing")
        for is_bid, changes in ((True, diff.bids), (False, diff.asks)):
            for price, quantity in changes:
                self._set(is_bid, price, quantity)
        self.last_id = diff.last_id

    def bids(self, depth: int) -> tuple[Level, ...]:
        """Best first."""
        quantities = self._quantities[True]
        return tuple(Level(price, quantities[price]) for price in reversed(self._prices[True][-depth:]))

    def asks(self, depth: int) -> tuple[Level, ...]:
        """Best first."""
        quantities = self._quantities[False]
        return tuple(Level(price, quantities[price]) for price in self._prices[False][:depth])

    def _set(self, is_bid: bool, price: Decimal, quantity: Decimal) -> None:
        quantities, prices = self._quantities[is_bid], self._prices[is_bid]
        if quantity:
            if price not in quantities:
                insort(prices, price)
            quantities[price] = quantity
        elif price in quantities:
            del quantities[price]
            del prices[bisect_left(prices, price)]
