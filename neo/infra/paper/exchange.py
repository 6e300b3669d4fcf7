"""The exchange port of mode paper: real markets and quotes pass through, our orders and our wallet stay here.

An order is decided on a quote that is asked for when it arrives, so it waits as long as a real request takes. What trades
is decided by a fill model (docs/paper.md); steps, minimums and fees are those of the real market. Nothing that is
ordered ever reaches the real gateway. The account lives as long as this object: a new process begins with what the books say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from neo.domain.config.choices import ExchangeFillModel
from neo.domain.messages.exchange import (
    ExchangeQuote,
    FetchBars,
    FetchMarkets,
    FetchQuotes,
    FetchStatistics,
    MarketRule,
    MarketsFetched,
    PlaceExchangeOrder,
    QuotesFetched,
    StreamQuotes,
    TimeInForce,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.infra.simulated.latency import Latency, Scheduler
from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.gateway import ExchangeGatewayPlan, SimulatedExchangeGateway
from neo.infra.simulated_exchange.liquidity import BookSides, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.port_words import native
from neo.infra.simulated_exchange.price_path import SteadyPrice

Reply = Callable[[object], None]
Publish = Callable[[str, object], None]
_PUBLIC = (FetchMarkets, FetchQuotes, FetchStatistics, FetchBars, StreamQuotes)
#: Where an exchange tells no maximum.
_NO_MAXIMUM = Decimal(10) ** 12


class LiveMarket(Protocol):
    """The real gateway. Its answers come from a thread of its own."""

    def submit(self, caller: str, request: object, done: Reply) -> None: ...

    def attach(self, publish: Publish, quotes_to: str) -> None: ...

    def stop(self) -> object: ...


class PaperExchange:
    """Port.submit for every request of neo/domain/messages/exchange.py; `live` runs already."""

    def __init__(
        self,
        live: LiveMarket,
        scheduler: Scheduler,
        habits: ExchangeHabits,
        holdings: Mapping[str, Decimal],
        fill_model: ExchangeFillModel,
        latency_ns: int,
    ) -> None:
        self.fill_model = fill_model
        self._live = live
        self._scheduler = scheduler
        self._exchange = SimulatedExchange((), habits)
        plan = ExchangeGatewayPlan(latency=Latency(latency_ns), says_status=True)
        self._account = SimulatedExchangeGateway(scheduler, self._exchange, plan)
        self._rules: dict[str, MarketRule] = {}
        for asset, amount in holdings.items():
            self._account.deposit(asset, amount)

    def attach(self, publish: Publish, quotes_to: str) -> None:
        """Who hears the real quotes that StreamQuotes asks for."""
        self._live.attach(publish, quotes_to)

    def stop(self) -> object:
        """The real gateway ends, and says whether in time."""
        return self._live.stop()

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing."""
        if isinstance(request, _PUBLIC):
            self._live.submit(caller, request, lambda answer: self._passed(answer, done))
        elif isinstance(request, PlaceExchangeOrder):
            if request.time_in_force is TimeInForce.GTC or request.post_only:
                done(_failed(PortError.REJECTED, "a paper exchange takes no orders that rest"))
            else:
                self._ask_price(request, done)
        else:
            self._account.submit(caller, request, done)

    def _passed(self, answer: object, done: Reply) -> None:
        if isinstance(answer, MarketsFetched):
            self._rules = {rule.symbol: rule for rule in answer.rules}
        done(answer)

    def _ask_price(self, order: PlaceExchangeOrder, done: Reply) -> None:
        """One quote for one order. Its failure is known to have changed nothing."""

        def heard(answer: object) -> None:
            self._scheduler.after(0, lambda: self._priced(order, answer, done))

        self._live.submit("paper", FetchQuotes((order.symbol,)), heard)

    def _priced(self, order: PlaceExchangeOrder, answer: object, done: Reply) -> None:
        rule = self._rules.get(order.symbol)
        if not isinstance(answer, QuotesFetched):
            done(answer)
        elif rule is None or order.symbol in answer.unknown:
            done(UnknownSymbol(order.symbol, "not listed"))
        elif not answer.quotes:
            done(_failed(PortError.UNAVAILABLE, f"{order.symbol} has no usable quote"))
        else:
            self._exchange.markets[native(order.symbol)] = market_at(rule, answer.quotes[0], self.fill_model)
            self._account.submit("paper", order, done)


def market_at(rule: MarketRule, quote: ExchangeQuote, model: ExchangeFillModel) -> ExchangeMarket:
    """A book of one level on each side: at the quote (`touch`), or a price step behind it (`trade_through`).

    How much is there nobody tells with a quote: enough for whatever is ordered.
    """
    away = rule.price_step if model is ExchangeFillModel.TRADE_THROUGH else Decimal(0)
    rules = MarketRules(
        symbol=native(rule.symbol),
        base=rule.base,
        quote=rule.quote,
        tick=rule.price_step,
        step=rule.quantity_step,
        min_quantity=rule.quantity_min,
        max_quantity=rule.quantity_max or _NO_MAXIMUM,
        min_notional=rule.notional_min,
        max_notional=_NO_MAXIMUM,
        maker_fee=rule.maker_fee,
        taker_fee=rule.taker_fee,
    )
    bid, ask = quote.bid - away, quote.ask + away
    bids = (Level(bid, rules.max_quantity),) if bid > 0 else ()
    book = WrittenLiquidity(BookSides(bids, (Level(ask, rules.max_quantity),)))
    return ExchangeMarket(rules, SteadyPrice(max(1, int(quote.mid / rules.tick))), book)


def _failed(error: PortError, detail: str) -> PortFailed:
    return PortFailed(EXCHANGE_PORT, error, detail)
