"""The simulated exchange's records in the words of the exchange port."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from neo.domain.market.instrument import Side as PortSide
from neo.domain.messages.exchange import (
    AssetHolding,
    DayStatistics,
    ExchangeOrderStatus,
    ExchangeTrade,
    MarketRule,
    OrderReported,
    PlaceExchangeOrder,
    PriceBar,
    TimeInForce,
    TradeFee,
    WalletFetched,
)
from neo.domain.units import NS_PER_MS, ZERO
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketStatus
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket, Side, Trade
from neo.infra.simulated_exchange.price_path import MINUTE_MS
from neo.infra.simulated_exchange.wallet import Wallet

_STATUS = {
    OrderStatus.NEW: ExchangeOrderStatus.OPEN,
    OrderStatus.PARTIALLY_FILLED: ExchangeOrderStatus.OPEN,
    OrderStatus.FILLED: ExchangeOrderStatus.FILLED,
    OrderStatus.CANCELED: ExchangeOrderStatus.CANCELED,
    OrderStatus.EXPIRED: ExchangeOrderStatus.EXPIRED,
}
#: Base units of quote value that a simulated market turns over in a day and in a minute.
_DAY_VOLUME_QUOTE = Decimal(5_000_000)
_MINUTE_VOLUME = Decimal(100)


def native(symbol: str) -> str:
    """BTC/USDT as the exchange writes it: BTCUSDT."""
    return symbol.replace("/", "")


def ticket_of(request: PlaceExchangeOrder) -> OrderTicket:
    """The order as it is handed in."""
    if request.price is None:
        kind = OrderKind.MARKET
    elif request.post_only:
        kind = OrderKind.POST_ONLY
    else:
        kind = {TimeInForce.GTC: OrderKind.LIMIT, TimeInForce.IOC: OrderKind.IOC, TimeInForce.FOK: OrderKind.FOK}[
            request.time_in_force
        ]
    return OrderTicket(
        symbol=native(request.symbol),
        side=Side.BUY if request.side is PortSide.BUY else Side.SELL,
        kind=kind,
        quantity=request.quantity,
        price=ZERO if request.price is None else request.price,
        client_id=request.client_order_id,
    )


def rule_of(market: ExchangeMarket) -> MarketRule:
    """What an order has to satisfy."""
    rules = market.rules
    return MarketRule(
        symbol=f"{rules.base}/{rules.quote}",
        base=rules.base,
        quote=rules.quote,
        is_active=market.status is MarketStatus.TRADING,
        price_step=rules.tick,
        quantity_step=rules.step,
        quantity_min=rules.min_quantity,
        quantity_max=rules.max_quantity,
        notional_min=rules.min_notional,
        maker_fee=rules.maker_fee,
        taker_fee=rules.taker_fee,
    )


def report_of(order: Order, symbol: str, *, says_status: bool = True) -> OrderReported:
    """An order's record; without its status as some exchanges answer a new order."""
    return OrderReported(
        client_order_id=order.ticket.client_id,
        venue_order_id=str(order.order_id),
        symbol=symbol,
        side=PortSide.BUY if order.side is Side.BUY else PortSide.SELL,
        status=_STATUS[order.status] if says_status else ExchangeOrderStatus.UNSAID,
        quantity=order.quantity,
        filled_quantity=order.executed if says_status else None,
        filled_quote=order.executed_quote if says_status else None,
        at_ns=order.updated_ms * NS_PER_MS,
    )


def trade_of(trade: Trade, symbol: str, born_ms: int) -> ExchangeTrade:
    """One execution with its fee. An exchange that is made anew at `born_ms` counts from 1 again; its trades are others."""
    return ExchangeTrade(
        trade_id=f"{born_ms}-{trade.trade_id}",
        symbol=symbol,
        side=PortSide.BUY if trade.side is Side.BUY else PortSide.SELL,
        quantity=trade.quantity,
        quote_quantity=trade.quote_quantity,
        fees=(TradeFee(trade.fee_asset, trade.fee),) if trade.fee else (),
        is_maker=trade.is_maker,
        at_ns=trade.at_ms * NS_PER_MS,
    )


def wallet_of(wallet: Wallet, at_ns: int) -> WalletFetched:
    """Assets with something in them."""
    held = (AssetHolding(each.asset, each.free, each.locked) for each in wallet.balances())
    return WalletFetched(tuple(each for each in held if each.free or each.locked), at_ns)


def statistics_of(market: ExchangeMarket, symbol: str, at_ms: int) -> DayStatistics:
    """The last 24 hours. Every market turns over the same, unless its volumes are recorded."""
    day = market.path.day(at_ms)
    change_bps = (Decimal(day.last) / Decimal(day.open) - 1) * 10_000
    volume = _DAY_VOLUME_QUOTE if market.volumes is None else market.volumes.day_quote(at_ms)
    return DayStatistics(symbol, volume, change_bps)


def bars_of(market: ExchangeMarket, minutes: int, at_ms: int) -> tuple[PriceBar, ...]:
    """The newest whole minutes, oldest first."""
    opened = at_ms - at_ms % MINUTE_MS
    return tuple(_bars(market, range(opened - minutes * MINUTE_MS, opened, MINUTE_MS)))


def _bars(market: ExchangeMarket, opens_ms: Iterable[int]) -> Iterable[PriceBar]:
    price = market.rules.price
    for open_ms in opens_ms:
        bar = market.path.minute(open_ms)
        if bar is not None:
            prices = (price(bar.open), price(bar.high), price(bar.low), price(bar.close))
            volume = _MINUTE_VOLUME if market.volumes is None else market.volumes.minute_base(open_ms)
            yield PriceBar(open_ms * NS_PER_MS, *prices, volume)
