"""A session serves its figures beside its dashboard."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

from neo.domain.config.dashboard import DashboardConfig
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import GatewayUp
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.dashboard import SessionDashboard
from tests.cli.fake_engine import a_status
from tests.infra.metrics.figures import figure, scraped
from tests.patience import PATIENCE_S


def test_what_telemetry_writes_is_counted_in_the_figures_of_the_session(tmp_path: Path) -> None:
    # Given a session with a dashboard, and telemetry that writes beside it
    dashboard = SessionDashboard(DashboardConfig(enabled=True, port=0))
    sink = dashboard.beside(MemorySink())
    dashboard.open(tmp_path / "neo.db", a_status, "test")
    try:
        # When an event is written and somebody scrapes
        sink.write(LineEncoder("s1", "r1").encode(Emit(GatewayUp("xrpl", 3), "gateway", 1)))
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(dashboard.url or "").port, timeout=PATIENCE_S)
        connection.request("GET", "/metrics")
        figures = scraped(connection.getresponse().read().decode())
        connection.close()
    finally:
        dashboard.close()
    # Then both the event and the status are in the answer
    assert figure(figures, "neo_events_total", event="GATEWAY_UP", severity="info") == 1
    assert figure(figures, "neo_fills_total", symbol="XRP/RLUSD") == 7


def test_a_session_without_a_dashboard_counts_nothing() -> None:
    sink = MemorySink()
    assert SessionDashboard(DashboardConfig(enabled=False)).beside(sink) is sink
