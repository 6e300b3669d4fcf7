"""The exchange port on top of the simulated exchange: what a client sees, and what it does not."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.actors.runtime import SimKernel
from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    ExchangeOrderStatus,
    FetchMarkets,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    MarketsFetched,
    OrderNotFound,
    OrderReported,
    OrderTradesFetched,
    PlaceExchangeOrder,
    QuotesFetched,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_S
from neo.infra.config.loader import load
from neo.infra.simulated_exchange.faults import ExchangeFaults
from neo.infra.simulated_exchange.gateway import SimulatedExchangeGateway
from neo.system.exchange_venue import opening_holdings, simulated_exchange
from tests.infra.config.files import REPOSITORY

SYMBOL = "XRP/USDT"


class Client:
    """A client: what it was answered, in the order of arrival."""

    def __init__(self, start_ns: int = 10**18) -> None:
        config = load(REPOSITORY / "config" / "drop.toml", {}).config
        self.kernel = SimKernel(3, start_ns)
        self.gateway: SimulatedExchangeGateway = simulated_exchange(config, self.kernel, opening_holdings(config))
        self.answers: list[object] = []

    def ask(self, request: object, seconds: int = 1) -> object:
        """The newest answer that is there after `seconds`; None when there is none."""
        self.answers.clear()
        self.gateway.submit("client", request, self.answers.append)
        self.kernel.run_until(self.kernel.now_ns() + seconds * NS_PER_S)
        return self.answers[-1] if self.answers else None

    def buy(self) -> PlaceExchangeOrder:
        """An order that trades at once, of about 30 USDT."""
        quotes = self.ask(FetchQuotes((SYMBOL,)))
        markets = self.ask(FetchMarkets())
        assert isinstance(quotes, QuotesFetched)
        assert isinstance(markets, MarketsFetched)
        step = next(rule.quantity_step for rule in markets.rules if rule.symbol == SYMBOL)
        tick = next(rule.price_step for rule in markets.rules if rule.symbol == SYMBOL)
        ask = quotes.quotes[0].ask
        return PlaceExchangeOrder(
            "neo-1", SYMBOL, Side.BUY, ask + 200 * tick, Decimal(30) // ask // step * step or step
        )

    def placed(self) -> int:
        return len(self.gateway.exchange.register.orders(self.gateway.account))


def calm() -> Client:
    return Client()


def test_an_order_that_trades_is_found_with_trades_that_add_up() -> None:
    client = calm()
    order = client.buy()

    answered = client.ask(order)
    found = client.ask(FetchOrder(SYMBOL, "neo-1"))
    trades = client.ask(FetchOrderTrades(SYMBOL, "neo-1"))

    assert isinstance(answered, OrderReported)
    assert answered.status is ExchangeOrderStatus.UNSAID
    assert isinstance(found, OrderReported)
    assert isinstance(trades, OrderTradesFetched)
    assert found.filled_quantity == sum(trade.quantity for trade in trades.trades) > 0


def test_a_later_exchange_gives_its_trades_other_names() -> None:
    names = set()
    for start_ns in (10**18, 10**18 + NS_PER_S):
        client = Client(start_ns)
        client.ask(client.buy())
        trades = client.ask(FetchOrderTrades(SYMBOL, "neo-1"))
        assert isinstance(trades, OrderTradesFetched)
        names.add(trades.trades[0].trade_id)

    assert len(names) == 2


def test_symbols_that_are_not_listed_are_unknown_and_the_others_have_quotes() -> None:
    quotes = calm().ask(FetchQuotes((SYMBOL, "NOPE/USDT")))

    assert isinstance(quotes, QuotesFetched)
    assert [quote.symbol for quote in quotes.quotes] == [SYMBOL]
    assert quotes.unknown == ("NOPE/USDT",)


def test_a_lost_request_leaves_nothing_and_a_lost_reply_leaves_the_order() -> None:
    client = calm()
    order = client.buy()

    client.gateway.faults = ExchangeFaults(request_lost=1.0)
    assert client.ask(order) is None
    assert client.placed() == 0
    client.gateway.faults = ExchangeFaults(reply_lost=1.0)
    assert client.ask(order) is None
    assert client.placed() == 1


def test_an_order_that_arrives_twice_is_placed_once_and_the_second_answer_leaves_its_fate_open() -> None:
    client = calm()
    order = client.buy()
    client.gateway.faults = ExchangeFaults(duplicate_request=1.0)

    answer = client.ask(order)

    assert isinstance(answer, PortFailed)
    assert answer.error is PortError.OUTCOME_UNKNOWN
    assert client.placed() == 1


def test_an_accepted_order_may_be_shown_late() -> None:
    client = calm()
    order = client.buy()
    client.gateway.faults = ExchangeFaults(late_visible=1.0, late_visible_max_ns=600 * NS_PER_S)
    client.ask(order)

    assert isinstance(client.ask(FetchOrder(SYMBOL, "neo-1")), OrderNotFound)
    client.kernel.run_until(client.kernel.now_ns() + 600 * NS_PER_S)
    assert isinstance(client.ask(FetchOrder(SYMBOL, "neo-1")), OrderReported)


def test_an_order_below_the_least_value_is_refused_for_good() -> None:
    client = calm()
    order = attrs.evolve(client.buy(), quantity=Decimal("0.000001"))

    answer = client.ask(order)

    assert isinstance(answer, PortFailed)
    assert answer.error is PortError.REJECTED
    assert client.placed() == 0
