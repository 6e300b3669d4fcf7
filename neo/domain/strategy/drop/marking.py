"""What the drop buyer's money is worth now: positions at the price that they could be sold at."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from neo.domain.messages.dropping import ExchangePosition, PositionsChanged
from neo.domain.messages.storage import DeskSnapshot
from neo.domain.money.exact import total
from neo.domain.strategy.drop.symbol_book import SymbolBook
from neo.domain.units import ZERO


def marked(books: PositionsChanged, symbols: Mapping[str, SymbolBook], session_id: str, at_ns: int) -> DeskSnapshot:
    """The router's books at the newest bids, before the fees of selling. What has no quote yet counts as what it cost."""
    cost = value = ZERO
    unpriced = 0
    for position in books.positions:
        worth = _worth(position, symbols)
        unpriced += worth is None
        cost = total(cost, position.cost_quote)
        value = total(value, position.cost_quote if worth is None else worth)
    budget = books.budget
    return DeskSnapshot(
        session_id=session_id,
        at_ns=at_ns,
        venue=books.venue,
        positions=len(books.positions),
        unpriced=unpriced,
        cost_quote=cost,
        value_quote=value,
        realised_quote=books.realised_quote,
        free=budget.free,
        reserved=budget.reserved,
        committed=budget.committed,
    )


def _worth(position: ExchangePosition, symbols: Mapping[str, SymbolBook]) -> Decimal | None:
    book = symbols.get(position.symbol)
    return None if book is None or book.quote is None else position.quantity * book.quote.bid
