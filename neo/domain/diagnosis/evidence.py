"""What a diagnosis is made from: the events of a session counted, its polling, its log, its summary, its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from neo.domain.diagnosis.polling import TierPolling
from neo.domain.session.summary import SessionSummary
from neo.domain.units import NS_PER_S
from neo.records import frozen

#: So many of one kind of event are kept as they were said; the others are counted.
SAMPLES_MAX = 50
LOG_LINES_MAX = 500


@frozen
class Said:
    """One telemetry event. `fields` are empty for kinds that only matter by their number."""

    at_ns: int
    name: str
    severity: str
    actor: str
    fields: Mapping[str, Any]

    def text(self, field: str) -> str:
        return str(self.fields.get(field, ""))


@frozen
class Occurrences:
    """All events of one name; `samples` are the first SAMPLES_MAX of them."""

    name: str
    severity: str
    count: int
    first_ns: int
    last_ns: int
    samples: tuple[Said, ...]

    @property
    def sampled(self) -> str:
        """Stands behind a figure that is made from the samples; empty when they are all that there were."""
        return "" if self.count <= len(self.samples) else f" (in the first {len(self.samples)} of {self.count})"

    def by(self, field: str) -> tuple[tuple[str, int], ...]:
        """Samples by the text of a field, most frequent first."""
        counts: dict[str, int] = {}
        for said in self.samples:
            counts[said.text(field)] = counts.get(said.text(field), 0) + 1
        return tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0])))


@frozen
class LogLine:
    """A warning or an error in neo.log. `level` is WARNING, ERROR or CRITICAL."""

    at_ns: int
    level: str
    logger: str
    text: str


@frozen
class Crash:
    """An actor that died, and the last thing that had been said of an order, up to ORDER_BEFORE_NS before."""

    at_ns: int
    actor: str
    error: str
    order_event: str
    order_id: str


@frozen(kw_only=True)
class Evidence:
    """`lines` were read of the telemetry, `lines_lost` are gaps in their numbers; `lines` 0: there is no telemetry at all.

    `config` is the effective configuration by dotted key.
    """

    summary: SessionSummary
    config: Mapping[str, Any] = attrs.field(factory=dict)
    is_crashed: bool = False
    ends_ns: int
    events: Mapping[str, Occurrences] = attrs.field(factory=dict)
    crashes: tuple[Crash, ...] = ()
    polling: tuple[TierPolling, ...] = ()
    lines: int = 0
    lines_lost: int = 0
    log: tuple[LogLine, ...] = ()

    def of(self, name: str) -> Occurrences | None:
        return self.events.get(name)

    @property
    def duration_s(self) -> int:
        return max(0, self.ends_ns - self.summary.started_at_ns) // NS_PER_S

    @property
    def is_running(self) -> bool:
        return self.summary.ended_at_ns is None and not self.is_crashed
