"""One market of the simulated exchange: its rules, its price, its book, and what was traded in it lately."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import Protocol

from neo.domain.units import ZERO
from neo.infra.simulated_exchange.liquidity import BookSides, Level, Liquidity
from neo.infra.simulated_exchange.market_book import MarketBook
from neo.infra.simulated_exchange.market_rules import MarketRules, MarketStatus
from neo.infra.simulated_exchange.order import PublicTrade, Side
from neo.infra.simulated_exchange.price_path import PricePath

_TRADES_MAX = 1_000
#: Now and then nobody takes anything in a second.
_QUIET_EPOCHS = 10


class Volumes(Protocol):
    """Recorded turnover of one market."""

    def minute_base(self, open_ms: int) -> Decimal:
        """Base units traded in the minute that opened then."""
        ...

    def day_quote(self, at_ms: int) -> Decimal:
        """Quote units traded in the 24 hours before."""
        ...


class ExchangeMarket:
    """The book exists from the first order on; until then others' offers are read where they come from."""

    def __init__(
        self, rules: MarketRules, path: PricePath, liquidity: Liquidity, volumes: Volumes | None = None
    ) -> None:
        self.rules = rules
        #: What was traded, where that is recorded.
        self.volumes = volumes
        self.path = path
        self.liquidity = liquidity
        self.status = MarketStatus.TRADING
        self._book: MarketBook | None = None
        self._own_trades: deque[PublicTrade] = deque(maxlen=_TRADES_MAX)

    @property
    def has_own_orders(self) -> bool:
        return self._book is not None and self._book.has_own

    @property
    def present_book(self) -> MarketBook | None:
        """The book in the epoch it has reached; None until somebody ordered here."""
        return self._book

    def mid(self, at_ms: int) -> Decimal:
        return self.rules.price(self.path.ticks_at(at_ms))

    def book(self, at_ms: int) -> MarketBook:
        """The book at `at_ms`. Epochs that own orders wait through are the exchange's to walk first."""
        if self._book is None:
            self._book = MarketBook(self.rules, self.liquidity, at_ms)
        epoch = self.liquidity.epoch(at_ms)
        if epoch > self._book.epoch:
            self._book.enter_epoch(epoch)
        return self._book

    def touch(self, at_ms: int) -> BookSides:
        """Best bid and best ask; a side without offers is empty."""
        book, epoch = self._book, self.liquidity.epoch(at_ms)
        # What was taken from a book is forgotten with its epoch: where nobody of ours waits, the new one is the others'.
        if book is None or (epoch > book.epoch and not book.has_own):
            return self.liquidity.touch(epoch)
        return self.depth(at_ms, 1)

    def depth(self, at_ms: int, levels: int) -> BookSides:
        if self._book is None:
            sides = self.liquidity.sides(self.liquidity.epoch(at_ms))
            return BookSides(sides.bids[:levels], sides.asks[:levels])
        book = self.book(at_ms)
        return BookSides(book.levels(Side.BUY, levels), book.levels(Side.SELL, levels))

    def remember(self, trade: PublicTrade) -> None:
        self._own_trades.append(trade)

    def trades(self, at_ms: int, count: int) -> tuple[PublicTrade, ...]:
        """The newest last: those with own orders, and what others did among themselves in the seconds before."""
        found = list(self._own_trades)
        now = self.liquidity.epoch(at_ms)
        for epoch in range(now, max(-1, now - 2 * count - _QUIET_EPOCHS), -1):
            if len(found) - len(self._own_trades) >= count:
                break
            flow = self.liquidity.flow(epoch)
            sides = self.liquidity.touch(epoch)
            moment_ms = self.liquidity.moment_ms(epoch, at_ms)
            found += _traded(sides.bids, flow.sold, moment_ms, buyer_is_maker=True)
            found += _traded(sides.asks, flow.bought, moment_ms, buyer_is_maker=False)
        return tuple(sorted(found, key=lambda trade: trade.at_ms)[-count:])


def _traded(levels: tuple[Level, ...], quantity: Decimal, at_ms: int, *, buyer_is_maker: bool) -> list[PublicTrade]:
    if not levels or quantity <= ZERO:
        return []
    return [PublicTrade(levels[0].price, quantity, at_ms, buyer_is_maker)]
