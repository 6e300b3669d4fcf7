"""An exchange that takes parts of a fee in coins of its own: every part is booked, and the order ends."""

from __future__ import annotations

from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeOutcome
from neo.domain.messages.exchange import (
    ExchangeOrderStatus,
    ExchangeQuote,
    ExchangeTrade,
    FetchQuotes,
    OrderTradesFetched,
    QuotesFetched,
    TradeFee,
)
from neo.domain.messages.journal import FeeCharged, PositionRecorded
from neo.domain.session.drop_report import drop_report
from neo.domain.session.drop_rows import DropRows
from tests.domain.exchange_orders.exchange_stand import D
from tests.domain.exchange_orders.router_world import Books
from tests.domain.exchange_orders.test_tracking import XRP, Bench

TRADES = (
    ExchangeTrade("1", XRP, Side.BUY, D(4), D(4), (TradeFee("BNB", D("0.001")), TradeFee("XRP", D("0.004"))), False, 0),
    ExchangeTrade("2", XRP, Side.BUY, D(6), D(6), (TradeFee("BNB", D("0.002")), TradeFee("MX", D("0.5"))), False, 0),
)


class Purchase(Bench):
    """A purchase whose trades were charged in three currencies."""

    def __init__(self) -> None:
        super().__init__()
        self.answer(self.report(ExchangeOrderStatus.FILLED, "10"))
        self.answer(OrderTradesFetched(self.name, XRP, TRADES))

    def priced(self) -> None:
        """BNB has a price, MX has none: 0.2 % of its trade is what the schedule would have taken."""
        quote = ExchangeQuote("BNB/USDT", D(499), D(501), self.now_ns)
        self.answer(QuotesFetched((quote,), (), ("MX/USDT",), "bulk", 0, 0))


def test_every_part_of_every_fee_is_written_under_a_name_of_its_own() -> None:
    purchase = Purchase()
    assert isinstance(purchase.question, FetchQuotes) and purchase.question.symbols == ("BNB/USDT", "MX/USDT")
    purchase.priced()

    fees = [event for event in purchase.written if isinstance(event, FeeCharged)]
    assert [(fee.asset, fee.amount) for fee in fees] == [
        ("BNB", D("0.001")), ("XRP", D("0.004")), ("BNB", D("0.002")), ("MX", D("0.5")),
    ]  # fmt: skip
    assert len({fee.fee_id for fee in fees}) == 4
    (end,) = purchase.ends
    assert (end.outcome, end.quantity) == (TradeOutcome.FILLED, D(10))


def test_the_position_has_what_is_left_of_it_and_costs_what_all_parts_are_worth() -> None:
    purchase = Purchase()
    purchase.priced()

    (position,) = [event for event in purchase.written if isinstance(event, PositionRecorded)]
    assert (position.quantity, position.spent_quote) == (D("9.996"), D(10))
    assert position.fee_value_quote == D("0.5") + D(1) + 6 * D("0.002")
    assert purchase.state.holdings == {"XRP": D("9.996"), "USDT": D(-10), "BNB": D("-0.003"), "MX": D("-0.5")}


def test_the_books_and_the_summary_have_every_currency() -> None:
    purchase = Purchase()
    purchase.priced()
    books = Books()
    books.write(tuple(purchase.written), purchase.now_ns)

    postings = books.connection.execute("SELECT asset, amount FROM inventory_ledger WHERE counter_account = 'fees'")
    fees = [(str(asset), -D(str(amount))) for asset, amount in postings]
    rows = DropRows(venue="mexc", quote="USDT", fees=fees)
    assert drop_report(rows).fees == (("BNB", D("0.003")), ("MX", D("0.5")), ("XRP", D("0.004")))
    newest = "SELECT max(entry_id) FROM inventory_ledger GROUP BY asset"
    balances = books.connection.execute(f"SELECT asset, new_balance FROM inventory_ledger WHERE entry_id IN ({newest})")
    assert {str(asset): D(str(balance)) for asset, balance in balances} == dict(purchase.state.holdings)
