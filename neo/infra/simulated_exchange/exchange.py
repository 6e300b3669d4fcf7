"""The simulated exchange: accepts or refuses, matches, cancels. Pure: time comes with every question, in ms."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs

from neo.domain.money.exact import total
from neo.domain.units import ZERO
from neo.infra.simulated_exchange.desk import Desk, paid_in, quote_budget
from neo.infra.simulated_exchange.exact import product
from neo.infra.simulated_exchange.fees import FeeSchedule
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_book import Appetite
from neo.infra.simulated_exchange.market_rules import MarketStatus
from neo.infra.simulated_exchange.order import Order, OrderKind, OrderStatus, OrderTicket, Side
from neo.infra.simulated_exchange.order_checks import misfit
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason
from neo.infra.simulated_exchange.register import Register
from neo.infra.simulated_exchange.settlement import Settlement, Treasury, money_out_of_place
from neo.infra.simulated_exchange.wallet import Wallet
from neo.records import frozen


@frozen(kw_only=True)
class ExchangeHabits:
    """In what exchanges differ. `client_ids_for_ever`: a client id that was used is never taken again; otherwise only
    while its order is open (Binance), so that an order sent again after it filled trades again. `post_only_expires`: a
    post-only order that would take is accepted and ended instead of refused.
    """

    fees: FeeSchedule = attrs.field(factory=FeeSchedule)
    client_ids_for_ever: bool = False
    post_only_expires: bool = False
    open_orders_max: int = 200


class SimulatedExchange:
    """Markets, accounts and every order. Times may not go back: an earlier time counts as the latest one."""

    def __init__(self, markets: Iterable[ExchangeMarket], habits: ExchangeHabits) -> None:
        self.markets = {market.rules.symbol: market for market in markets}
        self.habits = habits
        self.register = Register()
        self.treasury = Treasury()
        self._wallets: dict[str, Wallet] = {}
        self._settlement = Settlement(habits.fees, self.treasury, self._coin_price)
        self._desk = Desk(self.register, self._settlement, habits.fees, self._wallets)
        self.now_ms = 0
        self._status_changes = 0

    @property
    def revision(self) -> int:
        """Grows with every change of an order and of a market's status."""
        return self.register.changes + self._status_changes

    def wallet(self, account: str) -> Wallet:
        return self._wallets.setdefault(account, Wallet())

    def deposit(self, account: str, asset: str, amount: Decimal) -> None:
        self.wallet(account).credit(asset, amount)
        Treasury.book(self.treasury.deposited, asset, amount)

    def money_out_of_place(self) -> dict[str, Decimal]:
        """Empty while money is conserved: deposits = wallets + fees + what others got."""
        return money_out_of_place(list(self._wallets.values()), self.treasury)

    def listed(self) -> tuple[ExchangeMarket, ...]:
        return tuple(each for each in self.markets.values() if each.status is not MarketStatus.DELISTED)

    def market(self, symbol: str) -> ExchangeMarket | None:
        """None for a market that does not exist or is delisted."""
        found = self.markets.get(symbol)
        return found if found is not None and found.status is not MarketStatus.DELISTED else None

    def advance(self, now_ms: int) -> None:
        """Live through the time since the last call: resting orders may be met by others."""
        self.now_ms = max(self.now_ms, now_ms)
        for symbol in sorted({order.symbol for order in self.register.open_orders()}):
            market = self.markets[symbol]
            if market.status is MarketStatus.TRADING:
                self._desk.live_through(market, self.now_ms)
        self._desk.now_ms = self.now_ms

    def submit(self, account: str, ticket: OrderTicket, now_ms: int) -> Order | Refusal:
        """The order as it stands after everything that it could take at once."""
        self.advance(now_ms)
        refusal = self._refusal(account, ticket)
        if refusal is not None:
            return refusal
        market = self.markets[ticket.symbol]
        if self._must_not_trade(market, ticket):
            unfilled = self._accepted(account, ticket, ZERO)
            return self.register.put(attrs.evolve(unfilled, status=OrderStatus.EXPIRED))
        wallet, asset, needed = self.wallet(account), paid_in(market.rules, ticket.side), self._to_lock(market, ticket)
        if needed > wallet.free(asset):
            return Refusal(RefusalReason.BALANCE_TOO_SMALL, needed)
        wallet.lock(asset, needed)
        return self._desk.match(market, self.register.put(self._accepted(account, ticket, needed)))

    def cancel(self, account: str, symbol: str, order_id: int | None, client_id: str, now_ms: int) -> Order | Refusal:
        """The order as it ended, or why there was nothing to cancel."""
        self.advance(now_ms)
        market = self.market(symbol)
        if market is None:
            return Refusal(RefusalReason.UNKNOWN_SYMBOL)
        order = self.register.find(account, symbol, order_id, client_id)
        if order is None:
            return Refusal(RefusalReason.UNKNOWN_ORDER)
        if not order.status.is_open:
            return Refusal(RefusalReason.ORDER_CLOSED)
        return self._desk.end(market, order, OrderStatus.CANCELED)

    def halt(self, symbol: str) -> None:
        """Orders rest, nothing trades, new ones are refused."""
        self._become(symbol, MarketStatus.HALTED)

    def delist(self, symbol: str) -> None:
        """As if the market had never been; its open orders end."""
        market = self._become(symbol, MarketStatus.DELISTED)
        for order in self.register.open_orders(symbol=symbol):
            self._desk.end(market, order, OrderStatus.EXPIRED)

    def relist(self, symbol: str) -> None:
        self._become(symbol, MarketStatus.TRADING)

    def _become(self, symbol: str, status: MarketStatus) -> ExchangeMarket:
        self._status_changes += 1
        self.markets[symbol].status = status
        return self.markets[symbol]

    def _refusal(self, account: str, ticket: OrderTicket) -> Refusal | None:
        market = self.market(ticket.symbol)
        if market is None:
            return Refusal(RefusalReason.UNKNOWN_SYMBOL)
        if market.status is MarketStatus.HALTED:
            return Refusal(RefusalReason.NOT_TRADING)
        unfit = misfit(ticket, market.rules, market.mid(self.now_ms))
        if unfit is not None:
            return unfit
        if self._client_id_taken(account, ticket):
            return Refusal(RefusalReason.CLIENT_ID_TAKEN)
        if len(self.register.open_orders(account, ticket.symbol)) >= self.habits.open_orders_max:
            return Refusal(RefusalReason.TOO_MANY_ORDERS, Decimal(self.habits.open_orders_max))
        if self._crosses(market, ticket) and not self.habits.post_only_expires:
            return Refusal(RefusalReason.WOULD_TAKE)
        return None

    def _client_id_taken(self, account: str, ticket: OrderTicket) -> bool:
        if not ticket.client_id:
            return False
        known = self.register.find(account, ticket.symbol, None, ticket.client_id)
        return known is not None and (self.habits.client_ids_for_ever or known.status.is_open)

    def _crosses(self, market: ExchangeMarket, ticket: OrderTicket) -> bool:
        """A post-only order that would take."""
        if ticket.kind is not OrderKind.POST_ONLY:
            return False
        return market.book(self.now_ms).would_take(ticket.side, ticket.price)

    def _must_not_trade(self, market: ExchangeMarket, ticket: OrderTicket) -> bool:
        """A FOK that cannot be filled at once, or a post-only order that would take where that is no refusal."""
        if ticket.kind is OrderKind.FOK:
            appetite = Appetite(ticket.quantity, limit=ticket.price)
            return market.book(self.now_ms).within_reach(ticket.side, appetite) < ticket.quantity
        return self._crosses(market, ticket)

    def _to_lock(self, market: ExchangeMarket, ticket: OrderTicket) -> Decimal:
        """What the order sets aside, in what it gives away."""
        if ticket.kind is not OrderKind.MARKET:
            return self._settlement.to_lock(market.rules, ticket.side, ticket.quantity, ticket.price)
        if ticket.side is Side.BUY and ticket.quote_quantity:
            return ticket.quote_quantity
        if ticket.side is Side.SELL and not ticket.quote_quantity:
            return ticket.quantity
        base, quote = self._within_book(market, ticket)
        return base if ticket.side is Side.SELL else product(quote, self.habits.fees.buffer(market.rules))

    def _within_book(self, market: ExchangeMarket, ticket: OrderTicket) -> tuple[Decimal, Decimal]:
        """(base, quote) that a MARKET order would trade against the whole book as it stands."""
        rules = market.rules
        budget = quote_budget(self.habits.fees, rules, ticket.side, ticket.quote_quantity)
        base = quote = ZERO
        for level in market.book(self.now_ms).levels(ticket.side.other, 1_000):
            wanted = rules.whole_steps((budget - quote) / level.price) if budget else ticket.quantity - base
            got = min(wanted, level.quantity)
            base, quote = base + got, total(quote, product(got, level.price))
        return base, quote

    def _accepted(self, account: str, ticket: OrderTicket, locked: Decimal) -> Order:
        now_ms, number = self.now_ms, self.register.next_order_id
        self.wallet(account)
        return Order(number, account, ticket, ticket.quantity, OrderStatus.NEW, now_ms, now_ms, locked=locked)

    def _coin_price(self, quote: str) -> Decimal | None:
        market = self.market(f"{self.habits.fees.coin}{quote}")
        return market.mid(self.now_ms) if market is not None else None
