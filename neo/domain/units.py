"""Units and exact conversions.

Time is an integer number of nanoseconds since the Unix epoch (UTC). XRP at the venue's edge is an integer number of
drops (1 XRP = 1,000,000 drops, https://xrpl.org/docs/references/protocol/data-types/basic-data-types#specifying-amounts);
inside the engine every amount is a Decimal in whole units of its asset. One basis point is 1/10,000.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NewType

Drops = NewType("Drops", int)

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_MINUTE = 60 * NS_PER_S
DROPS_PER_XRP = 1_000_000
BPS = Decimal(10_000)
DROP = Decimal("0.000001")
ZERO = Decimal(0)
ONE = Decimal(1)
#: A number that is no Decimal yet becomes one with each operation: where every tick divides by two, it is one already.
TWO = Decimal(2)

#: Seconds between the Unix epoch and the Ripple epoch (2000-01-01T00:00:00Z), the zero of ledger times.
RIPPLE_EPOCH_S = 946_684_800


@lru_cache(maxsize=256)
def seconds_ns(seconds: Decimal | int) -> int:
    """Whole nanoseconds in `seconds`; remembered, because limits of the configuration are asked for with every message."""
    return int(seconds * NS_PER_S)


def xrp_to_drops(xrp: Decimal) -> Drops:
    """Exact drops in `xrp`; ValueError when the amount has a fraction of a drop."""
    drops = xrp * DROPS_PER_XRP
    whole = int(drops)
    if whole != drops:
        raise ValueError(f"{xrp} XRP is not a whole number of drops")
    return Drops(whole)


def drops_to_xrp(drops: int) -> Decimal:
    """XRP in `drops`, exact."""
    return drops * DROP  # in two thirds of the time that moving the point takes


def ripple_time_s(at_ns: int) -> int:
    """Ledger time (seconds since the Ripple epoch) of a wall-clock instant."""
    return at_ns // NS_PER_S - RIPPLE_EPOCH_S


def difference_bps(value: Decimal, reference: Decimal) -> Decimal:
    """(value - reference) in basis points of `reference`."""
    return (value - reference) * BPS / reference
