"""A problem of a session, as an engineer would write it down: what, how often, from when to when, what shows it, what to do."""

from __future__ import annotations

import enum

from neo.records import frozen


class Weight(enum.Enum):
    """How much a problem matters, worst first."""

    CRITICAL = "critical"  # money or orders are in danger, or the session could not do its work
    HIGH = "high"  # the next session will suffer from it
    MEDIUM = "medium"  # it costs something
    LOW = "low"  # worth knowing


WEIGHTS = tuple(Weight)


@frozen(kw_only=True)
class Problem:
    """`key` names the rule for programs. `evidence` are facts with numbers, `advice` what to change, with numbers where there
    are any. `first_ns` and `last_ns` are None where the fact has no time of its own."""

    key: str
    weight: Weight
    title: str
    count: int
    first_ns: int | None = None
    last_ns: int | None = None
    evidence: tuple[str, ...] = ()
    impact: str = ""
    advice: tuple[str, ...] = ()
