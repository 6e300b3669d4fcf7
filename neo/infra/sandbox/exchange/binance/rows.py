"""Binance spot: orders and trades as they are written."""

from __future__ import annotations

from neo.domain.units import ZERO
from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.binance.market_data import price_text
from neo.infra.simulated_exchange.order import Order, OrderKind, Side, Trade

_IN_FORCE = {OrderKind.IOC: "IOC", OrderKind.FOK: "FOK"}
_TYPES = {OrderKind.MARKET: "MARKET", OrderKind.POST_ONLY: "LIMIT_MAKER"}


def client_id(order: Order) -> str:
    """Orders without a client id get one."""
    return order.ticket.client_id or f"sandbox{order.order_id:016d}"


def order_row(order: Order) -> Json:
    """An order as every question about it answers."""
    ticket = order.ticket
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": client_id(order),
        **amounts(order),
        "stopPrice": price_text(ZERO),
        "icebergQty": price_text(ZERO),
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "isWorking": True,
        "workingTime": order.created_ms,
        "selfTradePreventionMode": ticket.self_trade.value,
    }


def amounts(order: Order) -> dict[str, Json]:
    ticket = order.ticket
    return {
        "price": price_text(ticket.price),
        "origQty": price_text(order.quantity),
        "executedQty": price_text(order.executed),
        "origQuoteOrderQty": price_text(ticket.quote_quantity),
        "cummulativeQuoteQty": price_text(order.executed_quote),
        "status": order.status.value,
        "timeInForce": _IN_FORCE.get(ticket.kind, "GTC"),
        "type": _TYPES.get(ticket.kind, "LIMIT"),
        "side": ticket.side.value,
    }


def canceled_row(order: Order, cancel_id: str, now_ms: int) -> Json:
    return {
        "symbol": order.symbol,
        "origClientOrderId": client_id(order),
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": cancel_id or f"cancel{order.order_id:016d}",
        "transactTime": now_ms,
        **amounts(order),
        "selfTradePreventionMode": order.ticket.self_trade.value,
    }


def fill_row(trade: Trade) -> Json:
    return {
        "price": price_text(trade.price),
        "qty": price_text(trade.quantity),
        "commission": price_text(trade.fee),
        "commissionAsset": trade.fee_asset,
        "tradeId": trade.trade_id,
    }


def trade_row(trade: Trade) -> Json:
    return {
        "symbol": trade.symbol,
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "orderListId": -1,
        "price": price_text(trade.price),
        "qty": price_text(trade.quantity),
        "quoteQty": price_text(trade.quote_quantity),
        "commission": price_text(trade.fee),
        "commissionAsset": trade.fee_asset,
        "time": trade.at_ms,
        "isBuyer": trade.side is Side.BUY,
        "isMaker": trade.is_maker,
        "isBestMatch": True,
    }
