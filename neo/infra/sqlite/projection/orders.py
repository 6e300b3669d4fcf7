"""Tables ``orders`` and ``order_events``. A transition that the life-cycle table does not have is refused."""

from __future__ import annotations

from neo.domain.messages.journal import OrderAdopted, OrderIntended, OrderTransitioned
from neo.domain.orders.lifecycle import TABLE, NoSuchTransition, OrderEvent, OrderState, transition
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.projection.entry import BooksContradiction, Entry, Execute, Projections

TABLES = ("order_events", "orders")

_INSERT = (
    "INSERT INTO orders(order_id, intent_id, session_id, venue, symbol, side, price, quantity, quote_quantity, level, "
    "state, offer_sequence, expiration_s, replaces_order_id, adopted, created_lsn, created_at_ns, updated_at_ns) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_STATE = "SELECT state FROM orders WHERE order_id = ?"


def _moves(assignments: str) -> dict[tuple[OrderEvent, OrderState], str]:
    """For each step of the life-cycle table the statement that takes it, from the states in which it can be taken only."""
    return {
        (event, to): f"UPDATE orders SET state = '{to.value}', {assignments} WHERE order_id = ? AND state IN ("
        + ", ".join(f"'{state.value}'" for (state, taken), reached in TABLE.items() if (taken, reached) == (event, to))
        + ") RETURNING 1"
        for event, to in dict.fromkeys((event, to) for (_, event), to in TABLE.items())
    }


_MOVE = _moves("updated_at_ns = ?")
_FINISH = _moves("failure_reason = ?, updated_at_ns = ?")
_HISTORY = "INSERT INTO order_events(lsn, order_id, at_ns, event, state, reason) VALUES(?, ?, ?, ?, ?, ?)"


def intended(execute: Execute, entry: Entry, event: OrderIntended) -> None:
    """An order exists from here on."""
    execute(
        _INSERT,
        (
            event.order_id,
            event.intent_id,
            event.session_id,
            event.venue,
            event.symbol,
            event.side.value,
            decimal_text(event.price),
            decimal_text(event.quantity),
            decimal_text(event.quote_quantity),
            event.level,
            OrderState.INTENDED.value,
            event.offer_sequence,
            event.expiration_s,
            event.replaces_order_id,
            0,
            entry.lsn,
            entry.at_ns,
            entry.at_ns,
        ),
    )


def adopted(execute: Execute, entry: Entry, event: OrderAdopted) -> None:
    """An offer that the venue had and the books did not."""
    execute(
        _INSERT,
        (
            event.order_id,
            None,
            event.session_id,
            event.venue,
            event.symbol,
            event.side.value,
            decimal_text(event.price),
            decimal_text(event.quantity),
            decimal_text(event.quote_quantity),
            0,
            OrderState.OPEN.value,
            event.offer_sequence,
            None,
            None,
            1,
            entry.lsn,
            entry.at_ns,
            entry.at_ns,
        ),
    )


def transitioned(execute: Execute, entry: Entry, event: OrderTransitioned) -> None:
    """The order takes an event; state and table must agree. A final state keeps its reason as failure_reason."""
    state, step = event.state, (event.event, event.state)
    values: tuple[object, ...] = (entry.at_ns, event.order_id)
    moves = _MOVE
    if state.is_final and event.reason:
        moves, values = _FINISH, (event.reason, *values)
    statement = moves.get(step)
    if statement is None or execute(statement, values).get is None:
        raise _refusal(execute, event)
    execute(_HISTORY, (entry.lsn, event.order_id, entry.at_ns, event.event.value, state.value, event.reason))


def _refusal(execute: Execute, event: OrderTransitioned) -> ValueError:
    """Why the order cannot take this step: it is not there, its state has no such event, or it would lead elsewhere."""
    current = execute(_STATE, (event.order_id,)).get
    if current is None:
        return BooksContradiction(f"order {event.order_id} is not in the books")
    try:
        state = transition(OrderState(current), event.event)
    except NoSuchTransition as refusal:
        return refusal
    return BooksContradiction(
        f"order {event.order_id}: {current} with {event.event.value} is {state.value}, not {event.state.value}"
    )


PROJECTIONS: Projections = {OrderIntended: intended, OrderAdopted: adopted, OrderTransitioned: transitioned}
