"""How streams are kept: times and bounds, as data."""

from __future__ import annotations

from neo.records import frozen


@frozen(kw_only=True)
class StreamPlan:
    """`gather_ms`: changes of a symbol within it are told once, the newest. `settle_ms`: between two messages that subscribe.

    A connection that says nothing for `answer_s_max` after it was asked is dead. It is asked every `ping_every_s`. After a
    connection that did not hold for `steady_s` the next one is made after a rest, which doubles from the first to the
    longest: so many connections are tried in an hour and no more.
    """

    gather_ms: int = 100
    settle_ms: int = 250
    connect_s_max: float = 10.0
    ping_every_s: float = 15.0
    answer_s_max: float = 10.0
    steady_s: float = 60.0
    rest_first_s: float = 1.0
    rest_longest_s: float = 60.0
    unreadable_max: int = 20


class Rests:
    """The rest before the next connection."""

    def __init__(self, plan: StreamPlan) -> None:
        self._plan = plan
        self._next_s = 0.0

    def after(self, held_s: float) -> float:
        """Seconds to wait, after a connection that told for `held_s` (0: it never did)."""
        if held_s >= self._plan.steady_s:
            self._next_s = 0.0
        rest_s = max(self._next_s, self._plan.rest_first_s)
        self._next_s = min(2 * rest_s, self._plan.rest_longest_s)
        return rest_s
