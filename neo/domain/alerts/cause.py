"""A cause for an alert: what is wrong, under a key that stays the same as long as the same thing is wrong."""

from __future__ import annotations

import enum

from neo.domain.units import NS_PER_S
from neo.records import frozen


class Urgency(enum.Enum):
    """URGENT: nothing is traded, or nobody knows. It has an allowance of its own, so that small things cannot use it up."""

    URGENT = "urgent"
    WARNING = "warning"
    INFO = "info"


@frozen
class Cause:
    """`patience_ns`: told only when it lasts so long. `settle_ns`: it is over when it has not come back for so long.

    `recovers`: its end is worth a message. `ends_by_silence`: nothing says that it is over, so the time since it was last
    seen does.
    """

    key: str
    title: str
    detail: str
    urgency: Urgency = Urgency.WARNING
    patience_ns: int = 0
    settle_ns: int = 60 * NS_PER_S
    recovers: bool = True
    ends_by_silence: bool = False


@frozen
class Opened:
    """Something is wrong (again). It is no news while a cause is open whose key begins with `unless`, when that is not empty."""

    cause: Cause
    unless: str = ""


@frozen
class Ended:
    """It is right again, and so is everything whose key begins with `below` when that is not empty."""

    key: str
    below: str = ""


Change = Opened | Ended
