"""Orders and trades as an exchange keeps them."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from neo.domain.units import ZERO
from neo.records import frozen


class Side(Enum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def other(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderKind(Enum):
    """LIMIT rests; POST_ONLY rests or is refused; IOC and FOK never rest; MARKET takes at any price."""

    LIMIT = "limit"
    POST_ONLY = "post_only"
    IOC = "ioc"
    FOK = "fok"
    MARKET = "market"


class OrderStatus(Enum):
    """EXPIRED is an end that the exchange chose: nothing left to take, a killed FOK, self-trade prevention, a delisting."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"

    @property
    def is_open(self) -> bool:
        return self in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


class SelfTrade(Enum):
    """What happens when an account's order meets another order of the same account."""

    ALLOW = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"

    @property
    def ends_taker(self) -> bool:
        return self in (SelfTrade.EXPIRE_TAKER, SelfTrade.EXPIRE_BOTH)

    @property
    def ends_maker(self) -> bool:
        return self in (SelfTrade.EXPIRE_MAKER, SelfTrade.EXPIRE_BOTH)


@frozen(kw_only=True)
class OrderTicket:
    """What somebody asks for. `price` is 0 for MARKET; a MARKET order gives either `quantity` (base) or
    `quote_quantity` (quote to spend when buying, to receive when selling). `client_id` is empty when none was given.
    """

    symbol: str
    side: Side
    kind: OrderKind
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    client_id: str = ""
    self_trade: SelfTrade = SelfTrade.ALLOW


@frozen
class Order:
    """An order the exchange accepted. `quantity` is the whole of it in base; for a MARKET order by quote it is what was
    filled. `locked` is what still stands aside for it, in quote for a buy and in base for a sell. Times in ms.
    """

    order_id: int
    account: str
    ticket: OrderTicket
    quantity: Decimal
    status: OrderStatus
    created_ms: int
    updated_ms: int
    executed: Decimal = ZERO
    executed_quote: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def symbol(self) -> str:
        return self.ticket.symbol

    @property
    def side(self) -> Side:
        return self.ticket.side

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.executed


@frozen
class Trade:
    """One fill of one order. `fee` is in `fee_asset`."""

    trade_id: int
    order_id: int
    client_id: str
    account: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    fee: Decimal
    fee_asset: str
    at_ms: int
    is_maker: bool
    is_self_trade: bool


@frozen
class PublicTrade:
    """A trade as everybody sees it; `buyer_is_maker` when somebody sold into the bids."""

    price: Decimal
    quantity: Decimal
    at_ms: int
    buyer_is_maker: bool
