"""One figure that monitoring can ask for: its name, what it means, its labels, and how it is read off a running engine.

Names follow Prometheus: `neo_`, what is measured, the unit last; counters end in `_total`. Source: prometheus.io, "Metric and
label naming".
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from decimal import Decimal

from neo.infra.control.status import EngineStatus
from neo.infra.control.status_board import EngineState
from neo.infra.metrics.event_counts import EventCounts
from neo.records import frozen

Number = int | Decimal
#: Values of the labels in the order of the metric, then the value; None values are not exported.
Sample = tuple[tuple[str, ...], Number | None]


@frozen
class Reading:
    """What one answer is made of. `status` is None when nothing was posted that can be read, `counts` outside the engine."""

    state: EngineState
    status: EngineStatus | None = None
    status_age_s: Decimal = Decimal(0)
    counts: EventCounts | None = None


class Kind(enum.Enum):
    GAUGE = "gauge"
    COUNTER = "counter"


@frozen
class Metric:
    """`read` gives no sample for what is not known: an absent figure is not 0. Counters begin again with each session."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...]
    read: Callable[[Reading], Iterable[Sample]]


def of_status(read: Callable[[EngineStatus], Iterable[Sample]]) -> Callable[[Reading], Iterable[Sample]]:
    """A reader of the status; without a status there is nothing to read."""
    return lambda reading: read(reading.status) if reading.status is not None else ()


def gauge(name: str, meaning: str, labels: tuple[str, ...], read: Callable[[EngineStatus], Iterable[Sample]]) -> Metric:
    """A figure of the status that rises and falls."""
    return Metric(name, Kind.GAUGE, meaning, labels, of_status(read))


def counter(
    name: str, meaning: str, labels: tuple[str, ...], read: Callable[[EngineStatus], Iterable[Sample]]
) -> Metric:
    """A figure of the status that only rises while a session lasts."""
    return Metric(name, Kind.COUNTER, meaning, labels, of_status(read))
