"""Orders, their trades, and the wallet: what is signed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeOrderStatus,
    FetchOpenOrders,
    FetchOrder,
    FetchOrderTrades,
    FetchWallet,
    OpenOrdersFetched,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    PlaceExchangeOrder,
    TimeInForce,
    WalletFetched,
)
from neo.infra.ccxt.exchange_clock import ExchangeClock
from neo.infra.ccxt.failure import Meaning, meaning_of
from neo.infra.ccxt.line import Line
from neo.infra.ccxt.order_naming import CANCELS_BY_OUR_NAME, looked_up, named, own_name
from neo.infra.ccxt.order_reading import exchange_trade, holdings, order_reported
from neo.infra.ccxt.plan import (
    WEIGHT_LOOK_UP,
    WEIGHT_OPEN_ORDERS,
    WEIGHT_ORDER,
    WEIGHT_TRADES,
    WEIGHT_WALLET,
)

#: Exchanges that list open orders of one market only.
_BY_MARKET = frozenset({"mexc"})


class OutcomeUnclear(Exception):
    """A cancel ended with an error, and what is on record does not say what became of it."""


class OrderDesk:
    """Lives on the client's loop. Every method may raise what the client raises, or LimitReached when nothing was sent.

    Wallet and lists of open orders go over the `data` line: an order must not wait for a reconciliation.
    """

    def __init__(
        self, client: Any, line: Line, data: Line, quote: str, symbols: tuple[str, ...], clock: ExchangeClock,
        now_ns: Callable[[], int],
    ) -> None:  # fmt: skip
        self._client = client
        self._line = line
        self._data = data
        self._quote = quote
        self._symbols = symbols
        self._clock = clock
        self._now_ns = now_ns

    async def place(self, request: PlaceExchangeOrder) -> OrderReported:
        """Sent once, whatever happens."""
        params: dict[str, object] = {"clientOrderId": request.client_order_id}
        if request.post_only:
            params["postOnly"] = True
        elif request.price is not None and request.time_in_force is not TimeInForce.GTC:
            params["timeInForce"] = request.time_in_force.name
        kind = "market" if request.price is None else "limit"
        price = None if request.price is None else _text(request.price)
        order = await self._line.ask(
            WEIGHT_ORDER,
            lambda: self._client.create_order(
                request.symbol, kind, request.side.value, _text(request.quantity), price, params
            ),
        )
        return order_reported(
            order, request.symbol, request.client_order_id, request.side, request.quantity, self._now_ns()
        )

    async def cancel(self, request: CancelExchangeOrder) -> OrderReported | OrderNotFound:
        """The order as it ended.

        The library underneath sends a cancel again by itself when the connection breaks, and then hears that there is no
        such order; MEXC says the same of a filled one. So an error is followed by a look at the exchange's record, and so
        is an answer without a status (KuCoin and Bybit name the order, no more). OutcomeUnclear when that does not settle it.
        """
        if not request.venue_order_id and self._client.id not in CANCELS_BY_OUR_NAME:
            found = await self.order(request)
            if isinstance(found, OrderNotFound) or found.status.is_final:
                return found
            request = attrs.evolve(request, venue_order_id=found.venue_order_id)
        number, params = named(self._client.id, request.client_order_id, request.venue_order_id)
        try:
            order = await self._line.ask(
                WEIGHT_ORDER, lambda: self._client.cancel_order(number, request.symbol, params)
            )
        except _answers() as error:
            meaning = meaning_of(error)
            if meaning in (Meaning.TURNED_AWAY, Meaning.NO_SYMBOL) or _is_about_keys(error):
                raise
            return await self._after_failed_cancel(request, meaning)
        answer = order_reported(order, request.symbol, request.client_order_id, None, None, self._now_ns())
        return await self.order(request) if answer.status is ExchangeOrderStatus.UNSAID else answer

    async def order(self, request: FetchOrder | CancelExchangeOrder) -> OrderReported | OrderNotFound:
        """As it is on record. AnotherOrder when the exchange answers with one that was not asked for."""
        symbol, name, number = request.symbol, request.client_order_id, request.venue_order_id
        try:
            order = await self._line.ask(WEIGHT_LOOK_UP, lambda: looked_up(self._client, symbol, name, number))
        except _answers() as error:
            if meaning_of(error) is not Meaning.NO_ORDER:
                raise
            order = None
        if order is None:
            return OrderNotFound(symbol, name)
        return order_reported(order, request.symbol, request.client_order_id, None, None, self._now_ns())

    async def open_orders(self, request: FetchOpenOrders) -> OpenOrdersFetched:
        """All of the account. Where they are listed by market only, the wallet says in which markets some can be."""
        del request
        found = []
        for symbol in await self._markets_to_ask():
            orders = await self._data.ask(
                WEIGHT_OPEN_ORDERS,
                lambda each=symbol: self._client.fetch_open_orders(each),  # type: ignore[misc]
            )
            named_ours = ((each, own_name(self._client.id, each)) for each in orders)
            found += [
                order_reported(each, each["symbol"], name, None, None, self._now_ns()) for each, name in named_ours
            ]
        return OpenOrdersFetched(tuple(found), self._now_ns())

    async def trades(self, request: FetchOrderTrades) -> OrderTradesFetched | OrderNotFound:
        """Of one order, oldest first."""
        number = request.venue_order_id
        if number is None:
            order = await self.order(FetchOrder(request.symbol, request.client_order_id))
            if isinstance(order, OrderNotFound):
                return order
            number = order.venue_order_id
        rows = await self._line.ask(WEIGHT_TRADES, lambda: self._trades_of(number, request.symbol))
        quote = request.symbol.partition("/")[2]
        trades = (exchange_trade(each, request.symbol, quote) for each in rows if str(each.get("order")) == number)
        ordered = tuple(sorted(trades, key=lambda each: (each.at_ns, each.trade_id)))
        return OrderTradesFetched(request.client_order_id, request.symbol, ordered)

    async def wallet(self, request: FetchWallet) -> WalletFetched:
        del request
        return WalletFetched(holdings(await self._balance()), self._now_ns())

    # ---------------------------------------------------------------------------------------------------------- inside

    async def _after_failed_cancel(
        self, request: CancelExchangeOrder, meaning: Meaning
    ) -> OrderReported | OrderNotFound:
        found = await self.order(request)
        settled = found.status.is_final if isinstance(found, OrderReported) else meaning is Meaning.NO_ORDER
        if not settled:
            raise OutcomeUnclear("the cancel failed and the order is not over")
        return found

    async def _trades_of(self, number: str, symbol: str) -> list[dict[str, Any]]:
        if self._client.has.get("fetchOrderTrades"):
            return list(await self._client.fetch_order_trades(number, symbol))
        return list(await self._client.fetch_my_trades(symbol))

    async def _balance(self) -> Any:
        return await self._data.ask(WEIGHT_WALLET, lambda: self._client.fetch_balance())

    async def _markets_to_ask(self) -> tuple[str | None, ...]:
        if self._client.id not in _BY_MARKET:
            return (None,)
        locked = {each.asset for each in holdings(await self._balance()) if each.locked}
        if self._quote in locked:
            return tuple(symbol for symbol in self._symbols if symbol in self._client.markets)
        markets = (f"{asset}/{self._quote}" for asset in sorted(locked))
        return tuple(symbol for symbol in markets if symbol in self._client.markets)


def _text(amount: Decimal) -> str:
    return format(amount, "f")


def _answers() -> type[Exception]:
    """ccxt's own base of errors; imported late, with the exchange."""
    from ccxt.base.errors import BaseError

    found: type[Exception] = BaseError
    return found


def _is_about_keys(error: BaseException) -> bool:
    return any(each.__name__ == "AuthenticationError" for each in type(error).__mro__)
