"""How often a child failed lately, and how long to wait before the next try. Pure."""

from __future__ import annotations

from neo.actors.runtime.child_spec import RestartPolicy
from neo.records import frozen

#: Doubling more often than this exceeds every back-off.
DOUBLINGS_MAX = 40


@frozen
class History:
    """`failures_ns`: those of the last period. `streak`: failures in a row, without a good while between them."""

    failures_ns: tuple[int, ...] = ()
    streak: int = 0


def with_failure(history: History, policy: RestartPolicy, ready_at_ns: int, was_ready: bool, now_ns: int) -> History:
    """One more failure, now; what is older than a period is forgotten."""
    recent = tuple(at_ns for at_ns in history.failures_ns if now_ns - at_ns < policy.period_ns)
    good_while = was_ready and now_ns - ready_at_ns >= policy.reset_after_ns
    return History((*recent, now_ns), 1 if good_while else history.streak + 1)


def restart_delay_ns(policy: RestartPolicy, earlier_failures: int, jitter: float) -> int:
    """From `backoff_min_ns`, doubled for each earlier failure of the row, up to `backoff_max_ns`; then the jitter."""
    doubled_ns = policy.backoff_min_ns << min(earlier_failures, DOUBLINGS_MAX)
    delay_ns = min(policy.backoff_max_ns, doubled_ns)
    return delay_ns + int(delay_ns * policy.jitter * jitter)
