"""ccxt's orders, trades and balances, as the engine has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import AssetHolding, ExchangeOrderStatus, ExchangeTrade, OrderReported, TradeFee
from neo.domain.units import NS_PER_MS, ZERO
from neo.infra.ccxt.market_reading import number

_STATUSES = {
    "open": ExchangeOrderStatus.OPEN,
    "canceling": ExchangeOrderStatus.OPEN,
    "closed": ExchangeOrderStatus.FILLED,
    "canceled": ExchangeOrderStatus.CANCELED,
    "expired": ExchangeOrderStatus.EXPIRED,
    "rejected": ExchangeOrderStatus.REJECTED,
}

#: ccxt's MEXC client takes the text of half an answer for an order's number.
_ORDER_NUMBER = re.compile(r"[\w.:~-]{1,80}")


def order_reported(
    order: Mapping[str, Any], symbol: str, client_order_id: str, side: Side | None, quantity: Decimal | None, at_ns: int
) -> OrderReported:
    """`side` and `quantity` are what was asked for, for answers that do not repeat it. ValueError without an order id."""
    number_of_order = str(order.get("id") or "")
    if not _ORDER_NUMBER.fullmatch(number_of_order):
        raise ValueError(f"an order of {symbol} without its number")
    asked = number(order.get("amount")) or quantity or ZERO
    filled = number(order.get("filled"))
    status = _STATUSES.get(str(order.get("status")), ExchangeOrderStatus.UNSAID)
    if status is ExchangeOrderStatus.FILLED and filled is not None and filled < asked:
        status = ExchangeOrderStatus.CANCELED  # some call every order closed that does not rest any more
    unsaid = status is ExchangeOrderStatus.UNSAID
    return OrderReported(
        client_order_id=client_order_id or str(order.get("clientOrderId") or ""),
        venue_order_id=number_of_order,
        symbol=symbol,
        side=Side.BUY if (order.get("side") or (side.value if side else "")) == "buy" else Side.SELL,
        status=status,
        quantity=asked,
        filled_quantity=None if unsaid else filled,
        filled_quote=None if unsaid else number(order.get("cost")),
        at_ns=at_ns,
    )


def exchange_trade(trade: Mapping[str, Any], symbol: str, quote: str) -> ExchangeTrade:
    """ValueError when a trade lacks what books need."""
    quantity, cost, trade_id = number(trade.get("amount")), number(trade.get("cost")), trade.get("id")
    if not trade_id or quantity is None or cost is None:
        raise ValueError(f"a trade of {symbol} without number, quantity or cost")
    return ExchangeTrade(
        trade_id=str(trade_id),
        symbol=symbol,
        side=Side.BUY if trade.get("side") == "buy" else Side.SELL,
        quantity=quantity,
        quote_quantity=cost,
        fees=_fees(trade, quote),
        is_maker=trade.get("takerOrMaker") == "maker",
        at_ns=int(trade.get("timestamp") or 0) * NS_PER_MS,
    )


def _fees(trade: Mapping[str, Any], quote: str) -> tuple[TradeFee, ...]:
    """By currency; one that is not named is the quote currency. Some exchanges take a part in a coin of their own."""
    said = trade.get("fees") or [trade.get("fee") or {}]
    charged: dict[str, Decimal] = {}
    for each in said:
        amount = number(each.get("cost"))
        if amount:
            asset = str(each.get("currency") or quote)
            charged[asset] = charged.get(asset, ZERO) + amount
    return tuple(TradeFee(asset, amount) for asset, amount in sorted(charged.items()) if amount)


def holdings(balance: Mapping[str, Any]) -> tuple[AssetHolding, ...]:
    """Assets with something in them, by name."""
    return tuple(_held(balance, ("free", "used")))


def _held(balance: Mapping[str, Any], parts: tuple[str, str]) -> Iterable[AssetHolding]:
    free, used = (balance.get(part) or {} for part in parts)
    for asset in sorted({*free, *used}):
        holding = AssetHolding(asset, number(free.get(asset)) or ZERO, number(used.get(asset)) or ZERO)
        if holding.free or holding.locked:
            yield holding
