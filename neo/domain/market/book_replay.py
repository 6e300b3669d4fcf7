"""A maker that quotes around the mid of a recorded book: what it would have sent, and a guess at what would have traded.

The fill model is `touch`: a quote trades in full when somebody takes at its price or a worse one. It knows no queue, so its
fills are an upper bound; what was sent does not depend on it except through the cap.
"""

from __future__ import annotations

from neo.domain.market.book import OrderBook
from neo.domain.market.book_tape import Action, BookTape
from neo.domain.units import NS_PER_S
from neo.records import frozen


@frozen
class MidQuoting:
    """Every `interval_ns` both quotes are cancelled and placed anew, `offset_ticks` beside the mid, never crossing the touch.

    A side is left out while the position is at the cap on that side.
    """

    interval_ns: int = 4 * NS_PER_S
    offset_ticks: int = 2
    size_lots: int = 100
    cap_lots: int = 10_000


@frozen
class ReplayCount:
    """What a replay came to. `position_lots` is what the fills left."""

    events: int
    submits: int
    cancels: int
    fills: int
    position_lots: int


class MidMaker:
    """Our two quotes, None where none rests."""

    __slots__ = ("_rule", "ask", "bid", "cancels", "fills", "position_lots", "submits")

    def __init__(self, rule: MidQuoting) -> None:
        self._rule = rule
        self.bid: int | None = None
        self.ask: int | None = None
        self.position_lots = 0
        self.submits = self.cancels = self.fills = 0

    def requote(self, book: OrderBook) -> None:
        """Take back what rests and place both sides for the touch as it is; nothing without a mid."""
        if not book.two_sided:
            return
        rule = self._rule
        self.cancels += (self.bid is not None) + (self.ask is not None)
        twice = book.mid_twice_ticks
        may_buy, may_sell = self.position_lots < rule.cap_lots, self.position_lots > -rule.cap_lots
        self.bid = min(twice // 2 - rule.offset_ticks, book.best_ask - 1) if may_buy else None
        self.ask = max((twice + 1) // 2 + rule.offset_ticks, book.best_bid + 1) if may_sell else None
        self.submits += may_buy + may_sell

    def on_trade(self, action: int, price_ticks: int, quantity_lots: int) -> None:
        """A trade through or at our quote takes it."""
        if action == Action.BOUGHT:
            if self.ask is not None and price_ticks >= self.ask:
                self.position_lots -= self._rule.size_lots
                self.ask = None
                self.fills += 1
        elif self.bid is not None and price_ticks <= self.bid:
            self.position_lots += self._rule.size_lots
            self.bid = None
            self.fills += 1


def replay(tape: BookTape, rule: MidQuoting = MidQuoting()) -> ReplayCount:
    """The whole tape through a book, row by row, with requotes by the tape's own clock.

    A requote that is due sees the book before the row that made time pass, and at most one is made for each row.
    """
    book, maker = OrderBook(), MidMaker(rule)
    set_bid, set_ask, on_trade = book.set_bid, book.set_ask, maker.on_trade
    bid, ask = int(Action.BID), int(Action.ASK)  # plain numbers compare faster than members
    due_ns = (tape.at_ns[0] if tape.at_ns else 0) + rule.interval_ns
    rows = zip(tape.at_ns, tape.actions, tape.price_ticks, tape.quantity_lots, strict=True)
    for at_ns, action, price_ticks, quantity_lots in rows:
        if at_ns >= due_ns:
            maker.requote(book)
            due_ns += rule.interval_ns
        if action == bid:
            set_bid(price_ticks, quantity_lots)
        elif action == ask:
            set_ask(price_ticks, quantity_lots)
        else:
            on_trade(action, price_ticks, quantity_lots)
    return ReplayCount(len(tape), maker.submits, maker.cancels, maker.fills, maker.position_lots)
