"""Binance spot: orders and trades. An end that the exchange chose is EXPIRED."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from neo.domain.units import ZERO
from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.binance.rows import amounts, canceled_row, client_id, fill_row, order_row, trade_row
from neo.infra.sandbox.exchange.binance.wording import BinanceWording
from neo.infra.sandbox.exchange.endpoint import Call
from neo.infra.sandbox.exchange.queries import cancelled, market_named, order_named, placed, within_times
from neo.infra.simulated_exchange.market_rules import decimals
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderTicket, SelfTrade, Side, Trade

_DECIMALS_MAX = 8
_ORDERS_MAX = 1_000


class OrderType(Enum):
    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"


class TimeInForce(Enum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class ResponseType(Enum):
    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


_LIMIT_KINDS = {TimeInForce.GTC: OrderKind.LIMIT, TimeInForce.IOC: OrderKind.IOC, TimeInForce.FOK: OrderKind.FOK}


def read_number(text: str) -> int:
    """Our number of an order, 0 when the text is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def place_order(call: Call) -> Json:
    """ACK, RESULT or FULL, as `newOrderRespType` says; MARKET and LIMIT orders answer FULL by default."""
    ticket = _ticket(call)
    kind = ResponseType.ACK if ticket.kind is OrderKind.POST_ONLY else ResponseType.FULL
    if "newOrderRespType" in call.params:
        kind = call.params.choice("newOrderRespType", ResponseType)
    order = placed(call, ticket)
    answer: dict[str, Json] = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": client_id(order),
        "transactTime": call.now_ms,
    }
    if kind is ResponseType.ACK:
        return answer
    answer |= amounts(order) | {"workingTime": call.now_ms, "selfTradePreventionMode": ticket.self_trade.value}
    if kind is ResponseType.FULL:
        answer["fills"] = [fill_row(each) for each in _trades_of(call, order)]
    return answer


def place_test_order(call: Call) -> Json:
    """Checked for its form and then forgotten."""
    _ticket(call)
    return {}


def cancel_order(call: Call) -> Json:
    return _canceled(call, cancelled(call, read_number))


def cancel_all(call: Call) -> Json:
    """Every open order of one market; the dialect's error when there is none."""
    site, symbol = call.site, market_named(call).rules.symbol
    found = site.exchange.register.open_orders(call.account, symbol)
    if not found:
        raise call.params.wording.not_cancelable()
    ended = [site.exchange.cancel(call.account, symbol, order.order_id, "", call.now_ms) for order in found]
    return [_canceled(call, order) for order in ended if isinstance(order, Order)]


def get_order(call: Call) -> Json:
    market_named(call)
    order = order_named(call, read_number)
    if order is None:
        raise call.params.wording.order_not_found()
    return order_row(order)


def open_orders(call: Call) -> Json:
    """Of one market, or of all when none is named."""
    site = call.site
    symbol = market_named(call).rules.symbol if "symbol" in call.params else ""
    return [
        order_row(each) for each in site.exchange.register.open_orders(call.account, symbol) if site.is_visible(each)
    ]


def all_orders(call: Call) -> Json:
    """Orders of one market in the order in which they came, from `orderId` on when it is there."""
    site, symbol = call.site, market_named(call).rules.symbol
    limit = call.params.limit(500, _ORDERS_MAX)
    first = call.params.integer("orderId", 0)
    orders = [
        each
        for each in site.exchange.register.orders(call.account, symbol)
        if each.order_id >= first and site.is_visible(each)
    ]
    if first:
        return [order_row(each) for each in orders[:limit]]
    return within_times(call, ((each.created_ms, order_row(each)) for each in orders), limit)


def my_trades(call: Call) -> Json:
    """Own trades of one market, of one order when `orderId` names it, from `fromId` on when it is there."""
    symbol, limit = market_named(call).rules.symbol, call.params.limit(500, _ORDERS_MAX)
    trades = call.site.exchange.register.trades(call.account, symbol)
    if "orderId" in call.params:
        number = call.params.integer("orderId")
        trades = tuple(each for each in trades if each.order_id == number)
    if "fromId" in call.params:
        first = call.params.integer("fromId")
        return [trade_row(each) for each in trades if each.trade_id >= first][:limit]
    return within_times(call, ((each.at_ms, trade_row(each)) for each in trades), limit)


def _canceled(call: Call, order: Order) -> Json:
    return canceled_row(order, call.params.client_id("newClientOrderId"), call.now_ms)


def _ticket(call: Call) -> OrderTicket:
    params = call.params
    symbol, side, order_type = params.symbol(), params.choice("side", Side), params.choice("type", OrderType)
    mode = SelfTrade.ALLOW
    if "selfTradePreventionMode" in params:
        mode = params.choice("selfTradePreventionMode", SelfTrade)
    quantity, price, quote_quantity = _wanted(call, order_type)
    return OrderTicket(
        symbol=symbol, side=side, kind=_kind(call, order_type), quantity=quantity, price=price,
        quote_quantity=quote_quantity, client_id=params.client_id("newClientOrderId"), self_trade=mode,
    )  # fmt: skip


def _wanted(call: Call, order_type: OrderType) -> tuple[Decimal, Decimal, Decimal]:
    """(quantity, price, quote quantity), each 0 when it does not belong to the type."""
    params, wording = call.params, BinanceWording()
    if order_type is not OrderType.MARKET:
        if "quoteOrderQty" in params:
            raise wording.not_required("quoteOrderQty")
        return _precise(call, "quantity"), _precise(call, "price"), ZERO
    for name in ("price", "timeInForce"):
        if name in params:
            raise wording.not_required(name)
    if "quantity" in params and "quoteOrderQty" in params:
        raise wording.bad_combination()
    if "quoteOrderQty" in params:
        return ZERO, ZERO, _precise(call, "quoteOrderQty")
    return _precise(call, "quantity"), ZERO, ZERO


def _precise(call: Call, name: str) -> Decimal:
    amount = call.params.amount(name)
    if decimals(amount) > _DECIMALS_MAX:
        raise BinanceWording().too_precise(name)
    return amount


def _kind(call: Call, order_type: OrderType) -> OrderKind:
    if order_type is OrderType.LIMIT:
        return _LIMIT_KINDS[call.params.choice("timeInForce", TimeInForce)]
    return OrderKind.MARKET if order_type is OrderType.MARKET else OrderKind.POST_ONLY


def _trades_of(call: Call, order: Order) -> list[Trade]:
    trades = call.site.exchange.register.trades(order.account, order.symbol)
    return [each for each in trades if each.order_id == order.order_id]
