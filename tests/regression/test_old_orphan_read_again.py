"""What went wrong: an order of an old version, without sequence and hash, was read and reported again at every start."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import JournalEvent, OrderIntended, OrderTransitioned
from neo.domain.messages.session import Reconciled
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.ports import JournalWrite, WriteAccepted
from neo.domain.units import NS_PER_S
from neo.harness import World
from neo.infra.sqlite.books_rows import OrderRow
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store

LEGACY_SESSION = "session_of_an_old_version"
DAY_NS = 86_400 * NS_PER_S


def submitted(order_id: str) -> tuple[JournalEvent, ...]:
    """As the old version left it: handed over, and no trace of what became of it."""
    intended = OrderIntended(
        order_id=order_id,
        intent_id=order_id,
        session_id=LEGACY_SESSION,
        venue="xrpl",
        symbol="XRP/RLUSD",
        side=Side.BUY,
        price=Decimal("0.5"),
        quantity=Decimal(30),
        quote_quantity=Decimal(15),
        level=0,
        offer_sequence=None,
    )
    return intended, OrderTransitioned(order_id, OrderEvent.HANDED_OVER, OrderState.SUBMITTED, "")


def insert(world: World, order_id: str, age_days: int) -> None:
    store = open_state_store(StoreSettings(world.database, 0, Synchronous.OFF))
    write = JournalWrite("old", world.kernel.now_ns() - age_days * DAY_NS, submitted(order_id))
    (result,) = store.commit([write])
    assert isinstance(result, WriteAccepted), result
    store.close()


def order(world: World, order_id: str) -> OrderRow:
    with world.reader() as reader:
        return next(row for row in reader.orders(LEGACY_SESSION) if row.order_id == order_id)


def moves(world: World, order_id: str) -> list[tuple[str, str]]:
    """Session and kind of every event of the journal that names the order."""
    with world.reader() as reader:
        return [(row.session_id, row.kind) for row in reader.journal() if order_id in row.payload]


def test_an_orphan_is_cleaned_up_once_and_never_read_again() -> None:
    with World() as world:
        insert(world, "legacy-1", age_days=8)
        reconciled = world.record(Reconciled)

        world.boot().until_trading()

        today = datetime.fromtimestamp(world.kernel.now_ns() // NS_PER_S, UTC).date().isoformat()
        row = order(world, "legacy-1")
        assert (row.state, row.failure_reason) == (OrderState.CANCELED, f"orphan cleanup {today}")
        assert any("legacy-1" in text for found in reconciled.of(Reconciled) for text in found.explained)
        world.finish()
        after_first = moves(world, "legacy-1")
        told = len(reconciled.of(Reconciled))

        world.run_for(600)
        world.boot().until_trading().run_for(120)
        world.finish()

        assert order(world, "legacy-1") == row
        assert moves(world, "legacy-1") == after_first
        later = [text for found in reconciled.of(Reconciled)[told:] for text in found.explained]
        assert not [text for text in later if "orphan" in text or "legacy-1" in text]
        assert len(reconciled.of(Reconciled)) > told


def test_an_order_of_less_than_a_week_is_no_orphan_yet() -> None:
    with World() as world:
        insert(world, "young-1", age_days=6)

        world.boot().until_trading()

        assert order(world, "young-1").state is not OrderState.CANCELED
        assert order(world, "young-1").failure_reason is None
