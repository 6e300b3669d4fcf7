"""Every figure that /metrics exports. The table in docs/metrics.md is made of this."""

from __future__ import annotations

from neo.infra.metrics.desk_metrics import DESK_METRICS
from neo.infra.metrics.engine_metrics import ENGINE_METRICS
from neo.infra.metrics.market_metrics import MARKET_METRICS
from neo.infra.metrics.metric import Metric
from neo.infra.metrics.telemetry_metrics import TELEMETRY_METRICS

METRICS: tuple[Metric, ...] = (*ENGINE_METRICS, *MARKET_METRICS, *DESK_METRICS, *TELEMETRY_METRICS)

#: Of prometheus-client's own collector, on Linux only and only within the engine: name and meaning.
PROCESS_METRICS = (
    ("process_resident_memory_bytes", "memory of the engine's process that is in RAM"),
    ("process_virtual_memory_bytes", "virtual memory of the engine's process"),
    ("process_cpu_seconds_total", "processor time that the engine's process has used, user and system"),
    ("process_start_time_seconds", "when the engine's process started, seconds since 1970"),
    ("process_open_fds", "files and sockets that the engine's process has open"),
    ("process_max_fds", "how many files and sockets the engine's process may have open"),
)
