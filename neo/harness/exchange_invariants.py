"""What must hold on the exchange side whatever goes wrong, checked against the simulated exchange itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from neo.domain.exchange_orders.client_ids import is_ours
from neo.domain.exchange_orders.reconciliation import ROUNDING_MAX
from neo.domain.exchange_orders.tracking import SETTLED_WITHIN_NS
from neo.domain.messages.storage import Recovery
from neo.domain.money.exact import total
from neo.domain.orders.reconciliation import books_opened_key
from neo.domain.units import ZERO
from neo.harness.broken import Broken
from neo.harness.trade_fates import fates_broken
from neo.harness.world import World
from neo.infra.simulated_exchange.gateway import SimulatedExchangeGateway
from neo.infra.sqlite.books_reader import BooksReader


def exchange_broken_now(world: World, books: Recovery, reader: BooksReader) -> tuple[Broken, ...]:
    """Safety: holds at every instant, also right after kill -9."""
    gateway = world.exchange
    if gateway is None:
        return ()
    return (
        *world.trades.broken,
        *_orders(world, gateway, reader),
        *_wanted(world, gateway),
        *fates_broken(world, reader, quiet=False),
        *_conserved(gateway),
        *_settled(world, gateway, books),
        *_covered(gateway, books),
    )


def exchange_broken_when_quiet(world: World, books: Recovery) -> tuple[Broken, ...]:
    """Liveness: no trade is in doubt, nothing rests, every proposal has found its fate."""
    gateway = world.exchange
    if gateway is None:
        return ()
    now_ns = world.kernel.now_ns()
    found = [
        Broken("nothing stays in doubt", f"trade {trade.intent_id} in {trade.symbol}")
        for trade in books.trades
        if trade.venue == world.config.exchange.name
        if not world.has_engine
        or now_ns - trade.proposed_at_ns > SETTLED_WITHIN_NS  # it trades on: some are just begun
    ]
    resting = gateway.exchange.register.open_orders(gateway.account)
    found += [Broken("nothing of ours rests", f"{order.ticket.client_id} in {order.symbol}") for order in resting]
    with world.reader() as reader:
        found += fates_broken(world, reader, quiet=True)
    return tuple(found)


def _orders(world: World, gateway: SimulatedExchangeGateway, reader: BooksReader) -> list[Broken]:
    """Each order was placed at most once, and none that was not approved and written down before."""
    placed = Counter(order.ticket.client_id for order in gateway.exchange.register.orders(gateway.account))
    found = [
        Broken("no order twice", f"{name} was placed {times} times") for name, times in placed.items() if times > 1
    ]
    found += [Broken("no order but ours", name) for name in placed if not is_ours(name)]
    written = {row.order_id for session in world.session_ids for row in reader.orders(session)}
    found += [Broken("written before it was sent", name) for name in placed if name not in written]
    found += [Broken("no order without an approval", name) for name in placed if name not in world.trades.allowed]
    tries = Counter(world.trades.allowed[name] for name in placed if name in world.trades.allowed)
    limits = {intent: len(world.trades.trades[intent].proposed.limits) for intent in tries}
    return found + [
        Broken("no more orders than limits", f"{intent}: {count} of {limits[intent]}")
        for intent, count in tries.items()
        if count > limits[intent]
    ]


def _wanted(world: World, gateway: SimulatedExchangeGateway) -> list[Broken]:
    """All orders of an intent together traded no more than was approved."""
    traded: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for order in gateway.exchange.register.orders(gateway.account):
        intent = world.trades.allowed.get(order.ticket.client_id)
        if intent is not None:
            traded[intent] = total(traded[intent], order.executed)
    wanted = {intent: world.trades.trades[intent].proposed.quantity for intent in traded}
    return [
        Broken("an intent trades what it wanted", f"{intent}: {quantity} of {wanted[intent]}")
        for intent, quantity in traded.items()
        if quantity > wanted[intent]
    ]


def _conserved(gateway: SimulatedExchangeGateway) -> list[Broken]:
    return [
        Broken("money is conserved at the exchange", f"{asset}: {amount}")
        for asset, amount in gateway.exchange.money_out_of_place().items()
    ]


def _settled(world: World, gateway: SimulatedExchangeGateway, books: Recovery) -> list[Broken]:
    """What the books say we own is what the exchange says, of every asset that no trade in work may move."""
    venue = world.config.exchange.name
    if books_opened_key(venue) not in dict(books.engine_state):
        return []
    in_work = {trade.symbol.partition("/")[0] for trade in books.trades if trade.venue == venue}
    held = _held(gateway)
    booked = {row.asset: row.fills_only + row.capital for row in books.balances if row.venue == venue}
    moved_by_all = {world.config.exchange.quote, gateway.exchange.habits.fees.coin}
    return [
        Broken("books equal the exchange", f"{asset}: {booked.get(asset, ZERO)} against {held.get(asset, ZERO)}")
        for asset in sorted(held.keys() | booked.keys())
        if asset not in in_work and not (in_work and asset in moved_by_all)
        if abs(held.get(asset, ZERO) - booked.get(asset, ZERO)) > ROUNDING_MAX
    ]


def _covered(gateway: SimulatedExchangeGateway, books: Recovery) -> list[Broken]:
    """A position in the books that nothing sells, and no trade in work takes its fee from, is in the wallet."""
    held, coin = _held(gateway), gateway.exchange.habits.fees.coin
    selling = {trade.symbol for trade in books.trades}
    found = []
    for position in books.positions:
        asset = position.symbol.partition("/")[0]
        if asset == coin and books.trades:
            continue
        if position.symbol not in selling and held.get(asset, ZERO) + ROUNDING_MAX < position.quantity:
            found.append(Broken("positions are held", f"{asset}: {held.get(asset, ZERO)} < {position.quantity}"))
    return found


def _held(gateway: SimulatedExchangeGateway) -> dict[str, Decimal]:
    return {each.asset: each.free + each.locked for each in gateway.exchange.wallet(gateway.account).balances()}
