"""[session]: where a run is recorded, how long it lasts, and what it does after a halt."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import FILE_PATH, at_least
from neo.domain.config.choices import OnHalt
from neo.records import frozen


@frozen(kw_only=True)
class SessionConfig:
    """Times in seconds of the session's own clock (virtual in sim and replay)."""

    directory: str = attrs.field(
        default="sessions",
        validator=FILE_PATH,
        metadata=about("folder that receives one folder for each session"),
    )
    on_halt: OnHalt = attrs.field(
        default=OnHalt.EXIT,
        metadata=about("exit: end after a halt; hold: keep observing until neo resume or a stop"),
    )
    duration_s: Decimal = attrs.field(
        default=Decimal(0),
        validator=at_least(0),
        metadata=about("time after which the session ends by itself; 0 runs until it is stopped", "s"),
    )
