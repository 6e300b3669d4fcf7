"""The simulated exchange behind the messages of its port, for the router's decisions: thin books, late shows, lost words."""

from __future__ import annotations

import random
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeOrderStatus,
    ExchangeQuote,
    ExchangeTrade,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    MarketRule,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    PlaceExchangeOrder,
    QuotesFetched,
    TradeFee,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import ZERO
from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket
from neo.infra.simulated_exchange.order import Side as VenueSide
from neo.infra.simulated_exchange.price_path import SteadyPrice
from neo.infra.simulated_exchange.refusal import Refusal

D = Decimal
ME = "me"
MS = 1_000_000
HABITS = (
    ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.RECEIVED)),
    ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.QUOTE), client_ids_for_ever=True),
    ExchangeHabits(fees=FeeSchedule(coin="BNB", coin_discount=D("0.25"))),
)
STATUS = {
    OrderStatus.NEW: ExchangeOrderStatus.OPEN,
    OrderStatus.PARTIALLY_FILLED: ExchangeOrderStatus.OPEN,
    OrderStatus.FILLED: ExchangeOrderStatus.FILLED,
    OrderStatus.CANCELED: ExchangeOrderStatus.CANCELED,
    OrderStatus.EXPIRED: ExchangeOrderStatus.EXPIRED,
}
SYMBOLS = ("XRP/USDT", "ADA/USDT")
Request = PlaceExchangeOrder | CancelExchangeOrder | FetchOrder | FetchOrderTrades | FetchQuotes


def rules_of(base: str) -> MarketRules:
    return MarketRules(
        symbol=f"{base}USDT", base=base, quote="USDT", tick=D("0.01"), step=D("0.1"), min_quantity=D(1),
        max_quantity=D(10_000), min_notional=D(5), max_notional=D(100_000), maker_fee=D("0.001"), taker_fee=D("0.002"),
    )  # fmt: skip


def rule(symbol: str) -> MarketRule:
    base, _, quote = symbol.partition("/")
    return MarketRule(symbol, base, quote, True, D("0.01"), D("0.1"), D(1), D(10_000), D(5), D("0.001"), D("0.002"))


class ExchangeStand:
    """`answer` carries a request out. `unsaid`: a placed order is acknowledged without a word of its fate."""

    def __init__(self, habits: ExchangeHabits, rng: random.Random, *, unsaid: bool, hidden_ms: int) -> None:
        self._rng = rng
        self._unsaid = unsaid
        self._hidden_ms = hidden_ms
        self._books = {symbol: WrittenLiquidity(self._sides()) for symbol in SYMBOLS}
        markets = [
            ExchangeMarket(rules_of(symbol.partition("/")[0]), SteadyPrice(101), self._books[symbol])
            for symbol in SYMBOLS
        ]
        coin = BookSides((Level(D("499.9"), D(10)),), (Level(D("500.1"), D(10)),))
        markets.append(ExchangeMarket(rules_of("BNB"), SteadyPrice(50_000), WrittenLiquidity(coin)))
        self.exchange = SimulatedExchange(markets, habits)
        self.exchange.deposit(ME, "USDT", D(200))
        self.exchange.deposit(ME, "BNB", D("0.0004"))  # pays the first few fees only
        self.shown_late: set[int] = set()

    def _sides(self) -> BookSides:
        """One or two levels of a few units: most orders find less than they want."""
        quantities = [D(self._rng.randint(1, 220)) / 10 for _ in range(4)]
        mid = self._rng.randint(95, 106)
        prices = [D(mid + step) / 100 for step in (0, -1, 1, 2)]
        levels = [Level(price, quantity) for price, quantity in zip(prices, quantities, strict=True)]
        return BookSides(tuple(levels[:2]), tuple(levels[2:]))

    def touch(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Best bid and ask of a book that has just moved."""
        self._books[symbol].write(self._sides())
        sides = self._books[symbol].sides(self._books[symbol].epoch(0))
        return sides.bids[0].price, sides.asks[0].price

    def holdings(self) -> dict[str, Decimal]:
        wallet = self.exchange.wallet(ME)
        return {b.asset: b.free + b.locked for b in wallet.balances() if b.free + b.locked}

    def orders(self) -> tuple[Order, ...]:
        return self.exchange.register.orders(ME)

    def answer(self, request: Request, now_ns: int) -> object:
        now_ms = now_ns // MS
        match request:
            case PlaceExchangeOrder():
                return self._placed(request, now_ms)
            case CancelExchangeOrder():
                number = None if request.venue_order_id is None else int(request.venue_order_id)
                name = request.symbol.replace("/", "")
                done = self.exchange.cancel(ME, name, number, request.client_order_id, now_ms)
                if isinstance(done, Refusal):
                    return PortFailed("exchange", PortError.REJECTED, done.reason.value)
                return self._report(done, request.symbol)
            case FetchOrder():
                order = self._visible(request.symbol, request.client_order_id, now_ms)
                if order is None:
                    return OrderNotFound(request.symbol, request.client_order_id)
                return self._report(order, request.symbol)
            case FetchOrderTrades():
                return self._trades(request, now_ms)
            case FetchQuotes():
                if self._rng.random() < 0.3:
                    return PortFailed("exchange", PortError.UNAVAILABLE, "busy")
                quotes = tuple(ExchangeQuote(each, D(499), D(501), now_ns) for each in request.symbols)
                return QuotesFetched(quotes, (), (), "bulk", now_ns, now_ns)

    def _placed(self, request: PlaceExchangeOrder, now_ms: int) -> object:
        assert request.price is not None
        ticket = OrderTicket(
            symbol=request.symbol.replace("/", ""),
            side=VenueSide.BUY if request.side is Side.BUY else VenueSide.SELL,
            kind=OrderKind.IOC,
            quantity=request.quantity,
            price=request.price,
            client_id=request.client_order_id,
        )
        order = self.exchange.submit(ME, ticket, now_ms)
        if isinstance(order, Refusal):
            return PortFailed("exchange", PortError.REJECTED, order.reason.value)
        if self._rng.random() < 0.3:
            self.shown_late.add(order.order_id)
        return self._report(order, request.symbol, unsaid=self._unsaid)

    def _visible(self, symbol: str, client_id: str, now_ms: int) -> Order | None:
        order = self.exchange.register.find(ME, symbol.replace("/", ""), None, client_id)
        if order is None or (order.order_id in self.shown_late and now_ms - order.created_ms < self._hidden_ms):
            return None
        return order

    def _report(self, order: Order, symbol: str, *, unsaid: bool = False) -> OrderReported:
        side = Side.BUY if order.side is VenueSide.BUY else Side.SELL
        return OrderReported(
            order.ticket.client_id,
            str(order.order_id),
            symbol,
            side,
            ExchangeOrderStatus.UNSAID if unsaid else STATUS[order.status],
            order.quantity,
            None if unsaid else order.executed,
            None if unsaid else order.executed_quote,
            order.updated_ms * MS,
        )

    def _trades(self, request: FetchOrderTrades, now_ms: int) -> object:
        order = self._visible(request.symbol, request.client_order_id, now_ms)
        if order is None:
            return OrderNotFound(request.symbol, request.client_order_id)
        side = Side.BUY if order.side is VenueSide.BUY else Side.SELL
        found = tuple(
            ExchangeTrade(
                str(t.trade_id),
                request.symbol,
                side,
                t.quantity,
                t.quote_quantity,
                (TradeFee(t.fee_asset, t.fee),) if t.fee else (),
                t.is_maker,
                t.at_ms * MS,
            )
            for t in self.exchange.register.trades(ME, request.symbol.replace("/", ""))
            if t.order_id == order.order_id
        )
        shown = found[:-1] if found and self._rng.random() < 0.2 else found  # the newest trade shows late
        return OrderTradesFetched(request.client_order_id, request.symbol, shown)


__all__ = ["HABITS", "ME", "SYMBOLS", "ZERO", "D", "ExchangeStand", "Request", "rule"]
