"""The trading desk of the simulated exchange: matches accepted orders, books every fill, ends what must end."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.money.exact import difference, total
from neo.domain.units import ONE, ZERO
from neo.infra.simulated_exchange.exact import product
from neo.infra.simulated_exchange.fees import FeeSchedule
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_book import Appetite, Match, Resting
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, PublicTrade, Side, Trade
from neo.infra.simulated_exchange.register import Register
from neo.infra.simulated_exchange.settlement import Settlement
from neo.infra.simulated_exchange.wallet import Wallet

_RESTS = (OrderKind.LIMIT, OrderKind.POST_ONLY)


class Desk:
    """Every change of an order passes through here. `now_ms` is the time at which things happen."""

    def __init__(
        self, register: Register, settlement: Settlement, fees: FeeSchedule, wallets: dict[str, Wallet]
    ) -> None:
        self._register = register
        self._settlement = settlement
        self._fees = fees
        self._wallets = wallets
        self.now_ms = 0

    def match(self, market: ExchangeMarket, order: Order) -> Order:
        """Take what can be taken, then rest or end."""
        ticket, book = order.ticket, market.book(self.now_ms)
        taken = book.take(ticket.side, self._appetite(market.rules, order), order.account, ticket.self_trade)
        for match in taken.matches:
            self._trade(market, order.order_id, match)
        for maker_id in taken.prevented:
            self.end(market, self._register.order(maker_id), OrderStatus.EXPIRED)
        order = self._register.order(order.order_id)
        if ticket.quote_quantity:
            return self._end_by_quote(market, order)
        if order.status is OrderStatus.FILLED:
            return order
        if taken.stopped or ticket.kind not in _RESTS:
            return self.end(market, order, OrderStatus.EXPIRED)
        book.rest(ticket.side, Resting(order.order_id, order.account, ticket.price, order.remaining, ZERO))
        return order

    def live_through(self, market: ExchangeMarket, now_ms: int) -> None:
        """Epoch by epoch until `now_ms`: others' new books run into resting orders, and others take."""
        last = market.liquidity.epoch(now_ms)
        book = market.present_book
        while book is not None and book.epoch < last and book.has_own:
            book.enter_epoch(book.epoch + 1)
            self.now_ms = max(self.now_ms, market.liquidity.moment_ms(book.epoch, now_ms))
            for match in book.crossed_by_others():
                self._trade_with_others(market, match)
            flow = market.liquidity.flow(book.epoch)
            for side, quantity in ((Side.SELL, flow.sold), (Side.BUY, flow.bought)):
                for match in book.take(side, Appetite(quantity)).matches if quantity > ZERO else ():
                    self._trade_with_others(market, match)

    def end(self, market: ExchangeMarket, order: Order, status: OrderStatus) -> Order:
        """Out of the book, and what is still locked is free again."""
        if market.present_book is not None:
            market.present_book.withdraw(order.order_id)
        if order.locked:
            self._wallets[order.account].unlock(paid_in(market.rules, order.side), order.locked)
        return self._register.put(attrs.evolve(order, status=status, locked=ZERO, updated_ms=self.now_ms))

    def _appetite(self, rules: MarketRules, order: Order) -> Appetite:
        ticket = order.ticket
        if ticket.quote_quantity:
            return Appetite(budget=quote_budget(self._fees, rules, ticket.side, ticket.quote_quantity))
        return Appetite(ticket.quantity, limit=None if ticket.kind is OrderKind.MARKET else ticket.price)

    def _end_by_quote(self, market: ExchangeMarket, order: Order) -> Order:
        """A MARKET order by quote is as large as what it got; it ends filled unless it got nothing."""
        status = OrderStatus.FILLED if order.executed else OrderStatus.EXPIRED
        return self.end(market, attrs.evolve(order, quantity=order.executed), status)

    def _trade_with_others(self, market: ExchangeMarket, match: Match) -> None:
        """An own resting order was met by others."""
        if match.maker_id:
            side = self._register.order(match.maker_id).side
            self._fill(market, match.maker_id, match, is_maker=True, is_self_trade=False)
            self._settlement.with_others(market.rules, side, match.price, match.quantity)
            self._publish(market, match, side.other)

    def _trade(self, market: ExchangeMarket, taker_id: int, match: Match) -> None:
        """An incoming own order takes from others, or from another own order."""
        taker = self._register.order(taker_id)
        maker = self._register.order(match.maker_id) if match.maker_id else None
        is_self_trade = maker is not None and maker.account == taker.account
        self._fill(market, taker_id, match, is_maker=False, is_self_trade=is_self_trade)
        if maker is not None:
            self._fill(market, maker.order_id, match, is_maker=True, is_self_trade=is_self_trade)
        else:
            self._settlement.with_others(market.rules, taker.side, match.price, match.quantity)
        self._publish(market, match, taker.side)

    def _publish(self, market: ExchangeMarket, match: Match, taker_side: Side) -> None:
        market.remember(PublicTrade(match.price, match.quantity, self.now_ms, taker_side is Side.SELL))

    def _fill(
        self, market: ExchangeMarket, order_id: int, match: Match, *, is_maker: bool, is_self_trade: bool
    ) -> None:
        order = self._register.order(order_id)
        wallet = self._wallets[order.account]
        settled = self._settlement.settle(wallet, market.rules, order.side, match.price, match.quantity, is_maker)
        quote = product(match.price, match.quantity)
        order = attrs.evolve(
            order,
            status=OrderStatus.PARTIALLY_FILLED,
            executed=total(order.executed, match.quantity),
            executed_quote=total(order.executed_quote, quote),
            locked=difference(order.locked, settled.unlocked),
            updated_ms=self.now_ms,
        )
        self._register.add_trade(
            Trade(
                self._register.next_trade_id, order_id, order.ticket.client_id, order.account, order.symbol, order.side,
                match.price, match.quantity, quote, settled.fee.amount, settled.fee.asset, self.now_ms, is_maker,
                is_self_trade,
            )
        )  # fmt: skip
        if not order.remaining and not order.ticket.quote_quantity:
            self.end(market, order, OrderStatus.FILLED)
        else:
            self._register.put(self._without_surplus(market.rules, wallet, order))

    def _without_surplus(self, rules: MarketRules, wallet: Wallet, order: Order) -> Order:
        """What a better price or a fee in another asset left over is free at once; a MARKET order keeps all to its end."""
        if order.ticket.kind is OrderKind.MARKET:
            return order
        needed = self._settlement.to_lock(rules, order.side, order.remaining, order.ticket.price)
        surplus = difference(order.locked, needed)
        wallet.unlock(paid_in(rules, order.side), surplus)
        return attrs.evolve(order, locked=needed)


def paid_in(rules: MarketRules, side: Side) -> str:
    """The asset that an order of this side gives away."""
    return rules.quote if side is Side.BUY else rules.base


def quote_budget(fees: FeeSchedule, rules: MarketRules, side: Side, quote_quantity: Decimal) -> Decimal:
    """What a MARKET order by quote may trade: where a buyer's fee is taken in quote, it is part of what is spent."""
    return quote_quantity / (fees.buffer(rules) if side is Side.BUY else ONE)
