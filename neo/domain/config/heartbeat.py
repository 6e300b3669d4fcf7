"""[heartbeat]: how soon an actor that no longer answers is noticed."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.domain.units import seconds_ns
from neo.records import frozen


@frozen(kw_only=True)
class HeartbeatConfig:
    """Times in seconds."""

    interval_s: Decimal = attrs.field(
        default=Decimal(5),
        validator=above(0, at_most=3600),
        metadata=about("time between two pings to every actor", "s"),
    )
    timeout_s: Decimal = attrs.field(
        default=Decimal(20),
        validator=above(0, at_most=3600),
        metadata=about("silence after which an actor counts as stuck", "s"),
    )
    missed_max: int = attrs.field(
        default=3,
        validator=at_least(1, at_most=1000),
        metadata=about("pings in a row that may stay unanswered before the supervisor is told", "beats"),
    )
    warn_only: bool = attrs.field(
        default=False,
        metadata=about("report missed beats without restarting or halting; for observation only"),
    )

    @cached_property
    def timeout_ns(self) -> int:
        """Worked out once: every beat of every round is held against it."""
        return seconds_ns(self.timeout_s)
