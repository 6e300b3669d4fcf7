"""From a polled price to a bought drop and back to quote currency: what the actors of the exchange side tell each other.

pollers → exchange data → drop buyer → risk → exchange router → drop buyer. One direction; facts come back as events.
"""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import TYPE_CHECKING

from neo.domain.market.instrument import Side
from neo.records import frozen

if TYPE_CHECKING:
    # Risk takes these messages wherever it plays; what is in them is loaded by those who make them, where drops are bought.
    from neo.domain.market.poll_cycles import PollCycle
    from neo.domain.market.tiers import SymbolStanding, Tier
    from neo.domain.messages.exchange import DayStatistics, ExchangeQuote, MarketRule, PriceBar

# -------------------------------------------------------------------------------------------------------------- polling


@frozen
class PollerStarted:
    """A poller, new or rebuilt, asks ExchangeData for its symbols."""

    tier: Tier


@frozen
class BuyerStarted:
    """The drop buyer, new or rebuilt, asks ExchangeData for the markets and the router for its books."""


@frozen
class StandingsWanted:
    """ExchangeData, new or rebuilt, asks the drop buyer for the standing of every symbol."""


@frozen
class PollSymbols:
    """ExchangeData tells a tier's poller what to ask for from its next cycle on."""

    tier: Tier
    symbols: tuple[str, ...]


@frozen
class CyclePolled:
    """A poller tells ExchangeData how a cycle went. `failed` is why there was no answer at all, empty when there was one.

    `asked_at_ns`: when the request that served it was begun; no quote in it is older.
    """

    tier: Tier
    cycle: PollCycle
    quotes: tuple[ExchangeQuote, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    failed: str = ""
    asked_at_ns: int = 0


@frozen
class StandingsChanged:
    """The drop buyer tells ExchangeData what decides the tiers: (symbol, standing) of those that changed."""

    standings: tuple[tuple[str, SymbolStanding], ...]


@frozen
class QuotesUpdated:
    """The newest quotes of the symbols that were just polled, to the drop buyer and to Risk."""

    venue: str
    quotes: tuple[ExchangeQuote, ...]


@frozen
class MarketsUpdated:
    """After the first load and each reload: the rules of every watched symbol, and who left or came back.

    `sell_only`: symbols that are watched only because they are held.
    """

    venue: str
    rules: tuple[MarketRule, ...]
    gone: tuple[str, ...]
    back: tuple[str, ...]
    sell_only: tuple[str, ...] = ()


@frozen
class StatisticsUpdated:
    venue: str
    statistics: tuple[DayStatistics, ...]


@frozen
class BarsLoaded:
    """Minutes from before the session: anchors and averages begin warm."""

    venue: str
    symbol: str
    bars: tuple[PriceBar, ...]


# -------------------------------------------------------------------------------------------------------------- trading


class TradePurpose(enum.Enum):
    ENTRY = "entry"
    EXIT = "exit"


@frozen
class TradeProposed:
    """The drop buyer wants to buy a drop, or to sell a position.

    `limits` are the prices of the tries, one after another (premium steps of an entry, ladder of an exit). `reason` is the
    drop or the exit reason in words. `quantity` is what is wanted in all, rounded to the market's step already. `touch` is
    the ask that a purchase, the bid that a sale was decided on: slippage is measured from it.
    """

    intent_id: str
    purpose: TradePurpose
    symbol: str
    side: Side
    quantity: Decimal
    limits: tuple[Decimal, ...]
    reason: str
    proposed_at_ns: int
    quote_at_ns: int
    touch: Decimal | None = None


@frozen
class TradeApproved:
    """The only thing that the ExchangeRouter acts on."""

    trade: TradeProposed
    approved_at_ns: int


class TradeRefusal(enum.Enum):
    """Why Risk did not let a trade pass."""

    NOT_TRADING = "not_trading"
    STALE_QUOTE = "stale_quote"
    QUOTE_EXPOSURE = "quote_exposure"
    SYMBOL_CAP = "symbol_cap"
    CASH_RESERVE = "cash_reserve"
    BUDGET = "budget"
    BREAKER = "breaker"
    STALE_POSITION = "stale_position"


@frozen
class TradeRefused:
    trade: TradeProposed
    reason: TradeRefusal
    detail: str


@frozen
class ExchangePosition:
    """What was bought and not sold yet. `cost_quote` is what it cost, fees included; `entry_price` the average without."""

    symbol: str
    intent_id: str
    quantity: Decimal
    entry_price: Decimal
    cost_quote: Decimal
    opened_at_ns: int


@frozen
class BudgetSeen:
    """free + reserved + committed == total, in quote currency, at every instant."""

    total: Decimal
    free: Decimal
    reserved: Decimal
    committed: Decimal


@frozen
class PositionsChanged:
    """The ExchangeRouter's books, told to the drop buyer and to Risk whenever they change.

    `working` are symbols with an order that may still trade; `acted_intents` the newest intents that these books contain;
    `placed_total` counts the orders sent since the router started. `realised_quote` are the results of this session's sales,
    of those under way as far as they got.
    """

    venue: str
    positions: tuple[ExchangePosition, ...]
    budget: BudgetSeen
    working: tuple[str, ...]
    acted_intents: tuple[str, ...]
    placed_total: int = 0
    realised_quote: Decimal = Decimal(0)


class TradeOutcome(enum.Enum):
    """How an intent ended. Every one of them is written from proof."""

    FILLED = "filled"
    PARTLY_FILLED = "partly_filled"
    NOT_FILLED = "not_filled"
    REFUSED_BY_VENUE = "refused_by_venue"
    DUST_WRITTEN_OFF = "dust_written_off"


@frozen
class TradeEnded:
    """An intent is over: nothing of it can trade any more. `result_quote` is the profit or loss of an exit, fees included."""

    intent_id: str
    purpose: TradePurpose
    symbol: str
    outcome: TradeOutcome
    quantity: Decimal
    quote_quantity: Decimal
    result_quote: Decimal | None
    ended_at_ns: int
