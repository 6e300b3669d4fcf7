"""[telemetry]: what is written about a session beside its state."""

from __future__ import annotations

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import FILE_PATH, at_least
from neo.records import frozen

TRACE_OFF = "off"


@frozen(kw_only=True)
class TelemetryConfig:
    """Retention by age in days and by total size in megabytes (10^6 bytes)."""

    debug_trace: str = attrs.field(
        default=TRACE_OFF,
        validator=FILE_PATH,
        metadata=about('file that receives every message, or "off"'),
    )
    retention_days: int = attrs.field(
        default=30,
        validator=at_least(1, at_most=3650),
        metadata=about("age above which logs are removed", "days"),
    )
    retention_mb: int = attrs.field(
        default=500,
        validator=at_least(1, at_most=1_000_000),
        metadata=about("size of all logs together above which the oldest are removed", "MB"),
    )
