"""How an actor is made, and what becomes of it when it dies: data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from neo.records import frozen

if TYPE_CHECKING:
    from neo.actors.runtime.actor import Actor

_MS = 1_000_000
_S = 1_000_000_000


@frozen
class RestartPolicy:
    """At most `intensity` restarts within `period_ns`; one more escalates.

    The n-th restart in a row waits `backoff_min_ns` × 2ⁿ, at most `backoff_max_ns`, plus up to the fraction `jitter` of
    that; the row ends after `reset_after_ns` of being ready. `restart_with` are the names that are restarted together
    with this one, after it, in start order. A child that is not ready within `ready_timeout_ns` has died in its start.
    Only exceptions whose type name is in `transient` are worth a restart, all of them when it is empty; a hung child is
    always restarted.
    """

    intensity: int = 5
    period_ns: int = 300 * _S
    backoff_min_ns: int = 100 * _MS
    backoff_max_ns: int = 30 * _S
    jitter: float = 0.2
    reset_after_ns: int = 60 * _S
    restart_with: tuple[str, ...] = ()
    ready_timeout_ns: int = 30 * _S
    transient: tuple[str, ...] = ()


@frozen
class ChildSpec:
    """`kwargs` go to the constructor of `actor` in every incarnation, so they must not be state."""

    name: str
    actor: type[Actor]
    kwargs: Mapping[str, Any] = attrs.field(factory=dict)
    policy: RestartPolicy = RestartPolicy()
    keep_mailbox: bool = True
