"""An order on its way to the table ``orders``: written once, however many steps one write takes it through."""

from __future__ import annotations

from neo.domain.messages.journal import OrderTransitioned
from neo.domain.orders.lifecycle import OrderState
from neo.records import define


@define
class OrderLine:
    """``columns`` of a new order, None for one that the table has: its row then has to allow the ``first`` step."""

    columns: tuple[object, ...] | None
    first: OrderTransitioned | None
    state: OrderState
    updated_at_ns: int
    failure_reason: str | None = None
