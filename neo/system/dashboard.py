"""The dashboard of a running session: fed by its telemetry and its status, never in its way."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from neo.domain.config.dashboard import DashboardConfig
from neo.domain.errors import NeoError
from neo.domain.ports import TelemetrySink
from neo.infra.control.status import EngineStatus
from neo.infra.telemetry.fan_out import FanOut

if TYPE_CHECKING:
    from neo.infra.metrics.event_counts import EventCounts
    from neo.infra.web.server import DashboardServer
    from neo.infra.web.sources import TelemetryTap

_log = logging.getLogger("neo.session")


class SessionDashboard:
    """Does nothing at all unless the configuration wants a dashboard; starlette and uvicorn are only loaded then."""

    def __init__(self, config: DashboardConfig) -> None:
        self._config = config
        self._tap: TelemetryTap | None = None
        self._counts: EventCounts | None = None
        self._server: DashboardServer | None = None

    @property
    def url(self) -> str | None:
        """Where it is, None while it is not served."""
        return self._server.url if self._server is not None else None

    def beside(self, sink: TelemetrySink) -> TelemetrySink:
        """What telemetry writes into: `sink`, and the dashboard and its counters as well when there is to be one."""
        if not self._config.enabled:
            return sink
        from neo.infra.metrics.event_counts import EventCounts
        from neo.infra.metrics.telemetry_metrics import KEPT_EVENTS
        from neo.infra.web.sources import TelemetryTap

        self._tap, self._counts = TelemetryTap(), EventCounts(KEPT_EVENTS)
        return FanOut({"telemetry": sink, "dashboard": self._tap, "metrics": self._counts})

    def open(self, database: Path, status: Callable[[], EngineStatus], version: str) -> None:
        """Serve. What is in the way is logged: an engine trades without a dashboard as well as with one."""
        if self._tap is None or self._counts is None:
            return
        from neo.infra.metrics.exposition import metrics_route
        from neo.infra.metrics.readings import own_reading
        from neo.infra.web.server import DashboardServer, ServerPlan
        from neo.infra.web.sources import OwnEngine
        from neo.infra.web.token import token_from

        plan = ServerPlan(
            config=self._config,
            source=OwnEngine(database, status, self._tap),
            version=version,
            token=token_from(os.environ, self._config),
            more_routes=(metrics_route(own_reading(status, self._counts), with_process=True),),
        )
        try:
            server = DashboardServer(plan)
            server.start()
        except NeoError as refusal:
            _log.warning("no dashboard: %s", refusal)
            return
        self._server = server
        _log.info("dashboard: %s (%s)", server.url, "halt and resume with token" if plan.token else "read-only")

    def close(self) -> None:
        """Never raises."""
        if self._server is not None and not self._server.stop():
            _log.warning("the dashboard did not end in time")
        self._server = None
