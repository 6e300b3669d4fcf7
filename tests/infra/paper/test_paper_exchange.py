"""A paper exchange: quotes are real, orders are decided on them by a named model, and nothing that is ordered gets out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neo.actors.runtime import SimKernel
from neo.domain.config.choices import ExchangeFillModel
from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    ExchangeOrderStatus,
    ExchangeQuote,
    FetchMarkets,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    FetchWallet,
    MarketRule,
    MarketsFetched,
    OrderNotFound,
    PlaceExchangeOrder,
    QuotesFetched,
    TimeInForce,
    TradeFee,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.infra.paper.exchange import PaperExchange
from neo.infra.simulated_exchange.exchange import ExchangeHabits
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule

TICK = Decimal("0.01")
RULE = MarketRule(
    "A/USDT", "A", "USDT", True, TICK, Decimal("0.1"), Decimal("0.1"), None, Decimal(5), Decimal(0), Decimal("0.001")
)  # fmt: skip
TOUCH, THROUGH = ExchangeFillModel.TOUCH, ExchangeFillModel.TRADE_THROUGH


class LiveGateway:
    """Answers with the quote that was set, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.quote: ExchangeQuote | None = ExchangeQuote("A/USDT", Decimal("9.99"), Decimal(10), 1)
        self.failure: PortFailed | None = None
        self.stopped = False

    def submit(self, caller: str, request: object, done: object) -> None:
        self.asked.append(request)
        done(self._answer(request))  # type: ignore[operator]

    def attach(self, publish: object, quotes_to: str) -> None:
        self.listener = (publish, quotes_to)

    def stop(self) -> bool:
        self.stopped = True
        return True

    def _answer(self, request: object) -> object:
        if self.failure is not None:
            return self.failure
        if isinstance(request, FetchMarkets):
            return MarketsFetched((RULE,), 1)
        assert isinstance(request, FetchQuotes)
        unknown = tuple(symbol for symbol in request.symbols if symbol != "A/USDT")
        quotes = () if self.quote is None or unknown else (self.quote,)
        return QuotesFetched(quotes, unknown, (), "live", 1, 1)


class Stage:
    def __init__(self, model: ExchangeFillModel = TOUCH, usdt: str = "1000") -> None:
        self.kernel = SimKernel(0, 1_700_000_000_000_000_000)
        self.live = LiveGateway()
        habits = ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.QUOTE), client_ids_for_ever=True)
        holdings = {"USDT": Decimal(usdt)}
        self.port = PaperExchange(self.live, self.kernel, habits, holdings, model, 1_000_000)
        assert isinstance(self.ask(FetchMarkets()), MarketsFetched)

    def ask(self, request: object) -> object:
        answers: list[object] = []
        self.port.submit("test", request, answers.append)
        self.kernel.run_until(self.kernel.now_ns() + 1_000_000_000)
        (answer,) = answers
        return answer

    def buy(self, limit: str, quantity: str = "2", name: str = "neo-1", kind: TimeInForce = TimeInForce.IOC) -> object:
        return self.ask(PlaceExchangeOrder(name, "A/USDT", Side.BUY, Decimal(limit), Decimal(quantity), kind))

    def wallet(self) -> dict[str, Decimal]:
        return {each.asset: each.free + each.locked for each in self.ask(FetchWallet()).holdings}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "limit", "price"),
    [(TOUCH, "10.05", "10"), (TOUCH, "10", "10"), (THROUGH, "10.05", "10.01"), (THROUGH, "10.01", "10.01")],
)
def test_an_order_within_reach_trades_where_the_model_says(model: ExchangeFillModel, limit: str, price: str) -> None:
    stage = Stage(model)

    report = stage.buy(limit)
    trades = stage.ask(FetchOrderTrades("A/USDT", "neo-1")).trades  # type: ignore[attr-defined]

    assert (report.status, report.filled_quantity) == (ExchangeOrderStatus.FILLED, 2)  # type: ignore[attr-defined]
    cost = 2 * Decimal(price)
    assert [(each.quantity, each.quote_quantity, each.fees) for each in trades] == [
        (2, cost, (TradeFee("USDT", cost / 1000),))
    ]
    assert stage.wallet() == {"A": 2, "USDT": 1000 - cost - cost / 1000}


@pytest.mark.parametrize(("model", "limit"), [(TOUCH, "9.99"), (THROUGH, "10")])
def test_an_order_out_of_reach_trades_nothing_and_rests_nowhere(model: ExchangeFillModel, limit: str) -> None:
    stage = Stage(model)

    report = stage.buy(limit)

    assert (report.status.is_final, report.filled_quantity) == (True, 0)  # type: ignore[attr-defined]
    assert stage.wallet() == {"USDT": 1000}


def test_an_order_is_decided_on_the_quote_of_its_own_time() -> None:
    stage = Stage()
    stage.live.quote = ExchangeQuote("A/USDT", Decimal("8.99"), Decimal(9), 2)

    stage.buy("10")

    assert stage.wallet()["USDT"] == 1000 - 18 - Decimal("0.018")


def test_only_questions_about_the_market_get_out() -> None:
    stage = Stage()

    stage.buy("10")
    stage.wallet()
    stage.ask(FetchOrder("A/USDT", "neo-1"))

    assert {type(each) for each in stage.live.asked} == {FetchMarkets, FetchQuotes}


def test_without_a_quote_nothing_happened() -> None:
    stage = Stage()
    stage.live.quote = None
    unquoted = stage.buy("10")
    stage.live.failure = PortFailed(EXCHANGE_PORT, PortError.UNAVAILABLE, "busy")
    failed = stage.buy("10")

    assert isinstance(unquoted, PortFailed) and unquoted.error is PortError.UNAVAILABLE
    assert isinstance(failed, PortFailed) and failed.error is PortError.UNAVAILABLE
    assert stage.ask(FetchOrder("A/USDT", "neo-1")) == OrderNotFound("A/USDT", "neo-1")


@pytest.mark.parametrize(
    ("limit", "quantity"), [("10.005", "2"), ("10", "2.05"), ("10", "0.4"), ("10", "200")],
    ids=["off the price step", "off the quantity step", "below the minimum", "above the wallet"],
)  # fmt: skip
def test_the_real_markets_rules_and_the_imagined_wallet_hold(limit: str, quantity: str) -> None:
    refused = Stage().buy(limit, quantity)

    assert isinstance(refused, PortFailed) and refused.error is PortError.REJECTED


def test_an_order_that_would_rest_is_refused_and_an_unknown_symbol_is_unknown() -> None:
    stage = Stage()

    rests = stage.buy("10", kind=TimeInForce.GTC)
    unknown = stage.ask(PlaceExchangeOrder("neo-2", "B/USDT", Side.BUY, Decimal(1), Decimal(10)))

    assert isinstance(rests, PortFailed) and rests.error is PortError.REJECTED
    assert isinstance(unknown, UnknownSymbol)


def test_the_real_gateway_tells_its_quotes_and_ends_with_it() -> None:
    stage = Stage()

    stage.port.attach(print, "data")
    assert stage.live.listener == (print, "data")

    assert stage.port.stop() is True
    assert stage.live.stopped
