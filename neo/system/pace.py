"""How fast a session's clock runs, and how much more patience limits on ages need then."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.configuration import Config
from neo.records import frozen

#: Real seconds that this machine may stand still, whatever the speed, before somebody counts as stuck or data as old.
GRACE_S = Decimal(2)


@frozen
class Pace:
    """`start_ns` None follows the clock on the wall, whatever adjusts it: only at speed 1."""

    speed: float = 1.0
    start_ns: int | None = None


#: Real venues: their time is the time on the wall.
REAL_TIME = Pace()


def with_grace(config: Config, speed: Decimal) -> Config:
    """At 60 times the clock a stall of the machine counts sixtyfold; limits on ages get that much more room.

    At speed 1 nothing changes: there the limits mean what they say.
    """
    if speed <= 1:
        return config
    more_s = GRACE_S * speed
    risk, heartbeat = config.risk, config.heartbeat
    return attrs.evolve(
        config,
        risk=attrs.evolve(
            risk,
            ledger_age_max_s=risk.ledger_age_max_s + more_s,
            market_data_age_max_s=risk.market_data_age_max_s + more_s,
        ),
        heartbeat=attrs.evolve(heartbeat, timeout_s=heartbeat.timeout_s + more_s),
    )
