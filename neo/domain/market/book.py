"""Order book in whole ticks and lots, told about changes level by level.

Unlike the rest of the domain it changes in place: it belongs to one owner, and a copy for each of millions of changes
would cost more than everything else. It is still pure: the same changes give the same book.
"""

from __future__ import annotations

#: Beyond every price: no bid and no ask.
NO_BID = 0
NO_ASK = 1 << 62
#: A level that goes is followed tick by tick this far; a wider gap is searched among all levels.
NEARBY_TICKS = 64


class OrderBook:
    """Price in ticks to resting lots, for each side, and the touch. A feed may cross it for a moment: it is kept as told."""

    __slots__ = ("asks", "best_ask", "best_bid", "bids")

    def __init__(self) -> None:
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}
        self.best_bid = NO_BID
        self.best_ask = NO_ASK

    @property
    def two_sided(self) -> bool:
        return self.best_bid != NO_BID and self.best_ask != NO_ASK

    @property
    def mid_twice_ticks(self) -> int:
        """Twice the mid, in ticks: the sum of the touch stays whole. ValueError when a side is empty."""
        if not self.two_sided:
            raise ValueError("a book with an empty side has no mid")
        return self.best_bid + self.best_ask

    def set_bid(self, price_ticks: int, quantity_lots: int) -> None:
        """What rests at this price now; 0 removes the level, and removing what is not there changes nothing."""
        if quantity_lots:
            self.bids[price_ticks] = quantity_lots
            if price_ticks > self.best_bid:
                self.best_bid = price_ticks
        elif self.bids.pop(price_ticks, 0) and price_ticks == self.best_bid:
            self.best_bid = _highest(self.bids, price_ticks)

    def set_ask(self, price_ticks: int, quantity_lots: int) -> None:
        """As `set_bid`, on the other side."""
        if quantity_lots:
            self.asks[price_ticks] = quantity_lots
            if price_ticks < self.best_ask:
                self.best_ask = price_ticks
        elif self.asks.pop(price_ticks, 0) and price_ticks == self.best_ask:
            self.best_ask = _lowest(self.asks, price_ticks)


def _highest(bids: dict[int, int], gone_ticks: int) -> int:
    """The best bid once the best one, at `gone_ticks`, has gone."""
    for price in range(gone_ticks - 1, max(gone_ticks - NEARBY_TICKS, NO_BID), -1):
        if price in bids:
            return price
    return max(bids, default=NO_BID)


def _lowest(asks: dict[int, int], gone_ticks: int) -> int:
    for price in range(gone_ticks + 1, gone_ticks + NEARBY_TICKS):
        if price in asks:
            return price
    return min(asks, default=NO_ASK)
