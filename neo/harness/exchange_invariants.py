"""What must hold on the exchange side whatever goes wrong, checked against the simulated exchange itself."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from neo.domain.exchange_orders.client_ids import is_ours
from neo.domain.exchange_orders.reconciliation import ROUNDING_MAX
from neo.domain.messages.storage import Recovery
from neo.domain.orders.reconciliation import books_opened_key
from neo.domain.units import ZERO
from neo.harness.broken import Broken
from neo.harness.world import World
from neo.infra.simulated_exchange.gateway import SimulatedExchangeGateway
from neo.infra.sqlite.books_reader import BooksReader


def exchange_broken_now(world: World, books: Recovery, reader: BooksReader) -> tuple[Broken, ...]:
    """Safety: holds at every instant, also right after kill -9."""
    gateway = world.exchange
    if gateway is None:
        return ()
    return (*_orders(world, gateway, reader), *_budget(world), *_limits(world), *_covered(world, gateway, books))


def exchange_broken_when_quiet(world: World, books: Recovery) -> tuple[Broken, ...]:
    """Liveness: no trade is in doubt, nothing rests, and what the books say we own is what the exchange says."""
    gateway = world.exchange
    if gateway is None:
        return ()
    found = [
        Broken("nothing stays in doubt", f"trade {trade.intent_id} in {trade.symbol}")
        for trade in books.trades
        if trade.venue == world.config.exchange.name
    ]
    resting = gateway.exchange.register.open_orders(gateway.account)
    found += [Broken("nothing of ours rests", f"{order.ticket.client_id} in {order.symbol}") for order in resting]
    held, booked = _held(gateway), _booked(world, books)
    for asset in sorted(held.keys() | booked.keys()):
        at_venue, in_books = held.get(asset, ZERO), booked.get(asset, ZERO)
        if abs(at_venue - in_books) > ROUNDING_MAX:
            found.append(Broken("books equal the exchange", f"{asset}: {in_books} against {at_venue}"))
    return tuple(found)


def _orders(world: World, gateway: SimulatedExchangeGateway, reader: BooksReader) -> list[Broken]:
    """Each order was placed at most once, and none that was not written down before."""
    placed = Counter(order.ticket.client_id for order in gateway.exchange.register.orders(gateway.account))
    found = [
        Broken("no order twice", f"{name} was placed {times} times") for name, times in placed.items() if times > 1
    ]
    found += [Broken("no order but ours", name) for name in placed if not is_ours(name)]
    written = {row.order_id for session in world.session_ids for row in reader.orders(session)}
    found += [Broken("written before it was sent", name) for name in placed if name not in written]
    return found


def _budget(world: World) -> list[Broken]:
    """free + reserved + committed == total in everything that the router told, and none of them below nothing."""
    told = world.witness.positions
    if told is None:
        return []
    budget = told.budget
    if budget.free + budget.reserved + budget.committed == budget.total and min(budget.reserved, budget.committed) >= 0:
        return []
    return [Broken("the budget adds up", str(budget))]


def _limits(world: World) -> list[Broken]:
    told, limits = world.witness.positions, world.config.exchange_risk
    if told is None:
        return []
    found = []
    if len(told.positions) > limits.max_concurrent_positions:
        found.append(Broken("positions stay within limits", f"{len(told.positions)} are open"))
    spent = told.budget.committed + told.budget.reserved
    if spent > limits.max_quote_exposure:
        found.append(Broken("exposure stays within limits", f"{spent} > {limits.max_quote_exposure}"))
    return found


def _covered(world: World, gateway: SimulatedExchangeGateway, books: Recovery) -> list[Broken]:
    """Money is conserved at the exchange, and a position in the books that nothing sells is in the wallet."""
    found = [
        Broken("money is conserved at the exchange", f"{asset}: {amount}")
        for asset, amount in gateway.exchange.money_out_of_place().items()
    ]
    held = _held(gateway)
    selling = {trade.symbol for trade in books.trades}
    for position in books.positions:
        asset = position.symbol.partition("/")[0]
        if position.symbol not in selling and held.get(asset, ZERO) + ROUNDING_MAX < position.quantity:
            found.append(Broken("positions are held", f"{asset}: {held.get(asset, ZERO)} < {position.quantity}"))
    return found


def _held(gateway: SimulatedExchangeGateway) -> dict[str, Decimal]:
    return {each.asset: each.free + each.locked for each in gateway.exchange.wallet(gateway.account).balances()}


def _booked(world: World, books: Recovery) -> dict[str, Decimal]:
    venue = world.config.exchange.name
    if books_opened_key(venue) not in dict(books.engine_state):
        return _held(world.exchange) if world.exchange is not None else {}
    return {row.asset: row.fills_only + row.capital for row in books.balances if row.venue == venue}
