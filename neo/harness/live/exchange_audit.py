"""Holds the books of live sessions against the exchange that they traded on: its own orders, trades and balances."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from neo.domain.exchange_orders.client_ids import client_order_id
from neo.domain.exchange_orders.routing import budget_of
from neo.domain.exchange_orders.work import RouterSetup
from neo.domain.money.exact import total
from neo.domain.safety.halts import HaltReason
from neo.domain.units import ZERO
from neo.harness.broken import Broken
from neo.infra.sandbox.exchange.sandbox import SandboxExchange, Truth
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import FillRow, OrderRow, TradeRow
from neo.records import frozen


@frozen
class _Sums:
    base: Decimal = ZERO
    quote: Decimal = ZERO
    trades: int = 0

    def plus(self, base: Decimal, quote: Decimal) -> _Sums:
        return _Sums(total(self.base, base), total(self.quote, quote), self.trades + 1)


class ExchangeAudit:
    """Of the only account of a sandbox, on which nobody else trades. Amounts have to agree to the last digit."""

    def __init__(self, sandbox: SandboxExchange, quote: str = "USDT") -> None:
        self._sandbox = sandbox
        self._venue = sandbox.plan.dialect.value
        self._quote = quote

    def broken(self, reader: BooksReader) -> tuple[Broken, ...]:
        """After a session that ended in order: everything must agree, and nothing of ours may rest or be in doubt."""
        truth = self._sandbox.truth()
        sessions = [row.session_id for row in reader.sessions()]
        orders = [order for session in sessions for order in reader.orders(session)]
        fills = [fill for session in sessions for fill in reader.fills(session)]
        trades = [trade for session in sessions for trade in reader.trades(session)]
        return (
            *_once(truth, orders),
            *_wanted(truth, trades),
            *_fills(truth, fills),
            *self._fees(truth, reader),
            *self._money(truth, reader),
            *self._budget(reader),
            *_ends(truth, orders, trades),
            *_reasons(reader, sessions),
        )

    def _fees(self, truth: Truth, reader: BooksReader) -> list[Broken]:
        charged: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for trade in truth.trades:
            charged[trade.fee_asset] = total(charged[trade.fee_asset], trade.fee)
        booked: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for row in reader.inventory():
            if row.counter_account == "fees" and row.venue == self._venue:
                booked[row.asset] = total(booked[row.asset], -row.amount)
        return [
            Broken("fees are the exchange's", f"{asset}: books {booked[asset]}, exchange {charged[asset]}")
            for asset in sorted(charged.keys() | booked.keys())
            if booked[asset] != charged[asset]
        ]

    def _money(self, truth: Truth, reader: BooksReader) -> list[Broken]:
        held = {each.asset: total(each.free, each.locked) for each in truth.balances}
        booked = {r.asset: total(r.fills_only, r.capital) for r in reader.balances() if r.venue == self._venue}
        found = [
            Broken("balances equal the exchange's", f"{asset}: {booked.get(asset, ZERO)} of {held.get(asset, ZERO)}")
            for asset in sorted(held.keys() | booked.keys())
            if held.get(asset, ZERO) != booked.get(asset, ZERO)
        ]
        opened = [row for row in reader.capital_events() if row.venue == self._venue and row.kind.value != "initial"]
        found += [Broken("nobody paid in or out", f"{row.kind.value} of {row.amount} {row.asset}") for row in opened]
        found += [Broken("money is conserved", f"{a}: {amount}") for a, amount in truth.money_out_of_place.items()]
        for position in reader.positions():
            asset = position.symbol.partition("/")[0]
            if position.quantity > held.get(asset, ZERO):
                found.append(Broken("positions are held", f"{position.quantity} of {held.get(asset, ZERO)} {asset}"))
        return found

    def _budget(self, reader: BooksReader) -> list[Broken]:
        """Nothing is promised to anybody any more, and free and committed add up to what the books say we have."""
        budget = budget_of(RouterSetup(self._venue, "", self._quote), reader.recovery())
        spent = sum((position.spent_quote for position in reader.positions()), ZERO)
        cash = sum((r.fills_only + r.capital for r in reader.balances() if r.asset == self._quote), ZERO)
        if (budget.reserved, budget.committed, budget.free) == (ZERO, spent, cash):
            return []
        return [Broken("the budget adds up", f"{budget}; spent on positions {spent}, cash {cash}")]


def _once(truth: Truth, orders: Iterable[OrderRow]) -> list[Broken]:
    written = {order.order_id for order in orders}
    placed = Counter(order.ticket.client_id for order in truth.orders)
    found = [
        Broken("no order twice", f"{name} was placed {times} times") for name, times in placed.items() if times > 1
    ]
    return found + [Broken("written before it was sent", name) for name in placed if name not in written]


def _wanted(truth: Truth, trades: Iterable[TradeRow]) -> list[Broken]:
    """The tries of an intent together traded no more than it wanted."""
    executed: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for order in truth.orders:
        executed[order.ticket.client_id] = total(executed[order.ticket.client_id], order.executed)
    found = []
    for trade in trades:
        tries = (client_order_id(trade.intent_id, n) for n in range(1, trade.attempt + 1))
        traded = sum((executed.get(name, ZERO) for name in tries), ZERO)
        if traded != trade.filled or traded > trade.quantity:
            detail = f"{trade.intent_id}: traded {traded}, booked {trade.filled} of {trade.quantity}"
            found.append(Broken("an intent trades what it wanted", detail))
    return found


def _fills(truth: Truth, fills: Iterable[FillRow]) -> list[Broken]:
    """The fills of each order are the exchange's trades of it: none is lost, none made up, none counted twice."""
    said: dict[str, _Sums] = defaultdict(_Sums)
    for fill in fills:
        said[fill.order_id] = said[fill.order_id].plus(fill.base_quantity, fill.quote_quantity)
    happened: dict[str, _Sums] = defaultdict(_Sums)
    for trade in truth.trades:
        happened[trade.client_id] = happened[trade.client_id].plus(trade.quantity, trade.quote_quantity)
    return [
        Broken("no fill lost, none made up", f"{name}: books {said[name]}, exchange {happened[name]}")
        for name in sorted(said.keys() | happened.keys())
        if said[name] != happened[name]
    ]


def _ends(truth: Truth, orders: Iterable[OrderRow], trades: Iterable[TradeRow]) -> list[Broken]:
    found = [Broken("nothing of ours rests", each.ticket.client_id) for each in truth.orders if each.status.is_open]
    found += [
        Broken("no order without an end", f"{order.order_id} is {order.state.value}")
        for order in orders
        if not order.state.is_final
    ]
    return found + [Broken("one fate for each drop", t.intent_id) for t in trades if t.outcome is None]


def _reasons(reader: BooksReader, sessions: Iterable[str]) -> list[Broken]:
    known = {reason.value for reason in HaltReason} - {HaltReason.UNEXPECTED_HALT.value}
    never = {HaltReason.RECONCILER_HALT.value}
    rows = [row for session in sessions for row in reader.halts(session)]
    return [
        Broken("every halt has a proper reason", f"{row.reason}: {row.detail}")
        for row in rows
        if row.reason not in known or row.reason in never
    ]
