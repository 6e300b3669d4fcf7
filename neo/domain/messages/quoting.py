"""From a price to an approved quote: Strategy proposes, Risk approves, the OrderRouter accepts only QuotesApproved."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.storage import AssetBalance
from neo.domain.messages.venue import BookObserved
from neo.domain.orders.lifecycle import OrderState
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class MarketUpdated:
    """The newest book of a symbol, as MarketData passes it on. Conflated by (venue, symbol): only the newest counts."""

    book: BookObserved
    received_at_ns: int


@quickly_built
@frozen
class Quote:
    """One order that the strategy wants to rest. `level` counts from 0 at the best price of its side."""

    side: Side
    level: int
    price: Decimal
    quantity: Decimal


@quickly_built
@frozen
class QuotesProposed:
    """Everything that should rest on this symbol after the tick; anything else of ours there should go. May be empty."""

    tick: int
    venue: str
    symbol: str
    anchor: Decimal | None
    quotes: tuple[Quote, ...]
    proposed_at_ns: int
    market_at_ns: int


@quickly_built
@frozen
class QuotesApproved:
    """A proposal that Risk let pass, perhaps with fewer quotes. The only thing the OrderRouter acts on.

    Not sent when all of the proposal passed and rests already: mostly there is nothing to do.
    """

    tick: int
    venue: str
    symbol: str
    quotes: tuple[Quote, ...]
    proposed_at_ns: int
    approved_at_ns: int


class QuoteRefusal(enum.Enum):
    """Why Risk took a quote out of a proposal. The reasons for halting are in neo/domain/safety/halts.py."""

    NOT_TRADING = "not_trading"
    NO_BOOKS = "no_books"
    BASE_EXPOSURE = "base_exposure"
    QUOTE_EXPOSURE = "quote_exposure"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    STALE_MARKET_DATA = "stale_market_data"


@frozen
class QuoteRefused:
    tick: int
    quote: Quote
    reason: QuoteRefusal
    detail: str


@quickly_built
@frozen
class WorkingOrder:
    """An order that may still trade: from INTENDED to its proof of death."""

    order_id: str
    side: Side
    level: int
    price: Decimal
    remaining: Decimal
    state: OrderState
    offer_sequence: int | None
    expiration_s: int | None = None  # seconds since the Ripple epoch


@quickly_built
@frozen
class WorkingOrdersChanged:
    """All working orders of a symbol, told by the OrderRouter to Strategy and Risk whenever one changes.

    `acted_tick` is the newest approval that these orders already contain: until Risk sees its own approval's tick here, what
    it approved is still on the way. `placed_total` counts the orders placed since the router started.
    """

    venue: str
    symbol: str
    orders: tuple[WorkingOrder, ...]
    placed_total: int
    acted_tick: int = 0


@quickly_built
@frozen
class InventoryChanged:
    """Balances of a venue as the engine counts them: fills-only plus capital overlay, in whole units."""

    venue: str
    lsn: int
    base: Decimal
    quote: Decimal
    base_fills_only: Decimal
    quote_fills_only: Decimal
    base_capital: Decimal
    quote_capital: Decimal


@quickly_built
@frozen
class BalancesChanged:
    """Balances as the engine counts them after journal number `lsn`: those that changed, all of them at its beginning."""

    lsn: int
    balances: tuple[AssetBalance, ...]


@frozen
class AccountObserved:
    """What the venue itself says of our account, and what it takes to keep an offer (drops). From the Reconciler.

    `open_offers` of the `owner_count` objects were our offers in that ledger: those come and go, the others stay.
    """

    venue: str
    ledger_index: int
    base: Decimal
    quote: Decimal
    owner_count: int
    reserve_base_drops: int
    reserve_increment_drops: int
    open_offers: int = 0
