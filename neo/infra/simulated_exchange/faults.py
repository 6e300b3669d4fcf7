"""What may go wrong between the engine and the simulated exchange. Data; the gateway draws from it."""

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
class ExchangeFaults:
    """Probabilities for each request, `late_visible` for each accepted order. Times in ns.

    unavailable: the exchange refuses, nothing happened. request_lost: it never arrives. reply_lost: it was carried out and
    the answer never comes. outcome_unknown: it was carried out and the answer says that nobody knows. late_reply: the
    answer comes up to `late_reply_max_ns` late. duplicate_request: it is carried out twice, and the second answer counts.
    duplicate_reply: the answer comes twice. rejected: the exchange refuses an order for good. late_visible: an accepted
    order cannot be found for up to `late_visible_max_ns`.
    """

    unavailable: float = _p()
    request_lost: float = _p()
    reply_lost: float = _p()
    outcome_unknown: float = _p()
    late_reply: float = _p()
    late_reply_max_ns: int = 20 * NS_PER_S
    duplicate_request: float = _p()
    duplicate_reply: float = _p()
    rejected: float = _p()
    late_visible: float = _p()
    late_visible_max_ns: int = 10 * NS_PER_S


NO_EXCHANGE_FAULTS = ExchangeFaults()
