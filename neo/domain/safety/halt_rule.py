"""What a halt reason carries beside its name."""

from __future__ import annotations

import enum

from neo.records import frozen


class Allowed(enum.Enum):
    """What may still be sent to the venue once the halt is in force."""

    CANCEL = "cancel"  # withdraw orders, nothing else
    REDUCE = "reduce"  # withdraw orders; orders that bring the exposure down are allowed
    NOTHING = "nothing"  # the books cannot be trusted: offers end by their Expiration


class ClearedBy(enum.Enum):
    """Who or what ends a halt that a recovery session inherited. A fresh session starts clear in any case."""

    RECONCILIATION = "reconciliation"
    OPERATOR = "operator"


@frozen
class HaltRule:
    """What a reason means.

    `latches`: a session that recovers a crash stays halted for this reason after it has reconciled, until somebody clears
    it. `ends_session`: a hold is not possible.
    """

    trigger: str
    emitted_by: str
    allowed: Allowed
    latches: bool
    cleared_by: ClearedBy
    exit_code: int
    what_to_do: str
    ends_session: bool = False
