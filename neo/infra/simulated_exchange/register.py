"""Every order and trade that the exchange ever accepted, found by number, by client id, by account and market."""

from __future__ import annotations

from neo.infra.simulated_exchange.order import Order, Trade


class Register:
    """Orders in the order of their numbers; a changed order replaces the one it was."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._open: dict[int, Order] = {}
        self._by_client_id: dict[tuple[str, str, str], int] = {}
        self._numbers: dict[tuple[str, str], list[int]] = {}
        self._trades: list[Trade] = []
        self._trades_of: dict[tuple[str, str], list[Trade]] = {}
        self.changes = 0

    @property
    def next_order_id(self) -> int:
        return len(self._orders) + 1

    @property
    def next_trade_id(self) -> int:
        return len(self._trades) + 1

    def put(self, order: Order) -> Order:
        """Keep the newest state of an order; the newest order of a client id is the one found by it."""
        if order.order_id not in self._orders:
            self._numbers.setdefault((order.account, order.symbol), []).append(order.order_id)
            if order.ticket.client_id:
                self._by_client_id[order.account, order.symbol, order.ticket.client_id] = order.order_id
        self.changes += 1
        self._orders[order.order_id] = order
        if order.status.is_open:
            self._open[order.order_id] = order
        else:
            self._open.pop(order.order_id, None)
        return order

    def add_trade(self, trade: Trade) -> None:
        self._trades.append(trade)
        self._trades_of.setdefault((trade.account, trade.symbol), []).append(trade)

    def order(self, order_id: int) -> Order:
        return self._orders[order_id]

    def find(self, account: str, symbol: str, order_id: int | None, client_id: str) -> Order | None:
        """By number, or by client id when there is no number."""
        if order_id is None:
            order_id = self._by_client_id.get((account, symbol, client_id), 0)
        order = self._orders.get(order_id)
        return order if order is not None and (order.account, order.symbol) == (account, symbol) else None

    def open_orders(self, account: str = "", symbol: str = "") -> tuple[Order, ...]:
        return tuple(each for each in self._open.values() if _concerns(each, account, symbol))

    def orders(self, account: str = "", symbol: str = "") -> tuple[Order, ...]:
        if account and symbol:
            return tuple(self._orders[each] for each in self._numbers.get((account, symbol), ()))
        return tuple(each for each in self._orders.values() if _concerns(each, account, symbol))

    def trades(self, account: str = "", symbol: str = "") -> tuple[Trade, ...]:
        if account and symbol:
            return tuple(self._trades_of.get((account, symbol), ()))
        return tuple(each for each in self._trades if _concerns(each, account, symbol))


def _concerns(record: Order | Trade, account: str, symbol: str) -> bool:
    return (not account or record.account == account) and (not symbol or record.symbol == symbol)
