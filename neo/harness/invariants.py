"""What must hold whatever goes wrong, checked against the ledger itself.

Safety (`broken_now`) holds at every instant, also right after kill -9. Liveness (`broken_when_quiet`) holds once the faults
have stopped and a reconciliation has gone through.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.storage import Recovery
from neo.domain.messages.venue import OpenOffer
from neo.domain.orders.reconciliation import QUOTE_TOLERANCE
from neo.domain.safety.halts import HaltReason
from neo.domain.units import ZERO
from neo.harness.broken import Broken
from neo.harness.world import World
from neo.infra.simulated.parsing import account_state, open_offers
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.cast import makes_markets

#: Dead letters that prove a hole in the wiring. The others are what faults leave behind.
_HOLES = frozenset({"unhandled", "no_such_actor", "no_such_port", "callback_failed"})
#: Working orders are valued at the anchor of their tick; until the next one the price may move this much.
_EXPOSURE_SLACK = Decimal("1.02")
#: Parts of the books that are looked at at every instant. On an exchange it is all of them.
_LOOKED_AT = ("balances", "cursors", "engine_state")
_PROPER_REASONS = frozenset(reason.value for reason in HaltReason) - {HaltReason.UNEXPECTED_HALT.value}


def broken_now(world: World) -> tuple[Broken, ...]:
    """Safety, of the durable books and the ledger."""
    with world.reader() as reader, reader.at_one_instant():
        books = reader.recovery(_LOOKED_AT if world.exchange is None else None)
        found = [
            *_acknowledged(world, books),
            *_holes(world),
            *_reasons(world, reader),
            *_counted(world, reader, books),
        ]
        if makes_markets(world.config):
            _read_on(world, reader, books)
            offers = open_offers(world.gateway.ledger.validated(), world.config.xrpl.account)
            found += [
                *_money(world, books),
                *_once(world),
                *_proved(offers, reader),
                *_exposure(world, offers),
            ]
        if world.exchange is not None:
            from neo.harness.exchange_invariants import exchange_broken_now  # loads what only drops need

            found += exchange_broken_now(world, books, reader)
    return tuple(found)


def broken_when_quiet(world: World) -> tuple[Broken, ...]:
    """Liveness: nothing in doubt, no offer that nobody knows, balances equal to the drop."""
    books = world.books()
    found = [*broken_now(world), *_heard(world)]
    if world.exchange is not None:
        from neo.harness.exchange_invariants import exchange_broken_when_quiet

        found += exchange_broken_when_quiet(world, books)
    if makes_markets(world.config):
        found += _ledger_when_quiet(world, books)
    return tuple(found)


def _ledger_when_quiet(world: World, books: Recovery) -> list[Broken]:
    found: list[Broken] = []
    account = account_state(world.gateway.ledger.validated(), world.gateway.ledger, world.config.xrpl.account)
    if account is not None:
        for asset, at_venue, tolerance in (
            (world.config.xrpl.base, account.base, ZERO),
            (world.config.xrpl.quote, account.quote, QUOTE_TOLERANCE),
        ):
            booked = _balance(books, asset)
            if abs(at_venue - booked) > tolerance:
                found.append(Broken("engine inventory equals the ledger's", f"{asset}: {booked} against {at_venue}"))
    on_ledger = {o.sequence for o in open_offers(world.gateway.ledger.validated(), world.config.xrpl.account)}
    known = {order.offer_sequence for order in books.orders if order.venue == LEDGER_VENUE}
    if on_ledger - known:
        found.append(Broken("no untracked offer", f"sequences {sorted(on_ledger - known)}"))
    return found


def _read_on(world: World, reader: BooksReader, books: Recovery) -> None:
    """Take our transactions in every ledger that the books claim to have read into the audit."""
    cursor = books.cursor(LEDGER_VENUE) or 0
    fresh = world.audit.unread(world.gateway.own_history, cursor)
    written = {row.hash: row for row in reader.sent(LEDGER_VENUE, world.audit.sent(fresh))}
    world.audit.add(fresh, written, cursor)


def _balance(books: Recovery, asset: str) -> Decimal:
    return sum((b.fills_only + b.capital for b in books.balances if (b.venue, b.asset) == (LEDGER_VENUE, asset)), ZERO)


def _acknowledged(world: World, books: Recovery) -> list[Broken]:
    if books.lsn >= world.witness.acknowledged_lsn:
        return []
    detail = f"confirmed up to {world.witness.acknowledged_lsn}, durable up to {books.lsn}"
    return [Broken("nothing acknowledged is lost", detail)]


def _money(world: World, books: Recovery) -> list[Broken]:
    """Fills and fees in the books are exactly the balance changes of the ledgers that they claim to have read."""
    if not any(key.startswith("books.opened") for key, _ in books.engine_state):
        return []
    opening = world.opening_balances()
    found = []
    for asset, expected, tolerance in (
        (world.config.xrpl.base, opening[0] + world.audit.base, ZERO),
        (world.config.xrpl.quote, opening[1] + world.audit.quote, QUOTE_TOLERANCE),
    ):
        booked = _balance(books, asset)
        if abs(expected - booked) > tolerance:
            found.append(Broken("money is conserved", f"{asset}: books {booked}, ledger history {expected}"))
    return found


def _once(world: World) -> list[Broken]:
    """Each order was placed by at most one transaction, and every transaction of ours was written down before."""
    return [
        *(
            Broken("written before it was sent", f"transaction {hash_} is in no journal")
            for hash_ in world.audit.unwritten
        ),
        *(Broken("no order twice", f"{order} was placed {times} times") for order, times in world.audit.placed_twice),
    ]


def _proved(offers: Sequence[OpenOffer], reader: BooksReader) -> list[Broken]:
    """Nothing that the books call finished rests on the validated ledger.

    A sequence number that was never used is given to the next order: the newest order of that number counts.
    """
    newest = reader.newest_orders_at(LEDGER_VENUE, [offer.sequence for offer in offers])
    return [
        Broken("no end without proof", f"{row.order_id} is {row.state.value}, and its offer {sequence} rests")
        for sequence, row in newest.items()
        if row.state.is_final
    ]


def _heard(world: World) -> list[Broken]:
    with world.reader() as reader:
        newest = reader.money_lsn()
    told = world.witness.balances_lsn
    if not world.has_engine or (told is not None and told >= newest):
        return []
    return [Broken("inventory hears of every fact", f"it has told of {told or 'nothing'}, the newest is {newest}")]


def _counted(world: World, reader: BooksReader, books: Recovery) -> list[Broken]:
    """What Inventory last told is what the books have of every asset, unless it has not heard of the newest facts yet."""
    witness = world.witness
    told = witness.balances_lsn
    if told is None or not world.has_engine or reader.money_lsn() > told:
        return []
    booked = {(row.venue, row.asset): row for row in books.balances}
    found = [
        Broken("inventory is what the books say", f"told {witness.balances.get(place)}, booked {booked.get(place)}")
        for place in sorted({*booked, *witness.balances})
        if witness.balances.get(place) != booked.get(place)
    ]
    return found + _pair_told(world)


def _pair_told(world: World) -> list[Broken]:
    """Whoever makes the market was told the same as the supervisor, who hears it a moment later."""
    pair, told = world.witness.inventory, world.witness.balances_lsn
    if pair is None or told is None or pair.lsn > told:
        return []
    config = world.config.xrpl
    counted = [world.witness.balances.get((pair.venue, asset)) for asset in (config.base, config.quote)]
    totals = [each.total if each is not None else ZERO for each in counted]
    if totals == [pair.base, pair.quote]:
        return []
    return [Broken("the market maker knows its inventory", f"told {pair.base} and {pair.quote}, counted {totals}")]


def _holes(world: World) -> list[Broken]:
    if not world.has_engine:
        return []
    return [
        Broken("every message has a handler", f"{d.reason}: {type(d.message).__name__} from {d.sender} to {d.to}")
        for d in world.system.dead_letters
        if d.reason in _HOLES
    ]


def _reasons(world: World, reader: BooksReader) -> list[Broken]:
    rows = [halt for session in world.session_ids for halt in reader.halts(session)]
    return [
        Broken("every halt has a proper reason", f"{row.reason}: {row.detail}")
        for row in rows
        if row.reason not in _PROPER_REASONS
    ]


def _exposure(world: World, offers: Sequence[OpenOffer]) -> list[Broken]:
    """Value of what we hold and of every offer that may still fill, against the limits, while nothing has halted."""
    ledger = world.gateway.ledger
    price = world.gateway.fair_price
    if price is None or not world.has_engine or world.ended is not None:
        return []
    account = account_state(ledger.validated(), ledger, world.config.xrpl.account)
    if account is None or world.halted_at(LEDGER_VENUE):
        return []
    buying = sum((o.base_quantity for o in offers if o.side.value == "buy"), ZERO)
    selling = sum((o.quote_quantity for o in offers if o.side.value == "sell"), ZERO)
    risk = world.config.risk
    found = []
    for name, value, limit in (
        ("risk.max_xrp_exposure", (account.base + buying) * price, risk.max_xrp_exposure),
        ("risk.max_rlusd_exposure", account.quote + selling, risk.max_rlusd_exposure),
    ):
        if value > limit * _EXPOSURE_SLACK:
            found.append(Broken("exposure stays within limits", f"{name}: {value:.2f} > {limit}"))
    return found
