"""A recorded stream of book changes and trades as columns: a million rows without a million objects."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from neo.records import frozen


class Action(IntEnum):
    """What a row says. BID and ASK set the quantity that rests at a price; trades name who took."""

    BID = 0
    ASK = 1
    BOUGHT = 2
    SOLD = 3


@frozen(eq=False)
class BookTape:
    """Columns of equal length, one row for each event, times non-decreasing.

    `price_ticks` are whole ticks above 0, `quantity_lots` whole lots; a quantity of 0 removes the level. ValueError when the
    columns differ in length or time runs backwards.
    """

    at_ns: Sequence[int]
    actions: Sequence[int]
    price_ticks: Sequence[int]
    quantity_lots: Sequence[int]

    def __attrs_post_init__(self) -> None:
        lengths = {len(self.at_ns), len(self.actions), len(self.price_ticks), len(self.quantity_lots)}
        if len(lengths) != 1:
            raise ValueError(f"columns of a tape have one length, not {sorted(lengths)}")
        if any(later < earlier for earlier, later in zip(self.at_ns, self.at_ns[1:], strict=False)):
            raise ValueError("time runs backwards on the tape")

    def __len__(self) -> int:
        return len(self.at_ns)
