"""The exchange port on top of the simulated exchange.

Everything happens in callbacks of an injected scheduler, one at a time, on both runtimes. The exchange outlives the engine:
after kill -9 of the engine its orders and balances are what they were, and answers meant for the dead engine go nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import attrs

from neo.domain.messages.exchange import (
    BarsFetched,
    CancelExchangeOrder,
    ExchangeQuote,
    FetchBars,
    FetchMarkets,
    FetchOpenOrders,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    FetchStatistics,
    FetchWallet,
    MarketsFetched,
    OpenOrdersFetched,
    OrderNotFound,
    OrderTradesFetched,
    PlaceExchangeOrder,
    QuotesFetched,
    StatisticsFetched,
    StreamQuotes,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.units import NS_PER_MS
from neo.infra.simulated.latency import Latency, Scheduler
from neo.infra.simulated_exchange.exchange import SimulatedExchange
from neo.infra.simulated_exchange.faults import NO_EXCHANGE_FAULTS, ExchangeFaults
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketStatus
from neo.infra.simulated_exchange.order import Order
from neo.infra.simulated_exchange.port_words import (
    bars_of,
    native,
    report_of,
    rule_of,
    statistics_of,
    ticket_of,
    trade_of,
    wallet_of,
)
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason
from neo.infra.simulated_exchange.told_quotes import Publish, ToldQuotes
from neo.records import frozen

Reply = Callable[[object], None]
ENDPOINT = "simulated"


@frozen(kw_only=True)
class ExchangeGatewayPlan:
    """`says_status`: a new order is answered with its status; otherwise it has to be looked up, as on MEXC."""

    account: str = "neo"
    latency: Latency = attrs.field(factory=Latency)
    says_status: bool = False


class SimulatedExchangeGateway:
    """Port.submit(caller, request, done) for every request of neo/domain/messages/exchange.py."""

    def __init__(
        self,
        scheduler: Scheduler,
        exchange: SimulatedExchange,
        plan: ExchangeGatewayPlan,
        faults: ExchangeFaults = NO_EXCHANGE_FAULTS,
    ) -> None:
        self.exchange = exchange
        self.faults = faults
        self._scheduler = scheduler
        self._plan = plan
        self._rng: random.Random = scheduler.rng_for("simulated-exchange")
        self._hidden_until_ns: dict[int, int] = {}
        self._born_ms = scheduler.now_ns() // NS_PER_MS
        self._told = ToldQuotes(scheduler, lambda symbols: self._quotes(symbols, 0, scheduler.now_ns()).quotes)

    @property
    def account(self) -> str:
        return self._plan.account

    def stop(self) -> None:
        """Nothing to give back: the exchange ends with its scheduler."""

    def attach(self, publish: Publish, quotes_to: str) -> None:
        """Who hears the quotes that StreamQuotes asks for."""
        self._told.attach(publish, quotes_to)

    def detach(self) -> None:
        """The engine is gone."""
        self._told.detach()

    # --------------------------------------------------------------------------------------------------- requests

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing: an unknown request is answered as rejected."""
        del caller
        started_ns = self._scheduler.now_ns()
        self._scheduler.after(self._plan.latency.there_ns, lambda: self._arrived(request, started_ns, done))

    def _arrived(self, request: object, started_ns: int, done: Reply) -> None:
        faults = self.faults
        if self._happens(faults.request_lost):
            return
        if self._happens(faults.unavailable):
            self._answer(_failed(PortError.UNAVAILABLE, "the exchange is busy"), done)
            return
        if isinstance(request, PlaceExchangeOrder) and self._happens(faults.rejected):
            self._answer(_failed(PortError.REJECTED, "the exchange refused the order"), done)
            return
        answer = self._carry_out(request, started_ns)
        if self._happens(faults.duplicate_request) and self._is_harmless_twice(request):
            answer = self._carry_out(request, started_ns)
        if self._happens(faults.reply_lost):
            return
        if self._happens(faults.outcome_unknown):
            answer = _failed(PortError.OUTCOME_UNKNOWN, "the connection broke before the answer came")
        self._answer(answer, done)

    def _is_harmless_twice(self, request: object) -> bool:
        """An exchange that takes a client id again would trade again: no client can defend itself against that."""
        return self.exchange.habits.client_ids_for_ever or not isinstance(request, PlaceExchangeOrder)

    def _answer(self, answer: object, done: Reply) -> None:
        delay_ns = self._plan.latency.back_ns(self._rng)
        faults = self.faults
        if self._happens(faults.late_reply):
            delay_ns += int(self._rng.random() * faults.late_reply_max_ns)
        self._scheduler.after(delay_ns, lambda: done(answer))
        if self._happens(faults.duplicate_reply):
            self._scheduler.after(delay_ns + self._plan.latency.back_ns(self._rng), lambda: done(answer))

    def _carry_out(self, request: object, started_ns: int) -> object:
        now_ns = self._scheduler.now_ns()
        self.exchange.advance(now_ns // NS_PER_MS)
        match request:
            case PlaceExchangeOrder():
                return self._place(request, now_ns)
            case CancelExchangeOrder():
                return self._cancel(request, now_ns)
            case FetchOrder(symbol=symbol, client_order_id=client_id):
                order = self._found(symbol, client_id, now_ns)
                return report_of(order, symbol) if order is not None else OrderNotFound(symbol, client_id)
            case FetchOrderTrades(symbol=symbol, client_order_id=client_id):
                return self._trades(symbol, client_id, now_ns)
            case FetchOpenOrders():
                return self._open_orders(now_ns)
            case FetchWallet():
                return wallet_of(self.exchange.wallet(self._plan.account), now_ns)
            case _:
                return self._market_data(request, started_ns, now_ns)

    # ----------------------------------------------------------------------------------------------------- orders

    def _place(self, request: PlaceExchangeOrder, now_ns: int) -> object:
        placed = self.exchange.submit(self._plan.account, ticket_of(request), now_ns // NS_PER_MS)
        if isinstance(placed, Refusal):
            return _refused(placed, request.symbol)
        if self._happens(self.faults.late_visible):
            hidden_ns = int(self._rng.random() * self.faults.late_visible_max_ns)
            self._hidden_until_ns[placed.order_id] = now_ns + hidden_ns
        return report_of(placed, request.symbol, says_status=self._plan.says_status)

    def _cancel(self, request: CancelExchangeOrder, now_ns: int) -> object:
        client_id = request.client_order_id
        order = self._found(request.symbol, client_id, now_ns)
        if order is None:
            return OrderNotFound(request.symbol, client_id)
        if not order.status.is_open:
            return report_of(order, request.symbol)
        ended = self.exchange.cancel(self._plan.account, order.symbol, order.order_id, "", now_ns // NS_PER_MS)
        return _refused(ended, request.symbol) if isinstance(ended, Refusal) else report_of(ended, request.symbol)

    def _trades(self, symbol: str, client_id: str, now_ns: int) -> object:
        order = self._found(symbol, client_id, now_ns)
        if order is None:
            return OrderNotFound(symbol, client_id)
        every = self.exchange.register.trades(self._plan.account, order.symbol)
        ours = tuple(trade_of(each, symbol, self._born_ms) for each in every if each.order_id == order.order_id)
        return OrderTradesFetched(client_id, symbol, ours)

    def _open_orders(self, now_ns: int) -> OpenOrdersFetched:
        resting = self.exchange.register.open_orders(self._plan.account)
        shown = [order for order in resting if self._is_shown(order, now_ns)]
        rules = self.exchange.markets
        named = ((order, rules[order.symbol].rules) for order in shown)
        return OpenOrdersFetched(tuple(report_of(order, f"{r.base}/{r.quote}") for order, r in named), now_ns)

    def _found(self, symbol: str, client_id: str, now_ns: int) -> Order | None:
        order = self.exchange.register.find(self._plan.account, native(symbol), None, client_id)
        return order if order is not None and self._is_shown(order, now_ns) else None

    def _is_shown(self, order: Order, now_ns: int) -> bool:
        return self._hidden_until_ns.get(order.order_id, 0) <= now_ns

    # ------------------------------------------------------------------------------------------------ market data

    def _market_data(self, request: object, started_ns: int, now_ns: int) -> object:
        match request:
            case FetchQuotes(symbols=symbols):
                return self._quotes(symbols, started_ns, now_ns)
            case StreamQuotes():
                return self._told.assign(request) or _failed(
                    PortError.REJECTED, "quotes are not told here, only asked for"
                )
            case FetchMarkets():
                return MarketsFetched(tuple(rule_of(each) for each in self.exchange.listed()), now_ns)
            case FetchStatistics(symbols=symbols):
                known = ((symbol, self._market(symbol)) for symbol in symbols)
                rows = (statistics_of(each, symbol, now_ns // NS_PER_MS) for symbol, each in known if each is not None)
                return StatisticsFetched(tuple(rows), now_ns)
            case FetchBars(symbol=symbol, minutes=minutes):
                market = self._market(symbol)
                if market is None:
                    return UnknownSymbol(symbol, "not listed")
                return BarsFetched(symbol, bars_of(market, minutes, now_ns // NS_PER_MS))
        return _failed(PortError.REJECTED, f"the exchange port knows no {type(request).__name__}")

    def _quotes(self, symbols: tuple[str, ...], started_ns: int, now_ns: int) -> QuotesFetched:
        """Quotes are as old as the moment at which the exchange read them, which is before the answer arrives."""
        quotes, unknown, missing = [], [], []
        for symbol in symbols:
            market = self._market(symbol)
            if market is None:
                unknown.append(symbol)
                continue
            sides = market.touch(now_ns // NS_PER_MS)
            if market.status is not MarketStatus.TRADING or not sides.bids or not sides.asks:
                missing.append(symbol)
            else:
                quotes.append(ExchangeQuote(symbol, sides.bids[0].price, sides.asks[0].price, now_ns))
        return QuotesFetched(tuple(quotes), tuple(unknown), tuple(missing), ENDPOINT, started_ns, now_ns)

    def _market(self, symbol: str) -> ExchangeMarket | None:
        return self.exchange.market(native(symbol))

    # ----------------------------------------------------------------------------------------------- the operator

    def deposit(self, asset: str, amount: Decimal) -> None:
        """Somebody pays us, outside the engine."""
        self.exchange.deposit(self._plan.account, asset, amount)

    def _happens(self, probability: float) -> bool:
        return probability > 0.0 and self._rng.random() < probability


def _failed(error: PortError, detail: str) -> PortFailed:
    return PortFailed(EXCHANGE_PORT, error, detail)


def _refused(refusal: Refusal, symbol: str) -> object:
    if refusal.reason is RefusalReason.UNKNOWN_SYMBOL:
        return UnknownSymbol(symbol, "not listed")
    if refusal.reason is RefusalReason.CLIENT_ID_TAKEN:
        return _failed(PortError.OUTCOME_UNKNOWN, "an order of this name was here before")  # it may well be ours
    limit = f" ({refusal.limit})" if refusal.limit else ""
    return _failed(PortError.REJECTED, f"{refusal.reason.value}{limit}")
