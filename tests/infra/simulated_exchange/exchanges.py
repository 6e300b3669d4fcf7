"""Small exchanges for tests: one written book, round numbers, two habits."""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.liquidity import BookSides, Flow, Level, WrittenLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderTicket, SelfTrade, Side
from neo.infra.simulated_exchange.price_path import SteadyPrice
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason

D = Decimal
RULES = MarketRules(
    symbol="XRPUSDT", base="XRP", quote="USDT", tick=D("0.01"), step=D("0.1"), min_quantity=D(1), max_quantity=D(10_000),
    min_notional=D(5), max_notional=D(100_000), maker_fee=D("0.001"), taker_fee=D("0.002"),
)  # fmt: skip
COIN_RULES = MarketRules(
    symbol="BNBUSDT", base="BNB", quote="USDT", tick=D("0.1"), step=D("0.001"), min_quantity=D("0.001"),
    max_quantity=D(1_000), min_notional=D(5), max_notional=D(100_000), maker_fee=D("0.001"), taker_fee=D("0.002"),
)  # fmt: skip
RECEIVED = ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.RECEIVED))
IN_QUOTE = ExchangeHabits(
    fees=FeeSchedule(charged_in=FeeAsset.QUOTE), client_ids_for_ever=True, post_only_expires=True, open_orders_max=3
)
IN_COIN = ExchangeHabits(fees=FeeSchedule(coin="BNB", coin_discount=D("0.25")))
ME, OTHER = "me", "other"


def book(bids: dict[str, str], asks: dict[str, str]) -> BookSides:
    """Levels as price: quantity, best first."""
    sides = ([Level(D(price), D(quantity)) for price, quantity in side.items()] for side in (bids, asks))
    return BookSides(*map(tuple, sides))


BOOK = book({"1.00": "100", "0.99": "200"}, {"1.02": "100", "1.03": "200"})


class Stage:
    """An exchange with one market around 1.01, and funds for two accounts. `at` is a clock that a test moves."""

    def __init__(self, habits: ExchangeHabits = RECEIVED, sides: BookSides = BOOK) -> None:
        self.liquidity = WrittenLiquidity(sides)
        market = ExchangeMarket(RULES, SteadyPrice(101), self.liquidity)
        coin = ExchangeMarket(COIN_RULES, SteadyPrice(5_000), WrittenLiquidity(book({"499.9": "10"}, {"500.1": "10"})))
        self.exchange = SimulatedExchange([market, coin], habits)
        self.at_ms = 1_000
        for account in (ME, OTHER):
            self.exchange.deposit(account, "USDT", D(1_000))
            self.exchange.deposit(account, "XRP", D(1_000))

    def submit(
        self, side: Side, quantity: str = "10", price: str = "0", kind: OrderKind = OrderKind.LIMIT, **more: object
    ) -> Order | Refusal:
        fields = {"symbol": "XRPUSDT", "quantity": D(quantity), "price": D(price), **more}
        account = str(fields.pop("account", ME))
        return self.exchange.submit(account, OrderTicket(side=side, kind=kind, **fields), self.at_ms)  # type: ignore[arg-type]

    def accepted(self, side: Side, quantity: str = "10", price: str = "0", **more: object) -> Order:
        order = self.submit(side, quantity, price, **more)  # type: ignore[arg-type]
        assert isinstance(order, Order), order
        return order

    def refused(self, side: Side, quantity: str = "10", price: str = "0", **more: object) -> RefusalReason:
        refusal = self.submit(side, quantity, price, **more)  # type: ignore[arg-type]
        assert isinstance(refusal, Refusal), refusal
        return refusal.reason

    def now(self, order: Order) -> Order:
        return self.exchange.register.order(order.order_id)

    def next_book(self, sides: BookSides, sold: str = "0", bought: str = "0") -> None:
        self.liquidity.write(sides, Flow(D(sold), D(bought)))
        self.at_ms += 1_000
        self.exchange.advance(self.at_ms)

    def free(self, asset: str, account: str = ME) -> Decimal:
        return self.exchange.wallet(account).free(asset)

    def locked(self, asset: str, account: str = ME) -> Decimal:
        return self.exchange.wallet(account).locked(asset)


__all__ = [
    "BOOK", "IN_COIN", "IN_QUOTE", "ME", "OTHER", "RECEIVED", "RULES", "D", "OrderKind", "SelfTrade", "Side", "Stage", "book",
]  # fmt: skip
