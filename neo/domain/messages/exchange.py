"""What an exchange venue says, and what it is asked, venue-neutral: infra speaks each exchange's own language.

Symbols are BASE/QUOTE. Amounts are Decimals in whole units, prices quote per base, times ns since the epoch. A failure is a
`PortFailed` (neo/domain/messages/venue.py) with one of the three errors; a symbol that the exchange does not know is
`UnknownSymbol`.
"""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.quickly_built import quickly_built
from neo.records import frozen

# --------------------------------------------------------------------------------------------------------- market data


@quickly_built
@frozen
class ExchangeQuote:
    """Best bid and ask. `at_ns`: when the answer that has it arrived here; no exchange's clock is trusted for its age."""

    symbol: str
    bid: Decimal
    ask: Decimal
    at_ns: int

    @property
    def mid(self) -> Decimal:
        return (self.bid + self.ask) / 2


@frozen
class FetchQuotes:
    """Quotes of these symbols. The gateway answers several callers with one bulk request (single flight)."""

    symbols: tuple[str, ...]


@frozen
class QuotesFetched:
    """`unknown` are symbols that the exchange does not list, `missing` those without a usable quote this time.

    `endpoint` names the request that served it; `started_ns` and `ended_ns` are those of that request.
    """

    quotes: tuple[ExchangeQuote, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    endpoint: str
    started_ns: int
    ended_ns: int


@frozen
class DayStatistics:
    """`volume_quote` is what was traded in 24 h, in quote currency; `change_bps` the change of price over 24 h."""

    symbol: str
    volume_quote: Decimal
    change_bps: Decimal


@frozen
class FetchStatistics:
    symbols: tuple[str, ...]


@frozen
class StatisticsFetched:
    statistics: tuple[DayStatistics, ...]
    at_ns: int


@frozen
class PriceBar:
    """One minute; `at_ns` is its beginning."""

    at_ns: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@frozen
class FetchBars:
    """The newest `minutes` one-minute bars of a symbol, for warming up."""

    symbol: str
    minutes: int


@frozen
class BarsFetched:
    """Oldest first; the running minute is left out."""

    symbol: str
    bars: tuple[PriceBar, ...]


@frozen
class MarketRule:
    """What an order on a symbol has to satisfy, and what it costs. Fees are shares of the traded value."""

    symbol: str
    base: str
    quote: str
    is_active: bool
    price_step: Decimal
    quantity_step: Decimal
    quantity_min: Decimal
    quantity_max: Decimal | None
    notional_min: Decimal
    maker_fee: Decimal
    taker_fee: Decimal


@frozen
class FetchMarkets:
    pass


@frozen
class MarketsFetched:
    """Every market in the quote currency that the exchange lists now.

    `without_rules` are listed as well, but no order can be made for them: a step or every minimum is not told.
    """

    rules: tuple[MarketRule, ...]
    at_ns: int
    without_rules: tuple[str, ...] = ()


@frozen
class UnknownSymbol:
    """The exchange does not (any more) know a symbol; final until a market reload lists it."""

    symbol: str
    detail: str


@frozen
class StreamQuotes:
    """Tell every change of these symbols' best offers from now on, and of no others. Answer: StreamsAssigned.

    REJECTED where there are no streams: the quotes that are asked for have to do.
    """

    symbols: tuple[str, ...]


@frozen
class StreamsAssigned:
    """`live` are told already, others of the list as soon as there is a connection, and `left_out` never: no channel is left."""

    live: tuple[str, ...]
    left_out: tuple[str, ...]


@frozen
class QuotesStreamed:
    """Pushed: the newest quote of each symbol that changed since the last one. `refused` messages had no usable quote."""

    quotes: tuple[ExchangeQuote, ...]
    refused: int


@frozen
class StreamChanged:
    """Pushed: these symbols are told from now on, or are not any more, and `why`."""

    is_up: bool
    symbols: tuple[str, ...]
    why: str


# -------------------------------------------------------------------------------------------------------------- orders


class TimeInForce(enum.Enum):
    GTC = "gtc"  # rests until it is cancelled
    IOC = "ioc"  # what cannot trade at once is cancelled
    FOK = "fok"  # trades wholly at once or not at all


@frozen
class PlaceExchangeOrder:
    """`client_order_id` is made of the intent: the same intent is the same id, whoever sends it. `price` None: market."""

    client_order_id: str
    symbol: str
    side: Side
    price: Decimal | None
    quantity: Decimal
    time_in_force: TimeInForce = TimeInForce.IOC
    post_only: bool = False


@frozen
class CancelExchangeOrder:
    symbol: str
    client_order_id: str
    venue_order_id: str | None = None


@frozen
class FetchOrder:
    """Looks an order up by our id, by the venue's when it is known. Answer: OrderReported or OrderNotFound."""

    symbol: str
    client_order_id: str
    venue_order_id: str | None = None


@frozen
class FetchOpenOrders:
    """Every order of the account that rests now, ours or not."""


@frozen
class FetchOrderTrades:
    """The trades of one order: the only source of fees."""

    symbol: str
    client_order_id: str
    venue_order_id: str | None = None


class ExchangeOrderStatus(enum.Enum):
    """The exchange's own record. UNSAID: the answer has no status (MEXC's create), the order has to be looked up."""

    OPEN = "open"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNSAID = "unsaid"

    @property
    def is_final(self) -> bool:
        return self not in (ExchangeOrderStatus.OPEN, ExchangeOrderStatus.UNSAID)


@frozen
class OrderReported:
    """What the exchange has on record of an order; `filled_*` are sums of its trades, None where the answer omits them."""

    client_order_id: str
    venue_order_id: str
    symbol: str
    side: Side
    status: ExchangeOrderStatus
    quantity: Decimal
    filled_quantity: Decimal | None
    filled_quote: Decimal | None
    at_ns: int


@frozen
class OrderNotFound:
    """The exchange has no such order *now*. Late visibility: no proof before it was true for long enough."""

    symbol: str
    client_order_id: str


@frozen
class OpenOrdersFetched:
    orders: tuple[OrderReported, ...]
    at_ns: int


@frozen
class TradeFee:
    """A negative amount is a rebate."""

    asset: str
    amount: Decimal


@frozen
class ExchangeTrade:
    """One execution, exactly once by (symbol, trade_id).

    `fees`: one for each currency that was charged, which may be base, quote, or any other; none when nothing was.
    """

    trade_id: str
    symbol: str
    side: Side
    quantity: Decimal
    quote_quantity: Decimal
    fees: tuple[TradeFee, ...]
    is_maker: bool
    at_ns: int


@frozen
class OrderTradesFetched:
    client_order_id: str
    symbol: str
    trades: tuple[ExchangeTrade, ...]


# -------------------------------------------------------------------------------------------------------------- wallet


@frozen
class AssetHolding:
    asset: str
    free: Decimal
    locked: Decimal


@frozen
class FetchWallet:
    pass


@frozen
class WalletFetched:
    """Assets with something in them."""

    holdings: tuple[AssetHolding, ...]
    at_ns: int
