"""What telemetry says, counted: events by kind, the newest checkpoint, the newest round of heartbeats. Within the engine only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from neo.domain.telemetry.event import registered_events
from neo.domain.telemetry.events import Heartbeat, WalCheckpoint
from neo.infra.metrics.metric import Kind, Metric, Reading, Sample

_MS_PER_S = 1_000
#: Events whose newest line is read here.
KEPT_EVENTS = (Heartbeat.NAME, WalCheckpoint.NAME)


def _events(reading: Reading) -> Iterable[Sample]:
    if reading.counts is not None:
        known = registered_events()
        for name, count in reading.counts.counts().items():
            yield (name, known[name].SEVERITY.value), count


def _newest(event: str, field: str, divisor: int = 1) -> Callable[[Reading], Iterable[Sample]]:
    def samples(reading: Reading) -> Iterable[Sample]:
        fields = reading.counts.newest(event) if reading.counts is not None else {}
        if field in fields:
            yield (), Decimal(str(fields[field])) / divisor

    return samples


TELEMETRY_METRICS = (
    Metric(
        "neo_events_total",
        Kind.COUNTER,
        "telemetry events of the session by kind (docs/events.md); those that never came are 0",
        ("event", "severity"),
        _events,
    ),
    Metric(
        "neo_checkpoint_frames",
        Kind.GAUGE,
        "pages that the newest complete checkpoint copied into the database",
        (),
        _newest(WalCheckpoint.NAME, "checkpointed"),
    ),
    Metric(
        "neo_checkpoint_seconds",
        Kind.GAUGE,
        "how long the newest complete checkpoint took",
        (),
        _newest(WalCheckpoint.NAME, "elapsed_ms", _MS_PER_S),
    ),
    Metric(
        "neo_heartbeat_actors",
        Kind.GAUGE,
        "actors that the newest round of pings asked",
        (),
        _newest(Heartbeat.NAME, "actors"),
    ),
    Metric(
        "neo_heartbeat_answered",
        Kind.GAUGE,
        "actors that answered the newest round of pings",
        (),
        _newest(Heartbeat.NAME, "answered"),
    ),
    Metric(
        "neo_heartbeat_oldest_message_seconds",
        Kind.GAUGE,
        "age of the message that waited longest in any mailbox at the newest round of pings",
        (),
        _newest(Heartbeat.NAME, "slowest_age_ms", _MS_PER_S),
    ),
)
