"""Table ``orders``. A transition that the life-cycle table does not have is refused."""

from __future__ import annotations

from neo.domain.messages.journal import OrderAdopted, OrderIntended, OrderTransitioned
from neo.domain.orders.lifecycle import TABLE, NoSuchTransition, OrderState, transition
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.projection.order_line import OrderLine
from neo.infra.sqlite.projection.sheet import BooksContradiction, Execute, Projections, Sheet
from neo.infra.sqlite.whole_row import bound, insert_whole

TABLES = ("orders",)

_INSERT = insert_whole(
    "orders",
    {
        **bound("order_id intent_id session_id venue symbol side price quantity quote_quantity level"),
        **bound("state", 17),
        **bound("offer_sequence expiration_s replaces_order_id adopted", 11),
        "filled_base": "'0'",
        "filled_quote": "'0'",
        **bound("failure_reason", 18),
        **bound("created_lsn created_at_ns", 15),
        **bound("updated_at_ns", 19),
    },
)
_STATE = "SELECT state FROM orders WHERE order_id = ?"
#: For each step of the life-cycle table the condition of orders that may take it. `IN` would make a table of its list.
_MAY = {
    (event, to): " OR ".join(
        f"state = '{state.value}'" for (state, taken), then in TABLE.items() if (taken, then) == (event, to)
    )
    for event, to in dict.fromkeys((event, to) for (_, event), to in TABLE.items())
}
_STEP = {
    step: f"UPDATE orders SET state = ?, updated_at_ns = ? WHERE order_id = ? AND ({may})" for step, may in _MAY.items()
}
#: The same with a reason why the order failed.
_STEP_FAILED = {step: text.replace("SET", "SET failure_reason = ?,", 1) for step, text in _STEP.items()}
_STATE_TEXT = {state: state.value for state in OrderState}


def intended(sheet: Sheet, event: OrderIntended) -> None:
    """An order exists from here on."""
    columns = (
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
        event.offer_sequence,
        event.expiration_s,
        event.replaces_order_id,
        0,
        sheet.lsn,
        sheet.at_ns,
    )
    _begin(sheet, event.order_id, columns, OrderState.INTENDED)


def adopted(sheet: Sheet, event: OrderAdopted) -> None:
    """An offer that the venue had and the books did not."""
    columns = (
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
        event.offer_sequence,
        None,
        None,
        1,
        sheet.lsn,
        sheet.at_ns,
    )
    _begin(sheet, event.order_id, columns, OrderState.OPEN)


def transitioned(sheet: Sheet, event: OrderTransitioned) -> None:
    """The order takes an event; state and table must agree. A final state keeps its reason as failure_reason."""
    order_id, state, reason = event.order_id, event.state, event.reason
    line = sheet.orders.get(order_id)
    if line is None:
        line = sheet.orders[order_id] = OrderLine(None, event, state, sheet.at_ns)
        if (event.event, state) not in _STEP:
            raise _refusal(sheet.execute, event)
    else:
        _require(event, line.state)
        line.state = state
    if reason and state.is_final:
        line.failure_reason = reason


def write(sheet: Sheet) -> None:
    """New orders, and orders that have moved."""
    execute, lines = sheet.execute, sheet.orders.values()
    rows = [
        (*line.columns, _STATE_TEXT[line.state], line.failure_reason, line.updated_at_ns)
        for line in lines
        if line.columns is not None
    ]
    if rows:
        sheet.execute_many(_INSERT, rows)
    for line in lines:
        first = line.first
        if first is not None:
            step, moved = (first.event, first.state), (_STATE_TEXT[line.state], line.updated_at_ns, first.order_id)
            if line.failure_reason is None:
                execute(_STEP[step], moved)
            else:
                execute(_STEP_FAILED[step], (line.failure_reason, *moved))
            if not sheet.changes():
                raise _refusal(execute, first)


def _begin(sheet: Sheet, order_id: str, columns: tuple[object, ...], state: OrderState) -> None:
    if order_id in sheet.orders or order_id in sheet.referred:
        raise BooksContradiction(f"order {order_id} was spoken of before it began")
    sheet.orders[order_id] = OrderLine(columns, None, state, sheet.at_ns)


def _refusal(execute: Execute, event: OrderTransitioned) -> ValueError:
    """Why the order cannot take this step: it is not there, its state has no such event, or it would lead elsewhere."""
    current = execute(_STATE, (event.order_id,)).get
    if current is None:
        return BooksContradiction(f"order {event.order_id} is not in the books")
    try:
        _require(event, OrderState(current))
    except (NoSuchTransition, BooksContradiction) as refusal:
        return refusal
    raise AssertionError(f"order {event.order_id} is {current} and could take {event.event.value}")


def _require(event: OrderTransitioned, current: OrderState) -> None:
    """``NoSuchTransition`` when an order that is ``current`` has no such event; ``BooksContradiction``: it leads elsewhere."""
    state = transition(current, event.event)
    if state is not event.state:
        raise BooksContradiction(
            f"order {event.order_id}: {current.value} with {event.event.value} is {state.value}, not {event.state.value}"
        )


PROJECTIONS: Projections = {OrderIntended: intended, OrderAdopted: adopted, OrderTransitioned: transitioned}
