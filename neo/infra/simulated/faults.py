"""What may go wrong between the engine and the simulated node. Data; the gateway draws from it."""

from __future__ import annotations

import attrs

from neo.domain.units import NS_PER_S
from neo.records import frozen


def _probability(instance: object, attribute: attrs.Attribute[float], value: float) -> None:
    del instance
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{attribute.name} is a probability from 0 to 1, not {value}")


def _p() -> float:
    return attrs.field(default=0.0, validator=_probability)


@frozen(kw_only=True)
class LedgerFaults:
    """Probabilities: for each request, for each ledger close (`stale_ledger`, `dropped_close`). Times in ns.

    unavailable: the node refuses, nothing happened. request_lost: it never arrives. reply_lost: it was carried out and
    the answer never comes. late_reply: the answer comes up to `late_reply_max_ns` late. duplicate_reply: it comes twice.
    rejected: the node throws a submission away for good. stale_ledger: the node falls out of sync for `stale_closes`
    ledgers, pushes none of them and refuses requests meanwhile. dropped_close: one pushed ledger is lost on the way.
    """

    unavailable: float = _p()
    request_lost: float = _p()
    reply_lost: float = _p()
    late_reply: float = _p()
    late_reply_max_ns: int = 30 * NS_PER_S
    duplicate_reply: float = _p()
    rejected: float = _p()
    stale_ledger: float = _p()
    stale_closes: int = 6
    dropped_close: float = _p()


NO_FAULTS = LedgerFaults()
