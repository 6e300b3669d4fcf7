"""A dashboard over a database of the test's own, with an engine whose status and telemetry the test writes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from neo.domain.config.dashboard import DashboardConfig
from neo.infra.control.status import EngineStatus
from neo.infra.web.server import DashboardServer, ServerPlan
from neo.infra.web.sources import OwnEngine, TelemetryTap
from tests.cli.fake_engine import a_status
from tests.infra.sqlite.books import START_NS

TOKEN = "correct horse battery staple"
TICK_NS = 4 * 10**9


@attrs.define
class Scene:
    """What stands in for a running engine: the same seams, filled by hand."""

    database: Path
    tap: TelemetryTap = attrs.field(factory=TelemetryTap)
    status: EngineStatus = attrs.field(factory=lambda: a_status(session_id="s1", now_ns=START_NS))
    seq: int = 0

    def source(self) -> OwnEngine:
        return OwnEngine(self.database, lambda: self.status, self.tap)

    def server(self, token: str | None = None, **config: Any) -> DashboardServer:
        settings = DashboardConfig(enabled=True, **({"port": 0} | config))
        return DashboardServer(ServerPlan(config=settings, source=self.source(), version="test", token=token))

    def say(self, event: str, severity: str = "info", at_ns: int = START_NS, **fields: Any) -> None:
        """A telemetry line, as the engine's encoder writes it."""
        self.seq += 1
        record = {
            "v": 1,
            "seq": self.seq,
            "at_ns": at_ns,
            "session": "s1",
            "actor": "test",
            "event": event,
            "severity": severity,
            "fields": fields,
        }
        self.tap.write(json.dumps(record))

    def tick(self, number: int, anchor: str = "0.52") -> None:
        """A quoting tick, four seconds after the one before."""
        price = Decimal(anchor)
        self.say(
            "QUOTE_TICK",
            at_ns=START_NS + number * TICK_NS,
            tick=number,
            ledger_index=number,
            anchor=anchor,
            source="amm",
            divergence_bps="2.000",
            bid=str(price - Decimal("0.0005")),
            ask=str(price + Decimal("0.0005")),
            quotes=2,
            dropped=0,
            distance_to_clob_bid_bps="-5.000",
            distance_to_clob_ask_bps="-5.000",
            within_2bps_bid=False,
            within_2bps_ask=False,
        )
        self.status = attrs.evolve(self.status, now_ns=START_NS + number * TICK_NS)
