"""MEXC spot v3: orders, trades and the account.

A new order's answer has no status (matching is asynchronous there); a post-only order that would take ends cancelled; an
end that the exchange chose is CANCELED or PARTIALLY_CANCELED.
"""

from __future__ import annotations

from enum import Enum

from neo.domain.units import ZERO
from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.endpoint import Call
from neo.infra.sandbox.exchange.numbers import plain
from neo.infra.sandbox.exchange.queries import cancelled, market_named, order_named, placed, within_times
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket, Side, Trade

#: MEXC numbers orders with a prefix and many digits.
_PREFIX, _DIGITS_FROM = "C02__", 385_413_065_019_000_000_000
_ORDERS_MAX = 1_000


class OrderType(Enum):
    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"
    IMMEDIATE_OR_CANCEL = "IMMEDIATE_OR_CANCEL"
    FILL_OR_KILL = "FILL_OR_KILL"


_KINDS = {
    OrderType.LIMIT: OrderKind.LIMIT,
    OrderType.MARKET: OrderKind.MARKET,
    OrderType.LIMIT_MAKER: OrderKind.POST_ONLY,
    OrderType.IMMEDIATE_OR_CANCEL: OrderKind.IOC,
    OrderType.FILL_OR_KILL: OrderKind.FOK,
}
_TYPES = {kind: order_type.value for order_type, kind in _KINDS.items()}


def order_number(order_id: int) -> str:
    return f"{_PREFIX}{_DIGITS_FROM + order_id}"


def read_number(text: str) -> int:
    """Our number of an order, 0 when the text is none of MEXC's."""
    digits = text.removeprefix(_PREFIX)
    return max(0, int(digits) - _DIGITS_FROM) if digits.isascii() and digits.isdigit() and len(digits) < 30 else 0


def place_order(call: Call) -> Json:
    """Accepted, with a number and without a status; the dialect's error when it was refused."""
    ticket = _ticket(call)
    order = placed(call, ticket)
    return {
        "symbol": order.symbol,
        "orderId": order_number(order.order_id),
        "orderListId": -1,
        "price": plain(ticket.price),
        "origQty": plain(ticket.quantity),
        "type": _TYPES[ticket.kind],
        "side": ticket.side.value,
        "transactTime": call.now_ms,
    }


def place_test_order(call: Call) -> Json:
    """Checked for its form and then forgotten."""
    _ticket(call)
    return {}


def cancel_order(call: Call) -> Json:
    return _canceled(cancelled(call, read_number))


def cancel_all(call: Call) -> Json:
    """Every open order of one market."""
    site, symbol = call.site, market_named(call).rules.symbol
    ended = [
        site.exchange.cancel(call.account, symbol, order.order_id, "", call.now_ms)
        for order in site.exchange.register.open_orders(call.account, symbol)
    ]
    return [{**_canceled(order), "orderListId": -1} for order in ended if isinstance(order, Order)]


def get_order(call: Call) -> Json:
    market_named(call)
    order = order_named(call, read_number)
    if order is None:
        raise call.params.wording.order_not_found()
    return order_row(order)


def open_orders(call: Call) -> Json:
    symbol = market_named(call).rules.symbol
    site = call.site
    return [
        order_row(each) for each in site.exchange.register.open_orders(call.account, symbol) if site.is_visible(each)
    ]


def all_orders(call: Call) -> Json:
    """Orders of one market in the order in which they came."""
    site, symbol = call.site, market_named(call).rules.symbol
    limit = call.params.limit(500, _ORDERS_MAX)
    orders = [each for each in site.exchange.register.orders(call.account, symbol) if site.is_visible(each)]
    return within_times(call, ((each.created_ms, order_row(each)) for each in orders), limit)


def my_trades(call: Call) -> Json:
    """Own trades of one market, of one order when `orderId` names it."""
    symbol, limit = market_named(call).rules.symbol, call.params.limit(100, _ORDERS_MAX)
    trades = call.site.exchange.register.trades(call.account, symbol)
    if "orderId" in call.params:
        number = read_number(call.params.text("orderId"))
        trades = tuple(each for each in trades if each.order_id == number)
    return within_times(call, ((each.at_ms, _trade_row(each)) for each in trades), limit)


def account(call: Call) -> Json:
    """Balances that are not nothing."""
    balances = call.site.exchange.wallet(call.account).balances()
    return {
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "updateTime": None,
        "accountType": "SPOT",
        "balances": [
            {"asset": each.asset, "free": plain(each.free), "locked": plain(each.locked)}
            for each in balances
            if each.free or each.locked
        ],
        "permissions": ["SPOT"],
    }


def trade_fee(call: Call) -> Json:
    rules = market_named(call).rules
    data = {"makerCommission": float(rules.maker_fee), "takerCommission": float(rules.taker_fee)}
    return {"data": data, "code": 0, "msg": "success", "timestamp": call.now_ms}


def currencies(call: Call) -> Json:
    """Every asset, with no network to move it over."""
    assets = {asset for each in call.site.exchange.listed() for asset in (each.rules.base, each.rules.quote)}
    return [{"coin": asset, "name": asset, "networkList": []} for asset in sorted(assets)]


def order_row(order: Order) -> Json:
    """An order as every question about it answers."""
    ticket = order.ticket
    return {
        "symbol": order.symbol,
        "orderId": order_number(order.order_id),
        "orderListId": -1,
        "clientOrderId": ticket.client_id or None,
        "price": plain(ticket.price),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        "cummulativeQuoteQty": plain(order.executed_quote),
        "status": status_text(order),
        "timeInForce": None,
        "type": _TYPES[ticket.kind],
        "side": ticket.side.value,
        "stopPrice": None,
        "icebergQty": None,
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "isWorking": True,
        "origQuoteOrderQty": plain(ticket.quote_quantity or ticket.price * ticket.quantity),
    }


def status_text(order: Order) -> str:
    """MEXC knows no EXPIRED, and tells apart whether a cancelled order had traded."""
    if order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED):
        return "PARTIALLY_CANCELED" if order.executed else "CANCELED"
    return str(order.status.value)


def _ticket(call: Call) -> OrderTicket:
    params = call.params
    symbol, side = params.symbol(), params.choice("side", Side)
    order_type = params.choice("type", OrderType)
    client_id = params.client_id("newClientOrderId")
    if order_type is OrderType.MARKET:
        by_quote = "quoteOrderQty" in params
        quote_quantity = params.amount("quoteOrderQty") if by_quote else ZERO
        quantity = ZERO if by_quote else params.amount("quantity")
        price = ZERO
    else:
        quantity, price, quote_quantity = params.amount("quantity"), params.amount("price"), ZERO
    return OrderTicket(
        symbol=symbol, side=side, kind=_KINDS[order_type], quantity=quantity, price=price,
        quote_quantity=quote_quantity, client_id=client_id,
    )  # fmt: skip


def _canceled(order: Order) -> Json:
    ticket = order.ticket
    return {
        "symbol": order.symbol,
        "origClientOrderId": ticket.client_id or None,
        "orderId": order_number(order.order_id),
        "clientOrderId": ticket.client_id or None,
        "price": plain(ticket.price),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        "cummulativeQuoteQty": plain(order.executed_quote),
        "status": status_text(order),
        "timeInForce": "GTC",
        "type": _TYPES[ticket.kind],
        "side": ticket.side.value,
    }


def _trade_row(trade: Trade) -> Json:
    return {
        "symbol": trade.symbol,
        "id": f"{trade.trade_id:032x}",
        "orderId": order_number(trade.order_id),
        "orderListId": -1,
        "price": plain(trade.price),
        "qty": plain(trade.quantity),
        "quoteQty": plain(trade.quote_quantity),
        "commission": plain(trade.fee),
        "commissionAsset": trade.fee_asset,
        "time": trade.at_ms,
        "isBuyer": trade.side is Side.BUY,
        "isMaker": trade.is_maker,
        "isBestMatch": True,
        "isSelfTrade": trade.is_self_trade,
        "clientOrderId": trade.client_id or None,
    }
