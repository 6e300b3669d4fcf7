"""What the drop buyer's money is worth now: positions at the price that they could be sold at."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from neo.domain.messages.dropping import ExchangePosition, PositionsChanged
from neo.domain.messages.storage import DeskSnapshot
from neo.domain.money.exact import total
from neo.domain.strategy.drop.symbol_book import SymbolBook
from neo.domain.units import ZERO


def marked(
    books: PositionsChanged, symbols: Mapping[str, SymbolBook], session_id: str, at_ns: int, price_age_max_ns: int
) -> DeskSnapshot:
    """The router's books at the newest bids, before the fees of selling. What has no quote yet counts as what it cost, and so
    does a gain at a price of long ago: whose quote is older than the exchange's newest by more than `price_age_max_ns`.
    """
    cost = value = ZERO
    unpriced = 0
    quotes = (book.quote for book in symbols.values() if books.positions)
    trusted_ns = max((quote.at_ns for quote in quotes if quote is not None), default=0) - price_age_max_ns
    for position in books.positions:
        worth = _worth(position, symbols, trusted_ns)
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


def _worth(position: ExchangePosition, symbols: Mapping[str, SymbolBook], trusted_ns: int) -> Decimal | None:
    book = symbols.get(position.symbol)
    if book is None or book.quote is None:
        return None
    worth = position.quantity * book.quote.bid
    return None if book.quote.at_ns < trusted_ns and worth > position.cost_quote else worth
